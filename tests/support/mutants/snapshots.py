"""Snapshots as trees: what stands below what, and which slices an element has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.support.mutants.library import Library

SYSTEM = "http://hl7.org/fhirpath/System."


@dataclass(slots=True, eq=False)
class Node:
    """One element of a snapshot: the element as it stands there, its children and its slices."""

    url: str
    element: dict[str, Any]
    children: list["Node"] = field(default_factory=list)
    slices: list["Node"] = field(default_factory=list)
    sliced: "Node | None" = None
    """Of a slice the element, or wider slice, that it is a slice of."""

    @property
    def id(self) -> str:
        """The snapshot's id of it."""
        return str(self.element["id"])

    @property
    def rule(self) -> str:
        """What names it among all definitions."""
        return f"{self.url.rpartition('/')[2]}#{self.id}"

    @property
    def name(self) -> str:
        """The last part of its path, `value[x]` for a choice."""
        return str(self.element["path"]).rpartition(".")[2]

    @property
    def min(self) -> int:
        """How often it has to be there."""
        return int(self.element.get("min", 0))

    @property
    def max(self) -> int | None:
        """How often it may be there; None without end."""
        most = self.element.get("max", "*")
        return None if most == "*" else int(most)

    @property
    def many(self) -> bool:
        """Whether JSON has an array for it, which the base element says."""
        return self.element.get("base", {}).get("max", self.element.get("max")) not in {"0", "1"}

    @property
    def types(self) -> list[dict[str, Any]]:
        """Its types, FHIRPath's own ones as what FHIR calls them."""
        return [{**t, "code": _fhir_type(t)} for t in self.element.get("type", ())]

    def codes(self) -> list[str]:
        """The names of its types."""
        return [t["code"] for t in self.types]

    def constant(self, prefix: str) -> Any:
        """Return the value of `fixed[x]` or `pattern[x]`, None without."""
        return next((v for k, v in self.element.items() if k.startswith(prefix)), None)

    def names(self) -> dict[str, str]:
        """Return the JSON keys under which it may stand, with the type of each."""
        if not self.name.endswith("[x]"):
            return {self.name: (self.codes() or [""])[0]}
        stem = self.name.removesuffix("[x]")
        return {stem + code[0].upper() + code[1:]: code for code in self.codes()}

    def walk(self) -> Iterator["Node"]:
        """Yield it and everything below, slices too."""
        yield self
        for below in (*self.slices, *self.children):
            yield from below.walk()


def _fhir_type(declared: dict[str, Any]) -> str:
    code = str(declared.get("code", ""))
    if not code.startswith(SYSTEM):
        return code
    for extension in declared.get("extension", ()):
        if extension["url"].endswith("structuredefinition-fhir-type"):
            return str(extension.get("valueUrl") or extension.get("valueUri"))
    return code.removeprefix(SYSTEM).lower()


def tree(definition: dict[str, Any]) -> Node:
    """Return the snapshot's tree."""
    return _tree(definition["url"], definition.get("version", ""), _Held(definition))


class _Held:
    """A definition that a cache may take for its key, equal to any other."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@cache
def _tree(url: str, version: str, held: _Held) -> Node:
    nodes: dict[str, Node] = {}
    elements = held.definition["snapshot"]["element"]
    for element in elements:
        node = nodes[element["id"]] = Node(url, element)
        above, _, last = element["id"].rpartition(".")
        stem, colon, name = last.partition(":")
        prefix = f"{above}." if above else ""
        if colon:
            wider, slash, _ = name.rpartition("/")
            owner = f"{prefix}{stem}:{wider}" if slash else f"{prefix}{stem}"
            if owner not in nodes and "[x]" not in stem:
                owner = f"{prefix}{stem}"
            if owner in nodes:
                nodes[owner].slices.append(node)
                node.sliced = nodes[owner]
        elif above in nodes:
            nodes[above].children.append(node)
    return nodes[elements[0]["id"]]


def below(library: Library, node: Node, code: str = "") -> tuple[Node, list[Node]]:
    """
    Return what is to be found below an element, and the node that says so.

    The snapshot's own children, else those that it refers to, else those of its type: `code`, or
    the only one that it has.
    """
    if node.children:
        return node, node.children
    reference = node.element.get("contentReference", "")
    if reference:
        definition = library.definition(node.url)
        assert definition is not None
        wanted = reference.rpartition("#")[2]
        found = next(n for n in tree(definition).walk() if n.id == wanted)
        return found, found.children
    codes = [code] if code else node.codes()
    if len(codes) == 1 and (typed := library.type(codes[0])) and typed["kind"] != "resource":
        root = tree(typed)
        return root, root.children
    return node, []
