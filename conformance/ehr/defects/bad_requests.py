"""Defects of what a server does with requests that it has to turn away."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.ehr.defects.answers import a_crash
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import Condition, Query, TextValue
from conformance.ehr.search_tables import SearchParameter
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_B = "fhir-api.bad-requests."
PATIENT = _B + "unknown-patient-finds-nothing"
REFERENCE = _B + "malformed-reference-finds-nothing"
ID = _B + "unknown-id-finds-nothing"
LONG = _B + "very-long-value-finds-nothing"
DATE = _B + "impossible-date-is-refused"
COUNT = _B + "count-that-is-none-is-refused"
MODIFIER = _B + "unknown-modifier-is-refused"
BODY = _B + "body-that-is-no-form-is-refused"
METHOD = _B + "unknown-method-is-refused"
ALLOW = _B + "refused-method-is-told-which-are-allowed"
INSIDE = _B + "errors-show-nothing-of-the-inside"


@defect("bad-requests", kills=(PATIENT,))
class IgnoresUnknownPatients(Server):
    """Searches without the patient where the patient does not exist."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Leave out who is not there."""
        condition = super().parse_condition(request, type_, name, value)
        known = self.store.get("Patient", value.rpartition("/")[2])
        return None if name == "patient" and known is None else condition


@defect("bad-requests", kills=(REFERENCE,))
class IgnoresMalformedReferences(Server):
    """Searches without a reference that it cannot understand."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Leave it out."""
        try:
            return super().parse_condition(request, type_, name, value)
        except Refusal:
            if name == "patient":
                return None
            raise


@defect("bad-requests", kills=(ID,))
class IgnoresUnknownIds(Server):
    """Gives every patient where the id that is searched for does not exist."""

    def select(self, query: Query) -> list[Resource]:
        """Give all for none."""
        found = super().select(query)
        alone = [condition.name for condition in query.conditions] == ["_id"]
        return found or (list(self.store.all(query.type)) if alone else found)


@defect("bad-requests", kills=(LONG,))
class CrashesOnLongValues(Server):
    """Crashes on a value that is longer than its column."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash."""
        if any(len(value) > 4000 for _, value in pairs):
            return a_crash()
        return super().answer_search(request, call, pairs)


@defect("bad-requests", kills=(LONG,))
class CutsLongValuesToNothing(Server):
    """Keeps nothing of a name that is longer than its column."""

    def parse_string(self, text: str) -> TextValue:
        """Leave an empty one."""
        return super().parse_string(text if len(text) < 4000 else "")


@defect("bad-requests", kills=(DATE,))
class IgnoresImpossibleDates(Server):
    """Searches without a date that looks like one and is none."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Leave it out."""
        try:
            return super().parse_condition(request, type_, name, value)
        except Refusal:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return None
            raise


@defect("bad-requests", kills=(COUNT,))
class CrashesOnACountThatIsNone(Server):
    """Crashes on a page size that is no number."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash."""
        if not dict(pairs).get("_count", "0").isdigit():
            return a_crash()
        return super().answer_search(request, call, pairs)


@defect("bad-requests", kills=(MODIFIER,))
class IgnoresUnknownModifiers(Server):
    """Searches as if an unknown modifier were not there."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Cut it off."""
        plain = name.partition(":")[0] if "no-such" in name else name
        return super().parse_condition(request, type_, plain, value)


@defect("bad-requests", kills=(MODIFIER,))
class CrashesOnUnknownModifiers(Server):
    """Crashes on an unknown modifier."""

    def knows_modifier(self, parameter: SearchParameter, modifier: str) -> bool:
        """Remember that there was one."""
        known = super().knows_modifier(parameter, modifier)
        self.__dict__["stumbled"] = not known
        return known

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Crash."""
        return a_crash() if self.__dict__.pop("stumbled", False) else response


@defect("bad-requests", kills=(BODY,))
class CrashesOnABodyThatIsNoForm(Server):
    """Crashes on a posted search that is no form."""

    def status_of(self, fault: Fault) -> int:
        """Take the client's fault for one of its own."""
        return 500 if fault is Fault.WRONG_MEDIA_TYPE else super().status_of(fault)


@defect("bad-requests", kills=(BODY,))
class TakesAnyBodyForAForm(Server):
    """Takes whatever is posted for a form."""

    def respond(self, request: Request) -> Response:
        """Label it as one."""
        label = {"content-type": "application/x-www-form-urlencoded"}
        posted = request.method == "POST" and (request.below or "").endswith("/_search")
        headers = {**request.headers, **label} if posted else request.headers
        return super().respond(replace(request, headers=headers))


@defect("bad-requests", kills=(METHOD,))
class AnswersAnyMethodAsGet(Server):
    """Answers a method that nobody knows as if it were GET."""

    def allowed_methods(self, call: Call) -> tuple[str, ...]:
        """Take it."""
        allowed = super().allowed_methods(call)
        there = call.interaction is Interaction.CAPABILITIES
        return (*allowed, "CONFORMANCE") if there else allowed


@defect("bad-requests", kills=(METHOD,))
class CrashesOnUnknownMethods(Server):
    """Crashes on a method that nobody knows."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Crash."""
        return a_crash() if request.method == "CONFORMANCE" else response


@defect("bad-requests", kills=(ALLOW,))
class NamesNoAllowedMethods(Server):
    """Refuses a method and does not say which are allowed."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Leave Allow out."""
        return replace(response, headers=response.without_header("Allow"))


class Telling(Server):
    """A server that puts what its framework told it into the explanation of an error."""

    inside: Sequence[str] = ()

    def outcome(self, refusal: Refusal) -> dict[str, Any]:
        """Put it behind the sentence."""
        outcome = super().outcome(refusal)
        issue = {**outcome["issue"][0], "diagnostics": "\n".join((refusal.text, *self.inside))}
        return {**outcome, "issue": [issue]}


@defect("bad-requests", kills=(INSIDE,))
class ShowsAJavaTrace(Telling):
    """Shows a stack trace of Java in its errors."""

    inside = ("java.lang.IllegalStateException", "\tat org.ehr.Reader.read(Reader.java:42)")


@defect("bad-requests", kills=(INSIDE,))
class ShowsAPythonTraceback(Telling):
    """Shows a traceback of Python in its errors."""

    inside = ("Traceback (most recent call last):", '  File "ehr/views.py", line 7, in read')


@defect("bad-requests", kills=(INSIDE,))
class ShowsADotnetTrace(Telling):
    """Shows a stack trace of .NET in its errors."""

    inside = (r"   at Ehr.Reader.Read(String id) in C:\ehr\Reader.cs:line 42",)


@defect("bad-requests", kills=(INSIDE,))
class ShowsAPhpError(Telling):
    """Shows an error of PHP in its errors."""

    inside = ("PHP Fatal error: Uncaught TypeError in /var/www/ehr/read.php on line 42",)


@defect("bad-requests", kills=(INSIDE,))
class ShowsARubyBacktrace(Telling):
    """Shows a backtrace of Ruby in its errors."""

    inside = ("app/models/patient.rb:42:in `read'",)


@defect("bad-requests", kills=(INSIDE,))
class ShowsANodeTrace(Telling):
    """Shows a stack trace of Node.js in its errors."""

    inside = ("    at Reader.read (/srv/ehr/reader.js:42:7)",)


@defect("bad-requests", kills=(INSIDE,))
class ShowsAnErrorOfItsDatabase(Telling):
    """Shows what its database said in its errors."""

    inside = ("SQLSTATE[42P01]: Undefined table",)
