"""The expressions of search parameters become paths, or are refused."""

import pytest

from conformance.core.errors import PackageError
from conformance.ig.expressions import Operand, operands


@pytest.mark.parametrize(
    ("expression", "type_", "expected"),
    [
        ("Patient.name", "Patient", [Operand(path="name")]),
        ("Patient.name | Person.name", "Person", [Operand(path="name")]),
        ("Resource.id", "Patient", [Operand(path="id")]),
        ("Location.name|Location.alias", "Location", [Operand(path="name"), Operand(path="alias")]),
        ("(Goal.target.due as date)", "Goal", [Operand(path="target.due", only="date")]),
        ("Goal.start.ofType(date)", "Goal", [Operand(path="start", only="date")]),
        (
            "Condition.onset.as(dateTime)|Condition.onset.as(Period)",
            "Condition",
            [Operand(path="onset", only="dateTime"), Operand(path="onset", only="Period")],
        ),
        (
            "Goal.subject.where(resolve() is Patient)",
            "Goal",
            [Operand(path="subject", target="Patient")],
        ),
        (
            "Condition.extension.where(url = 'http://x/y').valueDateTime",
            "Condition",
            [Operand(path="value", only="dateTime", extension="http://x/y")],
        ),
        (  # a step too many, as in US Core 5.0.1
            "Condition.extension.where(url = 'http://x/y').extension.valueDateTime",
            "Condition",
            [Operand(path="value", only="dateTime", extension="http://x/y")],
        ),
        ("Patient.name", "Goal", []),
    ],
)
def test_each_known_form_is_understood(
    expression: str, type_: str, expected: list[Operand]
) -> None:
    assert list(operands(expression, type_)) == expected


@pytest.mark.parametrize(
    "expression",
    ["Goal.target.where(x = 1)", "Goal.target[0]", "Goal.description.first()", "Goal"],
)
def test_an_unknown_form_is_refused(expression: str) -> None:
    with pytest.raises(PackageError, match="has a form that is not known"):
        operands(expression, "Goal")
