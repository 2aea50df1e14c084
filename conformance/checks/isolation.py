"""Two patients and what the token of one must not show of the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.checks.asking import Asking
from conformance.checks.fhir import Fhir
from conformance.checks.launches import OPENS_PATIENT, Launched
from conformance.checks.questions import listed
from conformance.checks.reply import Reply
from conformance.checks.searches import searches_of
from conformance.core.elements import walk
from conformance.core.errors import Skipped
from conformance.core.findings import Level
from conformance.fhir.bundle import entries, identity, resource_of
from conformance.fhir.client import Parameter

OWNERS = ("subject", "patient", "beneficiary", "individual")
"""Elements that name whose a resource is."""
_LISTED = 5
_SHOWN = (200, 201, 206)
_RIGHT = (*_SHOWN, 304, 400, 401, 403, 404, 405, 410, 422)

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """
    What one patient's token may see (`patient`) and may not (`other`).

    `other_token` is the other patient's own token, by which the data are known to exist. `alive`
    tells, after a refusal, whether the token still opens its own patient's record. `require_told`
    ends the check where nobody but the target file says that the token is for one patient only.
    """

    fhir: Fhir
    token: str
    patient: str
    other: str
    other_token: str
    alive: Callable[[int], bool]
    require_told: Callable[[], None]

    def search_of(self, type_: str) -> list[list[Parameter]]:
        """Return the searches that find the other patient's resources of a type."""
        return searches_of(self.fhir.rulebook, type_, self.other)

    def known(self, type_: str) -> list[Resource]:
        """Return the other patient's resources of a type, as that patient sees them."""
        if type_ == "Provenance":
            return [*self._known_provenance()]
        found: list[Resource] = []
        for parameters in self.search_of(type_):
            reply = self.fhir.search(type_, parameters, credential=self.other_token)
            if reply.response.status == 200:
                found += self.leaked(reply, type_)
            if found:
                break
        return found

    def _known_provenance(self) -> Iterator[Resource]:
        for type_ in self.fhir.rulebook.provenance_types[:3]:
            for parameters in self.search_of(type_)[:1]:
                wanted = [*parameters, Parameter(name="_revinclude", value="Provenance:target")]
                reply = self.fhir.search(type_, wanted, credential=self.other_token)
                if reply.response.status == 200:
                    yield from reply.included("Provenance")

    def seen(self, path: str) -> list[Resource]:
        """Return what the other patient sees at a path: nothing where it is of no patient."""
        reply = self.fhir.get(path, credential=self.other_token)
        return [reply.response.resource] if reply.response.status == 200 else []

    def read(self, path: str) -> Reply:
        """Ask for a path with the one patient's token."""
        return self.fhir.get(path, credential=self.token)

    def search(self, type_: str, parameters: Sequence[Parameter], *, post: bool = False) -> Reply:
        """Search with the one patient's token."""
        return self.fhir.search(type_, parameters, post=post, credential=self.token)

    def leaked(self, reply: Reply, type_: str = "") -> list[Resource]:
        """Return the resources in an answer that are another patient's; "" is any type."""
        body = reply.response.resource
        shown = [resource_of(entry) for entry in entries(body)] or [body]
        owner = self.patient
        return [
            resource
            for resource in shown
            if type_ in ("", resource.get("resourceType")) and _of_another(resource, owner)
        ]

    def expect_nothing(self, reply: Reply, known: Sequence[Resource] = ()) -> None:
        """
        Note a leak: another patient's resource, or one of those that are `known` to be.

        Refused or empty are both right. A token that no longer opens its own record ends the check.
        """
        asked = reply
        reply = self.fhir.refusal(reply, lambda: self._as_the_other(asked))
        names = {identity(resource) for resource in known}
        shown = [resource_of(entry) for entry in entries(reply.response.resource)]
        found = {identity(resource) for resource in shown or [reply.response.resource]} & names
        found |= {identity(resource) for resource in self.leaked(reply)}
        if reply.status in _SHOWN and found:
            self.require_told()
            listed = ", ".join(sorted(found)[:_LISTED])
            more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
            reply.note(
                "isolation.leak",
                "A token for one patient shows another patient's data.",
                expected="a refusal, or nothing of another patient",
                actual=f"{listed}{more}",
            )
            return
        if reply.status == 401 and not self.alive(reply.response.exchange.number):
            raise Skipped("no-credentials", "The token no longer opens its own patient's record.")
        reply.expect(
            reply.status in _RIGHT,
            "isolation.status",
            "Nothing of another patient is shown, but the answer is no refusal either.",
            expected="status 200, 401, 403 or 404",
            actual=f"status {reply.status}",
            level=Level.TOLERATED,
        )

    def _as_the_other(self, reply: Reply) -> Reply:
        """Ask the same with the token of the other patient, who may see what is asked for."""
        return self.fhir.again(replace(reply.response.request, credential=self.other_token))


