"""Small sound resources of our own that speak of systems, tests and data, not of people."""

from typing import Any

from tests.support.mutants.bases import DIV, TEXT, WHO
from tests.support.mutants.samples import PRIMITIVES, SAMPLES

OPERATION: dict[str, Any] = {"encodeRequestUrl": True, "url": "x"}
ASSERT: dict[str, Any] = {"warningOnly": False, "response": "okay"}
_QUESTION: dict[str, Any] = {"linkId": "2", "type": "choice", "text": "x"}

DEFINITIONAL: dict[str, dict[str, Any]] = {
    "ActivityDefinition": {
        "status": "active",
        "dynamicValue": [
            {"path": "x", "expression": {"language": "text/fhirpath", "expression": "x"}}
        ],
    },
    "Bundle": {
        "type": "document",
        "identifier": {"system": "urn:x", "value": "x"},
        "timestamp": "2020-01-01T00:00:00Z",
        "entry": [
            {
                "fullUrl": "http://example.org/Composition/1",
                "resource": {
                    "resourceType": "Composition",
                    "id": "1",
                    "status": "final",
                    "type": TEXT,
                    "date": "2020",
                    "author": [WHO],
                    "title": "x",
                },
            },
            {
                "fullUrl": "http://example.org/Patient/1",
                "resource": {"resourceType": "Patient", "id": "1", "active": True},
            },
        ],
    },
    "CapabilityStatement": {
        "status": "active",
        "date": "2020",
        "kind": "capability",
        "software": {"name": "x"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "resource": [{"type": "Patient", "searchParam": [{"name": "a", "type": "token"}]}],
            }
        ],
        "document": [{"mode": "producer", "profile": "http://example.org/p"}],
    },
    "ConceptMap": {
        "status": "active",
        "group": [
            {
                "element": [
                    {
                        "code": "a",
                        "target": [{"code": "b", "equivalence": "narrower", "comment": "x"}],
                    }
                ],
                "unmapped": {"mode": "fixed", "code": "x"},
            },
            {"element": [{"code": "a"}], "unmapped": {"mode": "other-map", "url": "http://x.org"}},
        ],
    },
    "ImplementationGuide": {
        "url": "http://example.org/ig",
        "name": "X",
        "status": "active",
        "packageId": "x",
        "fhirVersion": ["4.0.1"],
        "definition": {
            "grouping": [{"id": "g", "name": "x"}],
            "resource": [{"reference": WHO, "groupingId": "g", "fhirVersion": ["4.0.1"]}],
        },
    },
    "Library": {
        "status": "active",
        "type": TEXT,
        "dataRequirement": [
            {
                "type": "Patient",
                "codeFilter": [{"path": "x", "valueSet": "http://example.org/v"}],
                "dateFilter": [{"path": "x", "valueDateTime": "2020"}],
            }
        ],
    },
    "Measure": {
        "status": "active",
        "group": [
            {
                "stratifier": [
                    {"criteria": {"language": "text/fhirpath", "expression": "x"}},
                ]
            }
        ],
    },
    "MessageDefinition": {
        "status": "active",
        "date": "2020",
        "eventUri": "urn:x",
        "focus": [{"code": "Patient", "min": 0, "max": "1"}],
    },
    "NamingSystem": {
        "name": "X",
        "status": "active",
        "kind": "root",
        "date": "2020",
        "uniqueId": [
            {"type": "oid", "value": "1.2.3", "preferred": True},
            {"type": "uri", "value": "urn:x", "preferred": True},
        ],
    },
    "OperationDefinition": {
        "name": "X",
        "status": "active",
        "kind": "operation",
        "code": "x",
        "system": True,
        "type": False,
        "instance": False,
        "parameter": [
            {
                "name": "x",
                "use": "in",
                "min": 0,
                "max": "1",
                "type": "string",
                "searchType": "token",
            },
            {
                "name": "y",
                "use": "in",
                "min": 0,
                "max": "1",
                "type": "Reference",
                "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Patient"],
            },
        ],
    },
    "Parameters": {"parameter": [{"name": "x", "valueString": "x"}]},
    "PlanDefinition": {
        "status": "active",
        "action": [
            {
                "title": "x",
                "trigger": [
                    {"type": "named-event", "name": "x"},
                    {"type": "periodic", "timingDate": "2020"},
                    {
                        "type": "data-added",
                        "data": [{"type": "Patient"}],
                        "condition": {"language": "text/fhirpath", "expression": "x"},
                    },
                ],
            }
        ],
    },
    "Questionnaire": {
        "status": "active",
        "item": [
            {
                "linkId": "1",
                "type": "group",
                "item": [
                    {
                        **_QUESTION,
                        "answerOption": [{"valueString": "a"}],
                        "enableBehavior": "all",
                        "enableWhen": [
                            {"question": "4", "operator": "exists", "answerBoolean": True},
                            {"question": "4", "operator": "=", "answerString": "x"},
                            {"question": "5", "operator": "=", "answerInteger": 1},
                        ],
                    },
                    {"linkId": "3", "type": "display", "text": "x"},
                    {"linkId": "4", "type": "string", "maxLength": 5},
                    {"linkId": "5", "type": "integer", "initial": [{"valueInteger": 1}]},
                ],
            }
        ],
    },
    "SearchParameter": {
        "url": "http://example.org/s",
        "name": "X",
        "status": "active",
        "description": "x",
        "code": "x",
        "base": ["Patient"],
        "type": "reference",
        "expression": "x",
        "xpath": "x",
        "xpathUsage": "normal",
        "chain": ["x"],
    },
    "StructureMap": {
        "url": "http://example.org/m",
        "name": "X",
        "status": "active",
        "group": [
            {
                "name": "x",
                "typeMode": "none",
                "input": [{"name": "x", "mode": "source"}],
                "rule": [
                    {
                        "name": "x",
                        "source": [{"context": "x"}],
                        "target": [{"context": "x", "contextType": "type", "element": "x"}],
                    }
                ],
            }
        ],
    },
    "TerminologyCapabilities": {
        "status": "active",
        "date": "2020",
        "kind": "capability",
        "software": {"name": "x"},
        "codeSystem": [{"version": [{"code": "1"}, {"code": "2"}]}],
    },
    "TestReport": {
        "status": "completed",
        "testScript": WHO,
        "result": "pass",
        "setup": {"action": [{"operation": {"result": "pass"}}]},
        "test": [{"action": [{"operation": {"result": "pass"}}]}],
    },
    "TestScript": {
        "url": "http://example.org/t",
        "name": "X",
        "status": "active",
        "metadata": {
            "capability": [{"required": True, "validated": False, "capabilities": "http://x.org"}]
        },
        "variable": [{"name": "x", "expression": "x"}],
        "setup": {"action": [{"operation": OPERATION}, {"assert": ASSERT}]},
        "test": [{"action": [{"operation": OPERATION}, {"assert": ASSERT}]}],
        "teardown": {"action": [{"operation": OPERATION}]},
    },
    "ValueSet": {
        "status": "active",
        "compose": {
            "include": [
                {"system": "urn:x", "concept": [{"code": "a"}]},
                {"system": "urn:y", "filter": [{"property": "a", "op": "=", "value": "b"}]},
            ]
        },
        "expansion": {
            "timestamp": "2020",
            "contains": [{"system": "urn:x", "code": "a", "display": "x"}],
        },
    },
    "CodeSystem": {
        "status": "active",
        "content": "complete",
        "concept": [{"code": "a", "concept": [{"code": "b"}]}, {"code": "c"}],
    },
    "Basic": {
        "code": TEXT,
        "extension": [
            {"url": f"http://example.org/{code}", f"value{code[0].upper()}{code[1:]}": value}
            for code, value in SAMPLES.items()
            if code in PRIMITIVES
        ],
    },
    "OperationOutcome": {
        "text": {"status": "generated", "div": DIV},
        "issue": [{"severity": "error", "code": "invalid"}],
    },
}
