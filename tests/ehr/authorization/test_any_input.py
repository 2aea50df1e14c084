"""Whatever is sent, an answer comes back: nothing of the server raises."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.ehr.authorization.server import ENDPOINTS
from tests.support.browser import FORM, Browser
from tests.support.oauth import ASSERTION_TYPE, Application, start_client

NAMES = st.sampled_from(
    [
        *("client_id", "redirect_uri", "response_type", "scope", "aud", "launch", "transaction"),
        *("grant_type", "code", "refresh_token", "client_assertion", "token", "csrf", "username"),
        *("code_challenge", "code_challenge_method", "client_assertion_type", "password"),
        *("patient", "application", "encounter", "decision", "authorization"),
    ]
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *("demo-public", "demo-system", "http://127.0.0.1:8765/redirect", "code"),
            *("S256", "authorization_code", "client_credentials", "refresh_token"),
            *("patient/*.rs", "patient/Observation.rs?category=x|y&category", ASSERTION_TYPE),
            *("e30.e30.e30", "eyJhbGciOiJSUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6IngifQ.e30.AAAA"),
        ]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "cookie", "content-type", "prefer", "accept"]),
    st.one_of(
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40),
        st.sampled_from(["Basic é", "Basic ZGVtbzp4", "Bearer x", FORM, "ehr_session=x; =;;,"]),
    ),
    max_size=3,
)
PATHS = st.sampled_from(
    [*ENDPOINTS, "/bulk/jobs/x", "/bulk/files/x/y", "/fhir/Group/everybody/$export"]
)


@pytest.fixture(scope="module")
def client() -> Application:
    return start_client("demo-public")


@settings(max_examples=300, deadline=None)
@given(
    path=PATHS,
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    pairs=st.lists(st.tuples(NAMES, VALUES), max_size=6),
    headers=HEADERS,
    body=st.one_of(st.none(), st.binary(max_size=60), st.just(b'{"parameter": [[]]}')),
)
def test_any_request_is_answered(
    client: Application,
    path: str,
    method: str,
    pairs: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes | None,
) -> None:
    query = urlencode(pairs)
    sent: dict[str, Any] = {"headers": {"content-type": FORM, **headers}}
    sent["body"] = query.encode() if body is None else body
    answer = Browser(client.app).ask(f"{path}?{query}", method, **sent)
    assert 200 <= answer.status < 500
