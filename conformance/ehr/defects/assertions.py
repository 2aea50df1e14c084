"""Defects and variations of client assertions: what a backend service gets away with."""

from dataclasses import replace
from typing import Any

from joserfc.jwk import Key

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.assertions import Claims
from conformance.ehr.authorization.clients import ASSERTION_TYPE
from conformance.ehr.authorization.records import Authorization, RefreshToken
from conformance.ehr.authorization.setup import Client
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server

_HERE = "security.assertions."


@defect(
    "assertions",
    kills=(
        _HERE + "a-good-assertion-brings-a-token",
        _HERE + "an-assertion-by-rs384-is-taken",
        _HERE + "an-assertion-by-es384-is-taken",
    ),
    flows=True,
)
class KnowsNoBackendServices(Server):
    """Knows no client credentials."""

    def by_credentials(
        self, request: Request, client: Client, parameters: dict[str, str]
    ) -> Response:
        """Refuse the grant."""
        raise OAuthError("unsupported_grant_type", "There is no such grant type here.")


@defect(
    "assertions",
    kills=(_HERE + "a-good-assertion-brings-a-token", _HERE + "an-assertion-by-rs384-is-taken"),
    flows=True,
)
class TakesNoRs384(Server):
    """Takes ES384 only."""

    def check_assertion_header(self, header: Claims) -> None:
        """Refuse the other algorithm."""
        super().check_assertion_header(header)
        if header["alg"] != "ES384":
            raise self.refused_client("The algorithm must be ES384.")


@defect(
    "assertions",
    kills=(
        _HERE + "an-assertion-by-es384-is-taken",
        "patient-access.standalone-launch.serves-an-asymmetric-client",
    ),
    flows=True,
)
class TakesNoEs384(Server):
    """Takes RS384 only."""

    def check_assertion_header(self, header: Claims) -> None:
        """Refuse the other algorithm."""
        super().check_assertion_header(header)
        if header["alg"] != "RS384":
            raise self.refused_client("The algorithm must be RS384.")


@defect("assertions", kills=(_HERE + "the-token-response-is-complete",), flows=True)
class TellsNoLifetime(Server):
    """Leaves the lifetime of a system's token out."""

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Drop expires_in."""
        document = super().token_response(request, authorization, scopes, refreshed)
        if not authorization.fhir_user:
            del document["expires_in"]
        return document


@defect(
    "assertions",
    kills=(
        _HERE + "a-foreign-signature-is-refused",
        _HERE + "failed-authentication-is-named-invalid-client",
    ),
    flows=True,
)
class TrustsAnySignature(Server):
    """Looks at the claims of an assertion and not at its signature."""

    def check_signature(self, assertion: str, key: Key) -> None:
        """Accept whatever stands there, as long as something does."""
        if assertion.endswith("."):
            raise self.refused_client("The signature is missing.")


@defect("assertions", kills=(_HERE + "an-unsigned-assertion-is-refused",), flows=True)
class TakesTheAlgorithmNone(Server):
    """Takes an assertion that says of itself that nobody signed it."""

    def check_assertion_header(self, header: Claims) -> None:
        """Let the algorithm none pass."""
        if header.get("alg") != "none":
            super().check_assertion_header(header)

    def key_for(self, client: Client, header: Claims) -> Key:
        """Return any key, since none is used."""
        if header.get("alg") == "none":
            header = {**header, "alg": "RS384"}
        return super().key_for(client, header)

    def check_signature(self, assertion: str, key: Key) -> None:
        """Ask for a signature only where one is promised."""
        if not assertion.endswith("."):
            super().check_signature(assertion, key)


@defect("assertions", kills=(_HERE + "an-expired-assertion-is-refused",), flows=True)
class TakesExpiredAssertions(Server):
    """Does not look at the clock."""

    def check_times(self, claims: Claims) -> None:
        """Judge only what runs out in the future."""
        if claims.get("exp", 0) > self.now():
            super().check_times(claims)


@defect("assertions", kills=(_HERE + "an-over-long-assertion-is-refused",), flows=True)
class TakesAssertionsForADay(Server):
    """Lets a client choose how long its assertion is good."""

    def check_times(self, claims: Claims) -> None:
        """Judge only what has run out."""
        if claims.get("exp", 0) <= self.now():
            super().check_times(claims)


@defect("assertions", kills=(_HERE + "a-replayed-assertion-is-refused",), flows=True)
class ForgetsAssertions(Server):
    """Takes an assertion as often as it is shown."""

    def check_replay(self, client: Client, claims: Claims) -> None:
        """Remember nothing."""


@defect("assertions", kills=(_HERE + "another-audience-is-refused",), flows=True)
class TakesAnyAudience(Server):
    """Takes assertions that were made for other servers."""

    def check_assertion_audience(self, request: Request, claims: Claims) -> None:
        """Accept any audience."""


@defect("assertions", kills=(_HERE + "another-subject-is-refused",), flows=True)
class TakesAnySubject(Server):
    """Takes an assertion that speaks of another client."""

    def check_subject(self, claims: Claims) -> None:
        """Accept any subject."""


@defect("assertions", kills=(_HERE + "another-issuer-is-refused",), flows=True)
class TakesAnyIssuer(Server):
    """Takes the client from the subject, and lets the issuer say what it likes."""

    def asserting_client(self, claims: Claims) -> Client:
        """Look for the subject."""
        return super().asserting_client({**claims, "iss": claims.get("sub")})

    def check_subject(self, claims: Claims) -> None:
        """Accept another issuer for the one subject there is."""
        if self.client_named(str(claims.get("sub"))) is None:
            super().check_subject(claims)


@defect("assertions", kills=(_HERE + "an-unknown-key-id-is-refused",), flows=True)
class TriesEveryKey(Server):
    """Does not care which key an assertion names."""

    def key_for(self, client: Client, header: Claims) -> Key:
        """Return the client's key of the right type."""
        for entry in self.keys_of(client)["keys"]:
            if entry["alg"] == header["alg"]:
                header = {**header, "kid": entry["kid"]}
        return super().key_for(client, header)


