"""
Property-based checks: Hypothesis makes the examples, the transcript keeps them.

Examples are generated before anything is asked of the server, so that nothing shrinks live and a
replay repeats exactly what was tried, whatever version of Hypothesis is installed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from conformance.core.errors import CheckEnded, Skipped
from conformance.evidence.exchange import Evidence

examples = settings(
    max_examples=20,
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""Decorate a `@given` check with this, between `@check` and `@given`."""


def is_property(function: Callable[..., None]) -> bool:
    """Tell whether a check function is a property over generated examples."""
    return hasattr(function, "hypothesis")


def run_property(
    function: Callable[..., None], arguments: Mapping[str, Any], check_id: str, evidence: Evidence
) -> None:
    """
    Run a property for each of its examples, recorded under the check's id.

    An example that finds nothing to look at is passed over; when all do, the last reason stands.
    """
    handle: Any = function.hypothesis  # type: ignore[attr-defined]
    body = handle.inner_test
    name = f"examples {check_id}"
    drawn = evidence.drawn(name)
    if drawn is None:
        drawn = evidence.draw(name, _generate(function, arguments))
    passed_over: CheckEnded | None = None
    looked = 0
    for example in drawn:
        try:
            body(**arguments, **example)
            looked += 1
        except Skipped as reason:
            passed_over = reason
    if not looked and passed_over is not None:
        raise passed_over


def _generate(function: Callable[..., None], arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    handle: Any = function.hypothesis  # type: ignore[attr-defined]
    body = handle.inner_test
    made: list[dict[str, Any]] = []

    def collect(**values: Any) -> None:
        made.append({name: value for name, value in values.items() if name not in arguments})

    handle.inner_test = collect
    try:
        function(**arguments)
    finally:
        handle.inner_test = body
    return made
