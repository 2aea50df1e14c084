"""Bad requests: searches, methods and bodies that a server has to turn away (FHIR R4 3.1.1.3)."""

from conformance.checks import Fhir, Level, check, link

UNKNOWN = "conformance-no-such"
LONG = 6000


@check("fhir#malformed-search")
def test_unknown_patient_finds_nothing(fhir: Fhir) -> None:
    """
    A search for the data of a patient who does not exist finds nothing.

    FHIR R4 3.1.1.3 handling errors, https://hl7.org/fhir/R4/search.html#errors: an empty result, or
    a client error.
    """
    _finds_nothing(fhir, "Observation", {"patient": f"{UNKNOWN}-id"})


@check("fhir#malformed-search")
def test_malformed_reference_finds_nothing(fhir: Fhir) -> None:
    """
    A reference that cannot be one brings no data.

    FHIR R4 3.1.1.3 handling errors, https://hl7.org/fhir/R4/search.html#errors, and 3.1.1.4.12
    reference.
    """
    _finds_nothing(fhir, "Observation", {"patient": "no~such~id,"})


@check("fhir#malformed-search")
def test_unknown_id_finds_nothing(fhir: Fhir) -> None:
    """
    A search for an id that the server never gave out finds nothing.

    FHIR R4 3.1.1.3 handling errors, https://hl7.org/fhir/R4/search.html#errors.
    """
    _finds_nothing(fhir, "Patient", {"_id": f"{UNKNOWN}-id"})


@check("fhir#malformed-search")
def test_very_long_value_finds_nothing(fhir: Fhir) -> None:
    """
    A value longer than any name is answered: with no result, or as too long.

    FHIR R4 3.1.1.3 handling errors, https://hl7.org/fhir/R4/search.html#errors; RFC 9110 15.5.15
    and 4.1, which recommends that addresses of 8,000 octets are taken.
    """
    _finds_nothing(fhir, "Patient", {"name": "q" * LONG})


@check("us-core#invalid-parameter")
def test_impossible_date_is_refused(fhir: Fhir) -> None:
    """
    A date of a thirteenth month is answered with 400, and never with data.

    US Core 6.1.0 server CapabilityStatement (status 400: invalid parameter); FHIR R4 3.1.1.3,
    https://hl7.org/fhir/R4/search.html#errors. Tolerated: another client error, or no result.
    """
    type_ = fhir.usual_type(by="date")
    reply = fhir.unpaged(type_, date="2020-13-45")
    if reply.status == 400:
        return
    data = reply.status == 200 and bool(reply.matches(type_))
    reply.note(
        "error.impossible-date",
        "An impossible date is not answered with 400.",
        expected="status 400",
        actual=f"status {reply.status}" + (" with data" if data else ""),
        level=Level.TOLERATED if not data and reply.status < 500 else None,
    )


@check("us-core#invalid-parameter")
def test_count_that_is_none_is_refused(fhir: Fhir) -> None:
    """
    A page size that is no number is answered with 400.

    US Core 6.1.0 server CapabilityStatement (status 400: invalid parameter). Tolerated: another
    client error, or a page of the server's own size.
    """
    reply = fhir.unpaged(fhir.usual_type(), _count="many")
    reply.expect(
        reply.status == 400,
        "error.count",
        "A page size that is no number is not answered with 400.",
        expected="status 400",
        actual=f"status {reply.status}",
        level=Level.TOLERATED if reply.status < 500 else None,
    )


@check("fhir#unknown-modifier")
def test_unknown_modifier_is_refused(fhir: Fhir) -> None:
    """
    A search with a modifier that nobody knows is refused.

    FHIR R4 3.1.1.4.1 modifiers, https://hl7.org/fhir/R4/search.html#modifiers.
    """
    parameters = {f"name:{UNKNOWN}-modifier": "a"}
    reply = fhir.search("Patient", parameters)
    reply.require_authorized()
    reply.expect(
        400 <= reply.status < 500,
        "error.modifier",
        "A search with an unknown modifier is not refused.",
        expected="status 400",
        actual=f"status {reply.status}",
    )


