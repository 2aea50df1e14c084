"""Defects of other ways to ask the same."""

from dataclasses import replace

from conformance.ehr.defects.answers import a_document, a_page
from conformance.ehr.defects.declare import defect
from conformance.ehr.defects.legal.status import WantsAStatus
from conformance.ehr.faults import Refusal
from conformance.ehr.matching import folded
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import ReferenceValue, TextValue, TokenValue
from conformance.ehr.server import Server

_F = "fhir-api.search-forms."
POSTS = _F + "posts-give-the-same"
FORMS = _F + "patient-forms-agree"
SYSTEM = _F + "codes-with-system-are-found"
STATUS = _F + "a-missing-status-is-explained"
CASE = _F + "texts-are-found-in-any-case"
BEGINNING = _F + "texts-are-found-by-their-beginning"


@defect("search-forms", kills=(POSTS,))
class IgnoresTheFormOfAPost(Server):
    """Does not read the form of a search by POST: everything is found."""

    def form(self, request: Request) -> Pairs:
        """Read nothing."""
        return []


@defect("search-forms", kills=(POSTS,))
class TakesNoPosts(Server):
    """Answers a search by POST with 405."""

    def allowed_methods(self, call: Call) -> tuple[str, ...]:
        """Take a GET only."""
        posted = call.interaction is Interaction.POST_SEARCH
        return ("GET",) if posted else super().allowed_methods(call)


@defect("search-forms", kills=(FORMS,))
class RefusesAPatientWithItsType(Server):
    """Answers 400 where the patient is given as Patient/id."""

    def parse_reference(self, text: str, base: str, target: str) -> ReferenceValue:
        """Take an id only."""
        if text.startswith("Patient/"):
            raise ValueError("not an id")
        return super().parse_reference(text, base, target)


@defect("search-forms", kills=(FORMS,))
class FindsNothingByAPatientWithItsType(Server):
    """Finds nothing where the patient is given as Patient/id."""

    def parse_reference(self, text: str, base: str, target: str) -> ReferenceValue:
        """Take the whole for an id."""
        if text.startswith("Patient/"):
            return ReferenceValue(type=target, id=text)
        return super().parse_reference(text, base, target)


@defect("search-forms", kills=(SYSTEM,))
class FindsNothingBySystemAndCode(Server):
    """Takes system and code together for a code."""

    def parse_token(self, text: str) -> TokenValue:
        """Look for the whole text."""
        return TokenValue(system=None, code=text)


@defect("search-forms", kills=(SYSTEM,))
class RefusesASystem(Server):
    """Answers 400 where a code is given with its system."""

    def parse_token(self, text: str) -> TokenValue:
        """Take a code only."""
        if "|" in text:
            raise ValueError("not a code")
        return super().parse_token(text)


@defect("search-forms", kills=(_F + "codes-of-another-system-are-not-found",))
class IgnoresTheSystemOfACode(Server):
    """Does not heed the system that a code is given with."""

    def matches_token(self, actual: tuple[str, str], wanted: TokenValue) -> bool:
        """Compare codes only."""
        return super().matches_token(actual, replace(wanted, system=None))


@defect("search-forms", kills=(_F + "codes-of-another-system-are-not-found",))
class CrashesOnAnUnknownSystem(Server):
    """Crashes when a code is given with a system that it does not know."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash on a system that nobody uses."""
        if any("no-such-system" in value for _, value in pairs):
            return a_page(500)
        return super().answer_search(request, call, pairs)


@defect("search-forms", kills=(CASE, BEGINNING))
class ComparesTextsLetterByLetter(Server):
    """Finds a text only when it is given whole and in the same case."""

    def matches_string(self, actual: str, wanted: TextValue, modifier: str) -> bool:
        """Compare exactly."""
        return super().matches_string(actual, wanted, "exact")


@defect("search-forms", kills=(CASE,))
class MindsTheCase(Server):
    """Finds a text only when it is given in the same case."""

    def matches_string(self, actual: str, wanted: TextValue, modifier: str) -> bool:
        """Compare the beginnings as they stand."""
        return actual.startswith(wanted.text)


@defect("search-forms", kills=(BEGINNING,))
class FindsWholeTextsOnly(Server):
    """Finds a text only when it is given whole."""

    def matches_string(self, actual: str, wanted: TextValue, modifier: str) -> bool:
        """Compare whole texts, case aside."""
        return folded(actual) == folded(wanted.text)


@defect("search-forms", kills=(STATUS,))
class WantsAStatusAndShowsAPage(WantsAStatus):
    """Refuses a search without a status with a page for people."""

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Explain nothing to a program."""
        wanted = refusal.place.endswith("status")
        return a_page(400) if wanted else super().refuse(request, refusal)


@defect("search-forms", kills=(STATUS,))
class WantsAStatusAndSaysSoItsOwnWay(WantsAStatus):
    """Refuses a search without a status with a document of its own."""

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Explain in words of its own."""
        wanted = refusal.place.endswith("status")
        explained = a_document(400, {"error": "status is missing"})
        return explained if wanted else super().refuse(request, refusal)
