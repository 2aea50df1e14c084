"""Defects and variations of isolation: what a token for one patient shows of another."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from conformance.ehr.authorization.scopes import Level
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_HERE = "patient-access.isolation."


class _Leaking(Server):
    """Looks at no chart for the searches that `leaks` names."""

    _open = False

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Tell whether a search with these parameters is one that leaks."""
        raise NotImplementedError

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Answer without a look at the charts."""
        self._open = self.leaks(request, call, {name for name, _ in pairs})
        try:
            return super().answer_search(request, call, pairs)
        finally:
            self._open = False

    def permitted(
        self, request: Request, found: Sequence[Resource], permissions: str
    ) -> Sequence[Resource]:
        """Return everything where the search leaks."""
        return found if self._open else super().permitted(request, found, permissions)


class _Along(_Leaking):
    """Hides the matches that are another's, and not what comes along with them."""

    parameter = ""

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Leak where something is to come along."""
        return self.parameter in names

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Drop the matches that are not permitted."""
        answer = super().answer_search(request, call, pairs)
        if answer.document is None or not self.parameter:
            return answer
        document = dict(answer.document)
        document["entry"] = [
            entry
            for entry in document.get("entry", [])
            if entry["search"]["mode"] == "include"
            or self.permits(self.reach(request), entry["resource"], "s")
        ]
        document["total"] = 0
        return Response(status=answer.status, headers=answer.headers, document=document)


@defect("isolation", kills=(_HERE + "the-other-patient-is-not-read",), flows=True)
class ShowsAnyPatient(Server):
    """Reads any Patient resource to any patient."""

    def may_read(self, request: Request, call: Call, resource: Resource) -> bool:
        """Let patients be read."""
        return resource["resourceType"] == "Patient" or super().may_read(request, call, resource)


@defect(
    "isolation",
    kills=(_HERE + "reads-by-id-are-refused", _HERE + "references-lead-to-nothing-of-another"),
    flows=True,
)
class ReadsAnythingById(Server):
    """Guards searches, and reads whatever is asked for by its id."""

    def may_read(self, request: Request, call: Call, resource: Resource) -> bool:
        """Let everything but patients be read."""
        return resource["resourceType"] != "Patient" or super().may_read(request, call, resource)


@defect("isolation", kills=(_HERE + "searches-by-patient-are-empty-or-refused",), flows=True)
class SearchesForAnyPatient(_Leaking):
    """Lets a search name any patient."""

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Leak where a patient is named in the query."""
        plain = not call.compartment and not names & {"_include", "_revinclude"}
        return request.method == "GET" and "patient" in names and plain


@defect("isolation", kills=(_HERE + "searches-by-post-are-empty-or-refused",), flows=True)
class ForgetsTheChartsOnPost(_Leaking):
    """Guards searches by GET only."""

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Leak in forms."""
        return request.method == "POST"


@defect("isolation", kills=(_HERE + "searches-by-id-are-empty-or-refused",), flows=True)
class SearchesForAnyId(_Leaking):
    """Lets a search name any id."""

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Leak where an id is named."""
        return request.method == "GET" and "_id" in names and call.type != "Patient"


@defect(
    "isolation",
    kills=(_HERE + "searches-without-a-patient-show-the-own-one-only",),
    flows=True,
)
class ShowsEverythingToWhoNamesNobody(_Leaking):
    """Answers a search that names no patient with everybody's data."""

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Leak where nothing is named."""
        return not names and not call.compartment


@defect("isolation", kills=(_HERE + "the-other-compartment-is-closed",), flows=True)
class OpensEveryCompartment(_Leaking):
    """Guards no compartment."""

    def leaks(self, request: Request, call: Call, names: set[str]) -> bool:
        """Leak in a compartment."""
        return bool(call.compartment)


@defect("isolation", kills=(_HERE + "includes-bring-nothing-of-another",), flows=True)
class IncludesWhatIsAnothers(_Along):
    """Hides another patient's resources, and includes what they refer to."""

    parameter = "_include"


@defect("isolation", kills=(_HERE + "reverse-includes-bring-nothing-of-another",), flows=True)
class TellsTheProvenanceOfWhatIsAnothers(_Along):
    """Hides another patient's resources, and tells who recorded them."""

    parameter = "_revinclude"


@variation("isolation", flows=True)
class ForbidsWhatIsAnothers(Server):
    """Refuses a read of another patient's data with status 403, and does not hide that they are."""

    def not_found(self, request: Request, call: Call) -> Response:
        """Forbid what there is."""
        if self.store.get(call.type, call.id) is None:
            return super().not_found(request, call)
        return self.refuse(request, Refusal(Fault.FORBIDDEN, "This is another patient's."))


@variation("isolation", flows=True)
class RefusesSearchesForAnother(Server):
    """Refuses a search that names another patient with status 403, in place of an empty answer."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Refuse."""
        reach, named = self.reach(request), dict(self.in_compartment(call, pairs))
        wanted = named.get("patient", "").rpartition("/")[2]
        launched = reach.patient and not any(s.level is Level.USER for s in reach.scopes)
        if launched and wanted not in ("", reach.patient):
            raise Refusal(Fault.FORBIDDEN, "This is another patient's.")
        return super().answer_search(request, call, pairs)


@variation("isolation", flows=True)
class AsksForAPatient(Server):
    """Refuses a patient's search that names no patient with status 400."""

    def search(self, request: Request, call: Call) -> Response:
        """Ask for a parameter."""
        if not parse_qsl(request.query) and self.reach(request).patient and not call.compartment:
            raise Refusal(Fault.MALFORMED_VALUE, "Name a patient.")
        return super().search(request, call)
