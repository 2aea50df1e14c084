"""The checks that ship, as the verbs that tell about them need them: declared, and not run."""

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import ModuleType

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.model import RuleSet
from conformance.checks.declare import Declaration, declaration_of
from conformance.core.errors import CatalogueError
from conformance.core.ids import function_id
from conformance.ig.rulebook import load_rulebook
from conformance.resources import suites_root


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedCheck:
    """
    A check function of the suites.

    `rows` are the ids of its rows under the default edition, empty for a check without rows.
    """

    id: str
    area: str
    declaration: Declaration
    rows: tuple[str, ...]
    path: Path
    name: str


@cache
def shipped_checks() -> Mapping[str, ShippedCheck]:
    """Return the check functions by id, in the order of the files."""
    rulebook = load_rulebook(current_rules().default_edition)
    found = {}
    for path, name, declaration in _declared():
        identifier = function_id(PurePosixPath(path.as_posix()), name)
        found[identifier] = ShippedCheck(
            id=identifier,
            area=path.parent.name,
            declaration=declaration,
            rows=tuple(row.id for row in declaration.rows(rulebook)),
            path=path,
            name=name,
        )
    return found


def current_rules() -> RuleSet:
    """Return the newest rule set."""
    return max(load_catalogue().rule_sets.values(), key=lambda rules: rules.dated)


def checks_by_requirement() -> dict[str, list[str]]:
    """Return the ids of the check functions that name each requirement."""
    named: dict[str, list[str]] = {}
    for check in shipped_checks().values():
        for requirement in check.declaration.requirements:
            named.setdefault(requirement, []).append(check.id)
    return named


def _declared() -> Iterator[tuple[Path, str, Declaration]]:
    for path in sorted(suites_root().glob("*/test_*.py")):
        for name, function in vars(_imported(path)).items():
            declaration = declaration_of(function)
            if declaration is not None and name.startswith("test_"):
                yield path, name, declaration


def _imported(path: Path) -> ModuleType:
    name = f"conformance_suites.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"The suite file {path} cannot be read.", "Install the tool again.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
