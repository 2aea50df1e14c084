"""The EHR launch: an app is started from within the record system (SMART App Launch 2)."""

from conformance.checks import Fhir, Smart, check


@check("smart#ehr-launch", serial=True)
def test_hands_over_issuer_and_launch(smart: Smart) -> None:
    """
    The record system opens the app with its FHIR base address as issuer, and a launch value.

    SMART App Launch 2.0 App Launch, launch app: EHR launch (iss, launch). Tolerated: a slash at
    the end of the issuer.
    """
    smart.expect_handed_over(smart.ehr())


@check("smart#ehr-launch", "smart#state-returned", serial=True)
def test_gives_a_code(smart: Smart) -> None:
    """
    An app that was opened is sent back with a code and the state that it sent.

    SMART App Launch 2.0 App Launch, obtain authorization code; RFC 6749 4.1.2.
    """
    smart.expect_code(smart.ehr())


@check("smart#ehr-launch", "smart#token-request", serial=True)
def test_gives_a_token(smart: Smart) -> None:
    """
    The code of an app that was opened is exchanged for an access token.

    SMART App Launch 2.0 App Launch, obtain access token; RFC 6749 4.1.3, 4.1.4.
    """
    smart.expect_token(smart.ehr())


@check("smart#ehr-launch", "smart#patient-context", serial=True)
def test_opens_the_patient_on_screen(smart: Smart) -> None:
    """
    The token response names the patient on screen, and the token reads that patient.

    SMART App Launch 2.0 Scopes and Launch Context, launch context parameters (patient).
    """
    smart.expect_patient(smart.ehr())


@check("smart#encounter-context", serial=True)
def test_opens_the_encounter_on_screen(smart: Smart) -> None:
    """
    The token response names the encounter on screen, and the token reads that encounter.

    SMART App Launch 2.0 Scopes and Launch Context (encounter), context-ehr-encounter.
    """
    smart.expect_encounter(smart.ehr())


@check("smart#context-style", serial=True)
def test_tells_its_style(smart: Smart, fhir: Fhir) -> None:
    """
    The token response names an address at which the record system's style is served as JSON.

    SMART App Launch 2.0 Scopes and Launch Context, styling (smart_style_url), context-style.
    """
    launched = smart.ehr()
    reply = smart.token_reply(launched)
    if not launched.member("smart_style_url"):
        reply.fail(
            "context.style",
            "The token response does not say where the style is.",
            expected="smart_style_url, a URL",
            actual="another value" if "smart_style_url" in launched.body else "none",
        )
    style = fhir.fetch(launched.address("smart_style_url"))
    if style.status != 200:
        style.fail(
            "context.style-status",
            "No style is served at the address that the token response names.",
            expected="status 200",
            actual=f"status {style.status}",
        )
    style.require_json()


@check("smart#context-banner", serial=True)
def test_says_whether_a_banner_is_needed(smart: Smart) -> None:
    """
    The token response says with true or false whether the app has to show whose record it is.

    SMART App Launch 2.0 Scopes and Launch Context (need_patient_banner), context-banner.
    """
    launched = smart.ehr()
    reply = smart.token_reply(launched)
    reply.expect(
        isinstance(launched.body.get("need_patient_banner"), bool),
        "context.banner",
        "need_patient_banner is missing or no boolean.",
        expected="true or false",
        actual="another value" if "need_patient_banner" in launched.body else "none",
        path="need_patient_banner",
    )
