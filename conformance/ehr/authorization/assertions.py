"""Assertions: a client shows by its private key that it is itself (private_key_jwt)."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import deserialize_compact, extract_compact

from conformance.ehr.authorization.clients import ASSERTION_TYPE, Clients
from conformance.ehr.authorization.setup import Client, ClientKind
from conformance.ehr.messages import Request

KEY_TYPES = {"RS384": "RSA", "ES384": "EC"}
MOST_SECONDS = 300
SKEW_SECONDS = 30

Claims = dict[str, Any]


class Assertions(Clients):
    """Check an assertion, one rule a method."""

    def client_by_assertion(self, request: Request, parameters: dict[str, str]) -> Client:
        """Return the client that signed an assertion."""
        if parameters.get("client_assertion_type") != ASSERTION_TYPE:
            raise self.refused_client("The assertion type is not supported.")
        assertion = parameters.get("client_assertion", "")
        header, claims = self.opened(assertion)
        client = self.asserting_client(claims)
        self.check_assertion_header(header)
        self.check_signature(assertion, self.key_for(client, header))
        self.check_subject(claims)
        self.check_assertion_audience(request, claims)
        self.check_times(claims)
        self.check_replay(client, claims)
        return client

    def opened(self, assertion: str) -> tuple[Claims, Claims]:
        """Return header and claims of an assertion, nothing of which is proved yet."""
        try:
            token = extract_compact(assertion.encode())
            claims = json.loads(token.payload)
        except (JoseError, ValueError, RecursionError) as error:
            raise self.refused_client("The assertion cannot be read.") from error
        if not isinstance(token.protected, dict) or not isinstance(claims, dict):
            raise self.refused_client("The assertion is no JSON Web Token.")
        return token.protected, claims

    def asserting_client(self, claims: Claims) -> Client:
        """Return the client that an assertion says it is from."""
        client = self.client_named(str(claims.get("iss", "")))
        if client is None or client.kind is not ClientKind.ASYMMETRIC:
            raise self.refused_client("The client is not known, or not with a key.")
        return client

    def check_assertion_header(self, header: Claims) -> None:
        """Refuse an algorithm that is not announced, and what is not a JWT that names its key."""
        if header.get("alg") not in tuple(KEY_TYPES):
            raise self.refused_client("The algorithm must be RS384 or ES384.")
        if str(header.get("typ", "")).upper() != "JWT":
            raise self.refused_client("The header typ must be JWT.")
        if not isinstance(header.get("kid"), str):
            raise self.refused_client("The header kid is missing.")

    def key_for(self, client: Client, header: Claims) -> Key:
        """Return the key that an assertion names, out of the client's."""
        try:
            keys = KeySet.import_key_set({"keys": [*self.keys_of(client)["keys"]]})
        except (JoseError, ValueError, KeyError, TypeError, OSError) as error:
            raise self.refused_client("The client's keys cannot be had.") from error
        for key in keys.keys:
            if key.kid == header["kid"] and key.key_type == KEY_TYPES.get(header["alg"]):
                return key
        raise self.refused_client("The client has no such key.")

    def keys_of(self, client: Client) -> Mapping[str, Any]:
        """Return the JWKS of a client: as registered, or fetched anew from its address."""
        if client.jwks_url:
            return self.authorization.fetch_jwks(client.jwks_url)
        return client.jwks or {"keys": []}

    def check_signature(self, assertion: str, key: Key) -> None:
        """Refuse an assertion that the key did not sign."""
        try:
            deserialize_compact(assertion, key, algorithms=list(KEY_TYPES))
        except (JoseError, ValueError) as error:
            raise self.refused_client("The signature is wrong.") from error

    def check_subject(self, claims: Claims) -> None:
        """Refuse an assertion that speaks of another client than its issuer."""
        if claims.get("sub") != claims.get("iss"):
            raise self.refused_client("iss and sub must both be the client's id.")

    def check_assertion_audience(self, request: Request, claims: Claims) -> None:
        """Refuse an assertion that was made for another endpoint."""
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if f"{self.authorization_server(request)}/token" not in named:
            raise self.refused_client("aud must be the token endpoint.")

    def check_times(self, claims: Claims) -> None:
        """Refuse an assertion that has run out, is not valid yet, or lives too long."""
        expires, begins, now = claims.get("exp"), claims.get("nbf", 0), self.now()
        if not isinstance(expires, int | float) or not isinstance(begins, int | float):
            raise self.refused_client("exp must be a time.")
        if not now < expires:
            raise self.refused_client("The assertion has expired.")
        # the clocks of two machines differ, and five minutes is what a client may ask for
        if expires > now + MOST_SECONDS + SKEW_SECONDS:
            raise self.refused_client("exp is more than five minutes ahead.")
        if begins > now + SKEW_SECONDS:
            raise self.refused_client("The assertion is not valid yet.")

    def check_replay(self, client: Client, claims: Claims) -> None:
        """Refuse an assertion whose jti was seen before, and remember it."""
        jti, seen = claims.get("jti"), self.records.assertions
        if not isinstance(jti, str) or not jti:
            raise self.refused_client("jti is missing.")
        for old in [key for key, expires in seen.items() if expires <= self.now()]:
            del seen[old]
        if (client.id, jti) in seen:
            raise self.refused_client("The assertion was used before.")
        seen[client.id, jti] = claims.get("exp") or self.now()
