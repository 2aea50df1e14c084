"""Codes: good once, for one client, at one address (RFC 6749 4.1)."""

from conformance.checks import Smart, check

UNUSUAL = "a b+c/d=e&f%20g~"


@check("smart#bad-token-requests-refused", serial=True)
def test_an_invented_code_is_refused(smart: Smart) -> None:
    """
    A code that the server never gave brings no token.

    RFC 6749 5.2; SMART App Launch 2.0 App Launch, obtain access token.
    """
    launched = smart.half("invented-code")
    reply = smart.redeemed(launched, changes={"code": smart.invent("code")})
    smart.expect_refused(reply, "code.invented", "An invented code brings a token.")


@check("smart#bad-token-requests-refused", serial=True)
def test_an_unknown_client_is_refused(smart: Smart) -> None:
    """
    A code that an unknown client shows brings no token.

    RFC 6749 4.1.3, 5.2; SMART App Launch 2.0 App Launch, obtain access token.
    """
    launched = smart.half("unknown-client")
    reply = smart.redeemed(launched, client=smart.unknown_client(launched.party.client))
    smart.expect_refused(reply, "code.unknown-client", "An unknown client gets a token.")


@check("oauth#clients-told-apart", serial=True)
def test_another_client_is_refused(smart: Smart) -> None:
    """
    A code that another registered client shows brings no token.

    RFC 6749 4.1.3: the code was issued to the client that shows it.
    """
    launched = smart.half("another-client")
    reply = smart.redeemed(launched, client=smart.client_besides(launched.party.client))
    smart.expect_refused(reply, "code.another-client", "Another client's code brings a token.")


@check("oauth#clients-told-apart", serial=True)
def test_a_wrong_secret_is_refused(smart: Smart) -> None:
    """
    A client whose secret is wrong gets no token for its code.

    RFC 6749 3.2.1, 5.2.
    """
    launched = smart.half("wrong-secret", kind="symmetric")
    reply = smart.redeemed(launched, client=smart.with_wrong_secret(launched.party.client))
    smart.expect_refused(reply, "code.secret", "A client with a wrong secret gets a token.")


@check("smart#bad-token-requests-refused", serial=True)
def test_a_code_is_good_once(smart: Smart) -> None:
    """
    A code that was exchanged before brings no second token.

    RFC 6749 4.1.2: a code is not used more than once.
    """
    launched = smart.half("replayed-code")
    first = smart.redeemed(launched, step="first")
    if not first.response.resource.get("access_token"):
        smart.prerequisite("patient-access.standalone-launch.gives-a-token")
    reply = smart.redeemed(launched, step="second")
    smart.expect_refused(reply, "code.replayed", "A code brings a second token.")


@check("oauth#redirect-compared", serial=True)
def test_another_redirect_address_is_refused(smart: Smart) -> None:
    """
    A token request with another redirect address than the authorization request's is refused.

    RFC 6749 4.1.3.
    """
    launched = smart.half("wrong-redirect")
    reply = smart.redeemed(launched, changes={"redirect_uri": "https://elsewhere.example/redirect"})
    smart.expect_refused(
        reply, "code.redirect", "A token request with another redirect address brings a token."
    )


@check("smart#state-returned", serial=True)
def test_the_state_comes_back_exactly(smart: Smart) -> None:
    """
    A state of unusual characters comes back to the app as it was sent.

    RFC 6749 4.1.2: the exact value received from the client.
    """
    launched = smart.half("unusual-state", changes={"state": UNUSUAL})
    smart.expect_state(launched, UNUSUAL)
