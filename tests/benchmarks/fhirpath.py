"""
What invariants cost, printed and never asserted: `python -m tests.benchmarks.fhirpath`.

How each package's expressions are judged; then every constraint but ele-1 and ext-1 on every place
of the US Core 6.1.0 examples, compiled and by fhirpathpy in the same run: expressions a second, the
cost of a resource, and the dearest constraints. Each is the best of several rounds, one thread.
"""

import time
from collections.abc import Callable
from statistics import mean, median
from typing import Any, NamedTuple

from conformance.ig.registry import shipped
from conformance.validation.fhirpath import Evaluate, NotEvaluable, compile_invariant
from conformance.validation.fhirpath.corrections import CORRECTIONS
from tests.support.fhirpath_oracle import opinion
from tests.support.fhirpath_table import WAYS, table
from tests.support.published import CORE, US_CORE, Place, by_path, constraints, examples, judged

ROUNDS = 5
NARRATIVE = ("txt-1", "txt-2")
"""Left out of the comparison: both judges would call the same function of ours."""


class Pair(NamedTuple):
    """One constraint at one place."""

    key: str
    expression: str
    evaluate: Evaluate
    place: Place


def pairs(package: tuple[str, str]) -> list[list[Pair]]:
    """The pairs of each example."""
    rules = by_path([*constraints(CORE), *constraints(package)])
    functions: dict[tuple[str, str, str], Evaluate | None] = {}
    found: list[list[Pair]] = []
    for _, resource in examples(package):
        found.append([])
        for constraint, place in judged(resource, rules):
            key = constraint.expression, place.type, str(place.resource.get("resourceType"))
            if key not in functions:
                functions[key] = _compiled(*key)
            function = functions[key]
            if function is not None:
                found[-1].append(Pair(constraint.key, constraint.expression, function, place))
    return found


def _compiled(expression: str, type_: str, resource: str) -> Evaluate | None:
    try:
        return compile_invariant(expression, type_, shipped().types, resource=resource)
    except NotEvaluable:
        return None


def ours(pair: Pair) -> bool:
    """Judge a pair compiled."""
    return pair.evaluate(pair.place.value, pair.place.resource, pair.place.root)


def theirs(pair: Pair) -> str:
    """Judge a pair by fhirpathpy."""
    correction = CORRECTIONS.get(pair.expression)
    expression = correction.expression if correction else pair.expression
    place = pair.place
    return opinion(expression, place.type, place.value, place.resource, place.root)


def best(judge: Callable[[Pair], Any], found: list[Pair], rounds: int = ROUNDS) -> float:
    """The seconds of the quickest round over some pairs."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for pair in found:
            judge(pair)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    """Print it all."""
    print(f"{'package':28}{'total':>7}" + "".join(f"{way:>15}" for way in WAYS))
    for name, counts in table().items():
        row = "".join(f"{counts[way]:>15}" for way in WAYS)
        print(f"{name:28}{sum(counts.values()):>7}{row}")
    resources = [[p for p in found if p.key not in NARRATIVE] for found in pairs(US_CORE[3])]
    every = [pair for found in resources for pair in found]
    mine, others = best(ours, every), best(theirs, every, 2)
    print(f"\n{len(resources)} examples of US Core 6.1.0, {len(every)} pairs without narratives")
    print(f"compiled   {len(every) / mine:>12,.0f} expressions/s")
    print(f"fhirpathpy {len(every) / others:>12,.0f} expressions/s   ({others / mine:,.0f} times)")
    costs = [best(ours, found) * 1e6 for found in resources]
    print(
        f"microseconds a resource: mean {mean(costs):.1f}, median {median(costs):.1f},"
        f" most {max(costs):.0f}"
    )
    texts = [p for found in pairs(US_CORE[3]) for p in found if p.key in NARRATIVE]
    print(f"a narrative: {best(ours, texts) / len(texts) * 1e6:.1f} microseconds")
    by_key: dict[str, list[Pair]] = {}
    for pair in every:
        by_key.setdefault(pair.key, []).append(pair)
    dearest = sorted(((best(ours, found), key) for key, found in by_key.items()), reverse=True)[:8]
    for seconds, key in dearest:
        number = len(by_key[key])
        print(f"  {key:12}{number:>6} times, {seconds / number * 1e6:>8.2f} microseconds each")


if __name__ == "__main__":
    main()
