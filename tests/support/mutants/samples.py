"""A small sound value of each type, for places that an example leaves empty."""

from typing import Any

QUANTITY = {"value": 1, "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}

SAMPLES: dict[str, Any] = {
    "Address": {"text": "x"},
    "Age": {"value": 1, "system": "http://unitsofmeasure.org", "code": "a"},
    "Annotation": {"text": "x"},
    "Attachment": {"title": "x"},
    "CodeableConcept": {"text": "x"},
    "Coding": {"display": "x"},
    "ContactDetail": {"name": "x"},
    "ContactPoint": {"system": "phone", "value": "x"},
    "Count": {"value": 1, "system": "http://unitsofmeasure.org", "code": "1"},
    "Distance": {"value": 1, "system": "http://unitsofmeasure.org", "code": "m"},
    "Dosage": {"text": "x"},
    "Duration": QUANTITY,
    "Expression": {"language": "text/fhirpath", "expression": "true"},
    "HumanName": {"text": "x"},
    "Identifier": {"value": "x"},
    "Money": {"value": 1, "currency": "USD"},
    "Period": {"start": "2020-01-01"},
    "Quantity": {"value": 1},
    "Range": {"low": {"value": 1}},
    "Ratio": {"numerator": {"value": 1}, "denominator": {"value": 2}},
    "Reference": {"display": "x"},
    "SampledData": {"origin": {"value": 1}, "period": 1, "dimensions": 1, "data": "1"},
    "Signature": {
        "type": [{"display": "x"}],
        "when": "2020-01-01T00:00:00Z",
        "who": {"display": "x"},
    },
    "Timing": {"code": {"text": "x"}},
    "base64Binary": "YQ==",
    "boolean": True,
    "canonical": "http://example.org/x",
    "code": "x",
    "date": "2020-01-01",
    "dateTime": "2020-01-01",
    "decimal": 1.5,
    "id": "x",
    "instant": "2020-01-01T00:00:00Z",
    "integer": 1,
    "markdown": "x",
    "oid": "urn:oid:1.2.3",
    "positiveInt": 1,
    "string": "x",
    "time": "12:00:00",
    "unsignedInt": 1,
    "uri": "http://example.org/x",
    "url": "http://example.org/x",
    "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
}

PRIMITIVES = frozenset(code for code in SAMPLES if code[0].islower()) | {"xhtml"}
