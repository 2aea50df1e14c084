"""allure-pytest beside the plugin tells the same outcomes, WARN among them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.serve import serving
from conformance.ehr.server import Server
from tests.support.plugin_run import Ended, run_live

pytest.importorskip("allure_pytest")
pytestmark = pytest.mark.slow


class OneOfEach(Server):
    """Gives a check to fail, one to warn, and one that cannot see."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        document = response.document or {}
        if isinstance(document.get("total"), int):
            response = replace(response, document={**document, "total": 99_999})
        if document.get("resourceType") == "OperationOutcome":
            response = replace(response, document=None, body=b'{"message": "no"}')
        if call.type == "Immunization":
            response = replace(response, document=None, body=b"[" * 1000)
        return super().finish(request, call, response)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, dict[str, Any]]:
    place = tmp_path_factory.mktemp("allure")
    with serving(server_class=OneOfEach) as served:
        ended = run_live(served, place / "run", "-q", f"--alluredir={place / 'al'}")
    results = [json.loads(path.read_bytes()) for path in (place / "al").glob("*-result.json")]
    by_name = {_id(result): result for result in results}
    assert len(by_name) == len(results)
    return ended, by_name


def _id(result: dict[str, Any]) -> str:
    """Return the check's id, put together from what Allure keeps."""
    labels = {label["name"]: label["value"] for label in result["labels"]}
    module = result["fullName"].rpartition("#")[0].rpartition(".")[2]
    folder = labels["package"].rpartition(".")[0].rpartition(".")[2]
    name = result["name"].removeprefix("test_")
    head, bracket, row = name.partition("[")
    words = f"{folder}.{module.removeprefix('test_')}.{head}".replace("_", "-")
    return f"{words}{bracket}{row}"


STATUS = {
    "PASS": "passed",
    "WARN": "passed",
    "FAIL": "failed",
    "ERROR": "broken",
    "SKIP": "skipped",
    "N/A": "skipped",
}


def test_every_outcome_is_told(told: tuple[Ended, dict[str, Any]]) -> None:
    ended, results = told
    outcomes = {id_: outcome for id_, (outcome, _) in ended.outcomes.items()}
    assert set(outcomes.values()) == set(STATUS)
    assert {id_: result["status"] for id_, result in results.items()} == {
        id_: STATUS[outcome] for id_, outcome in outcomes.items()
    }


def test_the_outcome_is_a_label(told: tuple[Ended, dict[str, Any]]) -> None:
    ended, results = told
    for id_, (outcome, code) in ended.outcomes.items():
        labels = {label["name"]: label["value"] for label in results[id_]["labels"]}
        assert labels["conformance-outcome"] == outcome
        assert labels.get("conformance-code") == code


def test_a_failure_tells_its_findings_and_no_traceback(
    told: tuple[Ended, dict[str, Any]],
) -> None:
    ended, results = told
    failed = [id_ for id_, (outcome, _) in ended.outcomes.items() if outcome == "FAIL"]
    assert failed
    for id_ in failed:
        details = results[id_]["statusDetails"]
        assert id_ in details["trace"]
        assert "curl -i" in details["trace"]
        assert "Traceback" not in details["trace"] + details["message"]
        assert ".py:" not in details["trace"]
