"""One thread or eight, in calm and in bad weather: the same outcomes, codes and findings."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from conformance.checks.context import WRONG, build_context
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.personas import build_app
from conformance.ehr.serve import serving
from conformance.ehr.server import Server
from conformance.evidence.aliases import Aliases
from conformance.evidence.transcript import TranscriptWriter
from conformance.plugin.ahead import RunAhead
from conformance.plugin.document import check_form
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.recorder import Credential, Recorder
from conformance.transport.sender import HttpSender
from tests.support.in_process import all_checks
from tests.support.noise import noisy
from tests.support.normalise import normalised_results

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("NOISE_SEED", "20261124"))
TOKEN = "token-of-the-run-ahead-proof"
Results = dict[str, dict[str, Any]]
Weather = Callable[[ASGIApp], ASGIApp]


class StatesOneTooMany(Server):
    """States one match too many."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        document = response.document or {}
        if isinstance(document.get("total"), int):
            document = {**document, "total": document["total"] + 1}
            response = replace(response, document=document)
        return super().finish(request, call, response)


class LeavesTheLastMatchOut(Server):
    """Leaves the last of several matches out when a search is by more than the patient."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        document = response.document or {}
        entries = document.get("entry", [])
        if call.interaction is Interaction.SEARCH and request.query.count("=") > 1 and entries:
            response = replace(response, document={**document, "entry": entries[:-1]})
        return super().finish(request, call, response)


class ShowsEveryPatientToAnybody(Server):
    """Answers reads without a credential."""

    def is_open(self, call: Call) -> bool:
        return super().is_open(call) or call.interaction is Interaction.READ


class SaysNothingOfItself(Server):
    """Leaves the self link out."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        document = response.document or {}
        if document.get("resourceType") == "Bundle":
            links = [link for link in document.get("link", []) if link["relation"] != "self"]
            response = replace(response, document={**document, "link": links})
        return super().finish(request, call, response)


class BreaksOnPosts(Server):
    """Answers searches of one type by POST with 503, however often it is asked."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        if call.interaction is Interaction.POST_SEARCH and call.type == "Observation":
            return Response(status=503)
        return super().finish(request, call, response)


class BreaksOnProvenance(Server):
    """Answers a search for what comes along with 500 and no OperationOutcome."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        if "_revinclude" in request.query:
            return Response(status=500, body=b"broken")
        return super().finish(request, call, response)


SERVERS: tuple[type[Server], ...] = (
    Server,
    StatesOneTooMany,
    LeavesTheLastMatchOut,
    ShowsEveryPatientToAnybody,
    SaysNothingOfItself,
    BreaksOnPosts,
    BreaksOnProvenance,
)


def _calm(app: ASGIApp) -> ASGIApp:
    return app


@contextmanager
def _recorder(url: str, folder: Path, threads: int) -> Iterator[Recorder]:
    aliases, bounds = Aliases(), Bounds()
    alias = aliases.register("bearer:default", TOKEN)
    sender, writer = HttpSender(bounds, at_once=threads), TranscriptWriter(folder, {})
    credentials = {
        "bearer:default": Credential(header="Authorization", value=f"Bearer {TOKEN}", alias=alias),
        WRONG: Credential(header="Authorization", value="Bearer wrong-token", alias="«wrong»"),
    }
    try:
        pace = Pace(None, threads)
        yield Recorder(sender, writer, aliases, HostRule(url), pace, credentials=credentials)
    finally:
        sender.close()
        writer.close()


def _results(server: type[Server], weather: Weather, folder: Path, threads: int) -> Results:
    app = weather(build_app("certified", token=TOKEN, server_class=server))
    with (
        serving(app=app, token=TOKEN, tls=None) as served,
        _recorder(served.url, folder, threads) as recorder,
    ):
        context = build_context(
            recorder,
            served.url,
            credential="bearer:default",
            credential_headers={"bearer:default": "Authorization: Bearer $TOKEN"},
        )
        checks = sorted(all_checks(), key=lambda check: check.declaration.turn)
        ahead = RunAhead(context, threads)
        ahead.start(checks)
        results = [check_form(ahead.result(check)) for check in checks]
        ahead.stop()
    return {result["id"]: normalised_results(result) for result in results}


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.__name__)
def test_weather_and_threads_change_nothing(server: type[Server], tmp_path: Path) -> None:
    seed = SEED + SERVERS.index(server)
    sys.stdout.write(f"NOISE_SEED={SEED}, seed of this server {seed}\n")
    one = _results(server, _calm, tmp_path / "one", 1)
    eight = _results(server, _calm, tmp_path / "eight", 8)
    stormy = _results(server, lambda app: noisy(app, seed), tmp_path / "stormy", 8)
    for name, result in one.items():
        assert eight[name] == result
        assert stormy[name] == result
    outcomes = Counter(result["outcome"] for result in one.values())
    assert outcomes["PASS"] > 100
    assert bool(outcomes["FAIL"]) == (server is not Server)


def test_the_weather_was_bad(tmp_path: Path) -> None:
    answers: Counter[int] = Counter()

    def counted(app: ASGIApp) -> ASGIApp:
        async def counting(scope: Any, receive: Any, send: Any) -> None:
            async def tell(message: Any) -> None:
                if message["type"] == "http.response.start":
                    answers[message["status"]] += 1
                await send(message)

            await app(scope, receive, tell)

        return counting

    _results(Server, lambda app: counted(noisy(app, SEED)), tmp_path / "run", 8)
    assert answers[429] > 10
    assert answers[503] > 10