@check("fhir#self-link")
def test_unknown_parameter_is_not_said_to_be_used(fhir: Fhir) -> None:
    """
    An unknown parameter is refused, or left out of the self link.

    FHIR R4 3.1.1.3 and server conformance, https://hl7.org/fhir/R4/search.html#conformance: the
    self link names the parameters that were used.
    """
    reply = fhir.unpaged(fhir.usual_type(), headers=None, **{f"{UNKNOWN}-parameter": "1"})
    if 400 <= reply.status < 500:
        return
    reply.require_status(200)
    used = link(reply.resource, "self", reply.response.exchange.url)
    reply.expect(
        f"{UNKNOWN}-parameter" not in used,
        "error.self-link",
        "The self link claims that an unknown search parameter was used.",
        expected="a self link without it",
        path="Bundle.link.url",
    )


@check("fhir#post-search-media-type")
def test_body_that_is_no_form_is_refused(fhir: Fhir) -> None:
    """
    A search by POST whose body is labelled as plain text is refused.

    RFC 9110 15.5.16; FHIR R4 3.1.0.9 search, https://hl7.org/fhir/R4/http.html#search.
    """
    reply = fhir.search(
        "Patient", {"_id": f"{UNKNOWN}-id"}, post=True, headers={"Content-Type": "text/plain"}
    )
    reply.require_authorized()
    reply.expect(
        400 <= reply.status < 500,
        "error.media-type",
        "A posted search with a body that is no form is not refused.",
        expected="status 415",
        actual=f"status {reply.status}",
        level=Level.SHALL if reply.status >= 500 else None,
    )


@check("fhir#wrong-method")
def test_unknown_method_is_refused(fhir: Fhir) -> None:
    """
    A method that HTTP does not have is refused.

    RFC 9110 9.1, which FHIR R4 3.1.0.1 builds on: 501, or 405.
    """
    reply = fhir.get("metadata", method="CONFORMANCE")
    reply.expect(
        400 <= reply.status < 500 or reply.status == 501,
        "error.method",
        "A method that nobody knows is not refused.",
        expected="status 501 or 405",
        actual=f"status {reply.status}",
    )


@check("fhir#wrong-method")
def test_refused_method_is_told_which_are_allowed(fhir: Fhir) -> None:
    """
    A 405 names in Allow the methods that the address has.

    RFC 9110 15.5.6 and 10.2.1.
    """
    reply = fhir.get("metadata", method="DELETE")
    if reply.status != 405:
        fhir.not_applicable("No method was answered with 405.")
    reply.expect(
        "GET" in reply.header("allow").upper(),
        "error.allow",
        "A 405 does not name the methods that are allowed.",
        expected="Allow with GET",
        actual="other methods" if reply.header("allow") else "no Allow",
    )


@check("fhir#error-disclosure")
def test_errors_show_nothing_of_the_inside(fhir: Fhir) -> None:
    """
    The body of an error has no stack trace and no message of a framework or database.

    FHIR R4 6.1 security, https://hl7.org/fhir/R4/security.html; OWASP API8:2023, security
    misconfiguration.
    """
    asked = (
        fhir.get(f"Patient/{UNKNOWN}-id"),
        fhir.get("ConformanceNoSuchType/1"),
        fhir.get("Patient/no~such~id"),
        fhir.search("Patient", {f"name:{UNKNOWN}-modifier": "a"}),
        fhir.get("metadata", method="DELETE"),
        fhir.unpaged(fhir.usual_type(by="date"), date="not-a-date"),
    )
    errors = [reply for reply in asked if (reply.response.status or 0) >= 400]
    if not errors:
        fhir.not_applicable("No error was met.")
    for reply in errors:
        shown = reply.inside_shown()
        reply.expect(
            not shown,
            "error.inside",
            "The error shows the inside of the server.",
            expected="an explanation without it",
            actual=shown,
        )


def _finds_nothing(fhir: Fhir, type_: str, parameters: dict[str, str]) -> None:
    """Expect no matches or a client error from a server that otherwise finds this type."""
    fhir.samples(type_)
    reply = fhir.search(type_, parameters)
    reply.require_authorized()
    if 400 <= reply.status < 500:
        return
    reply.require_status(200)
    reply.require_bundle()
    found = len(reply.matches(type_))
    reply.expect(
        not found,
        "error.unfiltered",
        "A search for what there is not brings data.",
        expected="no matches, or a client error",
        actual=f"{found} matches",
    )
