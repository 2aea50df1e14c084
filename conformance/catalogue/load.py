"""Load the catalogue: read every file, refuse what does not fit together, keep the result."""

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from conformance.catalogue.gates_file import read_catalogue_file, read_gates, read_rule_set
from conformance.catalogue.model import ALL, Catalogue, Gate, Requirement, RuleSet
from conformance.catalogue.requirements_file import read_requirements
from conformance.core.errors import CatalogueError

ROOT = Path(__file__).resolve().parent


@cache
def load_catalogue(root: Path = ROOT) -> Catalogue:
    """
    Return the catalogue of a folder, by default the one that ships.

    Raises CatalogueError on a file that cannot be read, a duplicate id, an unknown reference and a
    missing, misspelt or wrong field. The result is kept, so a second call costs nothing.
    """
    digest = hashlib.sha256()
    content: dict[str, dict[str, Any]] = {}
    for path in sorted(root.rglob("*.toml"), key=lambda found: found.relative_to(root).as_posix()):
        name = path.relative_to(root).as_posix()
        raw = path.read_bytes()
        digest.update(f"{name}\0{len(raw)}\0".encode() + raw)
        content[name] = _parse(name, raw)
    for name in ("catalogue.toml", "gates.toml"):
        if name not in content:
            raise CatalogueError(f"{name} is missing in the catalogue.")
    version, dimensions = read_catalogue_file(content["catalogue.toml"])
    requirements = [
        requirement
        for source, table in _below(content, "requirements")
        for requirement in read_requirements(source, table)
    ]
    gates = read_gates(content["gates.toml"])
    rule_sets = [read_rule_set(name, table) for name, table in _below(content, "rule_sets")]
    _refuse_duplicates(entry.id for entry in requirements)
    _refuse_duplicates(gate.id for gate in gates)
    catalogue = Catalogue(
        version=version,
        sha256=digest.hexdigest(),
        requirements={entry.id: entry for entry in requirements},
        gates={gate.id: gate for gate in gates},
        rule_sets={rule_set.id: rule_set for rule_set in rule_sets},
        dimensions=dimensions,
    )
    _refuse_unknown_references(catalogue)
    return catalogue


def _parse(name: str, raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CatalogueError(f"{name} is not readable TOML: {fault}.") from fault


def _below(content: dict[str, dict[str, Any]], folder: str) -> Iterable[tuple[str, dict[str, Any]]]:
    for name, table in content.items():
        place, _, file = name.rpartition("/")
        if place == folder:
            yield file.removesuffix(".toml"), table


def _refuse_duplicates(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise CatalogueError(f"The id {id_} stands twice in the catalogue.")
        seen.add(id_)


def _refuse_unknown_references(catalogue: Catalogue) -> None:
    dimensions = {dimension.id for dimension in catalogue.dimensions}
    editions = {ALL}.union(*(rule_set.editions for rule_set in catalogue.rule_sets.values()))
    for requirement in catalogue.requirements.values():
        _refuse(requirement.id, "dimension", requirement.dimensions, dimensions)
        _refuse(requirement.id, "edition", requirement.editions, editions)
        _refuse(requirement.id, "requirement", requirement.shown_by, catalogue.requirements)
        _refuse_chain(requirement, catalogue)
    for gate in catalogue.gates.values():
        _refuse_gate(gate, catalogue)
    for rule_set in catalogue.rule_sets.values():
        _refuse_rule_set(rule_set, catalogue)


def _refuse(who: str, what: str, named: Iterable[str], known: Iterable[str]) -> None:
    known_names = set(known)
    for name in named:
        if name not in known_names:
            raise CatalogueError(f"{who} names the unknown {what} {name}.")


def _refuse_chain(requirement: Requirement, catalogue: Catalogue) -> None:
    for name in requirement.shown_by:
        if catalogue.requirements[name].shown_by:
            raise CatalogueError(f"{requirement.id} is shown by {name}, which has no own checks.")


def _refuse_gate(gate: Gate, catalogue: Catalogue) -> None:
    _refuse(f"The gate {gate.id}", "requirement", gate.requirements, catalogue.requirements)


def _refuse_rule_set(rule_set: RuleSet, catalogue: Catalogue) -> None:
    _refuse(f"The rule set {rule_set.id}", "gate", rule_set.gates, catalogue.gates)
    _refuse_duplicates(rule_set.gates)
