"""Refresh: access is renewed without a new sign-in, and never widened (SMART 2, RFC 6749 6)."""

from conformance.checks import Reply, Smart, beyond, check


@check("smart#refresh", serial=True)
def test_a_refresh_token_comes_with_offline_access(smart: Smart) -> None:
    """
    A launch that grants offline_access or online_access brings a refresh token.

    SMART App Launch 2.0 Scopes and Launch Context, scopes for requesting a refresh token.
    """
    launched = smart.separate("refresh")
    launched.require_token()
    if not {*launched.scopes} & {"offline_access", "online_access"}:
        smart.not_granted("Neither offline_access nor online_access was granted.")
    reply = smart.token_reply(launched)
    reply.expect(
        bool(launched.member("refresh_token")),
        "refresh.no-token",
        "Offline access was granted, and no refresh token came.",
        expected="refresh_token",
        actual="missing",
        path="refresh_token",
    )


@check("smart#refresh", serial=True)
def test_a_refresh_token_brings_an_access_token(smart: Smart) -> None:
    """
    A refresh token brings a new access token.

    SMART App Launch 2.0 App Launch, refresh access token; RFC 6749 6.
    """
    reply = smart.reply(smart.renewed().response)
    if reply.status != 200 or not reply.response.resource.get("access_token"):
        reply.fail(
            "refresh.refused",
            "The refresh token brings no access token.",
            expected="status 200 with an access_token",
            actual=f"status {reply.status}",
        )


@check("smart#refresh", serial=True)
def test_the_same_scopes_can_be_asked_for(smart: Smart) -> None:
    """
    A refresh that asks for the scopes that were granted brings a token, time after time.

    RFC 6749 6: the scope must not go beyond what was granted. Where no new refresh token came with
    the first refresh, the old one is used again.
    """
    reply = smart.reply(smart.renewed(scope=True).response)
    if reply.status != 200 or not reply.response.resource.get("access_token"):
        reply.fail(
            "refresh.scope-refused",
            "A second refresh for the same scopes brings no access token.",
            expected="status 200 with an access_token",
            actual=f"status {reply.status}",
        )


@check("smart#refresh-response", serial=True)
def test_the_answer_is_complete(smart: Smart) -> None:
    """
    The answer to a refresh names the token, its type, its lifetime and its scope.

    SMART App Launch 2.0 App Launch, refresh access token, response.
    """
    granted = smart.renewed()
    body, reply = granted.body, smart.reply(granted.response)
    _member(reply, "token_type", granted.member("token_type").lower() == "bearer", "Bearer")
    _member(reply, "scope", bool(granted.member("scope")), "a text")
    seconds = body.get("expires_in")
    good = type(seconds) in (int, float) and float(seconds or 0) > 0
    _member(reply, "expires_in", good, "a number of seconds")


@check("smart#refresh", serial=True)
def test_the_scope_is_no_wider(smart: Smart) -> None:
    """
    A refresh without a scope grants nothing beyond what was granted before.

    SMART App Launch 2.0 App Launch, refresh access token: the same scopes or fewer.
    """
    renewed, launched = smart.renewed(), smart.separate("refresh")
    renewed.require_token()
    more = beyond(renewed.member("scope"), " ".join(launched.scopes))
    smart.reply(renewed.response).expect(
        not more,
        "refresh.wider",
        "The refreshed token has scopes that the first one had not.",
        expected="the scopes granted before, or fewer",
        actual=f"{len(more)} more",
        path="scope",
    )


@check("smart#refresh", serial=True)
def test_a_wider_scope_is_not_granted(smart: Smart) -> None:
    """
    A refresh that asks for more than was granted is refused, or brings no more than was granted.

    RFC 6749 6. The scope asked for besides is user/*.cruds, which no patient's app is granted.
    """
    launched = smart.refreshable("escalation")
    granted = " ".join(launched.scopes)
    reply = smart.refreshed(
        launched,
        launched.member("refresh_token"),
        step="wider",
        changes={"scope": f"{granted} user/*.cruds"},
    )
    if reply.status == 200:
        scope = reply.response.resource.get("scope")
        if not isinstance(scope, str):
            smart.prerequisite_failed(
                "The answer does not say what was granted",
                "patient-access.refresh.the-answer-is-complete",
            )
        reply.expect(
            not beyond(scope, granted),
            "refresh.escalated",
            "A refresh brings scopes beyond those that the person granted.",
            expected="a refusal, or the scopes granted before",
            actual="more",
            path="scope",
        )
        return
    smart.expect_refused(reply, "refresh.escalated", "A refused refresh brings a token.")


@check("smart#refresh", serial=True)
def test_the_new_token_opens_the_same_record(smart: Smart) -> None:
    """
    The refreshed token reads the patient that the launch was about.

    SMART App Launch 2.0 App Launch, refresh access token. A refresh response may name the patient
    again; then it is the same.
    """
    renewed, launched = smart.renewed(), smart.separate("refresh")
    token = renewed.require_token()
    patient = launched.member("patient") or launched.party.patient
    again = renewed.member("patient")
    smart.reply(renewed.response).expect(
        again in ("", patient),
        "refresh.patient",
        "The answer to a refresh names another patient.",
        expected="the patient of the launch",
        actual="another",
        path="patient",
    )
    reply = smart.own_record(launched, token)
    reply.expect(
        reply.status == 200 and reply.response.resource.get("id") == patient,
        "refresh.record",
        "The refreshed token does not open the patient's record.",
        expected=f"status 200 with Patient/{patient}",
        actual=f"status {reply.status}",
    )


@check("smart#bad-token-requests-refused", serial=True)
def test_an_invented_refresh_token_is_refused(smart: Smart) -> None:
    """
    A refresh token that the server never gave brings nothing.

    RFC 6749 5.2: status 400 or 401.
    """
    smart.renewed().require_token()
    launched = smart.separate("refresh")
    reply = smart.refreshed(launched, smart.invent("refresh-token"), step="invented")
    smart.expect_refused(
        reply, "refresh.invented", "An invented refresh token brings an access token."
    )


@check("oauth#error-codes", serial=True)
def test_the_refusal_names_invalid_grant(smart: Smart) -> None:
    """
    The refusal of an invented refresh token names the error invalid_grant.

    RFC 6749 5.2. Tolerated: invalid_request, for a token that has not even the right form.
    """
    smart.renewed().require_token()
    launched = smart.separate("refresh")
    reply = smart.refreshed(launched, smart.invent("refresh-token"), step="named")
    smart.expect_error(reply, "invalid_grant", "invalid_request")


def _member(reply: Reply, name: str, good: bool, expected: str) -> None:
    reply.expect(
        good,
        "token.member",
        f"{name} is missing or of another form.",
        expected=expected,
        actual="not so" if name in reply.resource else "missing",
        path=name,
    )
