"""The rulebook that ships: what US Core 6.1.0 asks of a server."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from conformance.core.errors import PackageError
from conformance.ig import rulebook as module
from conformance.ig.rows import weakest
from conformance.ig.rulebook import (
    Expectation,
    Rulebook,
    load_rulebook,
)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook("6.1.0")


def test_it_names_what_it_was_compiled_from(rulebook: Rulebook) -> None:
    assert (rulebook.package, rulebook.version) == ("hl7.fhir.us.core", "6.1.0")
    assert (rulebook.core_package, rulebook.core_version) == ("hl7.fhir.r4.core", "4.0.1")
    assert len(rulebook.sha256) == len(rulebook.core_sha256) == 64


def test_the_searches_of_the_certification_procedure_are_these(rulebook: Rulebook) -> None:
    found: dict[str, set[str]] = {}
    for search in rulebook.searches:
        if search.in_procedure:
            found.setdefault(search.type, set()).add("+".join(search.parameters))
    plain = {"patient"}
    assert found == {
        "AllergyIntolerance": plain,
        "CarePlan": {"patient+category"},
        "CareTeam": {"patient+status"},
        "Condition": {"patient", "patient+category"},
        "Coverage": plain,
        "Device": plain,
        "DiagnosticReport": {
            "patient",
            "patient+category",
            "patient+category+date",
            "patient+code",
        },
        "DocumentReference": {
            "_id",
            "patient",
            "patient+type",
            "patient+category",
            "patient+category+date",
        },
        "Encounter": {"_id", "patient", "date+patient"},
        "Goal": plain,
        "Immunization": plain,
        "MedicationDispense": plain,
        "MedicationRequest": {"patient+intent", "patient+intent+status"},
        "Observation": {"patient+category", "patient+category+date", "patient+code"},
        "Patient": {"_id", "identifier", "name", "birthdate+name", "gender+name"},
        "Procedure": {"patient", "patient+date"},
        "ServiceRequest": {
            "_id",
            "patient",
            "patient+category",
            "patient+category+authored",
            "patient+code",
        },
    }


def test_searches_outside_the_procedure_are_of_types_that_only_references_reach(
    rulebook: Rulebook,
) -> None:
    rows = [s for s in rulebook.searches if s.level == "SHALL" and not s.in_procedure]
    assert Counter(search.type for search in rows) == {
        "Location": 2,
        "Organization": 2,
        "Practitioner": 2,
        "PractitionerRole": 2,
        "RelatedPerson": 1,
        "Specimen": 1,
    }


def test_what_a_should_type_shall_do_it_should_do(rulebook: Rulebook) -> None:
    assert {search.level for search in rulebook.searches_of("QuestionnaireResponse")} == {"SHOULD"}
    assert rulebook.searches_of("QuestionnaireResponse", "SHALL") == ()


def test_row_ids_are_unique_and_keep_the_order_of_the_guide(rulebook: Rulebook) -> None:
    ids = [search.id for search in rulebook.searches]
    assert len(set(ids)) == len(ids)
    search = rulebook.search("Patient:birthdate+name")
    assert search is not None
    assert search.row == {"type": "Patient", "parameters": ["birthdate", "name"]}
    assert search.elements == (("birthDate",), ("name",))
    assert [type(name) for name in search.row["parameters"]] == [str, str]


@pytest.mark.parametrize(
    ("type_", "name", "kind", "paths", "types"),
    [
        ("Patient", "name", "string", ("name",), ("HumanName",)),
        ("Patient", "family", "string", ("name.family",), ("string",)),
        ("Patient", "birthdate", "date", ("birthDate",), ("date",)),
        ("Patient", "death-date", "date", ("deceased[x]",), ("dateTime",)),
        ("Patient", "identifier", "token", ("identifier",), ("Identifier",)),
        ("Location", "address", "string", ("address",), ("Address",)),
        ("Location", "address-city", "string", ("address.city",), ("string",)),
        ("Observation", "patient", "reference", ("subject",), ("Reference",)),
        ("Coverage", "patient", "reference", ("beneficiary",), ("Reference",)),
        (
            "Observation",
            "date",
            "date",
            ("effective[x]",),
            ("dateTime", "Period", "Timing", "instant"),
        ),
        ("Encounter", "class", "token", ("class",), ("Coding",)),
        ("Encounter", "location", "reference", ("location.location",), ("Reference",)),
        ("DocumentReference", "period", "date", ("context.period",), ("Period",)),
        ("Goal", "target-date", "date", ("target.due[x]",), ("date",)),
        ("CareTeam", "role", "token", ("participant.role",), ("CodeableConcept",)),
    ],
)
def test_a_parameter_knows_where_to_look_and_what_lies_there(
    rulebook: Rulebook, type_: str, name: str, kind: str, paths: tuple[str], types: tuple[str]
) -> None:
    parameter = rulebook.parameter(type_, name)
    assert parameter is not None
    assert (parameter.kind, parameter.paths) == (kind, paths)
    assert parameter.elements[0].types == types


def test_a_parameter_over_an_extension_names_it(rulebook: Rulebook) -> None:
    parameter = rulebook.parameter("Condition", "asserted-date")
    assert parameter is not None
    assert parameter.paths == ()
    assert parameter.elements[0].extension.endswith("/condition-assertedDate")


def test_clinical_dates_ask_for_comparators_and_seconds_and_birth_dates_for_days(
    rulebook: Rulebook,
) -> None:
    dates = [parameter for parameter in rulebook.parameters if parameter.kind == "date"]
    by_day = {(p.type, p.name) for p in dates if p.precision == "day"}
    assert by_day == {("Patient", "birthdate"), ("Patient", "death-date"), ("Goal", "target-date")}
    without = {p.type for p in dates if p.required_comparators != ("gt", "ge", "lt", "le")}
    assert without == {"Patient"}


def test_a_search_without_a_status_carries_the_fallback(rulebook: Rulebook) -> None:
    plain = rulebook.search("DocumentReference:patient")
    assert plain is not None
    assert plain.status is not None
    assert plain.status.parameter == "status"
    assert plain.status.codes == ("current", "superseded", "entered-in-error")
    assert plain.status.joined
    named = rulebook.search("CareTeam:patient+status")
    assert named is not None
    assert named.status is None


def test_first_searches_try_the_fixed_codes(rulebook: Rulebook) -> None:
    firsts = {first.type: first for first in rulebook.first_searches}
    assert firsts["Patient"].parameters == ("_id",)
    assert firsts["Condition"].parameters == ("patient",)
    assert [code.code for code in firsts["CarePlan"].codes] == ["assess-plan"]
    assert [code.code for code in firsts["CareTeam"].codes] == [
        "active",
        "proposed",
        "suspended",
        "inactive",
        "entered-in-error",
    ]
    assert firsts["MedicationRequest"].fixed == "intent"
    assert len(firsts["MedicationRequest"].codes) == 8
    categories = [code.code for code in firsts["Observation"].codes]
    assert categories[:4] == ["laboratory", "vital-signs", "social-history", "survey"]
    assert {"exam", "imaging", "procedure", "therapy", "activity", "sdoh"} <= set(categories)
    assert "Organization" not in firsts
    may_be_asked = {name for name, first in firsts.items() if first.level != Expectation.SHALL}
    assert may_be_asked == {"QuestionnaireResponse", "RelatedPerson", "Specimen"}


def test_types_profiles_and_provenance_are_listed(rulebook: Rulebook) -> None:
    assert len(rulebook.types) == 31
    assert len(rulebook.required_profiles()) == 48
    assert len(rulebook.required_profiles("Observation")) == 22
    assert "Patient" in rulebook.provenance_types
    assert not {"Organization", "QuestionnaireResponse"} & set(rulebook.provenance_types)
    patient = rulebook.type("Patient")
    assert patient is not None
    assert patient.interactions["search-type"] == "SHALL"
    assert rulebook.type("Appointment") is None
    assert rulebook.search("Appointment:patient") is None


def test_it_is_read_once(rulebook: Rulebook) -> None:
    assert load_rulebook("6.1.0") is rulebook


@pytest.mark.parametrize("version", ["9.9.9", "../6.1.0", ""])
def test_an_edition_that_does_not_ship_is_named_with_those_that_do(version: str) -> None:
    with pytest.raises(PackageError, match=r"is not an edition of this tool.*Use 3\.1\.1, 4\.0\.0"):
        load_rulebook(version)


@pytest.mark.parametrize(
    "content", [b"{", gzip.compress(b"{", mtime=0), gzip.compress(b"{}", mtime=0)[:-9], b""]
)
def test_a_damaged_rulebook_is_named(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "available_editions", lambda: ("1.0.0",))
    monkeypatch.setattr(module, "RULEBOOKS", tmp_path)
    (tmp_path / "us-core-1.0.0.guide.gz").write_bytes(content)
    with pytest.raises(PackageError, match=r"US Core 1\.0\.0 cannot be read.*Install"):
        load_rulebook("1.0.0")


def test_the_weakest_expectation_wins() -> None:
    assert weakest(Expectation.SHALL, Expectation.MAY, Expectation.SHOULD) == "MAY"
    assert weakest(Expectation.SHALL) == "SHALL"
