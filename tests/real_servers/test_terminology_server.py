"""A server without patients is no record system, however well it speaks FHIR."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow


def test_a_terminology_server_is_undetermined_by_rule_1(terminology: Any) -> None:
    verdict = terminology.results["verdict"]
    told = {name: verdict[name] for name in ("class", "rule", "qualifier", "exit")}
    assert told == {
        "class": "undetermined",
        "rule": 1,
        "qualifier": "not a record system",
        "exit": 3,
    }
    assert terminology.code == 3


def test_nothing_clinical_is_held_against_it(terminology: Any) -> None:
    assert set(terminology.findings()) == {
        (
            "fhir-api.capabilities.declare-the-patient-profile",
            "capabilities.patient-profile",
            "SHALL",
        ),
        (
            "fhir-api.capabilities.declare-the-patient-profile",
            "capabilities.other-profile",
            "SHALL",
        ),
        (
            "fhir-api.capabilities.declare-every-required-profile",
            "capabilities.required-profiles",
            "TOLERATED",
        ),
        ("fhir-api.declarations.name-every-required-type", "declarations.types", "TOLERATED"),
        ("fhir-api.declarations.name-the-guide", "declarations.guide", "TOLERATED"),
        ("patient-access.discovery.configuration-is-served", "absent", "SHALL"),
        ("portability.export.is-declared", "export.not-declared", "SHALL"),
    }
    assert terminology.results["verdict"]["counts"]["ERROR"] == 0
    assert "Traceback" not in terminology.printed + terminology.complaints
