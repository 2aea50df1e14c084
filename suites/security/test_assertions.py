"""Assertions: a system proves by its key who it is (SMART 2 Backend Services, RFC 7523)."""

from conformance.checks import Departure, Level, Reply, Smart, check

ELSEWHERE = "https://elsewhere.example/token"


@check("smart#backend-services", serial=True)
def test_a_good_assertion_brings_a_token(smart: Smart) -> None:
    """
    A token request with a signed assertion brings a token.

    SMART App Launch 2.0 Backend Services, obtain access token.
    """
    smart.expect_system_token(code="backend.no-token")


@check("smart#backend-token-response", serial=True)
def test_the_token_response_is_complete(smart: Smart) -> None:
    """
    The answer names the token, its type, its lifetime and its scope.

    SMART App Launch 2.0 Backend Services, access token response.
    """
    granted = smart.backend_answer()
    body, reply = granted.body, smart.reply(granted.response)
    for name in ("token_type", "scope"):
        _member(reply, name, isinstance(body.get(name), str) and bool(body[name]), "a text")
    kind = granted.member("token_type")
    _member(reply, "token_type", kind.lower() == "bearer", "bearer")
    seconds = body.get("expires_in")
    good = type(seconds) in (int, float) and float(seconds or 0) > 0
    _member(reply, "expires_in", good, "a number of seconds")


@check("smart#assertion-algorithms", serial=True)
def test_an_assertion_by_rs384_is_taken(smart: Smart) -> None:
    """
    An assertion that is signed with RS384 brings a token.

    SMART App Launch 2.0 Client Authentication: Asymmetric: a server takes RS384 or ES384. It binds
    who announces the algorithm.
    """
    _taken(smart, "RS384")


@check("smart#assertion-algorithms", serial=True)
def test_an_assertion_by_es384_is_taken(smart: Smart) -> None:
    """
    An assertion that is signed with ES384 brings a token.

    SMART App Launch 2.0 Client Authentication: Asymmetric: a server takes RS384 or ES384. It binds
    who announces the algorithm.
    """
    _taken(smart, "ES384")


@check("smart#backend-services", serial=True)
def test_a_foreign_signature_is_refused(smart: Smart) -> None:
    """
    An assertion that a key signed which nobody registered brings no token.

    SMART App Launch 2.0 Client Authentication: Asymmetric, signature verification; RFC 7523 3.
    """
    smart.expect_refused(
        smart.assert_client("foreign-key", Departure(signed_by="foreign")),
        "assertion.foreign-key",
        "An assertion that another key signed brings a token.",
    )


@check("smart#backend-services", serial=True)
def test_an_unsigned_assertion_is_refused(smart: Smart) -> None:
    """
    An assertion that nobody signed brings no token.

    SMART App Launch 2.0 Client Authentication: Asymmetric; RFC 8725 3.2, algorithm none.
    """
    smart.expect_refused(
        smart.assert_client("unsigned", Departure(signed_by="nobody")),
        "assertion.unsigned",
        "An assertion without a signature brings a token.",
    )


@check("smart#backend-services", serial=True)
def test_an_expired_assertion_is_refused(smart: Smart) -> None:
    """
    An assertion that ran out an hour ago brings no token.

    RFC 7523 3, exp. An hour is more than any two clocks differ.
    """
    smart.expect_refused(
        smart.assert_client("expired", Departure(lifetime=-3600)),
        "assertion.expired",
        "An expired assertion brings a token.",
    )


@check("smart#backend-services", serial=True)
def test_a_replayed_assertion_is_refused(smart: Smart) -> None:
    """
    An assertion that was shown before brings no second token.

    SMART App Launch 2.0 Client Authentication: Asymmetric, jti not seen before.
    """
    smart.expect_refused(
        smart.assert_client("replayed", times=2),
        "assertion.replayed",
        "The same assertion brings a second token.",
    )


@check("smart#backend-services", serial=True)
def test_another_audience_is_refused(smart: Smart) -> None:
    """
    An assertion that was made for another server brings no token.

    RFC 7523 3, aud; SMART App Launch 2.0 Client Authentication: Asymmetric.
    """
    smart.expect_refused(
        smart.assert_client("audience", Departure(claims={"aud": ELSEWHERE})),
        "assertion.audience",
        "An assertion for another server brings a token.",
    )


