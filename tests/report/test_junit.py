"""JUnit XML that build servers read, whatever a server put into it."""

from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from conformance.report.junit import render_junit
from conformance.resources import fixtures_root


def _case(document: dict[str, Any], name: str) -> ET.Element:
    root = ET.fromstring(render_junit(document))
    return next(case for case in root.iter("testcase") if case.get("name") == name)


def test_it_is_the_golden_file(emr: dict[str, Any]) -> None:
    golden = fixtures_root() / "golden" / "junit-emr.xml"
    assert render_junit(emr).decode() == golden.read_text(encoding="utf-8")


def test_another_reader_finds_the_same_counts(document: dict[str, Any]) -> None:
    outcomes = [check["outcome"] for check in document["checks"]]
    read = JUnitXml.fromstring(render_junit(document))
    kinds = [type(result) for suite in read for case in suite for result in case.result]
    assert kinds.count(Failure) == outcomes.count("FAIL") == read.failures
    assert kinds.count(Error) == outcomes.count("ERROR") == read.errors
    assert kinds.count(Skipped) == outcomes.count("SKIP") + outcomes.count("N/A") == read.skipped
    assert sum(1 for suite in read for _ in suite) == len(outcomes) == read.tests


def test_there_is_one_suite_for_each_area(emr: dict[str, Any]) -> None:
    suites = ET.fromstring(render_junit(emr)).findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["fhir-api", "security", "patient-access"]


def test_the_verdict_stands_in_the_properties_of_each_suite(emr: dict[str, Any]) -> None:
    for suite in ET.fromstring(render_junit(emr)).iter("testsuite"):
        said = {p.get("name"): p.get("value") for p in suite.findall("properties/property")}
        assert said["verdict.class"] == "EMR-level"
        assert said["verdict.rule"] == "6"
        assert said["verdict.exit"] == "1"
        assert said["gate.smart-discovery"] == "absent"
        assert said["transcript.root"] == emr["transcript"]["root"]


def test_a_warning_passes_and_says_what_it_met(emr: dict[str, Any]) -> None:
    case = _case(emr, "unknown-parameter-is-refused-when-strict")
    said = {p.get("name"): p.get("value") for p in case.findall("properties/property")}
    assert [child.tag for child in case] == ["properties"]
    assert said["outcome"] == "WARN"
    assert "answered 200" in str(said["SHOULD search.strict-ignored"])


def test_a_check_that_rests_on_a_witness_names_it(emr: dict[str, Any]) -> None:
    check = {**emr["checks"][0], "witnesses": ["standalone:patient-a/id-token"]}
    case = _case({**emr, "checks": [check]}, check["id"].split(".", 2)[2])
    said = {p.get("name"): p.get("value") for p in case.findall("properties/property")}
    assert said["witness"] == "standalone:patient-a/id-token"


def test_a_failure_carries_evidence_and_the_curl_line(emr: dict[str, Any]) -> None:
    failure = _case(emr, "returns-only-matches[Condition:patient]").find("failure")
    assert failure is not None
    assert failure.get("type") == "search.false-match"
    told = failure.text or ""
    assert "exchange: 18" in told
    assert "curl: curl -H 'X-API-Key: $API_KEY'" in told
    assert "US Core 6.1.0" in told


def test_a_skip_says_its_code(emr: dict[str, Any]) -> None:
    skipped = _case(emr, "returns-only-matches[Device:patient]").find("skipped")
    assert skipped is not None
    assert skipped.get("type") == "no-data"
    assert str(skipped.get("message")).startswith("no-data: No Device")


def test_a_run_without_any_answer_is_not_green(example: dict[str, Any]) -> None:
    for check in example["checks"]:
        check |= {"outcome": "SKIP", "code": "no-credentials", "findings": []}
    assert JUnitXml.fromstring(render_junit(example)).errors == 1
    assert JUnitXml.fromstring(render_junit({"checks": []})).errors == 1


def test_an_unknown_outcome_is_an_error_not_a_pass(example: dict[str, Any]) -> None:
    example["checks"][0]["outcome"] = "GREEN"
    assert JUnitXml.fromstring(render_junit(example)).errors == 1


def test_control_characters_of_a_server_are_shown_as_escapes(hostile: dict[str, Any]) -> None:
    written = render_junit(hostile)
    ET.fromstring(written)
    assert rb"nul\x00 bell\x07" in written
    assert rb"\ud800" in written
    assert not [byte for byte in written if byte < 0x20 and byte != 0x0A]


def test_no_misshapen_document_raises(misshapen: list[dict[str, Any]]) -> None:
    for document in misshapen:
        ET.fromstring(render_junit(document))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_leaves_the_xml_well_formed(emr: dict[str, Any], said: str) -> None:
    check = emr["checks"][5]
    check |= {"outcome": "FAIL", "code": said, "message": said, "title": said, "function": said}
    check["findings"] = [dict.fromkeys(("code", "level", "message", "path", "curl"), said)]
    emr["verdict"]["headline"] = said
    ET.fromstring(render_junit(emr))
