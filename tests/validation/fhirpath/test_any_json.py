"""No invariant raises, whatever JSON stands where it looks, and none faults what is no FHIR."""

import sys
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conformance.ig.registry import shipped
from conformance.validation.fhirpath import (
    Evaluate,
    NotEvaluable,
    Primitive,
    compile_invariant,
)
from tests.support.published import CORE, US_CORE, constraints

pytestmark = pytest.mark.packages


@cache
def invariants() -> tuple[tuple[str, str, Evaluate], ...]:
    """Every published expression once for each type that it stands on, with one resource each."""
    found: dict[tuple[str, str], Evaluate] = {}
    for package in (CORE, *US_CORE):
        for constraint in constraints(package):
            if constraint.key == "ele-1":
                continue
            for type_ in constraint.types:
                key = constraint.expression, type_
                if key not in found:
                    try:
                        found[key] = compile_invariant(*key, shipped().types)
                    except NotEvaluable:
                        continue
    return tuple((*key, made) for key, made in found.items())


KEYS = (
    "resourceType id type value valueQuantity valueString status code coding system extension _id"
    " url name given family contained entry resource reference meta identifier start end low high"
    " concept item linkId answer text div component category path snapshot differential element"
    " url kind description effectiveDateTime _effectiveDateTime telecom period when"
)
NAMES = st.sampled_from(KEYS.split())
NUMBERS = (
    st.integers()
    | st.integers(min_value=10**400, max_value=10**401)
    | st.floats()
    | st.decimals()
    | st.just(Decimal("1E+999999"))
)
TEXTS = st.text(max_size=8) | st.sampled_from(
    ["#", "#a", "", "2020", "2020-01-01T00:00:00Z", "T", "Patient", "Bundle", "\ud800", "<div>"]
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | TEXTS, inner, max_size=6)
        | st.builds(Primitive, SCALARS, inner)
    ),
    max_leaves=25,
)


@settings(
    max_examples=60,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(focus=JSON, resource=JSON, root=JSON)
def test_none_raises(focus: Any, resource: Any, root: Any) -> None:
    for expression, type_, evaluate in invariants():
        assert evaluate(focus, resource, root) in (True, False), (expression, type_)
        assert evaluate(focus, focus, focus) in (True, False), (expression, type_)


def nest(depth: int, name: str) -> Any:
    value: Any = []
    for _ in range(depth):
        value = {name: [value], "value": "x"}
    return value


@pytest.mark.parametrize("name", ["contained", "item", "concept", "extension", "resource", "text"])
def test_none_raises_on_deep_nests(name: str) -> None:
    deep = nest(sys.getrecursionlimit() * 3, name)
    for expression, type_, evaluate in invariants():
        assert evaluate(deep, deep, deep) in (True, False), (expression, type_)


@pytest.mark.parametrize("value", [None, 5, "text", True, [], ["text"], [[]], [None]])
def test_what_is_no_object_breaks_no_invariant_of_one(value: Any) -> None:
    """The wrong kind of JSON is one finding of structure, and no invariant adds a second."""
    model = shipped().types
    for expression, type_, evaluate in invariants():
        if model.children(type_) and not model.is_primitive(type_):
            assert evaluate(value, {"resourceType": "Patient"}, {}), (expression, type_)
