"""Audience: no token for a server that the person did not mean (SMART 2, App Launch)."""

from conformance.checks import Smart, check

ELSEWHERE = "https://elsewhere.example/fhir"


@check("smart#audience-refused", serial=True)
def test_a_foreign_audience_brings_no_code(smart: Smart) -> None:
    """
    A request whose audience is another server brings no code.

    SMART App Launch 2.0 App Launch, obtain authorization code: aud.
    """
    smart.expect_no_code(
        smart.half("foreign-audience", changes={"aud": ELSEWHERE}),
        "audience.foreign",
        "A request that is meant for another server brings a code.",
    )


@check("smart#audience-refused", serial=True)
def test_an_audience_that_only_begins_alike_brings_no_code(smart: Smart) -> None:
    """
    A request whose audience is an address that only begins like this server brings no code.

    SMART App Launch 2.0 App Launch, obtain authorization code: aud is the FHIR base URL.
    """
    smart.expect_no_code(
        smart.half("audience-alike", changes={"aud": smart.look_alike()}),
        "audience.alike",
        "A request for an address that only begins like this server brings a code.",
    )
