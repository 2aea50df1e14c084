"""How the invariants of definitions, bundles and tests are broken."""

from tests.support.mutants.recipes import ABSENT, GONE, HERE, MAYBE
from tests.support.mutants.recipes import Recipe as _R

_ITEM = "Questionnaire.item"
_ELEMENT = "ElementDefinition"
_SD = "StructureDefinition"
_OTHER = {
    "fullUrl": "http://example.org/Patient/2",
    "resource": {"resourceType": "Patient", "id": "2"},
}


def _assert(place: str, numbers: tuple[int, int, int]) -> tuple[_R, ...]:
    on = f"TestScript.{place}.action.assert"
    source, direction, one = (f"tst-{number}" for number in numbers)
    return (
        _R(source, on, {"compareToSourceId": "x"}),
        _R(direction, on, {"direction": "request", "response": HERE}),
        _R(one, on, {"minimumId": "x", "response": HERE}),
    )


def _operation(place: str, number: int) -> _R:
    return _R(f"tst-{number}", f"TestScript.{place}.action.operation", {"url": GONE})


QUESTIONS: tuple[_R, ...] = (
    _R("que-1", _ITEM, {"type": "group", "item": GONE}),
    _R("que-1", _ITEM, {"type": "display", "item": [{"linkId": "9", "type": "string"}]}),
    _R("que-2", "Questionnaire", {"item[0].linkId": "zz", "item[0].item[0].linkId": "zz"}),
    _R("que-3", _ITEM, {"type": "display", "code": [{"code": "x"}]}),
    _R(
        "que-4", _ITEM, {"answerValueSet": "http://x.org/v", "answerOption": [{"valueString": "a"}]}
    ),
    _R("que-5", _ITEM, {"type": "boolean", "answerOption": [{"valueString": "a"}]}),
    _R("que-6", _ITEM, {"type": "display", "required": True}),
    _R("que-7", f"{_ITEM}.enableWhen", {"operator": "exists", "answerString": HERE}),
    _R("que-7", f"{_ITEM}.enableWhen", {"operator": "exists", "answerInteger": HERE}),
    _R("que-8", _ITEM, {"type": "display", "initial": [{"valueString": "x"}]}),
    _R("que-9", _ITEM, {"type": "display", "readOnly": True}),
    _R("que-10", _ITEM, {"type": "choice", "maxLength": 5}),
    _R(
        "que-11", _ITEM, {"answerOption": [{"valueString": "a"}], "initial": [{"valueString": "a"}]}
    ),
    _R("que-12", _ITEM, {"enableWhen[2]": HERE, "enableBehavior": GONE}),
    _R(
        "que-13",
        _ITEM,
        {
            "repeats": MAYBE,
            "answerOption": ABSENT,
            "initial": [{"valueString": "a"}, {"valueString": "b"}],
        },
    ),
)

BUNDLES: tuple[_R, ...] = (
    _R("bdl-1", "Bundle", {"type": "collection", "total": 1}),
    _R("bdl-2", "Bundle", {"type": "collection", "entry[0].search": {"mode": "match"}}),
    _R("bdl-3", "Bundle", {"type": "transaction"}),
    _R(
        "bdl-3", "Bundle", {"type": "collection", "entry[0].request": {"method": "GET", "url": "x"}}
    ),
    _R("bdl-4", "Bundle", {"type": "batch-response"}),
    _R("bdl-4", "Bundle", {"type": "collection", "entry[0].response": {"status": "200"}}),
    _R("bdl-5", "Bundle.entry", {"resource": GONE, "request": ABSENT, "response": ABSENT}),
    _R("bdl-7", "Bundle", {"entry[+]": _OTHER, "entry[+]+": _OTHER}),
    _R(
        "bdl-8",
        "Bundle.entry",
        {"resource": HERE, "fullUrl": "http://example.org/Patient/1/_history/1"},
    ),
    _R("bdl-9", "Bundle", {"type": "document", "identifier": GONE}),
    _R("bdl-9", "Bundle", {"identifier.system": GONE}),
    _R("bdl-10", "Bundle", {"type": "document", "timestamp": GONE}),
    _R("bdl-11", "Bundle", {"type": "document", "entry[0]": _OTHER}),
    _R("bdl-12", "Bundle", {"type": "message"}),
)

