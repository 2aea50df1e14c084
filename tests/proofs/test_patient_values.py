"""What a run reports of patients are ids, codes and paths; their values stay in the transcript."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from conformance.core.elements import walk
from conformance.ehr.cohort import cohort
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.serve import serving
from conformance.ehr.server import Server
from tests.support.command import called
from tests.support.plugin_run import Ended, run_live

pytestmark = pytest.mark.slow

DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.+Z-]+)?")
PATIENT = (
    "name.family",
    "name.given",
    "name.text",
    "birthDate",
    "identifier.value",
    "telecom.value",
    "address.line",
    "address.city",
    "address.postalCode",
)


class FindsTooMuchAndTooLittle(Server):
    """
    Answers every search by something other than the patient with what it did not ask for.

    So that each search, each comparison and each page has something to report, with the values that
    were searched for at hand; its texts quote them too.
    """

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        document = response.document or {}
        if call.interaction in (Interaction.SEARCH, Interaction.POST_SEARCH) and call.type:
            others = self.store.all(call.type)[-1:]
            asked = unquote_plus(f"{request.query} {request.body.decode()}")
            plain = set(re.findall(r"[?& ]([\w-]+)=", f" {asked}")) <= {"patient", "_id"}
            if not plain and document.get("resourceType") == "Bundle":
                entries = [{"resource": {**r, "language": asked}} for r in others]
                document = {**document, "entry": entries, "total": 77}
                response = replace(response, document=document)
        if document.get("resourceType") == "OperationOutcome":
            told = [{**issue, "diagnostics": f"{request.query}"} for issue in document["issue"]]
            response = replace(response, document={**document, "issue": told})
        return super().finish(request, call, response)


def _values() -> Iterator[str]:
    for resource in cohort(3):
        if resource["resourceType"] == "Patient":
            for path in PATIENT:
                yield from map(str, walk(resource, path))
        yield from _dates(resource)


def _dates(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key != "meta":
                yield from _dates(value)
    elif isinstance(node, list):
        for value in node:
            yield from _dates(value)
    elif isinstance(node, str) and DATE.fullmatch(node):
        yield node


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    place = tmp_path_factory.mktemp("patients")
    with serving(server_class=FindsTooMuchAndTooLittle) as served:
        words = ("-rA", f"--junitxml={place / 'pytest.xml'}", f"--alluredir={place / 'al'}")
        return run_live(served, place / "run", *words)


def _reported(ended: Ended) -> dict[str, str]:
    """Return everything that a run says outside of its transcript, plain."""
    place = ended.folder.parent
    files = [path for path in place.rglob("*") if path.is_file() and "transcript" not in path.parts]
    said = {str(path.relative_to(place)): path.read_text() for path in files}
    said |= {"stdout": ended.stdout, "stderr": ended.stderr}
    plain = {name: html.unescape(text) for name, text in said.items()}
    return {name: f"{text}\n{unquote_plus(text)}" for name, text in plain.items()}


def test_there_is_much_to_report(ended: Ended) -> None:
    findings = [f for check in ended.results["checks"] for f in check["findings"]]
    assert len(findings) > 30
    shown = " ".join(finding["curl"] + finding["expected"] for finding in findings)
    assert "<Patient.birthDate>" in shown
    assert "<Patient.name.family>" in shown or "<Patient.name" in shown


def test_no_value_of_a_patient_is_reported(ended: Ended) -> None:
    values = sorted({value for value in _values() if len(value) > 3})
    assert len(values) > 40
    run_on = DATE.search(ended.results["transcript"]["started"])
    assert run_on is not None
    for name, text in _reported(ended).items():
        told = [v for v in values if v in text and not v.startswith(run_on.group()[:10])]
        assert told == [], name


def test_the_command_tells_no_more(tmp_path: Path) -> None:
    with serving(server_class=FindsTooMuchAndTooLittle) as served:
        words = ["run", served.url, "--ca-file", served.ca_file, "--bearer-env", "TOKEN", "-o", "r"]
        done = called(words, cwd=tmp_path, env={"TOKEN": served.token})
    text = f"{done.stdout}\n{done.stderr}\n{unquote_plus(done.stdout)}"
    assert [value for value in set(_values()) if len(value) > 3 and value in text] == []