@defect(
    "assertions",
    kills=(
        _HERE + "failed-authentication-is-named-invalid-client",
        _HERE + "another-assertion-type-is-refused",
        "security.error-bodies.an-unknown-client-is-named-invalid-client",
    ),
    flows=True,
)
class NamesAnErrorOfItsOwn(Server):
    """Refuses a client with a word of its own in place of invalid_client."""

    def refused_client(self, description: str) -> OAuthError:
        """Name another error."""
        return OAuthError("bad_signature", description, status=401)


@defect("assertions", kills=(_HERE + "another-grant-type-is-refused",), flows=True)
class TakesAnyGrantType(Server):
    """Takes every grant type of a client with a key for a backend service's."""

    def form_of(self, request: Request) -> dict[str, str]:
        """Read an unknown grant type as client_credentials."""
        form = super().form_of(request)
        if form.get("grant_type") == "no-such-grant" and "client_assertion" in form:
            form["grant_type"] = "client_credentials"
        return form


@defect("assertions", kills=(_HERE + "another-assertion-type-is-refused",), flows=True)
class TakesAnyAssertionType(Server):
    """Reads an assertion whatever type it is said to be of."""

    def client_by_assertion(self, request: Request, parameters: dict[str, str]) -> Client:
        """Put the right type in its place."""
        return super().client_by_assertion(
            request, {**parameters, "client_assertion_type": ASSERTION_TYPE}
        )


@variation("assertions", flows=True)
class RefusesClientsWith400(Server):
    """Refuses a client that cannot prove itself with status 400, as RFC 6749 allows."""

    def refused_client(self, description: str) -> OAuthError:
        """Answer with 400."""
        return OAuthError("invalid_client", description)


@variation("assertions", flows=True)
class AnswersWith201(Server):
    """Answers a system's token request with status 201."""

    def by_credentials(
        self, request: Request, client: Client, parameters: dict[str, str]
    ) -> Response:
        """Say that something was created."""
        return replace(super().by_credentials(request, client, parameters), status=201)