DEFINITIONS: tuple[_R, ...] = (
    _R("cpb-1", "CapabilityStatement", {"rest": MAYBE, "document": MAYBE, "messaging": MAYBE}),
    _R(
        "cpb-2",
        "CapabilityStatement",
        {"description": MAYBE, "implementation": MAYBE, "software": GONE},
    ),
    _R(
        "cpb-3",
        "CapabilityStatement",
        {
            "messaging": [
                {
                    "endpoint": [
                        {"protocol": {"system": "urn:x", "code": "x"}, "address": "http://x.org"}
                    ]
                }
            ]
        },
    ),
    _R(
        "cpb-7",
        "CapabilityStatement",
        {
            "document[+]": {"mode": "producer", "profile": "http://example.org/p"},
            "document[+]+": {"mode": "producer", "profile": "http://example.org/p"},
        },
    ),
    _R(
        "cpb-9",
        "CapabilityStatement.rest",
        {"resource[+]": {"type": "Patient"}, "resource[+]+": {"type": "Patient"}},
    ),
    _R(
        "cpb-12",
        "CapabilityStatement.rest.resource",
        {
            "searchParam[+]": {"name": "a", "type": "token"},
            "searchParam[+]+": {"name": "a", "type": "token"},
        },
    ),
    _R("cpb-14", "CapabilityStatement", {"kind": "instance"}),
    _R("cpb-15", "CapabilityStatement", {"software": GONE, "description": "x"}),
    _R("cpb-16", "CapabilityStatement", {"kind": "requirements"}),
    _R("cmd-1", "ConceptMap.group.element.target", {"comment": GONE}),
    _R("cmd-2", "ConceptMap.group.unmapped", {"code": GONE}),
    _R("cmd-3", "ConceptMap.group.unmapped", {"url": GONE}),
    _R("csd-1", "CodeSystem", {"concept[0].concept[0].code": "c", "concept[1].code": "c"}),
    _R("ig-1", "ImplementationGuide.definition", {"resource[0].groupingId": "h"}),
    _R("ig-2", "ImplementationGuide", {"definition.resource[0].fhirVersion": ["3.0.1"]}),
    _R(
        "mea-1",
        "Measure",
        {
            "group[0].stratifier[0].component": [
                {"criteria": {"language": "text/fhirpath", "expression": "x"}}
            ]
        },
    ),
    _R("md-1", "MessageDefinition.focus", {"max": "0"}),
    _R("nsd-1", "NamingSystem", {"uniqueId[1].type": "uuid"}),
    _R("nsd-2", "NamingSystem", {"uniqueId[1].type": "oid"}),
    _R("opd-1", "OperationDefinition.parameter", {"type": GONE, "part": ABSENT}),
    _R("opd-2", "OperationDefinition.parameter", {"searchType": "token", "type": "code"}),
    _R(
        "opd-3",
        "OperationDefinition.parameter",
        {"targetProfile": ["http://x.org"], "type": "code", "searchType": GONE},
    ),
    _R(
        "opd-3",
        "OperationDefinition.parameter",
        {"targetProfile": ["http://x.org"], "type": "string"},
    ),
    _R("inv-1", "Parameters.parameter", {"part": [{"name": "y", "valueString": "x"}]}),
    _R("inv-1", "Parameters.parameter", {"valueString": GONE}),
    _R("inv-1", "TestReport.setup.action", {"assert": {"result": "pass"}}),
    _R("inv-2", "TestReport.test.action", {"assert": {"result": "pass"}}),
    _R("spd-1", "SearchParameter", {"xpathUsage": GONE}),
    _R("spd-2", "SearchParameter", {"type": "token"}),
    _R("smp-1", "StructureMap.group.rule.target", {"context": GONE, "contextType": GONE}),
    _R("smp-2", "StructureMap.group.rule.target", {"contextType": GONE}),
    _R(
        "tcp-1",
        "TerminologyCapabilities.codeSystem",
        {"version[0].code": GONE, "version[0].isDefault": True},
    ),
    _R("tcp-2", "TerminologyCapabilities", {"software": GONE}),
    _R("tcp-3", "TerminologyCapabilities", {"kind": "instance"}),
    _R("tcp-4", "TerminologyCapabilities", {"implementation": {"description": "x"}}),
    _R("tcp-5", "TerminologyCapabilities", {"kind": "requirements"}),
    _R("tst-1", "TestScript.setup.action", {"assert": {"warningOnly": False}}),
    _R("tst-2", "TestScript.test.action", {"assert": {"warningOnly": False}}),
    _R("tst-3", "TestScript.variable", {"headerField": "x", "path": "x"}),
    _R(
        "tst-4",
        "TestScript.metadata",
        {"capability[0].required": GONE, "capability[0].validated": GONE},
    ),
    *_assert("setup", (10, 12, 5)),
    *_assert("test", (11, 13, 6)),
    _operation("setup", 7),
    _operation("test", 8),
    _operation("teardown", 9),
    _R("vsd-1", "ValueSet.compose.include", {"system": GONE, "version": "1", "valueSet": ABSENT}),
    _R(
        "vsd-2",
        "ValueSet.compose.include",
        {"filter": HERE, "system": GONE, "valueSet": ["http://x.org/v"]},
    ),
    _R(
        "vsd-3",
        "ValueSet.compose.include",
        {"concept": [{"code": "a"}], "filter": [{"property": "a", "op": "=", "value": "b"}]},
    ),
    _R("vsd-6", "ValueSet.expansion.contains", {"code": GONE, "display": GONE, "abstract": True}),
    _R("vsd-9", "ValueSet.expansion.contains", {"code": GONE, "abstract": ABSENT}),
    _R("vsd-10", "ValueSet.expansion.contains", {"code": HERE, "system": GONE}),
)

