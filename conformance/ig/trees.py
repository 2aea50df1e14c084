"""
Arrange the flat list of a snapshot as a tree: elements, slices under them, re-slices under slices.

Elements are placed by path and slice name; an id is taken as it stands, or made where there is
none. A choice that a snapshot writes by its concrete name (`Observation.valueQuantity`) becomes a
slice of the choice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CHOICE = "[x]"


@dataclass(slots=True, kw_only=True)
class Node:
    """One element of a snapshot as it was written, with what lies below it."""

    written: Mapping[str, Any]
    id: str
    name: str
    choice: bool = False
    slice_name: str = ""
    stood_for: bool = False
    """The snapshot has only concrete forms of this choice."""
    slices: list["Node"] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        """Return the child of this name."""
        return next((node for node in self.children if node.name == name), None)


def grow(elements: Sequence[Mapping[str, Any]]) -> Node:
    """Return the root of a snapshot; ValueError or KeyError when its elements do not fit."""
    top = elements[0]
    root = Node(written=top, id=top.get("id", top["path"]), name=top["path"])
    latest = {top["path"]: root}
    for element in elements[1:]:
        path = element["path"]
        # A snapshot goes depth first, so the last one seen at the path above is the parent.
        parent = latest[path.rpartition(".")[0]]
        latest[path] = _placed(parent, element)
    return root


def _placed(parent: Node, element: Mapping[str, Any]) -> Node:
    last = element["path"].rpartition(".")[2]
    slice_name = element.get("sliceName", "")
    name, choice = last.removesuffix(_CHOICE), last.endswith(_CHOICE)
    concrete = _choice_behind(element)
    if concrete:
        name, choice, slice_name = concrete, True, slice_name or last
    whole = parent.child(name)
    if whole is None and concrete:
        whole = Node(
            written={"base": element["base"]},
            id=f"{parent.id}.{name}{_CHOICE}",
            name=name,
            choice=True,
            stood_for=True,
        )
        parent.children.append(whole)
    holder = whole if slice_name else None
    # A slice name on an element that is not sliced is a mere label.
    label = slice_name if holder else ""
    made = f"{parent.id}.{last}" + (f":{label}" if label else "")
    node = Node(
        written=element, id=element.get("id", made), name=name, choice=choice, slice_name=label
    )
    if holder is not None:
        _holder(holder, slice_name).slices.append(node)
    elif whole is None:
        parent.children.append(node)
    else:
        raise ValueError(f"{node.id} stands there twice")
    return node


def _choice_behind(element: Mapping[str, Any]) -> str:
    """Return the name of the choice of which an element is one concrete form."""
    last = element["path"].rpartition(".")[2]
    behind = element.get("base", {}).get("path", "").rpartition(".")[2]
    if last.endswith(_CHOICE) or not behind.endswith(_CHOICE):
        return ""
    name = str(behind.removesuffix(_CHOICE))
    return name if last.startswith(name) else ""


def _holder(whole: Node, slice_name: str) -> Node:
    """Return the slice that `slice_name` (`a/b`) divides further, else the element itself."""
    for prefix in _prefixes(slice_name):
        whole = next((node for node in whole.slices if node.slice_name == prefix), whole)
    return whole


def _prefixes(slice_name: str) -> Iterator[str]:
    parts = slice_name.split("/")
    for count in range(1, len(parts)):
        yield "/".join(parts[:count])
