"""Error bodies: a refusal says what was wrong, in the words of OAuth (RFC 6749, RFC 6750)."""

from conformance.checks import Level, Smart, check


@check("oauth#error-codes", serial=True)
def test_an_invented_code_is_named_invalid_grant(smart: Smart) -> None:
    """
    The refusal of an invented code names the error invalid_grant.

    RFC 6749 5.2. Tolerated: invalid_request, for a code that has not even the right form.
    """
    launched = smart.half("error-of-code")
    reply = smart.redeemed(launched, changes={"code": smart.invent("code")})
    smart.expect_error(reply, "invalid_grant", "invalid_request")


@check("oauth#error-codes", serial=True)
def test_an_unknown_client_is_named_invalid_client(smart: Smart) -> None:
    """
    The refusal of an unknown client names the error invalid_client.

    RFC 6749 5.2. Tolerated: invalid_grant and unauthorized_client, since the code is not that
    client's either.
    """
    launched = smart.half("error-of-client")
    reply = smart.redeemed(launched, client=smart.unknown_client(launched.party.client))
    smart.expect_error(reply, "invalid_client", "invalid_grant", "unauthorized_client")


@check("oauth#error-codes", serial=True)
def test_an_unknown_grant_type_is_named_so(smart: Smart) -> None:
    """
    The refusal of an unknown grant type names the error unsupported_grant_type.

    RFC 6749 5.2. Tolerated: invalid_request.
    """
    launched = smart.half("error-of-grant")
    reply = smart.redeemed(launched, changes={"grant_type": "no-such-grant"})
    smart.expect_refused(reply, "token.grant-type", "An unknown grant type brings a token.")
    smart.expect_error(reply, "unsupported_grant_type", "invalid_request")


@check("oauth#bearer-errors", serial=True)
def test_an_invented_token_is_named_invalid_token(smart: Smart) -> None:
    """
    The refusal of a token that was never given names the error invalid_token.

    RFC 6750 3.1: SHOULD, in the WWW-Authenticate header of an answer with status 401.
    """
    launched = smart.standalone()
    smart.token_of(launched)
    reply = smart.turned_away(launched, smart.invent("access-token"))
    if reply.status != 401:
        smart.not_applicable("The refusal is no answer with status 401.")
    reply.expect(
        "invalid_token" in reply.header("www-authenticate"),
        "bearer.error",
        "The refusal of an invented token does not name invalid_token.",
        expected='Bearer with error="invalid_token"',
        actual="another" if reply.header("www-authenticate") else "no WWW-Authenticate",
    )


@check("oauth#bearer-in-header", serial=True)
def test_a_token_in_the_query_is_refused(smart: Smart) -> None:
    """
    A token in the query of a request opens nothing.

    RFC 6750 2.3 and 5.3, RFC 9700 4.3.2: addresses are kept in logs and histories.
    """
    launched = smart.standalone()
    smart.token_of(launched)
    smart.require_record(launched)
    reply = smart.in_the_query(launched)
    reply.expect(
        reply.response.resource_type != "Patient",
        "bearer.query",
        "A token in the query opens the patient's record.",
        expected="status 400, 401, 403 or 404",
        actual=f"status {reply.status} with a Patient",
        level=Level.SHOULD,
    )
