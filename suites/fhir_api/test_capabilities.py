"""Capabilities: what a server says of itself (FHIR R4 RESTful API and CapabilityStatement)."""

from conformance.checks import JSON_TYPES, Fhir, Level, check, walk

JSON_FORMATS = {"json", "application/json", "application/fhir+json"}
PATIENT_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


@check("fhir#capabilities")
def test_are_served_to_anybody(fhir: Fhir) -> None:
    """
    The capabilities can be had without a credential.

    FHIR R4 RESTful API, capabilities, https://hl7.org/fhir/R4/http.html#capabilities. Tolerated:
    a server that shows them to authorized clients only.
    """
    reply = fhir.metadata()
    if reply.status in (401, 403):
        reply.note(
            "capabilities.protected",
            "The capabilities are shown to authorized clients only.",
            expected="status 200",
            actual=f"status {reply.status}",
            level=Level.TOLERATED,
        )
        reply = fhir.metadata(credential=None)
    if reply.status in (404, 410) or (reply.status == 200 and reply.problem):
        reply.fail(
            "absent",
            "No CapabilityStatement is served here.",
            expected="a CapabilityStatement at metadata",
            actual=f"status {reply.status}, {reply.problem or 'another body'}",
        )
    reply.require_status(200)
    reply.require_resource("CapabilityStatement")


@check("fhir#r4-json")
def test_state_fhir_r4(fhir: Fhir) -> None:
    """
    The CapabilityStatement names FHIR version 4.0.

    45 CFR 170.215(a)(1); FHIR R4 CapabilityStatement.fhirVersion.
    """
    reply = fhir.statement()
    version = reply.resource.get("fhirVersion")
    reply.expect(
        isinstance(version, str) and version.split(".")[:2] == ["4", "0"],
        "capabilities.fhir-version",
        "The server does not state FHIR R4.",
        expected="4.0.1",
        actual=version if isinstance(version, str) and len(version) < 12 else "something else",
        path="CapabilityStatement.fhirVersion",
    )


@check("us-core#json-format")
def test_list_json(fhir: Fhir) -> None:
    """
    JSON is among the formats that the server lists.

    US Core 6.1.0 server CapabilityStatement, https://hl7.org/fhir/us/core/STU6.1/. Tolerated:
    another content type for JSON, such as application/json+fhir, which clients of the field know.
    """
    reply = fhir.statement()
    listed = {str(value).partition(";")[0].strip() for value in walk(reply.resource, "format")}
    reply.expect(
        bool(listed & JSON_FORMATS),
        "capabilities.format",
        "JSON is not among the listed formats.",
        expected=" or ".join(sorted(JSON_FORMATS)),
        actual=" and ".join(sorted(listed & JSON_TYPES)) or f"{len(listed)} other formats",
        path="CapabilityStatement.format",
        level=Level.TOLERATED if listed & JSON_TYPES else None,
    )


@check("fhir#capability-statement")
def test_are_complete(fhir: Fhir) -> None:
    """
    The CapabilityStatement has its mandatory elements and describes a REST server.

    FHIR R4 CapabilityStatement, cardinalities and invariants cpb-1 and cpb-14,
    https://hl7.org/fhir/R4/capabilitystatement.html. The mandatory fhirVersion and format have
    checks of their own.
    """
    reply = fhir.statement()
    statement = reply.resource
    for name in ("status", "date", "kind", "rest"):
        reply.expect(
            bool(statement.get(name)),
            "capabilities.element",
            f"The CapabilityStatement lacks {name}.",
            expected="a value",
            actual="none",
            path=f"CapabilityStatement.{name}",
        )
    reply.expect(
        "server" in list(walk(statement, "rest.mode")),
        "capabilities.mode",
        "No rest element is in server mode.",
        expected="server",
        path="CapabilityStatement.rest.mode",
    )
    if statement.get("kind") == "instance":
        reply.expect(
            isinstance(statement.get("implementation"), dict),
            "capabilities.implementation",
            "A statement about an instance does not describe the implementation.",
            expected="implementation",
            path="CapabilityStatement.implementation",
        )


