"""The entries of a Bundle are found by what refers to them, at once."""

import pytest

from conformance.validation.bundled import Bundled

BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {"fullUrl": "https://e.example/fhir/Patient/1", "resource": {"id": "1"}},
        {"fullUrl": "https://other.example/Patient/1", "resource": {"id": "other"}},
        {"fullUrl": "urn:uuid:a", "resource": {"id": "a"}},
        {"fullUrl": 7, "resource": {"id": "odd"}},
        "odd",
    ],
}


@pytest.mark.parametrize(
    ("literal", "found"),
    [
        ("https://other.example/Patient/1", "other"),
        ("urn:uuid:a", "a"),
        ("Patient/1", "1"),
        ("fhir/Patient/1", "1"),
        ("1", "1"),
        ("atient/1", None),
        ("Patient/2", None),
        ("/".join("abcdefghijklmnop"), None),
    ],
)
def test_a_literal_leads_to_a_url_or_its_end(literal: str, found: str | None) -> None:
    entry = Bundled(BUNDLE).entry(literal)
    assert (entry and entry["id"]) == found


@pytest.mark.parametrize("odd", [None, 7, [], {}, {"entry": {}}, {"entry": [None]}])
def test_any_shape_is_taken(odd: object) -> None:
    assert Bundled(odd).entry("Patient/1") is None
