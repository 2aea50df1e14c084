"""Other engines judge the same originals and mutants; every difference has been adjudicated."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.mutants.collect import of_all
from tests.support.mutants.engines import ENGINES, in_use, speaks_of
from tests.support.mutants.judging import validator
from tests.support.mutants.kinds import GROUPS, everything
from tests.support.mutants.library import CORE, US_CORE, package

pytestmark = [pytest.mark.packages, pytest.mark.slow]

LISTED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("differences.toml").read_text())
WORDS = {"verdict", "path"}


class Difference(NamedTuple):
    """What an engine and ours do not agree on; `found_by` says who found something."""

    what: str
    kind: str
    change: str
    rule: str
    found_by: str


def _ours(resource: Any) -> Counter[str]:
    """Judge by the base alone, which is all that the others know."""
    issues = validator(CORE).validate(resource, claims=False)
    return Counter(issue.path for issue in issues if issue.level == "error")


def _of_originals(engine: str) -> Iterator[Difference]:
    judge, _ = ENGINES[engine]
    examples = [e for name in US_CORE for e in package(name).examples]
    for example in (*examples, *package(CORE).resources):
        resource = example.read()
        if speaks_of(engine, resource["resourceType"]):
            ours, theirs = bool(_ours(resource)), bool(judge(resource))
            if ours != theirs:
                who = "ours" if ours else "theirs"
                yield Difference("verdict", "original", "", example.key, who)


def _of_mutants(engine: str) -> Iterator[Difference]:
    judge, has_paths = ENGINES[engine]
    before: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for group in GROUPS.values():
        for mutant in of_all(group, everything(), each=1):
            original = mutant.example.read()
            if not speaks_of(engine, original["resourceType"]):
                continue
            if mutant.example.key not in before:
                before[mutant.example.key] = _ours(original), judge(original)
            known, known_to_them = before[mutant.example.key]
            if mutant.path in known or (known_to_them and not has_paths):
                continue
            resource = mutant.resource()
            ours, theirs = _ours(resource) - known, judge(resource) - known_to_them
            if bool(ours) != bool(theirs):
                who = "ours" if ours else "theirs"
                yield Difference("verdict", mutant.kind, mutant.change, mutant.rule, who)
            elif has_paths and mutant.path in ours and mutant.path not in theirs:
                yield Difference("path", mutant.kind, mutant.change, mutant.rule, "both")


def _fits(entry: dict[str, Any], found: Difference) -> bool:
    return all(
        fnmatchcase(getattr(found, field), pattern)
        for field in Difference._fields
        for pattern in [entry.get(field, "*")]
        if isinstance(pattern, str)
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_every_difference_is_explained(engine: str) -> None:
    """In a list that says who is right and why; and the list holds nothing that is no more so."""
    entries = [entry for entry in LISTED["difference"] if entry["engine"] == engine]
    used: Counter[int] = Counter()
    unexplained: list[Difference] = []
    for found in (*_of_originals(engine), *_of_mutants(engine)):
        number = next((n for n, entry in enumerate(entries) if _fits(entry, found)), None)
        if number is None:
            unexplained.append(found)
        else:
            used[number] += 1
    assert not unexplained, f"{len(unexplained)}: {unexplained[:30]}"
    if in_use(engine) == LISTED["versions"][engine]:
        # Another version may have mended something.
        assert [entry for n, entry in enumerate(entries) if n not in used] == []


def test_every_entry_says_who_is_right() -> None:
    """And why."""
    for entry in LISTED["difference"]:
        assert entry["engine"] in ENGINES
        assert entry["what"] in WORDS
        assert entry["right"] in {"ours", "theirs", "both"}
        assert entry["why"].strip()
