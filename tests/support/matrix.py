"""
The defect matrix: which checks catch which defect.

A defective server is sent the requests of the sound run first, past the recorder, as they went over
the wire. Only checks that touched an exchange which the defect changed are judged again; the others
saw nothing that differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from conformance.checks.execute import Check, run_check
from conformance.checks.record import current
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.personas import SETUPS, build_app, store_of
from conformance.ehr.server import Server
from conformance.evidence.exchange import Evidence, Exchange, Probe, Request
from conformance.fhir.harvest import Harvest
from conformance.fhir.pool import Pool
from tests.support.in_process import (
    SOUND_PROBES,
    TOKEN,
    Answered,
    App,
    AsgiTransport,
    InProcessRun,
    all_checks,
    is_flow,
    open_run,
)

FIRED = frozenset({Outcome.FAIL, Outcome.WARN})
PAGE_SIZE, PATIENTS = 6, 2
LOUD = frozenset({Outcome.FAIL, Outcome.WARN, Outcome.ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    What a server came to.

    `results` are those of all checks, by id. `changed` are the keys of the exchanges and probes
    that differ from the sound run's, `again` the checks that were judged again for it.
    """

    results: dict[str, CheckResult]
    changed: frozenset[str]
    again: frozenset[str]

    def functions(self, outcomes: Iterable[Outcome]) -> set[str]:
        """Return the check functions that came out so in any of their rows."""
        wanted = set(outcomes)
        return {result.function for result in self.results.values() if result.outcome in wanted}

    @property
    def fired(self) -> set[str]:
        """The check functions that came out FAIL or WARN."""
        return self.functions(FIRED)

    def codes(self, function: str) -> set[str]:
        """Return the codes of a function's findings over all its rows."""
        return {
            finding.code
            for result in self.results.values()
            if result.function == function
            for finding in result.findings
        }


@dataclass(slots=True)
class Touches:
    """Which requests and probes each check rests on, its samples' harvests included."""

    asked: dict[str, None] = field(default_factory=dict)
    by_check: dict[str, set[str]] = field(default_factory=dict)
    by_type: dict[str, set[str]] = field(default_factory=dict)
    types_of: dict[str, set[str]] = field(default_factory=dict)

    def of(self, check_id: str) -> set[str]:
        """Return the keys of the requests and probes that a check rests on."""
        keys = set(self.by_check.get(check_id, ()))
        for type_ in self.types_of.get(check_id, ()):
            keys |= self.by_type[type_]
        return keys


class Tapped(AsgiTransport):
    """A transport that keeps each request as sent, and its answer, under the key being asked."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.asking = ""
        self.sent: dict[str, tuple[httpx.Request, Answered]] = {}

    def answer(self, request: httpx.Request) -> Answered:
        """Answer, and keep the first answer to what is being asked."""
        answered = super().answer(request)
        self.sent.setdefault(self.asking, (request, answered))
        return answered


class Retold(AsgiTransport):
    """A transport that gives an answer which was had before once more, and then asks again."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._had: dict[object, Answered] = {}

    def first(self, request: httpx.Request) -> Answered:
        """Ask, and keep the answer for the one who asks the same next."""
        answered = super().answer(request)
        self._had[_wire_form(request)] = answered
        return answered

    def answer(self, request: httpx.Request) -> Answered:
        """Give the answer that was kept, or ask."""
        kept = self._had.pop(_wire_form(request), None)
        return super().answer(request) if kept is None else kept


