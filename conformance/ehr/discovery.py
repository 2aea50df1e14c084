"""What a SMART client learns before it has a token: `/.well-known/smart-configuration`."""

from typing import Any
from urllib.parse import urlsplit

from conformance.ehr.access import Access
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response

SMART_CAPABILITIES = (
    "launch-ehr",
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner",
    "context-style",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "permission-offline",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
)
SINCE_SMART_2 = frozenset(
    {"authorize-post", "client-confidential-asymmetric", "permission-v1", "permission-v2"}
    | {"code_challenge_methods_supported", "grant_types_supported", "issuer", "jwks_uri"}
    | {"token_endpoint_auth_signing_alg_values_supported"}
)
LEVELS = ("patient", "user", "system")
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
CONTEXT_SCOPES = ("openid", "fhirUser", "launch", "launch/patient", "offline_access")


class Discovery(Access):
    """Announce the authorization server."""

    def show_smart_configuration(self, request: Request, call: Call) -> Response:
        """Answer with the SMART configuration, or say that there is none."""
        if not self.setup.smart:
            raise Refusal(Fault.UNKNOWN_PATH, "This server does not offer SMART App Launch.")
        return Response(
            status=200,
            headers=(("Content-Type", self.smart_content_type(request)),),
            document=self.smart_configuration(request),
        )

    def smart_content_type(self, request: Request) -> str:
        """Return the media type of the SMART configuration."""
        return "application/json"

    def origin(self, request: Request) -> str:
        """Return scheme and host by which the client reached the server."""
        parts = urlsplit(request.base)
        return f"{parts.scheme}://{parts.netloc}"

    def authorization_server(self, request: Request) -> str:
        """Return the address under which the authorization server's endpoints lie."""
        return f"{self.origin(request)}/auth"

    def issuer(self, request: Request) -> str:
        """Return who issues id_tokens."""
        return self.authorization_server(request)

    def challenge_methods(self) -> tuple[str, ...]:
        """Return the PKCE methods that are accepted."""
        return ("S256",)

    def smart_scopes(self) -> list[str]:
        """Return the scopes that can be asked for."""
        accesses = ("rs", "read") if self.setup.smart_edition > 1 else ("read",)
        types = [type_ for type_ in self.setup.types if type_ != "Group"]
        patient = [f"patient/{type_}.{accesses[0]}" for type_ in types]
        whole = [f"{level}/*.{access}" for access in accesses for level in LEVELS]
        return [*CONTEXT_SCOPES, *patient, *whole]

    def announced_challenge_methods(self) -> list[str]:
        """Return the PKCE methods that are announced."""
        return ["S256"]

    def known_to_smart(self, word: str) -> bool:
        """Tell whether the edition of SMART that is announced has a capability or member."""
        return self.setup.smart_edition > 1 or word not in SINCE_SMART_2

    def smart_capabilities(self) -> list[str]:
        """Return the SMART capabilities that are announced."""
        return list(filter(self.known_to_smart, SMART_CAPABILITIES))

    def smart_configuration(self, request: Request) -> dict[str, Any]:
        """Return the SMART configuration."""
        server = self.authorization_server(request)
        configuration = {
            "issuer": self.issuer(request),
            "jwks_uri": f"{server}/jwks",
            "authorization_endpoint": f"{server}/authorize",
            "token_endpoint": f"{server}/token",
            "introspection_endpoint": f"{server}/introspect",
            "revocation_endpoint": f"{server}/revoke",
            "management_endpoint": f"{server}/manage",
            "grant_types_supported": list(GRANT_TYPES),
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "code_challenge_methods_supported": self.announced_challenge_methods(),
            "scopes_supported": self.smart_scopes(),
            "capabilities": self.smart_capabilities(),
        }
        return {name: value for name, value in configuration.items() if self.known_to_smart(name)}
