"""Introspection: a resource server asks what a token is good for (SMART 2, RFC 7662)."""

from conformance.checks import Launched, Reply, Smart, beyond, check


@check("smart#introspection", serial=True)
def test_a_good_token_is_active(smart: Smart) -> None:
    """
    Introspection says of a good access token that it is active.

    SMART App Launch 2.0 Token Introspection; RFC 7662 2.2. The address need not be announced.
    """
    _, reply = _asked(smart)
    reply.require_status(200)
    reply.require_json()
    reply.expect(
        reply.resource.get("active") is True,
        "introspection.active",
        "A good token is not said to be active.",
        expected="active true",
        actual="false" if reply.resource.get("active") is False else "no such boolean",
        path="active",
    )


@check("smart#introspection-members", serial=True)
def test_scope_and_client_are_those_of_the_token(smart: Smart) -> None:
    """
    Introspection tells the scopes that were granted, the client, and when the token runs out.

    SMART App Launch 2.0 Token Introspection, required fields: scope, client_id, exp.
    """
    launched, reply = _active(smart)
    told, granted = reply.resource.get("scope"), " ".join(launched.scopes)
    same = isinstance(told, str) and not beyond(told, granted) and not beyond(granted, told)
    _expect(reply, "scope", same, "the scopes of the token response")
    client = launched.party.client.id
    _expect(reply, "client_id", reply.resource.get("client_id") == client, "the client's id")
    exp = reply.resource.get("exp")
    _expect(reply, "exp", type(exp) in (int, float), "a time in seconds")


@check("smart#introspection-members", serial=True)
def test_the_context_is_that_of_the_launch(smart: Smart) -> None:
    """
    Introspection tells the launch context: patient, and encounter where there was one.

    SMART App Launch 2.0 Token Introspection, conditional fields.
    """
    launched, reply = _active(smart)
    names = [name for name in ("patient", "encounter") if launched.member(name)]
    if not names:
        smart.no_data("The launch has no context to compare.")
    for name in names:
        same = reply.resource.get(name) == launched.member(name)
        _expect(reply, name, same, "that of the token response")


@check("smart#introspection-members", serial=True, witness=True)
def test_the_person_is_that_of_the_id_token(smart: Smart) -> None:
    """
    Where there was an id_token, introspection tells the same issuer and subject.

    SMART App Launch 2.0 Token Introspection, conditional fields: iss and sub.
    """
    launched, reply = _active(smart)
    claims = smart.identity_of(launched)
    for name in ("iss", "sub"):
        _expect(reply, name, reply.resource.get(name) == claims.get(name), "that of the id_token")


@check("smart#introspection", serial=True)
def test_an_invented_token_is_not_active(smart: Smart) -> None:
    """
    Introspection says of a token that was never given only that it is not active.

    RFC 7662 2.2: active false with status 200. Other members beside it are no concern here.
    """
    launched = smart.confidential()
    smart.token_of(launched)
    reply = smart.introspected(launched, smart.invent("access-token"), "invented")
    reply.require_status(200)
    reply.require_json()
    reply.expect(
        reply.resource.get("active") is False,
        "introspection.dead",
        "An invented token is not said to be inactive.",
        expected="active false",
        actual="true" if reply.resource.get("active") is True else "no such boolean",
        path="active",
    )


def _asked(smart: Smart) -> tuple[Launched, Reply]:
    launched = smart.confidential()
    return launched, smart.introspected(launched, smart.token_of(launched), "active")


def _active(smart: Smart) -> tuple[Launched, Reply]:
    """Return an answer about an active token; the check about that one finds any other."""
    launched, reply = _asked(smart)
    smart.token_reply(launched)
    if reply.status != 200 or reply.response.resource.get("active") is not True:
        smart.prerequisite("patient-access.introspection.a-good-token-is-active")
    return launched, reply


def _expect(reply: Reply, name: str, condition: bool, expected: str) -> None:
    reply.expect(
        condition,
        "introspection.member",
        f"{name} is missing or not what the token response said.",
        expected=expected,
        actual="another" if name in reply.resource else "missing",
        path=name,
    )