_SNAPSHOT = "snapshot.element"
STRUCTURES: tuple[_R, ...] = (
    _R("eld-1", f"{_ELEMENT}.slicing", {"discriminator": GONE, "description": MAYBE}),
    _R("eld-2", _ELEMENT, {"min": 5, "max": "1"}),
    _R("eld-3", f"{_ELEMENT}.max", {"": "-1"}),
    _R("eld-4", f"{_ELEMENT}.type", {"code": "string", "aggregation": ["bundled"]}),
    _R("eld-5", _ELEMENT, {"contentReference": "#x", "type": HERE}),
    _R("eld-6", _ELEMENT, {"fixedString": "x", "type": [{"code": "string"}, {"code": "code"}]}),
    _R("eld-7", _ELEMENT, {"patternString": "x", "type": [{"code": "string"}, {"code": "code"}]}),
    _R("eld-8", _ELEMENT, {"patternString": "x", "fixedString": "x"}),
    _R("eld-12", f"{_ELEMENT}.binding", {"valueSet": "x/y"}),
    _R("eld-13", _ELEMENT, {"type": [{"code": "string"}, {"code": "string"}]}),
    _R("eld-14", _ELEMENT, {"constraint": [{"key": "a", "severity": "error", "human": "x"}] * 2}),
    _R("eld-15", _ELEMENT, {"defaultValueString": "x", "meaningWhenMissing": "x"}),
    _R("eld-16", _ELEMENT, {"sliceName": "a b"}),
    _R("eld-17", f"{_ELEMENT}.type", {"code": "string", "targetProfile": ["http://x.org"]}),
    _R("eld-18", _ELEMENT, {"isModifier": True, "isModifierReason": MAYBE}),
    _R("eld-22", _ELEMENT, {"sliceIsConstraining": True, "sliceName": GONE}),
    _R("eld-22", _ELEMENT, {"sliceIsConstraining": True, "sliceName": ABSENT}),
    _R(
        "sdf-1",
        _SD,
        {
            "derivation": "specialization",
            f"{_SNAPSHOT}[1].path": "Zz.z",
            f"{_SNAPSHOT}[2].path": "Zz.z",
        },
    ),
    _R("sdf-2", f"{_SD}.mapping", {"name": MAYBE, "uri": MAYBE, "comment": "x"}),
    _R("sdf-3", f"{_SD}.snapshot", {"element[1].definition": GONE}),
    _R("sdf-3", f"{_SD}.snapshot", {"element[1].min": GONE}),
    _R("sdf-4", _SD, {"baseDefinition": GONE, "abstract": False}),
    _R("sdf-5", _SD, {"context": GONE, "derivation": "constraint"}),
    _R("sdf-6", _SD, {"snapshot": GONE, "differential": GONE}),
    _R("sdf-8", f"{_SD}.snapshot", {"element[1].path": "Zz.zz"}),
    _R("sdf-8a", f"{_SD}.differential", {"element[0].path": "Zz.zz"}),
    _R("sdf-8b", f"{_SD}.snapshot", {"element[1].base": GONE}),
    _R("sdf-9", _SD, {f"{_SNAPSHOT}[0].label": "x"}),
    _R("sdf-9", _SD, {f"{_SNAPSHOT}[0].requirements": "x"}),
    _R("sdf-10", f"{_SNAPSHOT}", {"binding": {"strength": "example"}}),
    _R("sdf-11", _SD, {f"{_SNAPSHOT}[0].path": "Zz"}),
    _R("sdf-14", _SD, {f"{_SNAPSHOT}[1].id": GONE}),
    _R("sdf-15", _SD, {f"{_SNAPSHOT}[0].type": [{"code": "Patient"}]}),
    _R("sdf-15a", _SD, {"differential.element[0].type": [{"code": "Patient"}]}),
    _R(
        "sdf-16",
        _SD,
        {f"{_SNAPSHOT}[1].id": GONE, f"{_SNAPSHOT}[2].id": "z", f"{_SNAPSHOT}[3].id": "z"},
    ),
    _R("sdf-17", _SD, {"differential.element[1].id": GONE}),
    _R("sdf-18", _SD, {"type": "Patient", "contextInvariant": ["x"]}),
    _R("sdf-19", _SD, {f"{_SNAPSHOT}[1].type": [{"code": "a_b"}]}),
    _R(
        "sdf-20",
        f"{_SD}.differential",
        {"element[0].slicing": {"rules": "open", "description": "x"}},
    ),
    _R(
        "sdf-21",
        _SD,
        {"differential.element[0].defaultValueString": "x", "derivation": "constraint"},
    ),
    _R("sdf-22", _SD, {f"{_SNAPSHOT}[1].defaultValueString": "x"}),
    _R("sdf-23", _SD, {f"{_SNAPSHOT}[0].sliceName": "x"}),
)

RECIPES: tuple[_R, ...] = (*QUESTIONS, *BUNDLES, *DEFINITIONS, *STRUCTURES)
