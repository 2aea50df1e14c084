"""OpenID Connect: who signed in, who vouches for it, and with which keys."""

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from conformance.ehr.authorization.assertions import Assertions
from conformance.ehr.authorization.records import Authorization
from conformance.ehr.discovery import GRANT_TYPES
from conformance.ehr.messages import Request, Response

ID_TOKEN_SECONDS = 600


@cache
def process_key() -> RSAKey:
    """Return the key of every server of this process that is given none; making one takes time."""
    return RSAKey.generate_key(2048, auto_kid=True)


class OpenId(Assertions):
    """Issue id_tokens, and let others check them."""

    def signing_key(self) -> RSAKey:
        """Return the key that signs id_tokens."""
        return self.authorization.signing_key or process_key()

    def id_token(self, request: Request, authorization: Authorization, access_token: str) -> str:
        """Return the id_token that goes with an access token."""
        claims = self.id_claims(request, authorization, access_token)
        return self.sign_id_token(claims)

    def sign_id_token(self, claims: dict[str, Any]) -> str:
        """Return claims, signed."""
        return jwt.encode(self.id_token_header(), claims, self.signing_key())

    def id_token_header(self) -> dict[str, Any]:
        """Return the header of an id_token."""
        return {"alg": "RS256", "typ": "JWT", "kid": self.signing_key().kid}

    def id_claims(
        self, request: Request, authorization: Authorization, access_token: str
    ) -> dict[str, Any]:
        """Return the claims of an id_token."""
        now = int(self.now())
        claims: dict[str, Any] = {
            "iss": self.issuer(request),
            "sub": self.subject(authorization),
            "aud": authorization.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
            "at_hash": self.at_hash(access_token),
        }
        if authorization.nonce is not None:
            claims["nonce"] = authorization.nonce
        if "fhirUser" in authorization.scopes:
            claims["fhirUser"] = self.fhir_user(request, authorization)
        return claims

    def subject(self, authorization: Authorization) -> str:
        """Return the name by which applications know a user, which tells nothing of the user."""
        return sha256(f"subject {authorization.subject}".encode()).hexdigest()[:32]

    def fhir_user(self, request: Request, authorization: Authorization) -> str:
        """Return the address of the resource that describes the user."""
        return f"{request.base}/{authorization.fhir_user}"

    def at_hash(self, access_token: str) -> str:
        """Return what binds an id_token to its access token: half of a SHA-256."""
        return urlsafe_b64encode(sha256(access_token.encode()).digest()[:16]).decode().rstrip("=")

    def show_openid_configuration(self, request: Request) -> Response:
        """Answer with what OpenID Connect Discovery asks for."""
        return self.json_answer(self.openid_configuration(request))

    def openid_configuration(self, request: Request) -> dict[str, Any]:
        """Return the OpenID configuration."""
        smart = self.smart_configuration(request)
        shared = (
            "authorization_endpoint",
            "token_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
            "scopes_supported",
        )
        return {
            "issuer": self.issuer(request),
            "jwks_uri": f"{self.authorization_server(request)}/jwks",
            **{name: smart[name] for name in shared if name in smart},
            "response_types_supported": ["code"],
            "grant_types_supported": list(GRANT_TYPES),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "fhirUser"],
        }

    def show_keys(self, request: Request) -> Response:
        """Answer with the public keys."""
        return self.json_answer(self.public_keys())

    def public_keys(self) -> dict[str, Any]:
        """Return the keys that id_tokens can be checked by."""
        key = self.signing_key().as_dict(private=False)
        return {"keys": [{**key, "use": "sig", "alg": "RS256"}]}
