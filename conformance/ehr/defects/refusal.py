"""Defects of who may see what."""

from dataclasses import replace

from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault
from conformance.ehr.messages import Call, Headers, Interaction, Request, Response
from conformance.ehr.server import Server

_R = "security.refusal."
READS = _R + "reads-without-a-token-are-refused"
SEARCHES = _R + "searches-without-a-token-are-refused"
WRONG_READS = _R + "reads-with-a-wrong-token-are-refused"
WRONG_SEARCHES = _R + "searches-with-a-wrong-token-are-refused"


@defect("refusal", kills=(READS, SEARCHES))
class NeedsNoTokenForOneType(Server):
    """Gives conditions to anybody."""

    def is_open(self, call: Call) -> bool:
        """Open Condition."""
        return call.type == "Condition" or super().is_open(call)


@defect("refusal", kills=(READS,))
class NeedsNoTokenForReads(Server):
    """Lets anybody read, and only search with a token."""

    def is_open(self, call: Call) -> bool:
        """Open reads."""
        return call.interaction is Interaction.READ or super().is_open(call)


@defect("refusal", kills=(SEARCHES,))
class NeedsNoTokenForSearches(Server):
    """Lets anybody search, and only read with a token."""

    def is_open(self, call: Call) -> bool:
        """Open searches."""
        return call.interaction is Interaction.SEARCH or super().is_open(call)


@defect("refusal", kills=(SEARCHES,))
class NeedsNoTokenForSearchesByPost(Server):
    """Lets anybody search by POST."""

    def is_open(self, call: Call) -> bool:
        """Open searches by POST."""
        return call.interaction is Interaction.POST_SEARCH or super().is_open(call)


@defect("refusal", kills=(WRONG_READS, WRONG_SEARCHES))
class TakesAnyTokenForOneType(Server):
    """Gives immunizations to whoever shows a token, whatever it is."""

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Look at no token for Immunization."""
        return call.type == "Immunization" or super().accepts_credential(credential, call)


@defect("refusal", kills=(WRONG_READS,))
class TakesAnyTokenForReads(Server):
    """Lets whoever shows a token read, whatever it is."""

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Look at no token for reads."""
        reads = call.interaction is Interaction.READ
        return reads or super().accepts_credential(credential, call)


@defect("refusal", kills=(WRONG_SEARCHES,))
class TakesAnyTokenForSearches(Server):
    """Lets whoever shows a token search, whatever it is."""

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Look at no token for searches."""
        searches = call.interaction is Interaction.SEARCH
        return searches or super().accepts_credential(credential, call)


@defect("refusal", kills=(WRONG_SEARCHES,))
class TakesAnyTokenForSearchesByPost(Server):
    """Lets whoever shows a token search by POST, whatever it is."""

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Look at no token for searches by POST."""
        posted = call.interaction is Interaction.POST_SEARCH
        return posted or super().accepts_credential(credential, call)


@defect("refusal", kills=(READS, SEARCHES))
class SendsDataWithTheRefusal(Server):
    """Says 401, and sends the data all the same."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Answer as if the token had been shown, but for the status."""
        if response.status != 401:
            return response
        shown = {**request.headers, "authorization": f"Bearer {self.token}"}
        data = self.respond(replace(request, headers=shown))
        challenge = response.header("WWW-Authenticate") or ""
        return replace(data, status=401, headers=data.with_header("WWW-Authenticate", challenge))


@defect("refusal", kills=(READS, SEARCHES))
class RedirectsToALoginWithTheData(SendsDataWithTheRefusal):
    """Redirects to a login on another host, and sends the data all the same."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Redirect where the token is missing."""
        answer = super().finish(request, call, response)
        if answer.status != 401:
            return answer
        elsewhere = answer.with_header("Location", "https://login.example/sign-in")
        return replace(answer, status=302, headers=elsewhere)


@defect("refusal", kills=(_R + "names-how-to-authenticate",))
class NamesNoScheme(Server):
    """Says 401, and not how to authenticate."""

    def challenge(self, request: Request, *, presented: bool) -> Headers:
        """Name nothing."""
        return ()


@defect("refusal", kills=(READS, SEARCHES, WRONG_READS, WRONG_SEARCHES))
class CrashesWithoutAToken(Server):
    """Crashes where a token is missing or wrong."""

    def status_of(self, fault: Fault) -> int:
        """Take the client's fault for one of its own."""
        return 500 if fault is Fault.UNAUTHENTICATED else super().status_of(fault)