@check("fhir#capability-statement")
def test_name_nothing_twice(fhir: Fhir) -> None:
    """
    No resource type, and within a type no search parameter, is declared twice.

    FHIR R4 CapabilityStatement, invariants cpb-9 and cpb-12,
    https://hl7.org/fhir/R4/capabilitystatement.html.
    """
    reply = fhir.statement()
    for rest in walk(reply.resource, "rest"):
        types = [str(name) for name in walk(rest, "resource.type")]
        reply.expect(
            len(types) == len(set(types)),
            "capabilities.twice",
            "A resource type is declared twice.",
            expected=f"{len(set(types))} types",
            actual=f"{len(types)} declarations",
            path="CapabilityStatement.rest.resource.type",
        )
        for resource in walk(rest, "resource"):
            names = [str(name) for name in walk(resource, "searchParam.name")]
            reply.expect(
                len(names) == len(set(names)),
                "capabilities.twice",
                "A search parameter of a resource type is declared twice.",
                expected=f"{len(set(names))} names",
                actual=f"{len(names)} declarations",
                path="CapabilityStatement.rest.resource.searchParam.name",
            )


@check("us-core#declares-profiles")
def test_declare_the_patient_profile(fhir: Fhir) -> None:
    """
    The US Core Patient profile and at least one other US Core profile are declared.

    US Core 6.1.0 server CapabilityStatement, conformance requirement 1,
    https://hl7.org/fhir/us/core/STU6.1/CapabilityStatement-us-core-server.html.
    """
    reply = fhir.statement()
    declared = _declared(reply.resource)
    reply.expect(
        PATIENT_PROFILE in declared,
        "capabilities.patient-profile",
        "The US Core Patient profile is not declared.",
        expected=PATIENT_PROFILE,
        path="CapabilityStatement.rest.resource.supportedProfile",
    )
    others = [url for url in declared if url.startswith(US_CORE) and url != PATIENT_PROFILE]
    reply.expect(
        bool(others),
        "capabilities.other-profile",
        "No US Core profile besides Patient is declared.",
        expected="at least one",
        path="CapabilityStatement.rest.resource.supportedProfile",
    )


@check("us-core#declares-profiles")
def test_declare_profiles_for_their_types(fhir: Fhir) -> None:
    """
    For every US Core type that is declared, a US Core profile of that type is declared too.

    US Core 6.1.0 general requirements, https://hl7.org/fhir/us/core/STU6.1/general-requirements.html.
    The Patient profile has a check of its own.
    """
    reply = fhir.statement()
    for resource in walk(reply.resource, "rest.resource"):
        name = resource.get("type") if isinstance(resource, dict) else None
        wanted = set(fhir.rulebook.required_profiles(name)) if isinstance(name, str) else set()
        if wanted and name != "Patient":
            reply.expect(
                bool(wanted & _declared({"rest": [{"resource": [resource]}]})),
                "capabilities.profiles",
                f"{name} is declared without a US Core profile.",
                expected="a US Core profile of this type",
                actual="none",
                path="CapabilityStatement.rest.resource.supportedProfile",
            )


@check("us-core#declares-profiles")
def test_declare_every_required_profile(fhir: Fhir) -> None:
    """
    Every profile that certification looks for is declared.

    45 CFR 170.315(g)(10)(i)(A); US Core 6.1.0 server CapabilityStatement, supportedProfile.
    Tolerated: a declaration that lags behind what the server does, as some certified products have.
    """
    reply = fhir.statement()
    missing = set(fhir.rulebook.required_profiles()) - _declared(reply.resource)
    named = ", ".join(sorted(url.rpartition("/")[2] for url in missing)[:5])
    reply.expect(
        not missing,
        "capabilities.required-profiles",
        "Required US Core profiles are not declared.",
        expected=f"{len(fhir.rulebook.required_profiles())} profiles",
        actual=f"without {len(missing)} of them, among these {named}",
        path="CapabilityStatement.rest.resource.supportedProfile",
        level=Level.TOLERATED,
    )


def _declared(statement: dict[str, object]) -> set[str]:
    """Return the declared profiles, their versions cut off."""
    urls = walk(statement, "rest.resource.supportedProfile")
    return {str(url).partition("|")[0] for url in urls}