class SoundRun:
    """The run of the sound server, with the requests that each check rests on."""

    def __init__(self, persona: str = "certified") -> None:
        self.touches = Touches()
        self.persona = persona
        self.checks = plain_checks()
        self._wire = Tapped(app_of(persona, Server))
        self.run = opened(persona, transport=self._wire)
        self._watch(self.run.context.evidence, self.run.context.pool)
        self.results = self.run.run(self.checks)

    def against(
        self,
        server_class: type[Server] = Server,
        *,
        probes: Mapping[str, Mapping[str, Any]] = SOUND_PROBES,
    ) -> Judged:
        """
        Judge another server by the same checks.

        Checks that touched nothing which differs keep their sound results.
        """
        wire = Retold(app_of(self.persona, server_class))
        sent = self._wire.sent
        changed = {key for key in self.touches.asked if wire.first(sent[key][0]) != sent[key][1]}
        changed |= {f"probe {name}" for name in SOUND_PROBES if probes[name] != SOUND_PROBES[name]}
        other = opened(self.persona, server_class, transport=wire, probes=probes)
        everything = _settled(other) != _settled(self.run)
        results = dict(self.results)
        again = set()
        for check in self.checks:
            if everything or self.touches.of(check.id) & changed:
                again.add(check.id)
                results[check.id] = run_check(check, other.context)
        return Judged(results=results, changed=frozenset(changed), again=frozenset(again))

    def _watch(self, evidence: Evidence, pool: Pool) -> None:
        """Note what is asked: under the type while a harvest is gathered, else under the check."""
        touches, gathering = self.touches, list[str]()
        # Settling asked for the capabilities before anything was watched.
        settling = self.run.context.fhir._client.request("metadata", credential="")
        self._wire.sent[settling.key(evidence.epoch)] = self._wire.sent.pop("")
        plain_ask, plain_probe, plain_of = evidence.ask, evidence.probe, pool.of

        def ask(request: Request) -> Exchange:
            key = self._wire.asking = request.key(evidence.epoch)
            touches.asked[key] = None  # in order: some servers mind what was asked before
            if gathering:
                for type_ in gathering:
                    touches.by_type[type_].add(key)
            else:
                touches.by_check.setdefault(_running(), set()).add(key)
            return plain_ask(request)

        def probe(name: str) -> Probe:
            touches.by_check.setdefault(_running(), set()).add(f"probe {name}")
            return plain_probe(name)

        def of(type_: str) -> Harvest:
            if gathering:
                for outer in gathering:
                    touches.by_type[outer] |= touches.by_type.get(type_, set())
            elif name := _running():
                touches.types_of.setdefault(name, set()).add(type_)
            touches.by_type.setdefault(type_, set())
            gathering.append(type_)
            try:
                return plain_of(type_)
            finally:
                gathering.pop()

        evidence.ask = ask  # type: ignore[method-assign]
        evidence.probe = probe  # type: ignore[method-assign]
        pool.of = of  # type: ignore[method-assign]
        for entry in self.run.context.rulebook.types:
            pool.of(entry.type)


def _wire_form(request: httpx.Request) -> object:
    """Return what makes two requests one to a server."""
    return request.method, str(request.url), tuple(request.headers.raw), request.read()


def plain_checks() -> tuple[Check, ...]:
    """Return the checks that need no launch and no export."""
    return tuple(check for check in all_checks() if not is_flow(check))


def app_of(persona: str, server_class: type[Server]) -> App:
    """Return a persona with a class in the sound server's place, and pages that fill soon."""
    if persona not in SETUPS:
        portal: App = build_app(persona, token=TOKEN)
        return portal
    setup = replace(SETUPS[persona], page_size=PAGE_SIZE)
    return server_class(setup=setup, store=store_of(persona, PATIENTS), token=TOKEN)


def opened(
    persona: str,
    server_class: type[Server] = Server,
    *,
    transport: httpx.BaseTransport | None = None,
    probes: Mapping[str, Mapping[str, Any]] = SOUND_PROBES,
) -> InProcessRun:
    """Open a run against a persona, with the kind of credential that it takes."""
    app, answers = app_of(persona, server_class), probes.__getitem__
    if persona == "clinic":
        return open_run(app, header="X-API-Key", scheme="", transport=transport, probes=answers)
    return open_run(app, transport=transport, probes=answers)


def _settled(run: InProcessRun) -> tuple[str, str, bool]:
    """Return what checks take from the settling of a run."""
    settled = run.context.settled
    return settled.base, settled.edition, settled.found


def _running() -> str:
    try:
        return current().check_id
    except LookupError:
        return ""
