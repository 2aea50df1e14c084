"""
What validation costs, printed and never asserted: `python -m tests.benchmarks.validation`.

The examples of US Core 6.1.0, read from bytes and held against R4 and the profiles that they claim,
invariants included, on one core: the mean over all, and each type's cost and its ratio to the
median. Each resource counts with the best of several rounds. In the same run jsonschema-rs (with a
schema of the structure alone) and fhirpathpy (the invariants alone) judge the same bytes; then the
same resources as NDJSON, and the memory. `--million` measures the command on up to 1,000,000
resources: see million.py.
"""

import json
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest

from conformance.ig.registry import shipped
from conformance.validation.batches import Judging, Order
from conformance.validation.files import pieces
from conformance.validation.judging import Judged
from conformance.validation.parsing import parse
from conformance.validation.validator import Validator
from tests.benchmarks.million import million
from tests.benchmarks.yardsticks import fhirpathpy, json_schema
from tests.support.published import US_CORE, examples

ROUNDS = 7
SELDOM = 2
"""Rounds of what takes long."""
APART = ("Questionnaire", "QuestionnaireResponse")
GOAL = 10_000
EDITION = "hl7.fhir.us.core#6.1.0"


def main() -> None:
    """Measure and print."""
    if "--million" in sys.argv[1:]:
        million()
        return
    try:
        texts = _texts()
    except pytest.skip.Exception as reason:
        print(f"Nothing is measured: {reason}. FHIR_PACKAGES names the folder that holds it.")
        return
    began = time.perf_counter()
    validator = Validator(shipped(EDITION))
    opened = time.perf_counter() - began
    costs = _costs(lambda content: _judge(validator, content), texts)
    print(f"{len(texts)} resources of the examples of US Core 6.1.0, one core, warm")
    print(f"its rulebook opened in {opened * 1000:.0f} ms")
    plain = [cost for text, cost in costs.items() if _type(text) not in APART]
    _tell("validated", plain, f"goal {GOAL:,}")
    parsed = _costs(parse, texts)
    _tell("of it parsed", [cost for text, cost in parsed.items() if _type(text) not in APART])
    for name in APART:
        _tell(name, [cost for text, cost in costs.items() if _type(text) == name])
    _tell_types(costs)
    _tell_yardsticks(texts, mean(plain))
    _tell_lines(texts)
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _texts() -> list[bytes]:
    """Return the examples as bytes, a Bundle as one resource among them."""
    found = dict.fromkeys(json.dumps(one).encode() for _, one in examples(US_CORE[3]))
    return list(found)


def _judge(validator: Validator, content: bytes) -> object:
    value, issues = parse(content)
    return [*issues, *validator.validate(value)]


def _costs(
    judge: Callable[[bytes], object], texts: Sequence[bytes], rounds: int = ROUNDS
) -> dict[bytes, float]:
    """Return the seconds of each text's quickest round."""
    costs: dict[bytes, float] = dict.fromkeys(texts, float("inf"))
    for _ in range(rounds):
        for text in texts:
            # Processor time: what else the machine does costs this less.
            began = time.process_time()
            judge(text)
            costs[text] = min(costs[text], time.process_time() - began)
    return costs


def _type(text: bytes) -> str:
    return str(json.loads(text)["resourceType"])


def _tell(name: str, costs: Sequence[float], more: str = "") -> None:
    if costs:
        print(
            f"{name:24}{len(costs) / sum(costs):>9,.0f} resources/s   "
            f"mean {mean(costs) * 1e6:>6.0f} us   median {median(costs) * 1e6:>6.0f} us   "
            f"slowest {max(costs) * 1e6:>6.0f} us   {more}"
        )


def _tell_types(costs: dict[bytes, float]) -> None:
    types: dict[str, list[float]] = defaultdict(list)
    for text, cost in costs.items():
        types[_type(text)].append(cost)
    middle = median(costs.values())
    print(f"\n{'type':24}{'number':>7}{'mean us':>9}{'slowest':>9}{'to the median':>15}")
    for name, own in sorted(types.items(), key=lambda entry: -mean(entry[1])):
        row = f"{name:24}{len(own):>7}{mean(own) * 1e6:>9.0f}{max(own) * 1e6:>9.0f}"
        print(f"{row}{mean(own) / middle:>14.1f}x")
    print()


def _tell_yardsticks(texts: Sequence[bytes], ours: float) -> None:
    schema = json_schema()
    if schema is None:
        print("jsonschema-rs is not installed (pip install jsonschema-rs): left out")
    judges: dict[str, Any] = {"jsonschema-rs, structure": schema}
    judges["fhirpathpy, invariants"] = fhirpathpy(texts)
    for name, judge in judges.items():
        if judge is not None:
            costs = _costs(judge, texts, SELDOM)
            own = [cost for text, cost in costs.items() if _type(text) not in APART]
            _tell(name, own, f"{mean(own) / ours:.2f} times ours")


def _tell_lines(texts: Sequence[bytes]) -> None:
    """Measure NDJSON from a file to lines of results, as each process of the command does it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "examples.ndjson"
        path.write_bytes(b"".join(text + b"\n" for text in texts) * 20)
        order = Order(packages=(EDITION,), opening=lambda names: shipped(*names), tell=_document)
        judging = Judging(order)
        for _ in range(SELDOM):
            began = time.process_time()
            batch = judging.batch(list(pieces(str(path))))
            seconds = time.process_time() - began
    rate = batch.tally.resources / seconds
    print(f"{'NDJSON, all of them':24}{rate:>9,.0f} resources/s, from a file to lines of results")


def _document(judged: Judged) -> bytes:
    return judged.document()


if __name__ == "__main__":
    main()
