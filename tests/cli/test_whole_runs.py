"""A run whose logins fail, or whose tokens are given, goes on to its end and blames nobody."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.report.validate import validate_results
from tests.support.command import Command
from tests.support.given import refresh_token_of
from tests.support.login_pages import Page, Pages, serving_pages

LOGIN = "/auth/login"
SECOND_FACTOR = '<form method="post"><input name="otp" type="text"><button>Go on</button></form>'
CODE = "patient-access.standalone-launch.gives-a-code"
TOKEN = "patient-access.standalone-launch.gives-a-token"
OTHERS = {"r4-json", "access-refused", "smart-discovery", "backend-export"}
"""Gates that no login is needed for."""
LAUNCHES = {"standalone-launch", "ehr-launch", "bad-requests-refused", "refresh", "isolation"}

Document = dict[str, Any]


def judged(command: Command, folder: Path, *words: str) -> Document:
    """Run everything unless words say less, and return the results."""
    done = command("run", "-q", "-o", "run", *words, cwd=folder)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    document: Document = json.loads((folder / "run" / "results.json").read_bytes())
    assert validate_results(document) == []
    assert not document["run"]["interrupted"]
    return document


def states(document: Document) -> dict[str, str]:
    return {gate["id"]: gate["state"] for gate in document["verdict"]["gates"]}


def checks(document: Document) -> dict[str, Document]:
    return {check["id"]: check for check in document["checks"]}


def loud(document: Document) -> list[tuple[str, str, str]]:
    return [
        (check["id"], check["outcome"], check["message"])
        for check in document["checks"]
        if check["outcome"] in ("FAIL", "WARN", "ERROR")
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pages", "code", "sentence"),
    [
        (
            {("GET", LOGIN): Page(body="<h1>Welcome</h1>")},
            "needs-human",
            "The login comes to a page without a form that the recipe knows.",
        ),
        (
            {("POST", LOGIN): Page(body=SECOND_FACTOR)},
            "needs-human",
            "The login asks for a second factor, which no recipe can give.",
        ),
        (
            {("GET", "/auth/authorize"): Page(status=302, location="/auth/authorize")},
            "needs-human",
            "After 16 pages the login has not come back to the redirect URI.",
        ),
    ],
    ids=["unknown-page", "second-factor", "no-redirect"],
)
def test_a_login_that_is_lost_leaves_the_rest_judged(
    command: Command, tmp_path: Path, pages: Pages, code: str, sentence: str
) -> None:
    """One sentence about the login; the gates that need one are unobserved, all others shown."""
    with serving_pages(tmp_path, pages):
        document = judged(command, tmp_path)
    assert loud(document) == []
    found = checks(document)[CODE]
    assert (found["outcome"], found["code"], found["message"]) == ("SKIP", code, sentence)
    after = checks(document)[TOKEN]
    assert (after["outcome"], after["code"]) == ("SKIP", "prerequisite-failed")
    assert CODE in after["message"]
    assert sentence in after["message"]
    assert {states(document)[gate] for gate in OTHERS} == {"shown"}
    assert {states(document)[gate] for gate in LAUNCHES} == {"unobserved"}


@pytest.mark.slow
def test_a_wrong_password_is_the_business_of_one_persona(command: Command, tmp_path: Path) -> None:
    """A clinician with a good one is launched all the same."""
    with serving_pages(tmp_path, {}):
        (tmp_path / "dora-password").write_text("not-the-password-of-dora")
        document = judged(command, tmp_path)
    assert loud(document) == []
    found = checks(document)[CODE]
    assert (found["outcome"], found["code"]) == ("SKIP", "no-credentials")
    assert found["message"] == "The login page came back: name or password were not accepted."
    assert {states(document)[gate] for gate in OTHERS | {"ehr-launch"}} == {"shown"}
    assert {states(document)[gate] for gate in LAUNCHES - {"ehr-launch"}} == {"unobserved"}


@pytest.mark.slow
def test_a_redirect_port_that_is_taken_does_not_matter(command: Command, tmp_path: Path) -> None:
    """The login ends at the redirect: nothing of ours listens there, and nobody is asked."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        redirect_uri = f"http://127.0.0.1:{other.getsockname()[1]}/redirect"
        with serving_pages(tmp_path, {}, redirect_uri=redirect_uri):
            document = judged(command, tmp_path)
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()
    assert loud(document) == []
    assert {states(document)[gate] for gate in OTHERS | LAUNCHES} == {"shown"}


