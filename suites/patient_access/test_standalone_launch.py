"""The standalone launch: a patient's app is authorized from outside (SMART App Launch 2)."""

from conformance.checks import Smart, check


@check("smart#standalone-launch", "smart#state-returned", serial=True)
def test_gives_a_code(smart: Smart) -> None:
    """
    The app is sent back to its redirect URI with a code and the state that it sent.

    SMART App Launch 2.0 App Launch, obtain authorization code; RFC 6749 4.1.2.
    """
    smart.expect_code(smart.standalone())


@check("smart#standalone-launch", "smart#token-request", serial=True)
def test_gives_a_token(smart: Smart) -> None:
    """
    The code is exchanged for an access token.

    SMART App Launch 2.0 App Launch, obtain access token; RFC 6749 4.1.3, 4.1.4.
    """
    smart.expect_token(smart.standalone())


@check("smart#standalone-launch", "smart#patient-context", serial=True)
def test_opens_the_chosen_patient(smart: Smart) -> None:
    """
    The token response names the patient that was chosen, and the token reads that patient.

    SMART App Launch 2.0 Scopes and Launch Context, launch context parameters (patient).
    """
    smart.expect_patient(smart.standalone())


@check("smart#authorize-post", serial=True)
def test_takes_a_posted_request(smart: Smart) -> None:
    """
    The authorization endpoint takes its parameters in a posted form too.

    SMART App Launch 2.0 App Launch, obtain authorization code (authorize-post).
    """
    smart.expect_code(smart.throw_away(smart.party("patient"), "posted", method="POST"))


@check("smart#public-client", serial=True)
def test_serves_a_public_client(smart: Smart) -> None:
    """
    An app without a secret gets a token by its client id and proof key, which reads the patient.

    SMART App Launch 2.0 App Launch, public apps (client-public).
    """
    launched = smart.launch(smart.party("patient", kind="public"))
    smart.expect_code(launched)
    smart.expect_token(launched)
    smart.expect_patient(launched)


@check("smart#asymmetric-client", serial=True)
def test_serves_an_asymmetric_client(smart: Smart) -> None:
    """
    An app that signs with its key gets a token, which reads the patient.

    SMART App Launch 2.0 Client Authentication, asymmetric (client-confidential-asymmetric).
    """
    launched = smart.launch(smart.party("patient", kind="asymmetric"))
    smart.expect_code(launched)
    smart.expect_token(launched)
    smart.expect_patient(launched)
