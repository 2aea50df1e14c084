"""What the running check has noted so far; one record per attempt, found through the context."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from conformance.core.findings import Finding, Level
from conformance.fhir.harvest import Sample


@dataclass(slots=True, kw_only=True)
class Record:
    """
    One attempt at a check.

    `occurrence` is added to every plain request that the check itself makes, so that a second
    attempt asks the server again. `samples` are those that the check rests on,
    `witnesses` the names of what was seen of credentials and decides it.
    """

    check_id: str
    level: Level
    occurrence: int = 0
    findings: list[Finding] = field(default_factory=list)
    exchanges: set[int] = field(default_factory=set)
    samples: list[Sample] = field(default_factory=list)
    witnesses: set[str] = field(default_factory=set)


_current: ContextVar[Record] = ContextVar("conformance-record")


def current() -> Record:
    """Return the record of the check that runs in this thread; LookupError outside of one."""
    return _current.get()


def rest_on_witness(name: str) -> None:
    """Note that what was seen of a credential decides the running check."""
    current().witnesses.add(name)


class Recording:
    """Make a record the current one within a `with` block."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def __enter__(self) -> Record:
        self._token = _current.set(self._record)
        return self._record

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def note(
    code: str,
    message: str,
    *,
    expected: str = "",
    actual: str = "",
    path: str = "",
    level: Level | None = None,
    exchange: int = 0,
    curl: str = "",
) -> None:
    """Note a finding on the running check; `level` defaults to that of its requirements."""
    record = current()
    record.findings.append(
        Finding(
            code=code,
            level=level or record.level,
            message=message,
            expected=expected,
            actual=actual,
            path=path,
            exchange=exchange,
            curl=curl,
        )
    )
