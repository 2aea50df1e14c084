"""Errors: what a server does with what it cannot do (FHIR R4 3.1.0.1.5 and 3.1.1.3)."""

from conformance.checks import Fhir, Level, check, link

UNKNOWN = "conformance-no-such-parameter"


@check("us-core#invalid-parameter")
def test_malformed_date_is_refused(fhir: Fhir) -> None:
    """
    A date that is none is answered with 400, and never with data.

    US Core 6.1.0 server CapabilityStatement (status 400: invalid parameter); FHIR R4 3.1.1.3,
    https://hl7.org/fhir/R4/search.html#errors. Tolerated: another client error, or no result.
    """
    type_ = fhir.usual_type(by="date")
    reply = fhir.unpaged(type_, date="not-a-date")
    if reply.status == 400:
        return
    data = reply.status == 200 and bool(reply.matches(type_))
    mild = not data and reply.status < 500
    reply.note(
        "error.malformed-date",
        "A malformed date is not answered with 400.",
        expected="status 400",
        actual=f"status {reply.status}" + (" with data as if it were not there" if data else ""),
        level=Level.TOLERATED if mild else None,
    )


@check("fhir#unknown-parameter-strict")
def test_strict_handling_refuses_an_unknown_parameter(fhir: Fhir) -> None:
    """
    With strict handling an unknown search parameter is an error.

    FHIR R4 3.1.1.3 handling errors, https://hl7.org/fhir/R4/search.html#errors.
    """
    type_ = fhir.usual_type()
    reply = fhir.unpaged(type_, headers={"Prefer": "handling=strict"}, **{UNKNOWN: "1"})
    reply.expect(
        400 <= reply.status < 500,
        "error.strict",
        "Strict handling lets an unknown search parameter pass.",
        expected="status 400",
        actual=f"status {reply.status}",
    )


@check("fhir#unknown-parameter-lenient")
def test_lenient_handling_leaves_an_unknown_parameter_out(fhir: Fhir) -> None:
    """
    With lenient handling an unknown search parameter is left out, also from the self link.

    FHIR R4 3.1.1.3 handling errors, https://hl7.org/fhir/R4/search.html#errors.
    """
    type_ = fhir.usual_type()
    reply = fhir.unpaged(type_, headers={"Prefer": "handling=lenient"}, **{UNKNOWN: "1"})
    if not reply.expect_status(
        200, code="error.lenient", message="Lenient handling refuses an unknown search parameter."
    ):
        return
    used = link(reply.resource, "self", reply.response.exchange.url)
    reply.expect(
        UNKNOWN not in used,
        "error.lenient-self",
        "The self link claims that an unknown search parameter was used.",
        expected="a self link without it",
        path="Bundle.link.url",
    )


@check("fhir#wrong-method")
def test_wrong_method_is_refused(fhir: Fhir) -> None:
    """
    A method that an address does not have is refused.

    RFC 9110 15.5.6, which FHIR R4 3.1.0.1 builds on. The address is metadata, where no DELETE can
    do harm.
    """
    reply = fhir.get("metadata", method="DELETE")
    reply.expect(
        400 <= reply.status < 500 or reply.status == 501,
        "error.method",
        "A DELETE of the metadata is not refused.",
        expected="status 405",
        actual=f"status {reply.status}",
    )


@check("fhir#operation-outcome")
def test_errors_explain_themselves(fhir: Fhir) -> None:
    """
    The body of an error is an OperationOutcome with an issue.

    FHIR R4 3.1.0.1.5 status codes, https://hl7.org/fhir/R4/http.html#Status-Codes, and 3.1.1.3.
    """
    asked = (
        fhir.get("Patient/conformance-no-such-id"),
        fhir.unpaged(fhir.usual_type(by="date"), date="not-a-date"),
    )
    errors = [reply for reply in asked if 400 <= reply.status < 500]
    if not errors:
        fhir.not_applicable("No error was met.")
    for reply in errors:
        if reply.response.parsed.problem:
            reply.note(
                "outcome.missing",
                "The error does not say what was wrong in an OperationOutcome.",
                expected="an OperationOutcome with an issue",
                actual=reply.response.parsed.problem,
            )
        else:
            reply.expect_outcome()
