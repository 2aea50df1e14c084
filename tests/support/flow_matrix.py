"""
The defect matrix of flows: which checks of launches and exports catch which defect.

A flow spends what it is given (codes, states, tokens), so requests of the sound run cannot be sent
again: each server is run anew, with the same draws and minting. A defect counts as seen only when
an exchange differs from the sound run's.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from conformance.checks.execute import Check
from conformance.core.outcomes import CheckResult
from conformance.ehr.server import Server
from conformance.evidence.exchange import Evidence, Exchange, Request
from tests.support.flows import open_flow_run
from tests.support.in_process import all_checks, is_flow
from tests.support.matrix import Judged

_OF_NOW = frozenset({"date", "expires"})
_TIMES = re.compile(rb'"transactionTime":"[0-9T:.-]+Z"|"(?:exp|iat)":[0-9]+')
"""What tells the time, which goes on between two runs."""

LONG_AGO = 1_000_000_000
"""A number from here on is a time."""


def flow_checks() -> tuple[Check, ...]:
    """Return the checks of launches and exports, those that end what others need last."""
    return tuple(check for check in all_checks() if is_flow(check))


class SoundFlows:
    """A run of the flow checks on the sound server, and what each exchange of it brought."""

    def __init__(self) -> None:
        self.checks = flow_checks()
        self.results, self.answers = run_flows(self.checks)

    def against(self, server_class: type[Server] = Server) -> Judged:
        """Judge another server by the same checks."""
        results, answers = run_flows(self.checks, server_class)
        # An exchange that only one of the two runs has comes of one that differs in both.
        changed = {
            key for key, answer in answers.items() if self.answers.get(key, answer) != answer
        }
        return Judged(results=results, changed=frozenset(changed), again=frozenset(results))


def run_flows(
    checks: tuple[Check, ...], server_class: type[Server] = Server
) -> tuple[dict[str, CheckResult], dict[str, object]]:
    """Return the results of checks on a server, and its answers by the requests' keys."""
    with fixed_draws():
        run = open_flow_run(server_class, fixed=True)
        answers = _watched(run.context.evidence)
        return run.run(checks), answers


@contextmanager
def fixed_draws() -> Iterator[None]:
    """Let our own chance (states, nonces, verifiers) repeat itself in each run."""
    numbers = itertools.count(1)

    def token(size: int = 32) -> str:
        return f"fixed-{next(numbers):06d}".ljust(size * 4 // 3, "x")

    with patch("secrets.token_urlsafe", token):
        yield


def _watched(evidence: Evidence) -> dict[str, object]:
    """Note what comes of each request and what is seen of credentials, under its key."""
    seen: dict[str, object] = {}
    plain_ask, plain_witness = evidence.ask, evidence.witness

    def ask(request: Request) -> Exchange:
        key = request.key(evidence.epoch)
        exchange = plain_ask(request)
        headers = tuple(pair for pair in exchange.headers if pair[0] not in _OF_NOW)
        content = _TIMES.sub(b"", exchange.content)
        seen.setdefault(key, (exchange.status, headers, content, exchange.blob))
        return exchange

    def witness(name: str, look: Callable[[Callable[[str], str]], Any]) -> Any:
        found = plain_witness(name, look)
        seen.setdefault(f"witness {name}", _without_clock(found))
        return found

    evidence.ask = ask  # type: ignore[method-assign]
    evidence.witness = witness  # type: ignore[method-assign]
    return seen


def _without_clock(seen: Any) -> Any:
    """Return what was seen with times as what they are from now, roughly: the clock goes on."""
    if isinstance(seen, dict):
        return {name: _without_clock(value) for name, value in seen.items()}
    if isinstance(seen, int | float) and seen > LONG_AGO:
        return round((seen - time.time()) / 200)
    return seen
