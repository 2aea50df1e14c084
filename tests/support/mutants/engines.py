"""Other engines that judge the same resources: what they find, in our words."""

import json
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import fhirkit
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

Paths = Counter[str]
"""Where something is wrong, as often as it was found there; "?" where an engine does not say."""

Engine = Callable[[Any], Paths]


def by_fhirkit(resource: Any) -> Paths:
    """Judge with fhirkit-rs: R4 4.0.1, structure and formats, no bindings and no invariants."""
    try:
        issues = fhirkit.validate(json.dumps(resource))
    except fhirkit.ParseError:
        return Counter("?")
    return Counter(str(issue.path) for issue in issues if issue.severity == "error")


def by_fhir_resources(resource: Any) -> Paths:
    """Judge with fhir.resources: R4B 4.3.0, structure and formats; paths are its own."""
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except (ValidationError, AttributeError, LookupError, TypeError, ValueError):
        # Some of its own code raises on values of another kind.
        return Counter("?")
    return Counter()


ENGINES: dict[str, tuple[Engine, bool]] = {
    "fhirkit-rs": (by_fhirkit, True),
    "fhir.resources": (by_fhir_resources, False),
}
"""By distribution: the engine, and whether its paths can be compared with ours."""


def in_use(engine: str) -> str:
    """Return the version of an engine that is installed."""
    return version(engine)


def speaks_of(engine: str, type_: str) -> bool:
    """Say whether an engine has the type of R4 4.0.1."""
    if engine == "fhirkit-rs":
        return type_ in fhirkit.RESOURCE_TYPES
    return not type_.startswith(ELSEWHERE)


ELSEWHERE = (
    "ActivityDefinition",
    "EffectEvidenceSynthesis",
    "Evidence",
    "MedicinalProduct",
    "PlanDefinition",
    "RiskEvidenceSynthesis",
    "Substance",
)
"""What R4B does not have, or has otherwise."""
