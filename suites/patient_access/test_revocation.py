"""Revocation: a token can be ended (RFC 7009), and then opens nothing."""

from conformance.checks import Level, Smart, check

HOUR = 3600


@check("oauth#revocation", last=True)
def test_revocation_is_answered_with_200(smart: Smart) -> None:
    """
    A request to revoke a token is answered with status 200.

    RFC 7009 2.2. A server that cannot revoke access tokens says unsupported_token_type to that
    one, and revokes the refresh token (RFC 7009 2.2.1).
    """
    ended = smart.ended()
    access = smart.reply(ended.access)
    error = access.response.resource.get("error")
    unsupported = access.status in (400, 503) and error == "unsupported_token_type"
    if unsupported and ended.refresh is None:
        smart.no_data("The server revokes refresh tokens only, and none came.")
    for response in (None if unsupported else ended.access, ended.refresh):
        if response is not None:
            smart.reply(response).expect_status(
                200,
                code="revocation.status",
                message="A request to revoke a token is not answered with status 200.",
            )


@check("oauth#revocation", last=True)
def test_the_access_token_is_dead(smart: Smart) -> None:
    """
    A revoked access token no longer opens the patient's record.

    RFC 7009 2; 170.315(g)(10)(vi) allows an hour. A token that runs out within the hour by itself
    is tolerated, and so is another refusal without data, such as a redirect to a login.
    """
    launched = smart.require_ended()
    reply = smart.revoked_record()
    seconds = launched.body.get("expires_in")
    short = type(seconds) in (int, float) and float(seconds or 0) <= HOUR
    dead = reply.expect(
        reply.status >= 400 or reply.response.resource_type != "Patient",
        "revocation.access",
        "A revoked access token still opens the patient's record.",
        expected="status 401, 403 or 404",
        actual=f"status {reply.status}",
        level=Level.TOLERATED if short else None,
    )
    reply.expect(
        not dead or reply.status in (401, 403, 404),
        "revocation.refusal-status",
        "The refusal of a revoked token has another status than the specification asks.",
        expected="status 401, 403 or 404",
        actual=f"status {reply.status}",
        level=Level.TOLERATED,
    )


@check("oauth#revocation", last=True)
def test_the_refresh_token_is_dead(smart: Smart) -> None:
    """
    A revoked refresh token brings no access token.

    RFC 7009 2; RFC 6749 5.2: status 400 or 401.
    """
    launched = smart.require_ended()
    token = launched.member("refresh_token")
    if not token:
        smart.prerequisite("patient-access.refresh.a-refresh-token-comes-with-offline-access")
    smart.expect_refused(
        smart.refreshed(launched, token, step="after-revocation"),
        "revocation.refresh",
        "A revoked refresh token still brings an access token.",
    )


@check("oauth#revocation", last=True)
def test_a_dead_token_is_not_active(smart: Smart) -> None:
    """
    Introspection says of a revoked access token that it is not active.

    RFC 7662 2.2; RFC 7009 2.
    """
    launched = smart.require_ended()
    reply = smart.introspected(launched, launched.access_token, "revoked")
    reply.require_status(200)
    reply.expect(
        reply.response.resource.get("active") is False,
        "revocation.active",
        "A revoked access token is not said to be inactive.",
        expected="active false",
        actual="true" if reply.response.resource.get("active") is True else "no such boolean",
        path="active",
    )
