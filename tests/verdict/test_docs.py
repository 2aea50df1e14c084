"""docs/verdict.md says what the catalogue and the code say."""

import re
from pathlib import Path

import pytest

from conformance.catalogue import Catalogue
from conformance.verdict.decide import SystemClass
from conformance.verdict.gates import State

PAGE = Path(__file__).parents[2] / "docs" / "verdict.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def _row(page: str, first: str, width: int) -> list[str]:
    """Return the cells of the one table row that begins with `first` and has `width` cells."""
    lines = [line for line in page.splitlines() if line.startswith(f"| {first} |")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    (found,) = [row for row in rows if len(row) == width]
    return found


def test_every_gate_stands_there_as_the_catalogue_has_it(page: str, catalogue: Catalogue) -> None:
    for gate in catalogue.gates.values():
        _, title, requirements, kind, authorization = _row(page, f"`{gate.id}`", 5)
        assert title == gate.title[:1].lower() + gate.title[1:]
        assert re.findall(r"`([^`]+)`", requirements) == list(gate.requirements)
        assert kind == gate.kind.value
        assert authorization == ("yes" if gate.authorization else "")


def test_every_row_of_the_table_stands_there(page: str) -> None:
    for rule in range(1, 10):
        assert _row(page, str(rule), 4)[2] in set(SystemClass)


def test_every_class_and_state_is_explained(page: str) -> None:
    for name in SystemClass:
        assert f"| **{name}** |" in page
    for state in State:
        assert f"| `{state}` |" in page


def test_thresholds_types_and_editions_are_those_of_the_rule_set(
    page: str, catalogue: Catalogue
) -> None:
    rules = catalogue.rule_sets["onc-2026"]
    flowing = " ".join(page.split())
    assert f"more than {rules.thresholds.failed_rows * 100:.0f} %" in flowing
    assert f"at least {rules.thresholds.executed_rows * 100:.0f} %" in flowing
    types = rules.edition(rules.default_edition).search_types
    assert f"{', '.join(types[:-1])} and {types[-1]}." in flowing
    for edition in rules.editions:
        assert edition in page


def test_the_step_counts_are_those_of_the_catalogue(page: str, catalogue: Catalogue) -> None:
    bound = [step for step in catalogue.steps if step.binds("6.1.0", "2")]
    assert f"({len(bound)} of {len(catalogue.steps)} for US Core 6.1.0)" in page
    testable = sum(step.testable == "client" for step in bound)
    assert f"({testable})" in page
