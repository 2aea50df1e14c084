"""
The editions of US Core that a persona can be of: which profiles it declares and its data claim.

The data are made for 6.1.0. The edition before the first revision of the rule, 3.1.1, has one
profile of Condition, leaves vital signs to FHIR's own profiles, and lacks some types altogether.
"""

from dataclasses import dataclass
from typing import Any

from conformance.ehr.profiles import PROFILES, US_CORE, US_CORE_VERSION, profile

_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_OBSERVATIONS_3 = (
    "us-core-smokingstatus",
    "pediatric-weight-for-height",
    "us-core-observation-lab",
    "pediatric-bmi-for-age",
    "us-core-pulse-oximetry",
    "head-occipital-frontal-circumference-percentile",
)
_LATER_TYPES = frozenset(
    {
        "Coverage",
        "MedicationDispense",
        "QuestionnaireResponse",
        "RelatedPerson",
        "ServiceRequest",
        "Specimen",
    }
)
_FORMER = {
    "us-core-condition-encounter-diagnosis": profile("us-core-condition"),
    "us-core-condition-problems-health-concerns": profile("us-core-condition"),
    "us-core-blood-pressure": f"{_FHIR}bp",
    "us-core-bmi": f"{_FHIR}bmi",
    "us-core-body-height": f"{_FHIR}bodyheight",
    "us-core-body-temperature": f"{_FHIR}bodytemp",
    "us-core-body-weight": f"{_FHIR}bodyweight",
    "us-core-heart-rate": f"{_FHIR}heartrate",
    "us-core-respiratory-rate": f"{_FHIR}resprate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """
    One edition of US Core.

    `profiles` are the canonicals that are declared of each type; a type that is not in it does not
    belong to the edition. `versioned` says whether canonicals name their version, `former` what
    the data's profiles were called then.
    """

    version: str
    profiles: dict[str, tuple[str, ...]]
    former: dict[str, str]
    versioned: bool

    def canonical(self, name: str) -> str:
        """Return the canonical of a profile of the data, as this edition has it."""
        found = self.former.get(name, profile(name))
        own = self.versioned and found.startswith(US_CORE)
        return f"{found}|{self.version}" if own else found

    def resource(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return a resource with the profiles that it claims in this edition."""
        claimed = resource["meta"].get("profile", [])
        names = [self.canonical(canonical.rpartition("/")[2]) for canonical in claimed]
        if self.versioned:
            # What had no profile then claims none.
            known = {url for urls in self.profiles.values() for url in urls}
            names = [name for name in names if name in known or not name.startswith(US_CORE)]
        if names == claimed:
            return resource
        changed = {**resource, "meta": {**resource["meta"], "profile": names}}
        if any(name.startswith(f"{profile('us-core-smokingstatus')}|3.") for name in names):
            # what that edition asks of a smoking status, and no later one
            changed.setdefault("issued", resource["meta"]["lastUpdated"])
        return changed


def _profiles_3() -> dict[str, tuple[str, ...]]:
    own = {type_: names for type_, names in PROFILES.items() if type_ not in _LATER_TYPES}
    own["Condition"] = ("us-core-condition",)
    own["Observation"] = _OBSERVATIONS_3
    return {
        type_: tuple(f"{profile(name)}|3.1.1" for name in names) for type_, names in own.items()
    }


US_CORE_6 = Edition(
    version=US_CORE_VERSION,
    profiles={type_: tuple(map(profile, names)) for type_, names in PROFILES.items()},
    former={},
    versioned=False,
)
US_CORE_3 = Edition(version="3.1.1", profiles=_profiles_3(), former=_FORMER, versioned=True)
