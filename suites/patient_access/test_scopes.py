"""Scopes: what an app asked for, what it was granted, and what that opens."""

from conformance.checks import (
    Fhir,
    Launched,
    LaunchKind,
    Level,
    PatientData,
    Scope,
    Smart,
    beyond,
    check,
    covered,
    for_each,
    parse_scope,
    parse_scopes,
)

_SINCE = {
    "Patient": "3.1.1",
    "AllergyIntolerance": "3.1.1",
    "CarePlan": "3.1.1",
    "CareTeam": "3.1.1",
    "Condition": "3.1.1",
    "DiagnosticReport": "3.1.1",
    "DocumentReference": "3.1.1",
    "Goal": "3.1.1",
    "Immunization": "3.1.1",
    "MedicationRequest": "3.1.1",
    "Observation": "3.1.1",
    "Procedure": "3.1.1",
    "Provenance": "3.1.1",
    "ServiceRequest": "5.0.1",
    "Coverage": "6.1.0",
    "MedicationDispense": "6.1.0",
    "Specimen": "6.1.0",
    "Location": "7.0.0",
}
"""The types that an app must be able to be granted, and the US Core edition that added each."""

_WORDS = {
    "standalone": ("openid", "fhirUser", "offline_access", "launch/patient"),
    "ehr": ("openid", "fhirUser", "offline_access", "launch"),
}


@for_each(LaunchKind)
@check("smart#granted-types", serial=True)
def test_cover_the_required_types(smart: Smart, fhir: Fhir, kind: LaunchKind) -> None:
    """
    The granted scopes open every resource type of the edition's core data to the app.

    45 CFR 170.315(g)(10)(v)(A)(1)(i) with the data classes of the US Core edition; SMART App Launch
    2.0 Scopes and Launch Context. A type that was not asked for is not missed.
    """
    launched = smart.launched(kind)
    reply = smart.token_reply(launched)
    required = [type_ for type_, since in _SINCE.items() if fhir.rulebook.reaches(since)]
    asked = parse_scopes(launched.party.scopes)
    wanted = [type_ for type_ in required if any(s.type in ("*", type_) for s in asked)]
    missing = [type_ for type_ in wanted if not launched.grants(type_)]
    reply.expect(
        not missing,
        "scopes.types",
        "Some types that were asked for were not granted.",
        expected=f"{len(wanted)} types",
        actual=f"not {', '.join(missing)}",
        path="scope",
    )
    if len(wanted) < len(required):
        left = [type_ for type_ in required if type_ not in wanted]
        smart.not_configured(f"The scopes of {launched.party.name} do not ask for {left[0]}.")


@for_each(LaunchKind)
@check("smart#granted-scopes", serial=True)
def test_hold_what_was_asked(smart: Smart, kind: LaunchKind) -> None:
    """
    The granted scopes hold sign-in, launch and lasting access as asked, and nothing beyond.

    SMART App Launch 2.0 Scopes and Launch Context; RFC 6749 3.3. Types that were asked for and not
    granted, and types beyond those, are against a recommendation only.
    """
    launched = smart.launched(kind)
    reply = smart.token_reply(launched)
    asked, granted = launched.party.scopes, launched.scopes
    words = [word for word in _WORDS[kind.kind] if word in asked.split()]
    lost = [word for word in words if word not in granted]
    reply.expect(
        not lost,
        "scopes.words",
        "Scopes that were asked for and consented to were not granted.",
        expected=" ".join(words),
        actual=f"not {' '.join(lost)}",
        path="scope",
    )
    held = parse_scopes(" ".join(granted))
    # All types may be granted as a list of types: whether those are enough is another check's.
    single = [scope for scope in parse_scopes(asked) if scope.type != "*"]
    narrowed = [scope for scope in single if not covered(scope, held)]
    reply.expect(
        not narrowed,
        "scopes.narrowed",
        "Some access that was asked for and consented to was not granted.",
        expected="all that was asked for",
        actual=f"less in {len(narrowed)} scopes",
        path="scope",
        level=Level.SHOULD,
    )
    more = [word for word in beyond(" ".join(granted), asked) if parse_scope(word)]
    reply.expect(
        not more,
        "scopes.beyond",
        "More access was granted than was asked for.",
        expected="nothing beyond what was asked for",
        actual=f"{len(more)} scopes more",
        path="scope",
        level=Level.SHOULD,
    )


@for_each(LaunchKind)
@check("smart#scope-form", serial=True)
def test_are_told_in_their_form(smart: Smart, kind: LaunchKind) -> None:
    """
    Each granted scope for resources is written as version 1 or 2 of SMART writes it.

    SMART App Launch 2.0 Scopes and Launch Context, scopes for requesting FHIR resources.
    """
    launched = smart.launched(kind)
    reply = smart.token_reply(launched)
    odd = [
        word
        for word in launched.scopes
        if word.lower().startswith(("patient/", "user/", "system/")) and not parse_scope(word)
    ]
    reply.expect(
        not odd,
        "scopes.form",
        "Granted scopes are written in a form that SMART does not have.",
        expected="patient/Observation.rs or the like",
        actual=f"{len(odd)} scopes in another form",
        path="scope",
    )


