"""Which application stands at the token endpoint: told by its id, its secret or its key."""

from base64 import b64decode
from urllib.parse import unquote_plus

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.login import Login
from conformance.ehr.authorization.registry import same
from conformance.ehr.authorization.setup import Client, ClientKind
from conformance.ehr.messages import Request

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Clients(Login):
    """Authenticate an application, each in the one way that it is registered for."""

    def authenticated_client(self, request: Request, parameters: dict[str, str]) -> Client:
        """Return the client that a request comes from, or refuse it."""
        asserts = "client_assertion" in parameters or "client_assertion_type" in parameters
        has_secret = request.headers.get("authorization", "")[:6].lower() == "basic "
        if asserts and has_secret:
            raise OAuthError("invalid_request", "There is more than one authentication.")
        if asserts:
            client = self.client_by_assertion(request, parameters)
        elif has_secret:
            client = self.client_by_secret(request)
        else:
            client = self.client_by_name(parameters)
        if parameters.get("client_id", client.id) != client.id:
            raise self.refused_client("client_id is another client's.")
        return client

    def client_by_name(self, parameters: dict[str, str]) -> Client:
        """Return the public client that names itself."""
        client = self.client_named(parameters.get("client_id", ""))
        if client is None or client.kind is not ClientKind.PUBLIC:
            raise self.refused_client("The client must authenticate.")
        return client

    def client_by_secret(self, request: Request) -> Client:
        """Return the client whose id and secret an Authorization header holds."""
        client_id, secret = self.basic_credentials(request)
        client = self.client_named(client_id)
        if client is None or client.kind is not ClientKind.SYMMETRIC:
            raise self.refused_client("The client is not known, or not with a secret.")
        if not self.is_secret_of(client, secret):
            raise self.refused_client("The secret is wrong.")
        return client

    def basic_credentials(self, request: Request) -> tuple[str, str]:
        """Return id and secret of HTTP Basic, each form encoded as RFC 6749 2.3.1 has it."""
        encoded = request.headers.get("authorization", "")[6:].strip()
        try:
            text = b64decode(encoded, validate=True).decode()
        except ValueError as error:
            raise self.refused_client("The Authorization header cannot be read.") from error
        name, _, secret = text.partition(":")
        return unquote_plus(name), unquote_plus(secret)

    def is_secret_of(self, client: Client, secret: str) -> bool:
        """Tell whether a secret is the client's."""
        return same(client.secret, secret)

    def client_by_assertion(self, request: Request, parameters: dict[str, str]) -> Client:
        """Return the client that signed an assertion."""
        raise NotImplementedError

    def refused_client(self, description: str) -> OAuthError:
        """Return what refuses a client that is not who it should be."""
        return OAuthError(
            "invalid_client",
            description,
            status=401,
            headers=(("WWW-Authenticate", 'Basic realm="token"'),),
        )
