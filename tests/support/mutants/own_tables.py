"""Patients that fit the profiles of our own, and how each is broken."""

from typing import Any

from tests.support.mutants.own_profiles import SYSTEM

OFFICIAL = {"use": "official", "family": "x"}
PAST = {"family": "x", "period": {"start": "2020"}}
CLINIC = {"resourceType": "Organization", "id": "c", "name": "x"}
PHONE, EMAIL, FAX = ({"system": system, "value": "x"} for system in ("phone", "email", "fax"))


def colour(code: str, system: str = SYSTEM) -> dict[str, Any]:
    """Return a concept with one code."""
    return {"coding": [{"system": system, "code": code}]}


SOUND: dict[str, dict[str, Any]] = {
    "exists": {"name": [PAST, {"family": "y"}]},
    "profiled": {"name": [OFFICIAL, {"use": "usual"}]},
    "resolved": {"generalPractitioner": [{"reference": "#c"}], "contained": [CLINIC]},
    "closed": {"telecom": [PHONE, EMAIL]},
    "ordered": {"telecom": [PHONE, FAX, EMAIL]},
    "open-at-end": {"telecom": [PHONE, EMAIL, FAX]},
    "limits": {
        "language": "en-US",
        "multipleBirthInteger": 9,
        "birthDate": "1900-01-01",
        "maritalStatus": colour("blue"),
        "communication": [{"language": {"text": "x"}}],
        "contact": [{"name": {"text": "x"}}, {"name": {"text": "y"}}],
    },
}
"""By profile: a Patient that fits it."""

NAME, TELECOM = "Patient.name", "Patient.telecom"

BROKEN: tuple[tuple[str, str, str, dict[str, Any], str, str, tuple[str, ...]], ...] = (
    # kind, profile, change, members, code, path, companions
    (
        "discriminator: exists",
        "exists",
        "nobody has a period",
        {"name": [{"family": "y"}]},
        "slice.min",
        NAME,
        (),
    ),
    (
        "discriminator: exists",
        "exists",
        "everyone has a period",
        {"name": [PAST, PAST]},
        "slice.min",
        NAME,
        (),
    ),
    (
        "discriminator: exists",
        "exists",
        "two without a period",
        {"name": [PAST, {"family": "y"}, {"family": "z"}]},
        "slice.max",
        NAME,
        (),
    ),
    (
        "discriminator: profile",
        "profiled",
        "no use",
        {"name": [{"family": "x"}]},
        "slice.min",
        NAME,
        (),
    ),
    (
        "discriminator: profile",
        "profiled",
        "another use",
        {"name": [{"use": "usual", "family": "x"}]},
        "slice.min",
        NAME,
        (),
    ),
    (
        "discriminator: profile",
        "profiled",
        "no family",
        {"name": [{"use": "official", "text": "x"}]},
        "slice.min",
        NAME,
        (),
    ),
    (
        "discriminator: profile",
        "resolved",
        "a clinic without a name",
        {"contained": [{**CLINIC, "name": ..., "active": True, "identifier": [{"value": "x"}]}]},
        "slice.min",
        "Patient.generalPractitioner",
        (),
    ),
    (
        "discriminator: profile",
        "resolved",
        "another type",
        {"contained": [{"resourceType": "Practitioner", "id": "c", "active": True}]},
        "slice.min",
        "Patient.generalPractitioner",
        (),
    ),
    (
        "slice: closed",
        "closed",
        "a third system",
        {"telecom": [PHONE, FAX, EMAIL]},
        "slice.closed",
        f"{TELECOM}[1]",
        (),
    ),
    (
        "slice: closed",
        "closed",
        "no system",
        {"telecom": [{"use": "home"}]},
        "slice.closed",
        f"{TELECOM}[0]",
        (),
    ),
    (
        "slice: order",
        "ordered",
        "the other way round",
        {"telecom": [EMAIL, PHONE]},
        "slice.order",
        f"{TELECOM}[1]",
        (),
    ),
    (
        "slice: order",
        "open-at-end",
        "a stranger first",
        {"telecom": [FAX, PHONE]},
        "slice.order",
        f"{TELECOM}[0]",
        (),
    ),
    (
        "slice: order",
        "open-at-end",
        "a stranger between",
        {"telecom": [PHONE, FAX, EMAIL]},
        "slice.order",
        f"{TELECOM}[1]",
        (),
    ),
    (
        "length and range",
        "limits",
        "a text that is too long",
        {"language": "en-US-x"},
        "value.length",
        "Patient.language",
        (),
    ),
    (
        "length and range",
        "limits",
        "too small",
        {"multipleBirthInteger": 0},
        "value.range",
        "Patient.multipleBirthInteger",
        (),
    ),
    (
        "length and range",
        "limits",
        "too large",
        {"multipleBirthInteger": 10},
        "value.range",
        "Patient.multipleBirthInteger",
        (),
    ),
    (
        "length and range",
        "limits",
        "too early",
        {"birthDate": "1899-12-31"},
        "value.range",
        "Patient.birthDate",
        (),
    ),
    (
        "binding: max value set",
        "limits",
        "no code of it",
        {"maritalStatus": colour("pink")},
        "binding.max",
        "Patient.maritalStatus",
        (),
    ),
    (
        "binding: max value set",
        "limits",
        "another system",
        {"maritalStatus": colour("blue", "http://example.org/zz")},
        "binding.max",
        "Patient.maritalStatus",
        (),
    ),
    (
        "cardinality: max",
        "limits",
        "two where one may be",
        {"communication": [{"language": {"text": "x"}}] * 2},
        "cardinality.max",
        "Patient.communication",
        (),
    ),
    (
        "cardinality: max",
        "limits",
        "a forbidden element",
        {"photo": [{"title": "x"}]},
        "cardinality.max",
        "Patient.photo",
        (),
    ),
    (
        "cardinality: min",
        "limits",
        "one where two have to be",
        {"contact": [{"name": {"text": "x"}}]},
        "cardinality.min",
        "Patient.contact",
        (),
    ),
    (
        "cardinality: min",
        "limits",
        "none",
        {"contact": ...},
        "cardinality.min",
        "Patient.contact",
        (),
    ),
)

LEGAL: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("exists", "the other way round", {"name": [{"family": "y"}, PAST, PAST]}),
    ("profiled", "two that fit", {"name": [{"use": "usual"}, OFFICIAL, OFFICIAL]}),
    ("closed", "nobody", {"telecom": ...}),
    ("ordered", "two of each", {"telecom": [PHONE, PHONE, EMAIL, EMAIL]}),
    ("open-at-end", "strangers last", {"telecom": [EMAIL, PHONE, FAX, FAX]}),
    ("limits", "the smallest", {"multipleBirthInteger": 1, "language": "x"}),
    ("limits", "the first code", {"maritalStatus": colour("red")}),
    ("limits", "a year", {"birthDate": "1900"}),
)
