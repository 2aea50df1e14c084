"""Endpoints that are given by hand."""

from collections.abc import Callable

import pytest

from conformance.core.errors import UsageError
from conformance.target.model import Endpoints, LaunchEndpoint, Origin, Target
from conformance.target.secret import SecretReference

Load = Callable[..., Target]
Refused = Callable[..., UsageError]

URL = '[target]\nurl = "https://ehr.example.org/fhir"\n'
FULL = """
[endpoint]
introspection = "https://auth.example.org/introspect/"
revocation = "http://127.0.0.1:9000/revoke"
launch = { url = "https://ehr.example.org/launches", key = { env = "EHR_TOKEN" } }
"""


def test_endpoints_are_kept_as_they_stand(load: Load) -> None:
    target = load(URL + FULL)
    assert target.endpoints == Endpoints(
        introspection="https://auth.example.org/introspect/",
        revocation="http://127.0.0.1:9000/revoke",
        launch=LaunchEndpoint(
            url="https://ehr.example.org/launches", key=SecretReference(env="EHR_TOKEN")
        ),
    )
    assert target.origin_of("endpoints") is Origin.FILE


def test_no_endpoint_is_given_by_default(load: Load) -> None:
    target = load(URL)
    assert target.endpoints == Endpoints()
    assert "endpoints" not in target.origins


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("introspection = 'https://u:canary@a.example.org'", "holds a user or password"),
        ("introspection = 'https://a.example.org?code=canary'", "has a query"),
        ("revocation = 'a.example.org/revoke'", "has no scheme"),
        ("revocation = 'http://a.example.org/revoke'", "is plain http, and credentials go there"),
        ("launch = { url = 'https://a.example.org' }", "has no key"),
        ("launch = { key = { env = 'A' } }", "has no url"),
        ("launch = { url = 'http://a.example.org', key = { env = 'A' } }", "is plain http"),
        ("introspect = 'https://a.example.org'", "[endpoint] introspect in"),
        ("launch = { url = 'https://a.example.org', key = 'canary' }", "[endpoint] launch.key"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_refused(refused: Refused, toml: str, said: str) -> None:
    error = refused(f"{URL}[endpoint]\n{toml}")
    assert said in error.sentence
    assert "(line 4)" in error.sentence
    assert "canary" not in str(error)


def test_an_endpoint_may_be_as_plain_as_its_server(load: Load) -> None:
    toml = (
        "[target]\nurl = 'http://ehr.example.org'\n[endpoint]\nrevocation = 'http://a.example.org'"
    )
    assert load(toml, url=None).endpoints.revocation == "http://a.example.org"


def test_the_key_of_a_launch_is_fetched_and_stays_with_its_server(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "and no [target] url to say" in refused(FULL).sentence
    monkeypatch.setenv("EHR_TOKEN", "two words")
    assert "The bearer token in the environment variable EHR_TOKEN" in refused(URL + FULL).sentence
    monkeypatch.delenv("EHR_TOKEN")
    assert "[endpoint] launch.key in conformance.toml (line 7), is not set" in (
        refused(URL + FULL).sentence
    )
