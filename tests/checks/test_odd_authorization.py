"""Oddities of authorization servers, legal and hostile: no launch is lost to them by our fault."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.demo import demo
from conformance.ehr.authorization.setup import Client
from conformance.ehr.messages import Headers, Request, Response
from conformance.ehr.server import Server
from tests.support import flows
from tests.support.flows import open_flow_run
from tests.support.in_process import all_checks, is_flow

CODE = "patient-access.standalone-launch.gives-a-code"
LAUNCHES = ("patient-access.standalone-launch.", "patient-access.ehr-launch.")
REVOKED = "patient-access.revocation.revocation-is-answered-with-200"


def judged(server_class: type[Server], wanted: Iterable[str]) -> dict[str, CheckResult]:
    """Return the results of the checks of flows whose id begins with one of `wanted`."""
    run = open_flow_run(server_class)
    checks = [c for c in all_checks() if is_flow(c) and c.id.startswith((*wanted,))]
    return run.run(checks)


def outcomes(results: dict[str, CheckResult]) -> Counter[Outcome]:
    return Counter(result.outcome for result in results.values())


def page(body: bytes) -> type[Server]:
    class ShowsAPage(Server):
        def login(self, request: Request) -> Response:
            return Response(status=200, headers=(("Content-Type", "text/html"),), body=body)

    return ShowsAPage


def answers(body: bytes) -> type[Server]:
    class AnswersSo(Server):
        def token_answer(self, *_: Any, **__: Any) -> Response:
            return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)

    return AnswersSo


class RemembersSettings(Server):
    """Sets cookies that hold settings, and what the app sent, beside that of its session."""

    def authorization_endpoint(self, request: Request) -> Response:
        answer = super().authorization_endpoint(request)
        asked = parse_qs(request.query)
        sent = [quote(asked[name][0], safe="") for name in ("aud", "client_id") if name in asked]
        values = ("true", "default", "en-US", *sent)
        cookies: Headers = tuple(
            ("Set-Cookie", f"setting-{number}={value}") for number, value in enumerate(values)
        )
        return replace(answer, headers=(*answer.headers, *cookies))


def test_a_cookie_that_is_a_setting_spoils_nothing() -> None:
    results = judged(RemembersSettings, (*LAUNCHES, "portability.export.comes-to-an-end"))
    assert set(outcomes(results)) == {Outcome.PASS}


@pytest.mark.parametrize("password", ["password", "Patient", "patient-a", "true"])
def test_a_password_may_be_an_ordinary_word(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    registry = demo()
    users = tuple(replace(user, password=password) for user in registry.setup.users)
    changed = replace(registry, setup=replace(registry.setup, users=users))
    monkeypatch.setattr(flows, "demo", lambda: changed)
    assert set(outcomes(judged(Server, LAUNCHES))) == {Outcome.PASS}


@pytest.mark.parametrize(
    "body",
    [
        b"<![foo[x",
        b'<form action="http://[x"><input name="user"><input type="password" name="p">',
        b'<form method="post" action="//[x"><button>Allow</button></form>',
    ],
    ids=["a marked section", "a login that goes nowhere", "a consent that goes nowhere"],
)
def test_a_page_that_makes_no_sense_needs_a_person(body: bytes) -> None:
    result = judged(page(body), (CODE,))[CODE]
    assert (result.outcome, result.code) == (Outcome.SKIP, "needs-human")


def test_a_redirect_to_no_address_needs_a_person() -> None:
    class SendsNowhere(Server):
        def login(self, request: Request) -> Response:
            return Response(status=302, headers=(("Location", "http://[x"),))

    assert judged(SendsNowhere, (CODE,))[CODE].code == "needs-human"


@pytest.mark.parametrize(
    "body",
    [
        b'{"access_token": "\\ud800-half-a-pair", "token_type": "Bearer"}',
        b'{"access_token": "a-token-1", "scope": "patient/*.rs \\ud800", "patient": "\\ud800"}',
        b'{"access_token": "caf\\u00e9-token", "patient": "patient-1", "expires_in": 1e999}',
    ],
    ids=["half a pair", "half a pair elsewhere", "no header value"],
)
def test_a_token_that_cannot_be_sent_is_no_fault_of_ours(body: bytes) -> None:
    wanted = (*LAUNCHES, "patient-access.openid.", "patient-access.refresh.")
    results = judged(answers(body), (*wanted, "patient-access.revocation."))
    assert not [result.message for result in results.values() if result.code == "harness"]


def test_scopes_that_are_not_told_are_one_fault() -> None:
    class TellsNoScopes(Server):
        def token_response(self, *arguments: Any) -> dict[str, Any]:
            answer = super().token_response(*arguments)
            return {name: value for name, value in answer.items() if name != "scope"}

    wanted = ("scopes.", "tokens.say", "refresh.", "introspection.")
    results = judged(TellsNoScopes, [f"patient-access.{name}" for name in wanted])
    failed = {name.partition("[")[0] for name, r in results.items() if r.outcome is Outcome.FAIL}
    assert failed == {
        "patient-access.tokens.say-what-they-are",
        "patient-access.refresh.the-answer-is-complete",
    }
    came = results["patient-access.refresh.a-refresh-token-comes-with-offline-access"]
    assert came.outcome is Outcome.PASS


class EndsRefreshTokensOnly(Server):
    """Revokes refresh tokens, and gives none."""

    def token_response(self, *arguments: Any) -> dict[str, Any]:
        answer = super().token_response(*arguments)
        return {name: value for name, value in answer.items() if name != "refresh_token"}

    def revoke_token(self, client: Client, token: str) -> None:
        raise OAuthError("unsupported_token_type", "Refresh tokens only.")


def test_a_revocation_that_was_not_seen_does_not_pass() -> None:
    result = judged(EndsRefreshTokensOnly, (REVOKED,))[REVOKED]
    assert (result.outcome, result.code) == (Outcome.SKIP, "no-data")


def test_a_login_that_is_lost_is_no_refusal_of_the_method_plain() -> None:
    class AsksForAFactor(Server):
        plain = False

        def authorization_endpoint(self, request: Request) -> Response:
            self.plain = "method=plain" in request.query
            if not self.plain:
                return super().authorization_endpoint(request)
            form = b'<form method="post"><input name="otp"><button>Go</button></form>'
            return Response(status=200, headers=(("Content-Type", "text/html"),), body=form)

    wanted = "security.pkce.the-method-plain-is-refused"
    result = judged(AsksForAFactor, (wanted,))[wanted]
    assert (result.outcome, result.code) == (Outcome.SKIP, "needs-human")


def test_a_file_at_no_address_is_one_failure() -> None:
    class NamesNoAddress(Server):
        def output(self, *arguments: Any) -> dict[str, Any]:
            return {**super().output(*arguments), "url": "http://[x"}

    results = judged(NamesNoAddress, ("portability.",))
    assert {name for name, result in results.items() if result.outcome is Outcome.FAIL} == {
        "portability.export.files-are-described",
        "portability.export-content.files-are-served",
    }


class IsBusyWithBadRequests(Server):
    """Answers whatever it refuses as if it were overloaded."""

    def oauth_error(self, request: Request, error: OAuthError) -> Response:
        return replace(super().oauth_error(request, error), status=503)


def test_a_bad_request_that_is_called_too_much_gives_nothing_away() -> None:
    """No token came, which is what is asked for; the status is one that clients live with."""
    results = judged(
        IsBusyWithBadRequests, ("security.codes.", "security.pkce.a", "security.assertions.a")
    )
    assert outcomes(results)[Outcome.WARN] > 10
    assert not outcomes(results)[Outcome.FAIL]
