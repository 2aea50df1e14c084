"""Patients, practitioners, and the organisations and places where they meet."""

from typing import Any

from conformance.ehr.cohort.charts import Staff
from conformance.ehr.cohort.terms import NPI, Element, built, coding, concept, refer, table
from conformance.ehr.profiles import US_CORE

RECORD_NUMBERS = "http://alderbrook.example/record-numbers"
KNOWN_SINCE = "2020-01-06T08:00:00Z"


def staff() -> Staff:
    """Return everyone and everything that patients have to do with."""
    people = table("people")
    organizations = tuple(
        _organization(number, entry) for number, entry in enumerate(people["organizations"], 1)
    )
    locations = tuple(_location(organization) for organization in organizations)
    practitioners = tuple(
        _practitioner(number, entry) for number, entry in enumerate(people["practitioners"], 1)
    )
    roles = tuple(
        _role(practitioner, entry, organizations[entry["organization"]])
        for practitioner, entry in zip(practitioners, people["practitioners"], strict=True)
    )
    return Staff(
        organizations=organizations,
        locations=locations,
        practitioners=practitioners,
        roles=roles,
    )


def patient(number: int, organization: Element, doctor: Element) -> Element:
    """Return one patient, counted from 0."""
    named = table("people")["patients"]
    entry = named[number] if number < len(named) else _further(number)
    names: list[Element] = [{"use": "official", "family": entry["family"], "given": entry["given"]}]
    if "former" in entry:
        names.append(
            {
                "use": "old",
                "family": entry["former"],
                "given": entry["given"],
                "period": {"end": "1989-06-17"},
            }
        )
    medical_record = concept("identifier-type|MR|Medical record number")
    return built(
        "Patient",
        f"patient-{number + 1}",
        profiles=("us-core-patient",),
        updated=f"2020-01-{number % 28 + 1:02}T08:00:00Z",
        extension=_demographics(entry),
        identifier=[
            {
                "use": "usual",
                "type": medical_record,
                "system": RECORD_NUMBERS,
                "value": f"MRN-{70211 + 37 * number}",
                "assigner": refer(organization),
            }
        ],
        active=True,
        name=names,
        telecom=[
            {"system": "phone", "value": entry["phone"], "use": "home"},
            {"system": "email", "value": entry["email"], "use": "home"},
        ],
        gender=entry["gender"],
        birthDate=entry["birth"],
        deceasedDateTime=entry.get("deceased"),
        address=[{"use": "home", **_address(entry), "period": {"start": "2016-05-01"}}],
        communication=[
            {"language": {"coding": [LANGUAGE], "text": "English"}, "preferred": True},
        ],
        generalPractitioner=[refer(doctor)],
        managingOrganization=refer(organization),
    )


LANGUAGE = {"system": "urn:ietf:bcp:47", "code": "en-US", "display": "English (United States)"}


def _demographics(entry: dict[str, Any]) -> list[Element]:
    extensions = [
        {
            "url": f"{US_CORE}/StructureDefinition/us-core-{name}",
            "extension": [
                {"url": "ombCategory", "valueCoding": coding(entry[name])},
                {"url": "text", "valueString": coding(entry[name])["display"]},
            ],
        }
        for name in ("race", "ethnicity")
    ]
    birth_sex = {
        "url": f"{US_CORE}/StructureDefinition/us-core-birthsex",
        "valueCode": "F" if entry["gender"] == "female" else "M",
    }
    return [*extensions, birth_sex]


def _further(number: int) -> dict[str, Any]:
    people = table("people")
    parts, template = people["more"], people["patients"][number % len(people["patients"])]
    first, second, third = parts["first"], parts["second"], parts["third"]
    rest, at_first = divmod(number, len(first))
    at_third, at_second = divmod(rest, len(second))
    syllables = [first[at_first], second[at_second], third[at_third % len(third)]]
    given = parts["given"][number % len(parts["given"])]
    return {
        "family": "".join(syllables),
        "given": [given],
        "gender": template["gender"],
        "birth": f"{1940 + number * 7 % 65}-{number * 5 % 12 + 1:02}-{number * 11 % 28 + 1:02}",
        "race": template["race"],
        "ethnicity": template["ethnicity"],
        "phone": f"+1-555-{2000 + number}",
        "email": f"box{number}@mail.example",
        "line": f"{number + 1} Windlass Row",
        "city": f"Harrowby {number}",
        "state": template["state"],
        "postal": template["postal"],
    }


def _address(entry: dict[str, Any]) -> Element:
    return {
        "line": [entry["line"]],
        "city": entry["city"],
        "state": entry["state"],
        "postalCode": entry["postal"],
        "country": "US",
    }


def _organization(number: int, entry: dict[str, Any]) -> Element:
    return built(
        "Organization",
        f"organization-{number}",
        profiles=("us-core-organization",),
        updated=KNOWN_SINCE,
        identifier=[{"system": NPI, "value": entry["npi"]}],
        active=True,
        name=entry["name"],
        telecom=[{"system": "phone", "value": entry["phone"], "use": "work"}],
        address=[_address(entry)],
    )


def _location(organization: Element) -> Element:
    return built(
        "Location",
        organization["id"].replace("organization", "location"),
        profiles=("us-core-location",),
        updated=KNOWN_SINCE,
        status="active",
        name=f"{organization['name']}, main building",
        telecom=organization["telecom"],
        address=organization["address"][0],
        managingOrganization=refer(organization),
    )


def _practitioner(number: int, entry: dict[str, Any]) -> Element:
    address = _address(table("people")["organizations"][entry["organization"]])
    return built(
        "Practitioner",
        f"practitioner-{number}",
        profiles=("us-core-practitioner",),
        updated=KNOWN_SINCE,
        identifier=[{"system": NPI, "value": entry["npi"]}],
        active=True,
        name=[{"use": "official", "family": entry["family"], "given": [entry["given"]]}],
        telecom=[{"system": "phone", "value": entry["phone"], "use": "work"}],
        address=[{"use": "work", **address}],
        gender=entry["gender"],
    )


def _role(practitioner: Element, entry: dict[str, Any], organization: Element) -> Element:
    location = _location(organization)
    return built(
        "PractitionerRole",
        practitioner["id"].replace("practitioner", "role"),
        profiles=("us-core-practitionerrole",),
        updated=KNOWN_SINCE,
        active=True,
        practitioner=refer(practitioner),
        organization=refer(organization),
        code=[concept(entry["role"])],
        specialty=[concept(entry["specialty"])],
        location=[refer(location)],
        telecom=practitioner["telecom"],
    )
