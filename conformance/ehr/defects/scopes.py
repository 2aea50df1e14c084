"""Defects of scopes: what is granted, how it is told, and what it opens."""

from conformance.ehr.authorization.choices import Choice
from conformance.ehr.authorization.scopes import ClinicalScope, Level
from conformance.ehr.defects.declare import defect
from conformance.ehr.permissions import Reach
from conformance.ehr.server import Server

_SCOPES = "patient-access.scopes."
_TYPES = _SCOPES + "cover-the-required-types"
_HOLD = _SCOPES + "hold-what-was-asked"
_FORM = _SCOPES + "are-told-in-their-form"
_LEAVE_OUT = _SCOPES + "leave-out-what-was-refused"
_CLOSE = _SCOPES + "close-what-was-not-granted"
_REFRESH = "patient-access.refresh.the-same-scopes-can-be-asked-for"
_WIDE = ("patient/*.rs", "user/*.rs")


@defect("scopes", kills=(_TYPES,), flows=True)
class GrantsNoObservations(Server):
    """Grants every type that was asked for but observations."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Spell the types out, observations apart."""
        told: list[str] = []
        for scope in scopes:
            level, _, _ = scope.partition("/")
            types = [type_ for type_ in self.setup.types if type_ not in ("Observation", "Group")]
            told += [f"{level}/{t}.rs" for t in types] if scope in _WIDE else [scope]
        return " ".join(told)


@defect("scopes", kills=(_TYPES,), flows=True)
class GrantsReadingAlone(Server):
    """Grants reading, and not searching, where all types were asked for."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Leave the s out."""
        return " ".join(s.removesuffix("s") if s in _WIDE else s for s in scopes)


@defect("scopes", kills=(_HOLD,), flows=True)
class ForgetsLastingAccess(Server):
    """Tells nothing of offline_access, which the person allowed."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Leave it out."""
        return " ".join(scope for scope in scopes if scope != "offline_access")


@defect("scopes", kills=(_HOLD, _REFRESH), flows=True)
class GrantsWritingUnasked(Server):
    """Grants writing of observations to an app that did not ask for it."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Add to the scopes of a person's app."""
        more = " patient/Observation.cud" if "openid" in scopes else ""
        return super().scope_text(scopes) + more


@defect("scopes", kills=(_FORM, _REFRESH), flows=True)
class TurnsThePermissionsAround(Server):
    """Writes the letters of a granted scope in another order than SMART has them."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Add a scope of another form."""
        more = " patient/Goal.sr" if "openid" in scopes else ""
        return super().scope_text(scopes) + more


@defect("scopes", kills=(_LEAVE_OUT,), flows=True)
class GrantsWhatWasRefused(Server):
    """Grants all that an app asks for, whatever the person unticks."""

    def allowed(self, choices: list[Choice], ticked: set[str]) -> tuple[str, ...]:
        """Allow everything."""
        return tuple(choice.scope for choice in choices)


@defect("scopes", kills=(_LEAVE_OUT,), flows=True)
class RefusesMoreThanThePerson(Server):
    """Grants no conditions where the person unticks something else."""

    def allowed(self, choices: list[Choice], ticked: set[str]) -> tuple[str, ...]:
        """Leave conditions out."""
        kept = super().allowed(choices, ticked)
        return tuple(scope for scope in kept if scope != "patient/Condition.rs")


@defect("scopes", kills=(_CLOSE,), flows=True)
class OpensEveryTypeOfTheChart(Server):
    """Opens every type of the patient's chart to whoever has a scope for one of them."""

    def scope_opens(self, scope: ClinicalScope, type_: str, permissions: str) -> bool:
        """Disregard the type of a patient's scope."""
        if scope.level is Level.PATIENT and type_ != "Group":
            return any(letter in scope.permissions for letter in permissions)
        return super().scope_opens(scope, type_, permissions)


@defect("scopes", kills=(_CLOSE,), flows=True)
class FindsNothingInClosedTypes(Server):
    """Answers a search of a type that was not granted as if there were no data."""

    def permits_type(self, reach: Reach, type_: str, permission: str) -> bool:
        """Let the search go on, which then finds nothing."""
        return bool(reach.patient) or super().permits_type(reach, type_, permission)
