"""Isolation: a token for one patient shows nothing of another (SMART 2, patient scopes)."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from conformance.checks import Included, PatientData, Smart, check, for_each, identity, walk

MOST = 5
REFERENCES = (
    "encounter.reference",
    "context.encounter.reference",
    "content.attachment.url",
    "target.reference",
    "result.reference",
    "addresses.reference",
    "reasonReference.reference",
)
INCLUDES = (("CareTeam", "participant"), ("Encounter", "patient"), ("Condition", "patient"))


@check("smart#isolation", serial=True)
def test_the_other_patient_is_not_read(smart: Smart) -> None:
    """
    A read of another patient's Patient resource brings nothing.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes. Refused (401, 403,
    404) and empty are both right, here and below.
    """
    for outlook in smart.outlooks():
        outlook.expect_nothing(outlook.read(f"Patient/{outlook.other}"))


@for_each(PatientData, which=lambda row: row.type != "Patient")
@check("smart#isolation", serial=True)
def test_reads_by_id_are_refused(smart: Smart, data: PatientData) -> None:
    """
    A read of another patient's resource by its id brings nothing; Patient has a check of its own.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes.
    """
    for outlook, known in smart.require_known(data.type):
        for resource in known[:MOST]:
            outlook.expect_nothing(outlook.read(identity(resource)), known)


@for_each(PatientData, which=lambda row: row.type not in ("Patient", "Provenance"))
@check("smart#isolation", serial=True)
def test_searches_by_patient_are_empty_or_refused(smart: Smart, data: PatientData) -> None:
    """
    A search that names another patient brings nothing.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes.
    """
    for outlook, known in smart.require_known(data.type):
        for parameters in outlook.search_of(data.type):
            outlook.expect_nothing(outlook.search(data.type, parameters), known)


@for_each(PatientData, which=lambda row: row.type != "Provenance")
@check("smart#isolation", serial=True)
def test_searches_by_post_are_empty_or_refused(smart: Smart, data: PatientData) -> None:
    """
    A search by POST that names another patient brings nothing.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes; R4 3.1.1 search by
    POST.
    """
    for outlook, known in smart.require_known(data.type):
        for parameters in outlook.search_of(data.type):
            outlook.expect_nothing(outlook.search(data.type, parameters, post=True), known)


@for_each(PatientData)
@check("smart#isolation", serial=True)
def test_searches_by_id_are_empty_or_refused(smart: Smart, data: PatientData) -> None:
    """
    A search for the id of another patient's resource brings nothing.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes.
    """
    for outlook, known in smart.require_known(data.type):
        wanted = ",".join(str(resource.get("id")) for resource in known[:MOST])
        outlook.expect_nothing(outlook.search(data.type, smart.parameters(_id=wanted)), known)


@for_each(PatientData)
@check("smart#isolation", serial=True)
def test_searches_without_a_patient_show_the_own_one_only(smart: Smart, data: PatientData) -> None:
    """
    A search that names no patient brings nothing of another than the token's own.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes.
    """
    for outlook, known in smart.require_known(data.type):
        outlook.expect_nothing(outlook.search(data.type, ()), known)


@for_each(PatientData, which=lambda row: row.type not in ("Patient", "Provenance"))
@check("smart#isolation", serial=True)
def test_the_other_compartment_is_closed(smart: Smart, data: PatientData) -> None:
    """
    A search in another patient's compartment brings nothing.

    SMART App Launch 2.0 Scopes and Launch Context; R4 3.1.1.1 compartment search.
    """
    for outlook, known in smart.require_known(data.type):
        outlook.expect_nothing(outlook.read(f"Patient/{outlook.other}/{data.type}"), known)


@check("smart#isolation", serial=True)
def test_includes_bring_nothing_of_another(smart: Smart) -> None:
    """
    What comes along by _include of another patient's resources is nothing of that patient.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes; R4 3.1.1.5.1.
    """
    for outlook in smart.outlooks():
        for type_, name in INCLUDES:
            for parameters in outlook.search_of(type_)[:1]:
                wanted = [*parameters, *smart.parameters(_include=f"{type_}:{name}")]
                outlook.expect_nothing(outlook.search(type_, wanted))


@for_each(Included)
@check("smart#isolation", serial=True)
def test_reverse_includes_bring_nothing_of_another(smart: Smart, included: Included) -> None:
    """
    The Provenance of another patient's resources does not come along by _revinclude.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes; US Core 6.1.0
    Provenance.
    """
    for outlook, known in smart.require_known(included.type):
        for parameters in outlook.search_of(included.type):
            wanted = [*parameters, *smart.parameters(_revinclude="Provenance:target")]
            reply = outlook.search(included.type, wanted)
            outlook.expect_nothing(reply, [*known, *outlook.known("Provenance")])


@for_each(PatientData)
@check("smart#isolation", serial=True)
def test_references_lead_to_nothing_of_another(smart: Smart, data: PatientData) -> None:
    """
    What another patient's resources refer to, and is that patient's too, is not read by reference.

    SMART App Launch 2.0 Scopes and Launch Context, patient-specific scopes. Directory resources
    (practitioners, organizations, locations, medications) are nobody's and not looked at.
    """
    followed = 0
    for outlook, known in smart.require_known(data.type):
        for path in _references(outlook.fhir.base, known)[:MOST]:
            outlook.expect_nothing(outlook.read(path), outlook.seen(path))
            followed += 1
    if not followed:
        smart.no_data(f"No {data.type} that the patients see refers to more of their data.")


def _references(base: str, known: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the paths below the base that resources point to, each once."""
    prefix = base.rstrip("/") + "/"
    found: dict[str, None] = {}
    for resource in known:
        for path in REFERENCES:
            for value in walk(resource, path):
                text = str(value).removeprefix(prefix)
                if not urlsplit(text).scheme and text[:1].isupper():
                    found[text] = None
    return list(found)
