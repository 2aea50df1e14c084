"""Formats: JSON, and how it is chosen (FHIR R4 3.1.0.1.9 to 3.1.0.1.11)."""

from conformance.checks import JSON_TYPES, Fhir, Level, check


@check("fhir#r4-json")
def test_bodies_are_fhir_json(fhir: Fhir) -> None:
    """
    A resource comes as a JSON object with its resourceType, labelled as FHIR JSON.

    FHIR R4 JSON representation, https://hl7.org/fhir/R4/json.html, and 3.1.0.1.9 content types.
    Tolerated: another content type, as clients of the field read the body (some servers write
    application/json+fhir).
    """
    sample = fhir.sample("Patient")
    reply = fhir.read(sample)
    if reply.status == 200:
        reply.require_json()
    reply = fhir.require_read(sample)
    reply.expect(
        reply.response.media_type == "application/fhir+json",
        "format.content-type",
        "JSON is labelled with another content type.",
        expected="application/fhir+json",
        actual=reply.response.media_type if reply.response.media_type in JSON_TYPES else "another",
        level=Level.TOLERATED,
    )


@check("fhir#content-negotiation")
def test_json_is_given_when_asked_for_plainly(fhir: Fhir) -> None:
    """
    A client that accepts application/json gets JSON.

    FHIR R4 3.1.0.1.9 content types, https://hl7.org/fhir/R4/http.html#mime-type.
    """
    sample = fhir.sample("Patient")
    fhir.require_read(sample)
    reply = fhir.get(f"Patient/{sample.id}", headers={"Accept": "application/json"})
    reply.expect(
        reply.status == 200 and reply.response.resource_type == "Patient",
        "format.plain-json",
        "application/json is not answered with JSON.",
        expected="a JSON Patient",
        actual=f"status {reply.status}",
    )


@check("fhir#content-negotiation")
def test_unsupported_format_is_refused(fhir: Fhir) -> None:
    """
    A client that accepts only a format that nobody has is answered with 406.

    FHIR R4 3.1.0.1.9 content types, https://hl7.org/fhir/R4/http.html#mime-type; RFC 9110 15.5.7.
    """
    sample = fhir.sample("Patient")
    fhir.require_read(sample)
    wanted = {"Accept": "application/x-conformance-no-such-format"}
    reply = fhir.get(f"Patient/{sample.id}", headers=wanted)
    reply.expect(
        reply.status in (406, 415),
        "format.unsupported",
        "A format that the server does not have is not refused.",
        expected="status 406",
        actual=f"status {reply.status}",
    )


@check("fhir#format-parameter")
def test_format_parameter_overrides_accept(fhir: Fhir) -> None:
    """
    The parameter _format chooses JSON whatever the Accept header says.

    FHIR R4 3.1.0.1.11 general parameters, https://hl7.org/fhir/R4/http.html#parameters.
    """
    sample = fhir.sample("Patient")
    fhir.require_read(sample)
    reply = fhir.get(
        f"Patient/{sample.id}", {"_format": "json"}, headers={"Accept": "application/pdf"}
    )
    reply.expect(
        reply.status == 200 and reply.response.resource_type == "Patient",
        "format.parameter",
        "_format=json is not answered with JSON.",
        expected="a JSON Patient",
        actual=f"status {reply.status}",
    )
