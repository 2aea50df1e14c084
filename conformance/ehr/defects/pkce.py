"""Defects and variations of proof keys and audiences."""

from conformance.ehr.authorization.answers import OAuthError, PageError
from conformance.ehr.authorization.records import Code
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.messages import Request
from conformance.ehr.server import Server

_PKCE = "security.pkce."
_AUDIENCE = "security.audience."
_PLAIN = "plain:"


@defect(
    "pkce",
    kills=(
        _PKCE + "a-wrong-verifier-is-refused",
        _PKCE + "a-missing-verifier-is-refused",
        _PKCE + "an-empty-verifier-is-refused",
        _PKCE + "the-challenge-is-no-verifier",
    ),
    flows=True,
)
class NeverLooksAtTheVerifier(Server):
    """Takes a challenge and never asks what it was made of."""

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Accept anything."""


@defect("pkce", kills=(_PKCE + "a-missing-verifier-is-refused",), flows=True)
class DoesWithoutAVerifier(Server):
    """Checks the verifier only where one is sent."""

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Accept none."""
        if "code_verifier" in parameters:
            super().check_verifier(code, parameters)


@defect("pkce", kills=(_PKCE + "an-empty-verifier-is-refused",), flows=True)
class TakesAnEmptyVerifier(Server):
    """Takes an empty verifier for one that does not matter."""

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Accept an empty one."""
        if parameters.get("code_verifier") != "":
            super().check_verifier(code, parameters)


@defect("pkce", kills=(_PKCE + "the-challenge-is-no-verifier",), flows=True)
class TakesTheChallengeForTheVerifier(Server):
    """Compares the verifier with the challenge as it stands, too."""

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Accept the challenge."""
        if parameters.get("code_verifier") != code.challenge:
            super().check_verifier(code, parameters)


@defect("pkce", kills=(_PKCE + "a-wrong-verifier-is-refused",), flows=True)
class TakesAnyVerifierOfTheRightLength(Server):
    """Looks at the length of a verifier only, which is not that of a hash."""

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Accept what is longer than a hash."""
        if len(parameters.get("code_verifier", "")) <= len(code.challenge):
            super().check_verifier(code, parameters)


@defect("pkce", kills=(_PKCE + "the-method-plain-is-refused",), flows=True)
class TakesProofKeysThatAreNotHashed(Server):
    """Does the method plain as RFC 7636 has it."""

    def checked_challenge(self, parameters: dict[str, str]) -> str:
        """Remember that the challenge is the verifier."""
        if parameters.get("code_challenge_method") == "plain":
            return _PLAIN + parameters.get("code_challenge", "")
        return super().checked_challenge(parameters)

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Compare what was not hashed."""
        if code.challenge != _PLAIN + parameters.get("code_verifier", ""):
            super().check_verifier(code, parameters)


@defect(
    "pkce",
    kills=(
        _AUDIENCE + "a-foreign-audience-brings-no-code",
        _AUDIENCE + "an-audience-that-only-begins-alike-brings-no-code",
    ),
    flows=True,
)
class NeverLooksAtTheAudience(Server):
    """Gives codes for whatever server the application names."""

    def check_audience(self, request: Request, parameters: dict[str, str]) -> None:
        """Accept any."""


@defect(
    "pkce", kills=(_AUDIENCE + "an-audience-that-only-begins-alike-brings-no-code",), flows=True
)
class LooksAtTheBeginningOfTheAudience(Server):
    """Takes any address that begins with its own for its own."""

    def check_audience(self, request: Request, parameters: dict[str, str]) -> None:
        """Compare the beginning."""
        if not parameters.get("aud", "").startswith(request.base):
            super().check_audience(request, parameters)


@variation("pkce", flows=True)
class CallsAMissingVerifierABadRequest(Server):
    """Refuses a request without a verifier with invalid_request, as RFC 6749 allows."""

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Name the missing parameter."""
        if not parameters.get("code_verifier"):
            raise OAuthError("invalid_request", "code_verifier is missing.")
        super().check_verifier(code, parameters)


@variation("pkce", flows=True)
class TellsThePersonOfAForeignAudience(Server):
    """Shows an error page for a foreign audience, and does not go back to the application."""

    def check_audience(self, request: Request, parameters: dict[str, str]) -> None:
        """Show a page."""
        try:
            super().check_audience(request, parameters)
        except OAuthError as error:
            raise PageError("The application asks for another server.") from error
