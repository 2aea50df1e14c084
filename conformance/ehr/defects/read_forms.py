"""Defects of reads on conditions, by HEAD, and by ids that are none."""

from dataclasses import replace

from conformance.ehr.defects.answers import a_crash
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_F = "fhir-api.read-forms."
NEW = _F + "conditional-read-gives-what-is-new"
HEAD = _F + "head-tells-what-a-read-tells"
WHOLE = _F + "ids-are-matched-whole-and-in-their-case"
MALFORMED = _F + "malformed-id-is-not-found"


@defect("read-forms", kills=(NEW,))
class SaysThatNothingEverChanges(Server):
    """Answers every read with a condition with 304."""

    def unmodified(self, request: Request, resource: Resource) -> bool:
        """See that there is a condition."""
        return not {"if-none-match", "if-modified-since"}.isdisjoint(request.headers)


@defect("read-forms", kills=(NEW,))
class ComparesDatesTheWrongWay(Server):
    """Answers 304 where a resource changed after the date of the condition."""

    def unmodified(self, request: Request, resource: Resource) -> bool:
        """Take later for earlier."""
        same = super().unmodified(request, resource)
        by_date = "if-none-match" not in request.headers and "if-modified-since" in request.headers
        return not same if by_date else same


@defect("read-forms", kills=(NEW,))
class CrashesOnConditionsByDate(Server):
    """Crashes on a read with If-Modified-Since."""

    def read(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash() if "if-modified-since" in request.headers else super().read(request, call)


@defect("read-forms", kills=(HEAD,))
class CrashesOnHead(Server):
    """Crashes when it is asked by HEAD."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Crash."""
        return a_crash() if request.method == "HEAD" else response


@defect("read-forms", kills=(HEAD,))
class FindsNothingByHead(Server):
    """Answers 404 to a HEAD of what a GET gives."""

    def read(self, request: Request, call: Call) -> Response:
        """Find nothing."""
        if request.method == "HEAD":
            return self.not_found(request, call)
        return super().read(request, call)


@defect("read-forms", kills=(HEAD,))
class TagsAnotherVersionByHead(Server):
    """Names another version to HEAD than to GET."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Name one that there never was."""
        tagged = request.method == "HEAD" and response.header("ETag")
        return (
            replace(response, headers=response.with_header("ETag", '"7"')) if tagged else response
        )


@defect("read-forms", kills=(WHOLE,))
class FindsIdsByTheirBeginning(Server):
    """Gives the first patient whose id begins as the one that was asked for."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Compare the beginning."""
        found = (r for r in self.store.all(call.type) if r["id"].startswith(call.id))
        return super().resource_for_read(call) or next(found, None)


@defect("read-forms", kills=(WHOLE,))
class FindsIdsInAnyCase(Server):
    """Gives a patient whose id differs from the one that was asked for in the case of letters."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Look at lower case."""
        return self.store.get(call.type, call.id.lower())


@defect("read-forms", kills=(MALFORMED,))
class CrashesOnMalformedIds(Server):
    """Crashes on what its database takes for no id."""

    def read(self, request: Request, call: Call) -> Response:
        """Crash."""
        bad = call.interaction is Interaction.READ and not call.id.replace("-", "").isalnum()
        return a_crash() if bad else super().read(request, call)


@defect("read-forms", kills=(MALFORMED,))
class CrashesOnLongIds(Server):
    """Crashes on an id that is longer than its column."""

    def read(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash() if len(call.id) > 64 else super().read(request, call)


@defect("read-forms", kills=(MALFORMED,))
class PutsIdsIntoItsQuery(Server):
    """Puts an id as it stands into the query of its database, which a quote ends."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Let the id say that one is one."""
        everything = "'1'='1'" in call.id + "'"
        return self.store.all(call.type)[0] if everything else super().resource_for_read(call)
