"""Which URLs are taken, and that a refused one gives nothing away."""

import pytest

from conformance.core.errors import UsageError
from conformance.target.address import allowed_origin, host_of, is_loopback, origin_of, server_url


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://ehr.example.org/fhir", "https://ehr.example.org/fhir"),
        (" https://ehr.example.org/fhir/ ", "https://ehr.example.org/fhir"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("HTTPS://[::1]:8443/r4", "HTTPS://[::1]:8443/r4"),
        ("https://ehr.example.org/a@b/fhir", "https://ehr.example.org/a@b/fhir"),
    ],
)
def test_a_server_url_is_kept_without_trailing_slashes(given: str, kept: str) -> None:
    assert server_url(given) == kept


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ("ehr.example.org/fhir", "has no scheme", "Write https://ehr.example.org/fhir."),
        ("localhost:8080/fhir", "has no scheme", "Write https://localhost:8080/fhir."),
        ("https:/ehr.example.org", "has no scheme", "Write https://ehr.example.org."),
        ("//ehr.example.org", "has no scheme", "Write https://ehr.example.org."),
        ("ftp://ehr.example.org", "the scheme ftp", "https://HOST/PATH"),
        ("https://", "no valid host and port", "https://HOST[:PORT]/PATH"),
        ("https://./fhir", "no valid host and port", ""),
        ("https://:443/fhir", "no valid host and port", ""),
        ("https://ehr.example.org:port", "no valid host and port", ""),
        ("https://ehr.example.org:70000", "no valid host and port", ""),
        ("https://ehr.example.org:0", "no valid host and port", ""),
        ("https://[::1", "no valid host and port", ""),
        ("https://ehr.example.org/a b", "holds a blank", ""),
        ("https://ehr.example.org\\x", "a backslash", ""),
        ("https://ehr.example.org/\x1b[31m", "a control character", ""),
        ("https://ehr.example.org/fhir?_id=1", "has a query", "https://ehr.example.org/fhir."),
        ("https://ehr.example.org/fhir#x", "has a fragment", "https://ehr.example.org/fhir."),
    ],
)
def test_another_url_is_refused_in_one_sentence(given: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        server_url(given)
    assert said in caught.value.sentence
    assert hint in caught.value.hint
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "given",
    [
        "https://user:canary@ehr.example.org/fhir",
        "https://canary@ehr.example.org/fhir",
        "user:canary@ehr.example.org/fhir",
        "//user:canary@ehr.example.org",
        "ftp://user:canary@ehr.example.org",
        "https:user:canary@ehr.example.org",
        "https://user:canary@[::1",
        "https://ehr.example.org/fhir?access_token=canary",
        "ehr.example.org/fhir?access_token=canary",
        "https://ehr.example.org/fhir#access_token=canary",
    ],
)
def test_a_credential_in_a_url_is_refused_and_not_quoted(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        server_url(given, "CONFORMANCE_URL")
    assert "canary" not in str(caught.value)
    assert "CONFORMANCE_URL" in caught.value.sentence


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://EHR.example.org./fhir", "https://ehr.example.org"),
        ("https://ehr.example.org:443/fhir", "https://ehr.example.org"),
        ("http://ehr.example.org:443/fhir", "http://ehr.example.org:443"),
        ("HTTP://[::1]:80", "http://[::1]"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
    ],
)
def test_an_origin_has_one_form(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert allowed_origin(origin + "/", "") == origin


def test_an_allowed_origin_with_a_path_is_refused_with_the_origin_as_hint() -> None:
    with pytest.raises(UsageError) as caught:
        allowed_origin("https://files.example.org/bulk", "[hosts] allow")
    assert caught.value.hint == "Write https://files.example.org."


def test_loopback_is_told_by_name() -> None:
    assert is_loopback("http://localhost:1/")
    assert is_loopback("http://127.0.0.9")
    assert is_loopback("https://[::1]/x")
    assert not is_loopback("http://127.0.0.1.example.org")
    assert host_of("http://LocalHost.") == "localhost"
