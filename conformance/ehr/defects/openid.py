"""Defects of OpenID Connect: the configuration, the keys, and id_tokens."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.records import Authorization
from conformance.ehr.defects.declare import defect
from conformance.ehr.defects.launches import Telling
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server

_OPENID = "patient-access.openid."
_DISCOVERY = "patient-access.openid-discovery."
_SERVED = _DISCOVERY + "configuration-is-served"
_COMPLETE = _DISCOVERY + "configuration-is-complete"
_ISSUER = _DISCOVERY + "configuration-names-its-own-issuer"
_KEYS = _DISCOVERY + "keys-are-served"
_COMES = _OPENID + "an-id-token-comes-along"
_NAME = _OPENID + "id-tokens-name-their-key"
_SIGNED = _OPENID + "id-tokens-are-signed"
_CLAIMS = _OPENID + "id-tokens-hold-their-claims"
_NONCE = _OPENID + "id-tokens-repeat-the-nonce"
_HASH = _OPENID + "id-tokens-belong-to-their-access-token"
_INTROSPECTED = "patient-access.introspection.the-person-is-that-of-the-id-token"
_USER = _OPENID + "fhir-user-can-be-read"


@cache
def another_key() -> RSAKey:
    """Return a key that no key set holds."""
    return RSAKey.generate_key(2048, auto_kid=True)


class Configuring(Server):
    """A server whose OpenID configuration differs in some members; None leaves one out."""

    changes: Mapping[str, Any] = {}

    def openid_configuration(self, request: Request) -> dict[str, Any]:
        """Change the members."""
        changed = {**super().openid_configuration(request), **self.changes}
        return {name: value for name, value in changed.items() if value is not None}


class Claiming(Server):
    """A server whose id_tokens differ in some claims; None leaves one out."""

    changes: Mapping[str, Any] = {}

    def id_claims(
        self, request: Request, authorization: Authorization, access_token: str
    ) -> dict[str, Any]:
        """Change the claims."""
        claims = super().id_claims(request, authorization, access_token)
        changed = {**claims, **self.changes}
        return {name: value for name, value in changed.items() if value is not None}


@defect("openid", kills=(_SERVED,), flows=True)
class HasNoOpenidConfiguration(Server):
    """Serves no OpenID configuration."""

    def show_openid_configuration(self, request: Request) -> Response:
        """Find nothing."""
        raise OAuthError("invalid_request", "There is nothing here.", status=404)


@defect("openid", kills=(_SERVED,), flows=True)
class LabelsTheOpenidConfigurationAsText(Server):
    """Labels the OpenID configuration as plain text, which WARNs."""

    def show_openid_configuration(self, request: Request) -> Response:
        """Name plain text."""
        document = self.openid_configuration(request)
        return Response(status=200, headers=(("Content-Type", "text/plain"),), document=document)


@defect("openid", kills=(_COMPLETE,), flows=True)
class NamesNoSubjectTypes(Configuring):
    """Leaves subject_types_supported out of the OpenID configuration."""

    changes = {"subject_types_supported": None}  # noqa: RUF012


@defect("openid", kills=(_COMPLETE,), flows=True)
class WritesResponseTypesAsAText(Configuring):
    """Gives response_types_supported as a text."""

    changes = {"response_types_supported": "code"}  # noqa: RUF012


@defect("openid", kills=(_COMPLETE,), flows=True)
class OffersOtherAlgorithmsOnly(Configuring):
    """Leaves RS256 out of the signing algorithms."""

    changes = {"id_token_signing_alg_values_supported": ["ES256"]}  # noqa: RUF012


@defect("openid", kills=(_ISSUER,), flows=True)
class ConfiguresAnotherIssuer(Configuring):
    """Names another issuer in the OpenID configuration than in the SMART configuration."""

    changes = {"issuer": "https://login.example"}  # noqa: RUF012


@defect("openid", kills=(_KEYS,), flows=True)
class ServesNoKeys(Server):
    """Finds nothing where its keys should be."""

    def show_keys(self, request: Request) -> Response:
        """Find nothing."""
        raise OAuthError("invalid_request", "There is nothing here.", status=404)


@defect("openid", kills=(_KEYS,), flows=True)
class ServesAnotherKindOfKey(Server):
    """Serves keys on elliptic curves only."""

    def public_keys(self) -> dict[str, Any]:
        """Return a key on a curve."""
        return {"keys": [ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)]}


@defect("openid", kills=(_KEYS,), flows=True)
class ShowsItsPrivateKey(Server):
    """Shows the private half of its key too."""

    def public_keys(self) -> dict[str, Any]:
        """Return the whole key."""
        return {"keys": [self.signing_key().as_dict(private=True)]}


@defect("openid", kills=(_KEYS,), flows=True)
class ServesAKeyWithoutAModulus(Server):
    """Serves a second key that lacks a part."""

    def public_keys(self) -> dict[str, Any]:
        """Add a key that nobody can read."""
        return {"keys": [*super().public_keys()["keys"], {"kty": "RSA", "kid": "2", "e": "AQAB"}]}


@defect("openid", kills=(_COMES,), flows=True)
class GivesNoIdToken(Telling):
    """Tells nothing of who signed in, though it was asked for."""

    changes = {"id_token": None}  # noqa: RUF012


@defect("openid", kills=(_COMES,), flows=True)
class GivesAnIdTokenThatIsNoJwt(Server):
    """Gives an opaque value for an id_token."""

    def sign_id_token(self, claims: dict[str, Any]) -> str:
        """Return another value."""
        return self.mint("id")


@defect("openid", kills=(_SIGNED,), flows=True)
class SignsWithAKeyThatIsNotServed(Server):
    """Signs id_tokens with another key than the one that it names and serves."""

    def sign_id_token(self, claims: dict[str, Any]) -> str:
        """Sign with another key."""
        return jwt.encode(self.id_token_header(), claims, another_key())


@defect("openid", kills=(_NAME,), flows=True)
class NamesAKeyThatIsNotServed(Server):
    """Names another key in the header of its id_tokens than the one that signs."""

    def id_token_header(self) -> dict[str, Any]:
        """Name another key."""
        return {**super().id_token_header(), "kid": "another"}


@defect("openid", kills=(_CLAIMS, _INTROSPECTED), flows=True)
class IssuesForAnother(Claiming):
    """Names another issuer in its id_tokens."""

    changes = {"iss": "https://login.example"}  # noqa: RUF012


@defect("openid", kills=(_CLAIMS,), flows=True)
class IssuesToAnother(Claiming):
    """Names another client in its id_tokens."""

    changes = {"aud": "another-client"}  # noqa: RUF012


@defect("openid", kills=(_CLAIMS, _INTROSPECTED), flows=True)
class IssuesAboutNobody(Claiming):
    """Leaves the subject of its id_tokens empty."""

    changes = {"sub": ""}  # noqa: RUF012


@defect("openid", kills=(_CLAIMS, _INTROSPECTED), flows=True)
class NamesALongSubject(Claiming):
    """Names a subject of 300 characters."""

    changes = {"sub": "s" * 300}  # noqa: RUF012


@defect("openid", kills=(_CLAIMS,), flows=True)
class IssuesExpiredIdTokens(Claiming):
    """Gives id_tokens that have expired."""

    changes = {"exp": 1_500_000_000}  # noqa: RUF012


@defect("openid", kills=(_CLAIMS,), flows=True)
class IssuesIdTokensFromTheFuture(Claiming):
    """Gives id_tokens that will be issued in times to come."""

    changes = {"iat": 4_000_000_000}  # noqa: RUF012


@defect("openid", kills=(_CLAIMS,), flows=True)
class DoesNotSayWhen(Claiming):
    """Does not say when an id_token was issued."""

    changes = {"iat": None}  # noqa: RUF012


@defect("openid", kills=(_NONCE,), flows=True)
class ForgetsTheNonce(Claiming):
    """Leaves the nonce out of its id_tokens."""

    changes = {"nonce": None}  # noqa: RUF012


@defect("openid", kills=(_NONCE,), flows=True)
class RepeatsAnotherNonce(Claiming):
    """Puts a nonce of its own into its id_tokens."""

    changes = {"nonce": "another-nonce"}  # noqa: RUF012


@defect("openid", kills=(_HASH,), flows=True)
class HashesAnotherToken(Server):
    """Puts the hash of another token into its id_tokens."""

    def at_hash(self, access_token: str) -> str:
        """Hash something else."""
        return super().at_hash(f"{access_token}.")


@defect("openid", kills=(_USER,), flows=True)
class DoesNotNameTheUser(Claiming):
    """Does not say which resource describes who signed in."""

    changes = {"fhirUser": None}  # noqa: RUF012


@defect("openid", kills=(_USER,), flows=True)
class NamesAnOrganizationAsUser(Server):
    """Says that an organization signed in."""

    def fhir_user(self, request: Request, authorization: Authorization) -> str:
        """Name an organization."""
        return f"{request.base}/Organization/organization-1"


@defect("openid", kills=(_USER,), flows=True)
class NamesAUserWithoutARecord(Server):
    """Names a resource for who signed in that cannot be read."""

    def fhir_user(self, request: Request, authorization: Authorization) -> str:
        """Name a resource that there is not."""
        return f"{request.base}/Practitioner/nobody"


@defect("openid", kills=(_USER,), flows=True)
class NamesTheUserOnAnotherBase(Server):
    """Names the user by an address on another base, which WARNs."""

    def fhir_user(self, request: Request, authorization: Authorization) -> str:
        """Name another base."""
        return f"https://records.example/fhir/{authorization.fhir_user}"