@check("smart#backend-services", serial=True)
def test_another_issuer_is_refused(smart: Smart) -> None:
    """
    An assertion whose issuer is not the client brings no token.

    RFC 7523 3, iss; SMART App Launch 2.0 Client Authentication: Asymmetric.
    """
    smart.expect_refused(
        smart.assert_client("issuer", Departure(claims={"iss": "no-such-client"})),
        "assertion.issuer",
        "An assertion of an unknown issuer brings a token.",
    )


@check("smart#backend-services", serial=True)
def test_another_subject_is_refused(smart: Smart) -> None:
    """
    An assertion whose subject is not the client brings no token.

    RFC 7523 3, sub; SMART App Launch 2.0 Client Authentication: Asymmetric.
    """
    smart.expect_refused(
        smart.assert_client("subject", Departure(claims={"sub": "no-such-client"})),
        "assertion.subject",
        "An assertion about another subject brings a token.",
    )


@check("smart#assertion-details", serial=True)
def test_an_unknown_key_id_is_refused(smart: Smart) -> None:
    """
    An assertion that names a key which is not registered brings no token.

    SMART App Launch 2.0 Client Authentication: Asymmetric: keys are chosen by kid. Whoever tries
    all keys gives nothing away, so this decides no gate.
    """
    smart.expect_refused(
        smart.assert_client("key-id", Departure(header={"kid": "no-such-key"})),
        "assertion.key-id",
        "An assertion that names an unknown key brings a token.",
    )


@check("smart#assertion-details", serial=True)
def test_an_over_long_assertion_is_refused(smart: Smart) -> None:
    """
    An assertion that would be good for a day brings no token.

    SMART App Launch 2.0 Client Authentication: Asymmetric: exp at most five minutes ahead. RFC
    7523 3 leaves it to the server what it finds too far, so acceptance is tolerated.
    """
    smart.expect_refused(
        smart.assert_client("over-long", Departure(lifetime=86400)),
        "assertion.over-long",
        "An assertion that is good for a day brings a token.",
        level=Level.TOLERATED,
    )


@check("smart#backend-errors", serial=True)
def test_failed_authentication_is_named_invalid_client(smart: Smart) -> None:
    """
    A system that cannot prove who it is gets the error invalid_client.

    RFC 7523 3.2; RFC 6749 5.2.
    """
    reply = smart.assert_client("named-error", Departure(signed_by="foreign"))
    smart.expect_error(reply, "invalid_client")


@check("smart#backend-errors", serial=True)
def test_another_grant_type_is_refused(smart: Smart) -> None:
    """
    A token request with a grant type that nobody knows gets status 400 and unsupported_grant_type.

    RFC 6749 5.2.
    """
    reply = smart.assert_client("grant-type", changes={"grant_type": "no-such-grant"})
    smart.expect_refused(
        reply, "backend.grant-type", "A request with an unknown grant type brings a token."
    )
    smart.expect_error(reply, "unsupported_grant_type", "invalid_request")


@check("smart#backend-errors", serial=True)
def test_another_assertion_type_is_refused(smart: Smart) -> None:
    """
    A token request whose assertion is of an unknown type brings no token.

    RFC 7521 4.2, client_assertion_type; RFC 6749 5.2.
    """
    reply = smart.assert_client(
        "assertion-type", changes={"client_assertion_type": "urn:example:no-such-type"}
    )
    smart.expect_refused(
        reply, "backend.assertion-type", "An assertion of an unknown type brings a token."
    )
    smart.expect_error(reply, "invalid_client", "invalid_request", "unsupported_grant_type")


def _taken(smart: Smart, algorithm: str) -> None:
    party = smart.system_signing(algorithm)
    announced = smart.require_configuration().resource.get(
        "token_endpoint_auth_signing_alg_values_supported"
    )
    listed = isinstance(announced, list) and algorithm in announced
    if not smart.backend_answer(party).access_token and not listed:
        smart.not_applicable(f"The server does not announce {algorithm}.")
    signed = f" that is signed with {algorithm}"
    smart.expect_system_token(party, code="assertion.algorithm", signed=signed)


def _member(reply: Reply, name: str, good: bool, expected: str) -> None:
    reply.expect(
        good,
        "token.member",
        f"{name} is missing or of another form.",
        expected=expected,
        actual="not so" if name in reply.resource else "missing",
        path=name,
    )
