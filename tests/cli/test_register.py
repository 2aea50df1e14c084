"""`conformance register` prints what a server has to know, and no secret."""

import json
import re
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet

from tests.support.command import Command
from tests.support.login_pages import serving_pages

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "login.md").read_text(encoding="utf-8")
PRIVATE = ("d", "p", "q", "dp", "dq", "qi")


def printed_keys(text: str) -> list[dict[str, Any]]:
    """Return the keys of every key set in some output."""
    decoder, found, rest = json.JSONDecoder(), [], text
    while "{\n" in rest:
        rest = rest[rest.index("{\n") :]
        document, end = decoder.raw_decode(rest)
        found += document["keys"]
        rest = rest[end:]
    return found


def test_every_client_and_persona_is_described(command: Command, tmp_path: Path) -> None:
    """Addresses, scopes and public keys; no secret, password or private half."""
    with serving_pages(tmp_path, {}) as (served, _):
        done = command("register")
    assert done.returncode == 0, done.stderr
    for line in (
        f"To register for {served.url}",
        "Client symmetric, id demo-symmetric",
        "  Redirect URI:  http://127.0.0.1:8765/redirect",
        "  Launch URI:    http://127.0.0.1:8765/launch",
        "  Persona practitioner (practitioner, ehr launch) asks for:",
        "    system/*.rs",
    ):
        assert line in done.stdout.splitlines()
    keys = printed_keys(done.stdout)
    assert {key["alg"] for key in keys} == {"RS384", "ES384"}
    assert not [name for key in keys for name in PRIVATE if name in key]
    for name in ("symmetric-secret", "dora-password", "operator-key", "token"):
        assert (tmp_path / name).read_text() not in done.stdout + done.stderr


def test_it_needs_no_secret_that_is_not_there_yet(command: Command, tmp_path: Path) -> None:
    """One registers first, and is given the secret then."""
    (tmp_path / "conformance.toml").write_text(
        '[target]\nurl = "https://e.example/fhir"\n[client.app]\nid = "to-come"\n'
        'kind = "symmetric"\nsecret = { env = "UNSET" }\n'
        'redirect-uri = "http://127.0.0.1:8765/callback"\n'
    )
    done = command("register")
    assert done.returncode == 0, done.stderr
    assert "Client app, id to-come" in done.stdout


def test_without_a_target_file_the_defaults_are_told(command: Command) -> None:
    """What any run would ask for."""
    done = command("register")
    assert done.returncode == 0
    assert "Redirect URI:  http://127.0.0.1:" in done.stdout
    assert "patient/Condition.rs" in done.stdout
    assert "There is no conformance.toml here" in done.stderr


def test_a_new_key_is_for_its_owner_alone(command: Command, tmp_path: Path) -> None:
    """Mode 0600; only the public half is printed; a file that exists is left as it is."""
    path = tmp_path / "backend.json"
    done = command("register", "--new-key", "backend.json", "--algorithm", "ES384")
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    private = json.loads(path.read_bytes())["keys"][0]
    public = json.loads(done.stdout)
    assert KeySet.import_key_set(public).keys[0].kid == private["kid"]
    assert not [name for name in PRIVATE if name in public["keys"][0]]
    assert private["d"] not in done.stdout + done.stderr
    before = path.read_bytes()
    again = command("register", "--new-key", "backend.json")
    assert again.returncode == 2
    assert "ever written over" in again.stderr
    assert path.read_bytes() == before


def test_the_key_that_is_made_is_the_one_that_is_registered(
    command: Command, tmp_path: Path
) -> None:
    """A target file that names it gives the same public half."""
    made = command("register", "--new-key", "backend.json")
    (tmp_path / "conformance.toml").write_text(
        '[target]\nurl = "https://e.example/fhir"\n[client.nightly]\nid = "to-come"\n'
        'kind = "system"\nkey = { file = "backend.json" }\n'
        'jwks-url = "http://127.0.0.1:8766/jwks.json"\n'
    )
    done = command("register")
    assert done.returncode == 0, done.stderr
    assert printed_keys(done.stdout) == json.loads(made.stdout)["keys"]
    assert "  Keys served at: http://127.0.0.1:8766/jwks.json" in done.stdout


def test_the_key_of_the_page_is_made(command: Command, tmp_path: Path) -> None:
    """docs/login.md shows a call that works as it stands, in an existing folder."""
    shown = re.search(r"^conformance (register --new-key .*?) +#", PAGE, flags=re.MULTILINE)
    assert shown is not None
    (tmp_path / "keys").mkdir()
    done = command(*shown[1].split())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["keys"][0]["alg"] == "ES384"
    assert (tmp_path / "keys" / "backend.json").stat().st_mode & 0o777 == 0o600
