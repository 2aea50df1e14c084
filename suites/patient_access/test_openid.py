"""OpenID Connect: who signed in, said so that an app can verify it."""

from conformance.checks import Fhir, LaunchKind, Level, Smart, check, for_each

LEEWAY = 300
"""Seconds by which clocks may differ."""
LONGEST_SUBJECT = 255
_USERS = ("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Person")


@for_each(LaunchKind)
@check("smart#id-token", serial=True, witness=True)
def test_an_id_token_comes_along(smart: Smart, kind: LaunchKind) -> None:
    """
    An app that asked for openid gets an id_token with its token: a signed JSON Web Token.

    SMART App Launch 2.0 Scopes and Launch Context, scopes for requesting identity data; OpenID
    Connect Core 3.1.3.3.
    """
    launched = smart.launched(kind)
    smart.require_openid(launched)
    reply = smart.token_reply(launched)
    if not launched.member("id_token"):
        reply.fail(
            "openid.no-id-token",
            "There is no id_token in the token response.",
            expected="id_token",
            actual="another value" if "id_token" in launched.body else "none",
        )
    reply.expect(
        smart.id_token(launched) is not None,
        "openid.no-jwt",
        "The id_token is no signed JSON Web Token.",
        expected="header, claims and signature",
        actual="another form",
        path="id_token",
    )


@for_each(LaunchKind)
@check("smart#id-token-signature", serial=True, witness=True)
def test_id_tokens_name_their_key(smart: Smart, kind: LaunchKind) -> None:
    """
    The header of an id_token names RS256 and, among several keys, the one that signed it.

    OpenID Connect Core 2 and 10.1; SMART App Launch 2.0, id_token.
    """
    launched = smart.launched(kind)
    token = smart.require_id_token(launched)
    reply = smart.token_reply(launched)
    reply.expect(
        token.header.get("alg") == "RS256",
        "openid.algorithm",
        "The id_token is signed with another algorithm than RS256.",
        expected="alg RS256",
        actual="another",
        path="id_token",
    )
    keys = [entry for entry in smart.require_keys()["keys"] if isinstance(entry, dict)]
    names = [entry.get("kid") for entry in keys if entry.get("kty") == "RSA"]
    kid = token.header.get("kid")
    reply.expect(
        kid in names or (kid is None and len(names) == 1) or names == [None],
        "openid.kid",
        "The header of the id_token does not name a key of the key set.",
        expected="kid of a key",
        actual="no kid" if kid is None else "another kid",
        path="id_token",
    )


@for_each(LaunchKind)
@check("smart#id-token-signature", serial=True, witness=True)
def test_id_tokens_are_signed(smart: Smart, kind: LaunchKind) -> None:
    """
    A key of the key set verifies the signature of an id_token.

    OpenID Connect Core 3.1.3.7 (6).
    """
    launched = smart.launched(kind)
    token = smart.require_id_token(launched)
    reply = smart.token_reply(launched)
    reply.expect(
        token.verified_by(smart.require_keys()),
        "openid.signature",
        "No key of the key set verifies the signature of the id_token.",
        expected="a signature by one of the keys",
        actual="another",
        path="id_token",
    )


@for_each(LaunchKind)
@check("smart#id-token-claims", serial=True, witness=True)
def test_id_tokens_hold_their_claims(smart: Smart, kind: LaunchKind) -> None:
    """
    An id_token says who issued it, to whom, about whom and until when.

    OpenID Connect Core 2 and 3.1.3.7 (iss, sub, aud, exp, iat). Times are held against that of
    the answer, and clocks may differ by five minutes.
    """
    launched = smart.launched(kind)
    token = smart.require_id_token(launched)
    reply = smart.token_reply(launched)
    claims, client = token.claims, launched.party.client.id
    exp, iat, subject = claims["exp"], claims["iat"], claims["sub"]
    judged = {
        "iss": (claims["iss"] == smart.issuer(), "the issuer"),
        "aud": (client in claims["aud"], "the client id"),
        "sub": (subject is not None and 0 < subject <= LONGEST_SUBJECT, "1 to 255 characters"),
        "exp": (isinstance(exp, int | float) and exp > token.at - LEEWAY, "a time to come"),
        "iat": (isinstance(iat, int | float) and iat < token.at + LEEWAY, "a time that was"),
    }
    for name, (good, expected) in judged.items():
        reply.expect(
            good,
            "openid.claim",
            f"The claim {name} of the id_token is missing or wrong.",
            expected=f"{name}: {expected}",
            actual="none" if claims[name] in (None, []) else "another value",
            path=f"id_token.{name}",
        )


@for_each(LaunchKind)
@check("smart#id-token-nonce", serial=True, witness=True)
def test_id_tokens_repeat_the_nonce(smart: Smart, kind: LaunchKind) -> None:
    """
    An id_token holds the nonce of its request, unchanged.

    OpenID Connect Core 3.1.3.7 (11).
    """
    launched = smart.launched(kind)
    token = smart.require_id_token(launched)
    smart.token_reply(launched).expect(
        token.claims["nonce"] == "equal",
        "openid.nonce",
        "The id_token does not hold the nonce of the request.",
        expected="the nonce that was sent",
        actual="none" if token.claims["nonce"] == "missing" else "another",
        path="id_token.nonce",
    )


@for_each(LaunchKind)
@check("smart#id-token-access-hash", serial=True, witness=True)
def test_id_tokens_belong_to_their_access_token(smart: Smart, kind: LaunchKind) -> None:
    """
    Where an id_token holds the hash of an access token, it is that of the one it came with.

    OpenID Connect Core 3.1.3.6 and 3.1.3.8 (at_hash, which may be left out).
    """
    launched = smart.launched(kind)
    token = smart.require_id_token(launched)
    if token.claims["at_hash"] == "missing":
        smart.not_applicable("The id_token has no at_hash.")
    smart.token_reply(launched).expect(
        token.claims["at_hash"] == "equal",
        "openid.at-hash",
        "at_hash is not the hash of the access token.",
        expected="half of the token's hash",
        actual="another value",
        path="id_token.at_hash",
    )


@for_each(LaunchKind)
@check("smart#fhir-user", serial=True, witness=True)
def test_fhir_user_can_be_read(smart: Smart, fhir: Fhir, kind: LaunchKind) -> None:
    """
    The claim fhirUser names the resource that describes who signed in, and the token reads it.

    SMART App Launch 2.0 Scopes and Launch Context, scopes for requesting identity data (fhirUser).
    Tolerated: an address on another base than the one in use.
    """
    launched = smart.launched(kind)
    token = smart.require_id_token(launched)
    reply = smart.token_reply(launched)
    told = token.claims["fhirUser"]
    parts = told.split("/")[-2:] if isinstance(told, str) else []
    if len(parts) != 2 or parts[0] not in _USERS:
        reply.fail(
            "openid.fhir-user",
            "The id_token does not say which resource describes who signed in.",
            expected=f"fhirUser: the address of a {' or '.join(_USERS)}",
            actual="none" if told is None else "another value",
        )
    reply.expect(
        told in ("/".join(parts), f"{fhir.base}/{'/'.join(parts)}"),
        "openid.fhir-user-base",
        "fhirUser lies on another base than the API.",
        expected=f"{fhir.base}/{parts[0]}/…",
        actual="another base",
        level=Level.TOLERATED,
    )
    smart.expect_readable(launched, parts[0], parts[1])
