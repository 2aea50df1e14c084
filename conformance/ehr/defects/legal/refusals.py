"""Legal variations of how a server keeps strangers out."""

from dataclasses import replace
from urllib.parse import parse_qs, urlencode

from conformance.ehr.defects.answers import a_page
from conformance.ehr.defects.declare import variation
from conformance.ehr.faults import Fault
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server

_R = "security.refusal."
EVERY = (
    _R + "reads-without-a-token-are-refused",
    _R + "reads-with-a-wrong-token-are-refused",
    _R + "searches-without-a-token-are-refused",
    _R + "searches-with-a-wrong-token-are-refused",
)


class Refusing(Server):
    """A server that refuses whoever is not authorized with a status of its own."""

    status = 401

    def status_of(self, fault: Fault) -> int:
        """Say it by that status."""
        return self.status if fault is Fault.UNAUTHENTICATED else super().status_of(fault)


@variation("refusals")
class ForbidsStrangers(Refusing):
    """Answers 403 to whoever has no token."""

    status = 403


@variation("refusals")
class HidesFromStrangers(Refusing):
    """Answers 404 to whoever has no token."""

    status = 404


@variation("refusals", warns=EVERY)
class CallsStrangersMistaken(Refusing):
    """Answers 400 to whoever has no token. Tolerated: no data are given."""

    status = 400


@variation("refusals")
class RefusesWithoutAWord(Server):
    """Answers 401 without a body."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Leave the body out."""
        return replace(response, document=None) if response.status == 401 else response


@variation("refusals", warns=EVERY)
class SendsStrangersToALogin(Server):
    """Redirects whoever has no token to a page to sign in. Tolerated: no data are given."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Redirect, and show the page."""
        if response.status == 401:
            return Response(status=302, headers=(("Location", f"{request.base}/login"),))
        return response

    def respond(self, request: Request) -> Response:
        """Show the page to anybody."""
        return a_page(200) if request.below == "/login" else super().respond(request)


@variation("refusals", warns=EVERY)
class SendsStrangersToAnotherHost(Server):
    """Redirects whoever has no token to a login on another host. Tolerated: no data are given."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Redirect, whatever was asked for."""
        if response.status == 401:
            return Response(status=302, headers=(("Location", "https://login.example/sign-in"),))
        return response


@variation("refusals", warns=EVERY)
class SendsStrangersInCircles(Server):
    """Redirects to a login that looks for a cookie, and back. Tolerated: no data are given."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Redirect to the login."""
        if response.status == 401:
            back = urlencode({"back": f"{request.base}{request.below}?{request.query}"})
            return Response(status=302, headers=(("Location", f"{request.base}/login?{back}"),))
        return response

    def respond(self, request: Request) -> Response:
        """Send whoever comes to the login back, signed in or not."""
        if request.below == "/login":
            back = parse_qs(request.query)["back"][0]
            return Response(status=302, headers=(("Location", back.removesuffix("?")),))
        return super().respond(request)


@variation("refusals", flows=True, warns=("patient-access.revocation.the-access-token-is-dead",))
class SendsWhoHoldsAnEndedTokenToALogin(Server):
    """Redirects whose token opens nothing to a login page. Tolerated: no data are given."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Redirect, where a record was asked for."""
        if response.status == 401 and call.interaction in (Interaction.READ, Interaction.SEARCH):
            return Response(status=302, headers=(("Location", f"{request.base}/login"),))
        return response

    def respond(self, request: Request) -> Response:
        """Show the page to anybody."""
        return a_page(200) if request.below == "/login" else super().respond(request)


@variation("refusals", flows=True, warns=("patient-access.revocation.the-access-token-is-dead",))
class SendsWhoHoldsAnEndedTokenElsewhere(Server):
    """Redirects whose token opens nothing to another host. Tolerated: no data are given."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Redirect, where a record was asked for."""
        if response.status == 401 and call.interaction in (Interaction.READ, Interaction.SEARCH):
            return Response(status=302, headers=(("Location", "https://login.example/sign-in"),))
        return response
