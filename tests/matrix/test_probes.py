"""Defects and variations below HTTP, as observed and on real sockets."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.defects import PROBE_DEFECTS, PROBE_VARIATIONS, ProbeDefect
from conformance.ehr.personas import build_app
from conformance.ehr.serve import serving
from conformance.ehr.server import Server
from conformance.transport.tls import TlsProbes
from tests.support.figures import FIRED_BY_A_DEFECT, Recorder
from tests.support.in_process import BASE, SOUND_PROBES, TOKEN, all_checks, open_run
from tests.support.matrix import FIRED, SoundRun

PROBED = (*PROBE_DEFECTS, *PROBE_VARIATIONS)
SERVED = [case for case in PROBED if case.tls]
TLS = "security.tls."


@pytest.mark.parametrize("case", PROBED, ids=lambda case: case.id)
def test_what_is_observed_is_judged(
    sound: SoundRun, record_property: Recorder, case: ProbeDefect
) -> None:
    """The checks that the defect names come out FAIL or WARN, none for a variation."""
    judged = sound.against(probes={**SOUND_PROBES, **case.probes})
    assert judged.changed
    assert judged.fired == case.kills
    assert not judged.functions({Outcome.ERROR})
    if case in PROBE_DEFECTS:
        record_property(FIRED_BY_A_DEFECT, len(case.kills))


@pytest.mark.parametrize("case", SERVED, ids=lambda case: case.id)
def test_a_real_socket_shows_what_the_defect_says(case: ProbeDefect) -> None:
    """A server that speaks TLS like this is observed like this, and judged alike."""
    assert case.tls
    with serving("closed", tls=case.tls) as served:
        probes = TlsProbes(served.url, ca_file=served.ca_file, timeout=5.0)
        expected = {**SOUND_PROBES, **case.probes}
        seen = {name: probes(name) for name in expected}
        results = _judged(probes, BASE)
    assert _accepted(seen) == _accepted(expected)
    assert seen["certificate"].get("reason") == expected["certificate"].get("reason")
    assert {r.function for r in results if r.outcome in FIRED} == case.kills


@pytest.mark.parametrize("address", ["http://ehr.example/fhir", "http://127.0.0.1:1/fhir"])
def test_a_plain_address_is_one_failure_but_not_on_this_machine(address: str) -> None:
    """Plain http is the finding of one check; on loopback it says nothing."""
    results = _judged(SOUND_PROBES.__getitem__, address)
    failed = {r.function for r in results if r.outcome in FIRED}
    loopback = "127." in address
    assert failed == (set() if loopback else {f"{TLS}a-current-version-is-spoken"})
    codes = {r.code for r in results if r.outcome is Outcome.SKIP}
    assert codes == ({"not-checkable"} if loopback else {"prerequisite-failed"})


@pytest.mark.parametrize("name", ["tls:1.2 and tls:1.3", "certificate"])
def test_a_handshake_that_works_the_second_time_is_flaky(name: str) -> None:
    """A failure below HTTP counts when it is seen twice, like every other."""
    bad: dict[str, Iterator[Mapping[str, Any]]] = {}

    def answers(wanted: str) -> Iterator[Mapping[str, Any]]:
        yield (
            {"answer": "refused", "reason": "not yet"}
            if wanted == "certificate"
            else {"answer": "closed"}
        )
        while True:
            yield SOUND_PROBES[wanted]

    def probes(wanted: str) -> Mapping[str, Any]:
        if wanted not in name:
            return SOUND_PROBES[wanted]
        return next(bad.setdefault(wanted, answers(wanted)))

    found = {(r.function, r.code) for r in _judged(probes, BASE) if r.outcome in FIRED}
    check = "certificate-is-trusted" if name == "certificate" else "a-current-version-is-spoken"
    assert found == {(f"{TLS}{check}", "flaky")}


def _accepted(probes: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return what is accepted; a refusal may be an alert, another version or a closed line."""
    return {name for name, observed in probes.items() if observed["answer"] == "accepted"}


def _judged(probes: Any, base: str) -> list[CheckResult]:
    app = build_app("certified", token=TOKEN, server_class=Server)
    run = open_run(app, probes=probes, base=base)
    return list(run.run([c for c in all_checks() if c.id.startswith(TLS)]).values())
