"""Proof keys: a code is worth nothing without its verifier (SMART 2, RFC 7636)."""

from conformance.checks import Smart, check


@check("smart#pkce-refused", serial=True)
def test_a_wrong_verifier_is_refused(smart: Smart) -> None:
    """
    A code with a verifier that the challenge was not made of brings no token.

    SMART App Launch 2.0 App Launch, obtain access token; RFC 7636 4.6.
    """
    launched = smart.half("wrong-verifier")
    reply = smart.redeemed(launched, changes={"code_verifier": smart.invent("verifier")})
    smart.expect_refused(reply, "pkce.wrong", "A code with a wrong verifier brings a token.")


@check("smart#pkce-refused", serial=True)
def test_a_missing_verifier_is_refused(smart: Smart) -> None:
    """
    A code without its verifier brings no token.

    SMART App Launch 2.0 App Launch, obtain access token; RFC 7636 4.5.
    """
    launched = smart.half("no-verifier")
    reply = smart.redeemed(launched, changes={"code_verifier": None})
    smart.expect_refused(reply, "pkce.missing", "A code without its verifier brings a token.")


@check("smart#pkce-refused", serial=True)
def test_an_empty_verifier_is_refused(smart: Smart) -> None:
    """
    A code with an empty verifier brings no token.

    SMART App Launch 2.0 App Launch, obtain access token; RFC 7636 4.1.
    """
    launched = smart.half("empty-verifier")
    reply = smart.redeemed(launched, changes={"code_verifier": ""})
    smart.expect_refused(reply, "pkce.empty", "A code with an empty verifier brings a token.")


@check("smart#pkce-refused", serial=True)
def test_the_challenge_is_no_verifier(smart: Smart) -> None:
    """
    A code whose verifier is the challenge itself brings no token.

    SMART App Launch 2.0 App Launch; RFC 7636 4.6: the method S256 hashes.
    """
    launched = smart.half("challenge-as-verifier")
    reply = smart.redeemed(launched, changes={"code_verifier": smart.challenge_of(launched)})
    smart.expect_refused(
        reply, "pkce.challenge", "A code whose verifier is the challenge brings a token."
    )


@check("smart#pkce-refused", serial=True)
def test_the_method_plain_is_refused(smart: Smart) -> None:
    """
    A request with the method plain brings no code, or one that is not redeemed by plain.

    SMART App Launch 2.0 App Launch: the method plain is not supported.
    """
    launched = smart.half("plain", changes={"code_challenge_method": "plain"})
    if not launched.code:
        smart.expect_no_code(launched, "pkce.plain", "The method plain is accepted.")
        return
    reply = smart.redeemed(launched, changes={"code_verifier": smart.challenge_of(launched)})
    smart.expect_refused(reply, "pkce.plain", "A proof key that is not hashed brings a token.")
