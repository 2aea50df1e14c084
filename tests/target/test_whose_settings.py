"""For which server a file's settings are, and whose credentials a run uses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target import command
from conformance.target.model import CredentialKind, Kind, Origin, Target
from tests.support.targets_as_toml import FULL

Load = Callable[..., Target]
Refused = Callable[..., UsageError]


def test_a_file_for_another_host_is_left_aside_and_said(load: Load) -> None:
    target = load('[target]\nurl = "https://other.example.org"\nkind = "ehr"\nunknown = 1')
    assert target.kind is None
    assert target.file is None
    assert target.notes == ("conformance.toml is for other.example.org and was not used.",)


@pytest.mark.parametrize(
    "own", ["https://EHR.example.org", "https://ehr.example.org:8443/x", "http://ehr.example.org."]
)
def test_a_file_for_the_same_host_is_used(load: Load, own: str) -> None:
    target = load(f'[target]\nurl = "{own}"\nkind = "ehr"')
    assert target.kind is Kind.EHR
    assert target.url == "https://ehr.example.org/fhir"


def test_a_named_file_is_used_for_any_host_and_its_paths_start_at_its_folder(
    load: Load, tmp_path: Path
) -> None:
    folder = tmp_path / "targets"
    folder.mkdir()
    (folder / "a.key").write_text("key-of-a-test")
    (folder / "a.toml").write_text(
        '[target]\nurl = "https://other.example.org"\n[persona.a]\napi-key = { file = "a.key" }'
    )
    target = load('[target]\nkind = "ehr"', config=Path("targets/a.toml"))
    assert target.kind is None
    assert target.file == folder / "a.toml"
    credential = target.personas["a"].credential
    assert credential is not None
    assert credential.header == "X-API-Key"


def test_a_file_without_a_url_gives_settings_to_any_server_but_no_credential(
    load: Load, refused: Refused
) -> None:
    assert load("[target]\nkind = 'ehr'\nheaders = { X-A = '1' }").kind is Kind.EHR
    credentials = "[persona.nurse]\nbearer = { env = 'EHR_TOKEN' }"
    error = refused(credentials)
    assert error.sentence == (
        "conformance.toml holds credentials and no [target] url to say for which server."
    )
    assert load(credentials, config=Path("conformance.toml")).persona is not None
    refused("[target.headers]\nX-A = { env = 'EHR_TOKEN' }")


def test_credentials_given_for_https_do_not_travel_in_the_clear(
    load: Load, refused: Refused
) -> None:
    toml = '[target]\nurl = "https://{}"\n[persona.nurse]\nbearer = {{ env = "EHR_TOKEN" }}'
    error = refused(toml.format("ehr.example.org"), url="http://ehr.example.org/fhir")
    assert "are for https, and the URL given is plain http" in error.sentence
    assert load(toml.format("127.0.0.1"), url="http://127.0.0.1:8080/fhir").personas
    assert load("[target]\nurl = 'https://ehr.example.org'", url="http://ehr.example.org").file


def test_a_token_without_a_file_belongs_to_the_default_persona(load: Load) -> None:
    persona = load(bearer_env="EHR_TOKEN").persona
    assert persona is not None
    assert persona.name == "default"
    assert persona.credential is not None
    assert persona.credential.kind is CredentialKind.BEARER
    assert persona.credential.header == "Authorization"
    assert persona.credential.secret.resolve().reveal() == "token-of-a-test"


def test_an_api_key_has_a_default_header(load: Load) -> None:
    persona = load(api_key_env="EHR_TOKEN").persona
    assert persona is not None
    assert persona.credential is not None
    assert persona.credential.header == "X-API-Key"


def test_the_header_of_a_variable_serves_the_key_of_an_option(
    load: Load, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_API_KEY_HEADER", "X-Gate")
    persona = load(api_key_env="EHR_TOKEN").persona
    assert persona is not None
    assert persona.credential is not None
    assert persona.credential.header == "X-Gate"
    assert load(bearer_env="EHR_TOKEN").persona is not None
    monkeypatch.setenv("CONFORMANCE_API_KEY_HEADER", "X Gate")
    assert "CONFORMANCE_API_KEY_HEADER has a name" in refused(api_key_env="EHR_TOKEN").sentence


def test_a_persona_narrows_the_target_and_its_token_may_be_replaced(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    # clinic.key is not there: nobody asks for it.
    target = load(FULL, url=None, persona="nurse")
    assert list(target.personas) == ["nurse"]
    monkeypatch.setenv("OTHER_TOKEN", "another-token")
    target = load(FULL, url=None, persona="nurse", bearer_env="OTHER_TOKEN")
    assert target.persona is not None
    assert target.persona.credential is not None
    assert target.persona.credential.secret.env == "OTHER_TOKEN"
    assert target.origin_of("personas.nurse") is Origin.OPTION


def test_an_unknown_persona_names_the_nearest(refused: Refused) -> None:
    error = refused(FULL, url=None, persona="nurs")
    assert error.sentence == "The persona nurs, named by --persona, is unknown."
    assert error.hint == "Did you mean nurse?"
    assert refused(FULL, url=None, persona="zz").hint == "Known are nurse, clinic and nobody."
    assert "None is known" in refused(url="https://a.example.org", persona="default").hint
    refused(FULL, url=None, persona="nurs", bearer_env="EHR_TOKEN")


def test_secrets_are_fetched_at_once_unless_asked_otherwise(load: Load, refused: Refused) -> None:
    assert "clinic.key, named by [persona.clinic] api-key in conformance.toml (line 18), does" in (
        refused(FULL, url=None).sentence
    )
    assert len(load(FULL, url=None, resolve=False).personas) == 3


def test_a_failing_command_is_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = '[target]\nurl = "https://ehr.example.org"\n[persona.a]\nbearer = {{ command = {} }}'
    said = refused(toml.format('["sh", "-c", "exit 4"]')).sentence
    assert said == (
        "The command sh, named by [persona.a] bearer in conformance.toml (line 4), "
        "failed with exit status 4."
    )
    monkeypatch.setattr(command, "SECONDS", 0.2)
    assert "did not end" in refused(toml.format('["sleep", "3"]')).sentence


def test_a_bearer_with_its_scheme_is_refused(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EHR_TOKEN", "Bearer canary")
    error = refused(bearer_env="EHR_TOKEN")
    assert "holds a blank" in error.sentence
    assert "canary" not in str(error)


def test_a_ca_file_without_a_certificate_is_refused(
    refused: Refused, tmp_path: Path, certificate: bytes, revocation_list: bytes
) -> None:
    path = tmp_path / "ca.pem"
    assert "--ca-file, does not exist." in refused(ca_file=path).sentence
    assert "--ca-file, is not a regular file." in refused(ca_file=tmp_path).sentence
    for content in (b"", b"no certificate", certificate[:80], certificate.replace(b"M", b"!", 5)):
        path.write_bytes(content)
        error = refused(ca_file=path)
        assert error.sentence.endswith("named by --ca-file, holds no certificate.")
    path.write_bytes(revocation_list)
    assert "holds no certificate" in refused(ca_file=path).sentence
    toml = '[target]\nca-file = "ca.pem"'
    assert "[target] ca-file in conformance.toml (line 2), holds" in refused(toml).sentence
