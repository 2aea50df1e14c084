"""Ended tokens: what has run out or was revoked opens nothing (RFC 6750 3.1, RFC 7009)."""

from conformance.checks import PatientData, Reply, Smart, check, for_each


@check("oauth#expired-refused", last=True)
def test_an_expired_token_is_refused(smart: Smart) -> None:
    """
    A token whose lifetime is over no longer opens the patient's record.

    RFC 6750 3.1, invalid_token. Looked at only where the lifetime is short enough to be waited for;
    a token that is still taken is tried again after five minutes, since clocks may differ.
    """
    reply = smart.expired_record()
    _refused(reply, "Patient", "expired.accepted", "An expired token opens a record.")


@for_each(PatientData)
@check("oauth#expired-refused", last=True)
def test_an_expired_token_opens_no_type(smart: Smart, data: PatientData) -> None:
    """
    An expired token, which opens the patient no more, opens none of the patient's data.

    RFC 6750 3.1, invalid_token.
    """
    reply = smart.with_expired_token(data)
    _refused(reply, data.type, "expired.accepted", "An expired token brings data.")


@for_each(PatientData)
@check("oauth#revocation", last=True)
def test_a_revoked_token_opens_no_type(smart: Smart, data: PatientData) -> None:
    """
    A revoked token, which opens the patient no more, opens none of the patient's data.

    RFC 7009 2; RFC 6750 3.1.
    """
    reply = smart.with_revoked_token(data)
    _refused(reply, data.type, "revoked.accepted", "A revoked token brings data.")


def _refused(reply: Reply, type_: str, code: str, message: str) -> None:
    resource = reply.response.resource
    shown = resource.get("resourceType") == type_
    if resource.get("resourceType") == "Bundle":
        shown = bool(reply.matches(type_))
    reply.expect(
        not shown,
        code,
        message,
        expected="status 401, 403 or 404",
        actual=f"status {reply.status} with {type_}",
    )
