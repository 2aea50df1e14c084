"""A check that is decided by what was seen of a credential says so, before a run and after it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from conformance.checks.record import current
from conformance.plugin.document import check_form
from tests.support.flows import open_flow_run
from tests.support.in_process import all_checks

CHALLENGE = "/challenge"
"""A challenge is made for the server; no check is decided by it."""


@pytest.fixture(scope="module")
def looked() -> tuple[dict[str, set[str]], dict[str, set[str]], set[str]]:
    """Return what each check function looked at, what its results name, and who declares it."""
    run = open_flow_run()
    evidence: Any = run.context.evidence
    look: Callable[..., Any] = evidence.witness
    seen: dict[str, set[str]] = defaultdict(set)
    named: dict[str, set[str]] = defaultdict(set)

    def spied(name: str, *rest: Any) -> Any:
        if not name.endswith(CHALLENGE):
            seen[current().check_id.partition("[")[0]].add(name)
        return look(name, *rest)

    evidence.witness = spied
    checks = [check for check in all_checks() if check.declaration.serial]
    for result in run.run(checks).values():
        named[result.function] |= set(check_form(result)["witnesses"])
    declared = {check.function_id for check in checks if check.declaration.witness}
    return dict(seen), {name: names for name, names in named.items() if names}, declared


def test_what_was_looked_at_is_named_in_the_result(looked: Any) -> None:
    seen, named, _ = looked
    assert seen
    assert named == seen


def test_who_looks_declares_it(looked: Any) -> None:
    _, named, declared = looked
    assert set(named) == declared