def test_a_port_for_keys_that_is_taken_is_said_before_anything_is_sent(
    command: Command, tmp_path: Path
) -> None:
    """The file says where the server fetches our keys; one sentence, exit 2, and no run folder."""
    with socket.socket() as other, serving_pages(tmp_path, {}) as (_, file):
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        here = f'[client.system]\njwks-url = "http://127.0.0.1:{port}/jwks.json"'
        file.write_text(file.read_text().replace("[client.system]", here))
        done = command("run", "-q", "-o", "run")
    assert done.returncode == 2
    assert done.stdout == ""
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.parametrize("skew", [600.0, -600.0])
def test_clocks_that_differ_are_nobodys_failure(
    command: Command, tmp_path: Path, skew: float
) -> None:
    """What rests on a signed assertion ends as ERROR; whoever shows a secret is served."""
    with serving_pages(tmp_path, {}, clock=clock(skew)):
        document = judged(command, tmp_path)
    told = {name: (outcome, message) for name, outcome, message in loud(document)}
    assert {outcome for outcome, _ in told.values()} == {"ERROR"}
    assert {name.partition(".")[0] for name in told} == {"patient-access", "security"}
    assert "patient-access.standalone-launch.serves-an-asymmetric-client" in told
    assert "security.assertions.a-good-assertion-brings-a-token" in told
    assert all("The server's clock is " in message for _, message in told.values())
    named = states(document)
    assert named["backend-export"] == "unobserved"
    assert {named[gate] for gate in (OTHERS | LAUNCHES) - {"backend-export"}} == {"shown"}


def clock(skew: float) -> Callable[[], float]:
    return lambda: time.time() + skew


@pytest.mark.slow
def test_tokens_are_given_in_place_of_logins(command: Command, tmp_path: Path) -> None:
    """Isolation, introspection and the export are seen by them, and launches are not."""
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    with serving_pages(before, {}) as (served, file):
        for name in ("patient-a", "limited", "system"):
            done = command("token", name, "--config", file, cwd=before)
            (after / name).write_text(done.stdout)
        (after / "patient-b").write_text(refresh_token_of(file, "patient-b"))
        (after / "default").write_text(served.token)
        client = file.read_text().partition("[client.symmetric]")[2].partition("\n[")[0]
        (after / "conformance.toml").write_text(
            f'[target]\nurl = "{served.url}"\n'
            '[persona.default]\nbearer = { file = "default" }\n'
            '[persona.by-hand]\nrole = "patient"\npatient = "patient-1"\n'
            'scopes = "launch/patient patient/*.rs"\ntoken = { file = "patient-a" }\n'
            f"[client.symmetric]{client}\n"
            '[persona.refreshed]\nrole = "patient"\npatient = "patient-2"\n'
            'client = "symmetric"\nrefresh-token = { file = "patient-b" }\n'
            '[persona.careful]\nrole = "limited"\npatient = "patient-1"\n'
            'scopes = "launch/patient patient/Patient.rs patient/Observation.rs"\n'
            'refuse = ["patient/Observation.rs"]\ntoken = { file = "limited" }\n'
            '[persona.nightly]\nrole = "system"\ngroup = "everybody"\ntoken = { file = "system" }\n'
        )
        document = judged(command, after)
    first = (after / "run" / "results.json").read_bytes()
    assert command("judge", "run", "-q", cwd=after).returncode == 3
    assert (after / "run" / "results.json").read_bytes() == first
    assert loud(document) == []
    named = states(document)
    assert {named[gate] for gate in ("isolation", "introspection")} == {"shown"}
    assert {named[gate] for gate in LAUNCHES - {"isolation"}} == {"unobserved"}
    assert named["backend-export"] == "unobserved"
    closed = "patient-access.scopes.close-what-was-not-granted[{}]"
    told = checks(document)[closed.format("AllergyIntolerance")]
    assert (told["outcome"], told["code"]) == ("SKIP", "not-checkable")
    outcomes = {name: check["outcome"] for name, check in checks(document).items()}
    assert outcomes["portability.export.comes-to-an-end"] == "PASS"
    assert outcomes[closed.format("Observation")] == "PASS"
    assert checks(document)[CODE]["code"] == "no-credentials"
    for kept in (after / "run").rglob("*"):
        if kept.is_file():
            for name in ("patient-a", "patient-b", "limited", "system", "default"):
                assert (after / name).read_bytes().strip() not in kept.read_bytes()


def test_roles_alone_say_what_was_not_asked_with_a_credential(
    command: Command, tmp_path: Path
) -> None:
    """Personas with a role are given, and none for plain requests: both are said."""
    with serving_pages(tmp_path, {}) as (_, file):
        before, _, after = file.read_text().partition("[persona.default]\n")
        file.write_text(before + after.partition("\n")[2])
        document = judged(command, tmp_path, "-k", "discovery")
    assert "patient:patient-a" in document["target"]["credentials"]
    assert "system:system" in document["target"]["credentials"]
    said = " ".join(document["limits"])
    assert "No credential was given for plain reads and searches" in said
    assert "No credential was given; only" not in said