class Isolation(Asking):
    """Look at one patient's data with another patient's token, each way."""

    def outlooks(self) -> list[Outlook]:
        """
        Return both directions between two patients.

        The check ends unless there are two launches, for two patients, whose tokens each open
        their own record and hold no scope beyond their patient.
        """
        first = self.launch(self.party("patient"))
        second = self._second(first)
        names = [self._patient_of(launched) for launched in (first, second)]
        return [self._outlook(first, second, names), self._outlook(second, first, names[::-1])]

    def require_known(self, type_: str) -> list[tuple[Outlook, list[Resource]]]:
        """Return each direction with the other's data of a type; without any the check ends."""
        found = [(outlook, outlook.known(type_)) for outlook in self.outlooks()]
        if not any(resources for _, resources in found):
            raise Skipped("no-data", f"Neither patient has any {type_} that they can see.")
        return [(outlook, resources) for outlook, resources in found if resources]

    def parameters(self, **values: str) -> list[Parameter]:
        """Return search parameters with plain values."""
        return listed(values)

    def _second(self, first: Launched) -> Launched:
        """Return the launch of the first other patient; one that failed is told before none is."""
        failed: Launched | None = None
        for party in [party for party in self._parties if party.role == "patient"][1:]:
            second = self.launch(party)
            if not second.access_token:
                failed = failed or second
            elif self._patient_of(second) != self._patient_of(first):
                return second
        if failed is not None:
            raise failed.unfinished()
        raise Skipped("no-credentials", "This needs a persona of role patient for another patient.")

    def _patient_of(self, launched: Launched) -> str:
        self.token_of(launched)
        known = launched.scopes if launched.told or launched.party.scopes else []
        wide = [word for word in known if word[:5] in ("user/", "syste")]
        if wide:
            raise Skipped("not-checkable", "The token's scopes reach beyond its patient.")
        patient = launched.member("patient")
        if not patient:
            raise Skipped("no-data", "No patient stands in the token response.")
        return patient

    def _outlook(self, one: Launched, other: Launched, names: Sequence[str]) -> Outlook:
        for launched, patient in zip((one, other), names, strict=True):
            own = self._fhir.get(f"Patient/{patient}", credential=launched.access_token)
            if own.response.status != 200 or own.response.resource.get("id") != patient:
                raise Skipped(
                    "prerequisite-failed",
                    "A token does not open its own patient's record "
                    f"({OPENS_PATIENT[launched.kind]}).",
                )

        def alive(occasion: int) -> bool:
            flow = self.flow(f"isolation:{one.party.name}")
            again = flow.ask(
                f"control-{occasion}",
                "GET",
                f"{self._fhir.base}/Patient/{names[0]}",
                headers={"Authorization": f"Bearer {one.access_token}"},
            )
            return self.reply(again).response.status == 200

        return Outlook(
            fhir=self._fhir,
            token=one.access_token,
            patient=names[0],
            other=names[1],
            other_token=other.access_token,
            alive=alive,
            require_told=one.require_told,
        )


def _of_another(resource: Resource, patient: str) -> bool:
    """Tell whether a resource says that it is of another patient than this one."""
    if resource.get("resourceType") == "Patient":
        return resource.get("id") != patient
    owners = {
        reference.partition("/_history/")[0].rpartition("Patient/")[2]
        for element in OWNERS
        for reference in walk(resource, f"{element}.reference")
        if isinstance(reference, str) and "Patient/" in reference
    }
    return bool(owners) and patient not in owners
