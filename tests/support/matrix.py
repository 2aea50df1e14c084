"""
The defect matrix: which checks catch which defect.

A defect is run against the requests of the sound run first. Only checks that touched an exchange
which the defect changed are judged again; the others saw nothing that differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.checks.execute import Check, run_check
from conformance.checks.record import current
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from conformance.evidence.exchange import Evidence, Exchange, Request
from conformance.fhir.pool import Harvest, Pool
from tests.support.in_process import TOKEN, InProcessRun, all_checks, open_run

FIRED = frozenset({Outcome.FAIL, Outcome.WARN})


@dataclass(slots=True)
class Touches:
    """Which requests each check rests on, its samples' harvests included."""

    asked: dict[str, Request] = field(default_factory=dict)
    by_check: dict[str, set[str]] = field(default_factory=dict)
    by_type: dict[str, set[str]] = field(default_factory=dict)
    types_of: dict[str, set[str]] = field(default_factory=dict)

    def of(self, check_id: str) -> set[str]:
        """Return the keys of the requests that a check rests on."""
        keys = set(self.by_check.get(check_id, ()))
        for type_ in self.types_of.get(check_id, ()):
            keys |= self.by_type[type_]
        return keys


class SoundRun:
    """The run of the sound server, with the requests that each check rests on."""

    def __init__(self, persona: str = "certified") -> None:
        self.touches = Touches()
        self.persona = persona
        self.run = _open(persona, Server)
        self.checks = all_checks()
        evidence = self.run.context.evidence
        self._settled = {request.key(0) for request in _settling(self.run)}
        self._watch(evidence, self.run.context.pool)
        self.results = self.run.run(self.checks)
        self.exchanges = {k: evidence.ask(r) for k, r in self.touches.asked.items()}

    def fired(self, results: Iterable[CheckResult]) -> set[str]:
        """Return the check functions that came out FAIL or WARN."""
        return {result.function for result in results if result.outcome in FIRED}

    def against(self, server_class: type[Server]) -> tuple[dict[str, CheckResult], int]:
        """
        Judge another server by the same checks.

        Returns the results of all checks and the number of exchanges that differ from the sound
        run's. Checks that touched none of these keep their sound results.
        """
        other = _open(self.persona, server_class)
        evidence = other.context.evidence
        changed = {
            key
            for key, request in self.touches.asked.items()
            if not _same(self.exchanges[key], evidence.ask(request))
        }
        results = dict(self.results)
        everything = bool(changed & self._settled)
        for check in self.checks:
            if everything or self.touches.of(check.id) & changed:
                results[check.id] = run_check(check, other.context)
        return results, len(changed)

    def _watch(self, evidence: Evidence, pool: Pool) -> None:
        """Note what is asked: under the type while a harvest is gathered, else under the check."""
        touches, gathering = self.touches, list[str]()
        plain_ask, plain_of = evidence.ask, pool.of

        def ask(request: Request) -> Exchange:
            key = request.key(evidence.epoch)
            touches.asked.setdefault(key, request)
            if gathering:
                for type_ in gathering:
                    touches.by_type[type_].add(key)
            else:
                touches.by_check.setdefault(_running(), set()).add(key)
            return plain_ask(request)

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
        pool.of = of  # type: ignore[method-assign]
        for entry in self.run.context.rulebook.types:
            pool.of(entry.type)


def _open(persona: str, server_class: type[Server]) -> InProcessRun:
    app = build_app(persona, token=TOKEN, server_class=server_class)
    if persona == "clinic":
        return open_run(app, header="X-API-Key", scheme="")
    return open_run(app)


def _settling(run: InProcessRun) -> list[Request]:
    """Return the request that settled where the API is: the only one asked so far."""
    client = run.context.fhir._client
    return [client.request("metadata", credential="")]


def _running() -> str:
    try:
        return current().check_id
    except LookupError:
        return ""


def _same(one: Exchange, other: Exchange) -> bool:
    return (one.status, one.headers, one.content) == (other.status, other.headers, other.content)


__all__ = ["Check", "SoundRun"]
