"""What was not seen below HTTP neither passes nor fails."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.core.outcomes import Outcome
from conformance.ehr.personas import build_app
from tests.support.in_process import BASE, TOKEN, all_checks, open_run

NAMES = ("a-current-version-is-spoken", "old-versions-are-refused", "certificate-is-trusted")
TOOK = {"answer": "accepted"}
Seen = Mapping[str, Mapping[str, Any]]


def _outcomes(old: str, current: str, certificate: str) -> list[tuple[Outcome, str | None]]:
    seen: Seen = {
        "tls:1.0": {"answer": old},
        "tls:1.1": {"answer": old},
        "tls:1.2": {"answer": current},
        "tls:1.3": {"answer": current},
        "certificate": {"answer": certificate, "reason": "expired"},
    }
    app = build_app("certified", token=TOKEN, base_url=BASE)
    run = open_run(app, probes=seen.__getitem__)
    checks = [check for check in all_checks() if check.function_id.startswith("security.tls.")]
    results = run.run(checks)
    chosen = [results[f"security.tls.{name}"] for name in NAMES]
    return [(result.outcome, result.code) for result in chosen]


PASS = (Outcome.PASS, None)
UNSEEN = (Outcome.SKIP, "prerequisite-failed")
LATE = (Outcome.ERROR, "timeout")
NEVER = (Outcome.ERROR, "network")
NONE = (Outcome.FAIL, "tls.no-current-version")
OLD = (Outcome.WARN, "tls.old-version")


@pytest.mark.parametrize(
    ("old", "current", "certificate", "expected"),
    [
        ("alert", "accepted", "accepted", [PASS, PASS, PASS]),
        ("no-answer", "accepted", "accepted", [PASS, PASS, PASS]),
        ("closed", "accepted", "refused", [PASS, PASS, (Outcome.FAIL, "tls.certificate")]),
        ("accepted", "accepted", "accepted", [PASS, OLD, PASS]),
        ("accepted", "other-version", "no-handshake", [NONE, OLD, UNSEEN]),
        ("not-tls", "not-tls", "no-handshake", [NONE, UNSEEN, UNSEEN]),
        ("closed", "closed", "no-handshake", [NONE, UNSEEN, UNSEEN]),
        ("no-answer", "no-answer", "no-answer", [LATE, LATE, LATE]),
        ("unreachable", "unreachable", "unreachable", [NEVER, NEVER, NEVER]),
    ],
)
def test_each_check_says_what_was_seen(
    old: str, current: str, certificate: str, expected: list[tuple[Outcome, str | None]]
) -> None:
    assert _outcomes(old, current, certificate) == expected
