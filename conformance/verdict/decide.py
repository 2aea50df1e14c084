"""
The decision table: one function a row, tried in order, the first that matches decides.

The rows are those of the design and of docs/verdict.md, with the same numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conformance.verdict.gates import GateResult, State
from conformance.verdict.reading import Results
from conformance.verdict.subject import (
    is_payer_api,
    is_record_system,
    silent_where_an_api_may_be,
)


class SystemClass(StrEnum):
    """The two classes, and the honest third answer."""

    CERTIFIED = "certified-EHR-level"
    EMR = "EMR-level"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The class, the number of the row that decided, and the gates that speak for it."""

    system_class: SystemClass
    rule: int
    qualifier: str
    gates: tuple[GateResult, ...]
    decisive: tuple[GateResult, ...] = ()

    @property
    def shown(self) -> int:
        """How many of `gates` are shown."""
        return sum(result.state is State.SHOWN for result in self.gates)


Gates = tuple[GateResult, ...]


def decide(results: Results, gates: Gates) -> Decision:
    """Return the decision of the first row that matches; the last one always does."""
    for row in ROWS:
        decision = row(results, gates)
        if decision is not None:
            return decision
    return otherwise(results, gates)


def nothing_to_judge(results: Results, gates: Gates) -> Decision | None:
    """Row 1: nothing answered, or nothing that answered is a record system."""
    if results.target.get("reachable") is not True or silent_where_an_api_may_be(results):
        return _undetermined(1, "unreachable", gates)
    if is_record_system(results) or is_payer_api(results):
        return None
    return _undetermined(1, "not a record system", gates)


def payer(results: Results, gates: Gates) -> Decision | None:
    """Row 2: an insurer's API, unless the target file says that it is a record system."""
    if results.target.get("kind") == "ehr" or is_record_system(results):
        return None
    return _undetermined(2, "payer API", gates)


def no_api(results: Results, gates: Gates) -> Decision | None:
    """Row 3: a record system by the target file, without a FHIR API at any address tried."""
    if results.target.get("kind") != "ehr" or results.target.get("fhir_api") is True:
        return None
    return Decision(system_class=SystemClass.EMR, rule=3, qualifier="no API", gates=gates)


def sandbox_short(results: Results, gates: Gates) -> Decision | None:
    """Row 4: a declared open sandbox that fails at something other than authorization."""
    judged = _without_authorization(gates)
    against = _against(judged)
    if not _open_sandbox(results) or not against:
        return None
    return Decision(
        system_class=SystemClass.EMR,
        rule=4,
        qualifier="open sandbox",
        gates=judged,
        decisive=against,
    )


def sandbox(results: Results, gates: Gates) -> Decision | None:
    """Row 5: any other declared open sandbox; authorization cannot be judged there."""
    if not _open_sandbox(results):
        return None
    return _undetermined(5, "open sandbox", _without_authorization(gates))


def gate_against(results: Results, gates: Gates) -> Decision | None:
    """Row 6: a gate is contradicted or absent."""
    against = _against(gates)
    if not against:
        return None
    opened = any(
        result.gate.id == "access-refused" and result.state is State.CONTRADICTED
        for result in against
    )
    return Decision(
        system_class=SystemClass.EMR,
        rule=6,
        qualifier="open access undeclared" if opened else "",
        gates=gates,
        decisive=against,
    )


def certified(results: Results, gates: Gates) -> Decision | None:
    """Row 7: every gate is shown, in a current edition."""
    if not _all_shown(results, gates) or not results.edition.current:
        return None
    return Decision(system_class=SystemClass.CERTIFIED, rule=7, qualifier="", gates=gates)


def certified_expired(results: Results, gates: Gates) -> Decision | None:
    """Row 8: every gate is shown, in an edition that has expired."""
    if not _all_shown(results, gates) or results.edition.us_core not in results.rule_set.editions:
        return None
    return Decision(
        system_class=SystemClass.CERTIFIED, rule=8, qualifier="expired edition", gates=gates
    )


def otherwise(results: Results, gates: Gates) -> Decision:
    """Row 9: nothing speaks against it, and not everything was shown."""
    del results
    some = any(result.state is State.SHOWN for result in gates)
    return _undetermined(9, "leaning certified" if some else "not demonstrated", gates)


ROWS: Sequence[Callable[[Results, Gates], Decision | None]] = (
    nothing_to_judge,
    payer,
    no_api,
    sandbox_short,
    sandbox,
    gate_against,
    certified,
    certified_expired,
)


def _open_sandbox(results: Results) -> bool:
    return results.target.get("access") == "open-sandbox"


def _without_authorization(gates: Gates) -> Gates:
    return tuple(result for result in gates if not result.gate.authorization)


def _against(gates: Gates) -> Gates:
    return tuple(result for result in gates if result.state.against)


def _all_shown(results: Results, gates: Gates) -> bool:
    # A part of the checks, or of the evidence, never makes the certified class.
    whole = not results.partial and results.complete and not results.interrupted
    return whole and bool(gates) and all(result.state is State.SHOWN for result in gates)


def _undetermined(rule: int, qualifier: str, gates: Gates) -> Decision:
    return Decision(
        system_class=SystemClass.UNDETERMINED, rule=rule, qualifier=qualifier, gates=gates
    )