@check("smart#scopes-by-choice", serial=True)
def test_leave_out_what_was_refused(smart: Smart) -> None:
    """
    What the person unticks is not granted, and the rest is.

    45 CFR 170.315(g)(10)(v)(A)(1)(i), authorization by resource type; SMART App Launch 2.0 Scopes
    and Launch Context.
    """
    launched = smart.launch(smart.party("limited"))
    refused = launched.party.refuse
    if not refused:
        smart.not_configured("The persona of role limited refuses no scope.")
    smart.expect_code(launched)
    reply = smart.expect_token(launched)
    if not launched.member("scope"):
        # Then RFC 6749 5.1 takes all for granted, but more likely nothing is told.
        smart.prerequisite_failed(
            "The token response tells no scopes", "patient-access.tokens.say-what-they-are"
        )
    held = parse_scopes(" ".join(launched.scopes))
    kept = [
        word
        for word in refused
        if word in launched.scopes or ((scope := parse_scope(word)) and _touched(scope, held))
    ]
    reply.expect(
        not kept,
        "scopes.refused",
        "A scope that the person refused was granted.",
        expected=f"not {' '.join(refused)}",
        actual=f"{len(kept)} of {len(refused)} granted",
        path="scope",
    )
    allowed = [word for word in launched.party.scopes.split() if word not in refused]
    lost = [scope for scope in parse_scopes(" ".join(allowed)) if not covered(scope, held)]
    reply.expect(
        not lost,
        "scopes.lost",
        "A scope that the person allowed was not granted.",
        expected=" ".join(allowed),
        actual=f"{len(lost)} fewer",
        path="scope",
    )


@for_each(PatientData)
@check("smart#scopes-enforced", serial=True)
def test_close_what_was_not_granted(smart: Smart, fhir: Fhir, data: PatientData) -> None:
    """
    Data of a type that was not granted cannot be read or searched with the token.

    45 CFR 170.315(g)(10)(v)(A)(1)(i); SMART App Launch 2.0 Scopes and Launch Context; RFC 6750 3.1
    (insufficient_scope: 403). A read may hide what exists (404). Tolerated: another refusal.
    """
    launched = _limited(smart)
    if launched.grants(data.type, "r") or launched.grants(data.type, "s"):
        smart.not_applicable(f"The token was granted {data.type}.")
    token, patient = launched.require_token(), launched.member("patient")
    sample = fhir.sample_of(data.type, patient)
    read = fhir.read(sample, credential=token)
    search = fhir.first_search(data.type, patient, credential=token)
    if 200 in (read.status, search.status):
        launched.require_told()
    read.expect(
        read.status != 200,
        "scopes.read",
        f"A {data.type} was read with a token that was not granted the type.",
        expected="status 401, 403 or 404",
        actual=f"status {read.status} for {data.type}/{sample.id}",
    )
    found = search.matches(data.type) if search.status == 200 else []
    search.expect(
        search.status != 200,
        "scopes.search",
        f"A search of {data.type} is answered, which the token was not granted.",
        expected="status 401 or 403",
        actual=f"status 200 with {len(found)} resources",
    )
    for reply, good in ((read, (401, 403, 404)), (search, (401, 403))):
        reply.expect(
            reply.status in (*good, 200),
            "scopes.refusal-status",
            "The refusal has another status than the procedure asks.",
            expected=f"one of {', '.join(map(str, good))}",
            actual=f"status {reply.status}",
            level=Level.TOLERATED,
        )


@for_each(PatientData)
@check("smart#granted-access", serial=True)
def test_open_what_was_granted(smart: Smart, fhir: Fhir, data: PatientData) -> None:
    """
    What the person left ticked stays open beside what was refused.

    45 CFR 170.315(g)(10)(v)(A)(1)(i), authorization by resource type.
    """
    launched = _limited(smart)
    if not launched.grants(data.type):
        smart.not_applicable(f"The token was not granted {data.type}.")
    token, patient = launched.require_token(), launched.member("patient")
    sample = fhir.sample_of(data.type, patient)
    reply = fhir.read(sample, credential=token)
    if reply.status != 200:
        launched.require_told()
    reply.expect(
        reply.status == 200,
        "scopes.closed",
        f"A {data.type} cannot be read with a token that was granted the type.",
        expected="status 200",
        actual=f"status {reply.status} for {data.type}/{sample.id}",
    )


def _limited(smart: Smart) -> Launched:
    """Return the launch in which something was refused; ends the check where it names no one."""
    launched = smart.launch(smart.party("limited"))
    smart.token_of(launched)
    if not launched.member("patient"):
        smart.prerequisite_failed(
            "The token response names no patient",
            "patient-access.standalone-launch.opens-the-chosen-patient",
        )
    return launched


def _touched(refused: Scope, granted: tuple[Scope, ...]) -> bool:
    """Tell whether granted scopes give any of a refused one."""
    return any(
        scope.who == refused.who
        and (scope.type == "*" or refused.type in ("*", scope.type))
        and set(scope.permissions) & set(refused.permissions)
        for scope in granted
    )
