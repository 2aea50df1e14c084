"""Where secrets come from, and that none shows itself."""

import copy
import json
import os
import pickle
import traceback
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target import command
from conformance.target.secret import Secret, SecretReference

CANARY = "canary-5f2a"


def test_no_way_of_printing_a_secret_shows_it() -> None:
    secret = Secret(CANARY)
    forms = [repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!r}"]
    forms += [repr([secret]), repr({"a": secret}), ascii(secret)]
    assert not any(CANARY in form for form in forms)
    assert secret.reveal() == CANARY


def test_a_secret_cannot_be_written() -> None:
    secret = Secret(CANARY)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert copy.deepcopy([secret])[0] is copy.copy(secret) is secret


def test_equal_secrets_are_equal() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"


def test_an_environment_variable_gives_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", CANARY)
    reference = SecretReference(env="SOME_TOKEN")
    assert reference.resolve().reveal() == CANARY
    assert CANARY not in repr(reference)
    assert reference.describe() == "the environment variable SOME_TOKEN"


def test_what_is_typed_may_be_what_no_header_carries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "p\u00e4ss ")
    typed = SecretReference(env="SOME_PASSWORD", typed=True)
    assert typed.resolve().reveal() == "p\u00e4ss "
    assert typed == SecretReference(env="SOME_PASSWORD")
    with pytest.raises(UsageError, match="no HTTP header can carry"):
        SecretReference(env="SOME_PASSWORD").resolve()
    monkeypatch.setenv("SOME_PASSWORD", f"{CANARY}\t")
    with pytest.raises(UsageError, match="nobody can type") as caught:
        SecretReference(env="SOME_PASSWORD", typed=True).resolve()
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_gives_its_text_without_the_last_line_end(tmp_path: Path, end: str) -> None:
    path = tmp_path / "token"
    path.write_bytes((CANARY + end).encode())
    reference = SecretReference(file=path)
    assert reference.resolve().reveal() == CANARY
    assert CANARY not in repr(reference)


def test_a_command_gives_what_it_prints_and_runs_once_in_its_folder(tmp_path: Path) -> None:
    script = f"echo ran >> runs; echo {CANARY}; echo noise >&2"
    reference = SecretReference(command=("sh", "-c", script), folder=tmp_path)
    assert reference.resolve().reveal() == CANARY
    assert reference.resolve().reveal() == CANARY
    assert (tmp_path / "runs").read_text() == "ran\n"
    assert repr(reference) == "SecretReference(a command)"


def test_a_reference_has_exactly_one_place() -> None:
    with pytest.raises(ValueError):
        SecretReference()
    with pytest.raises(ValueError):
        SecretReference(env="A", command=("b",))


def test_a_replayed_reference_touches_nothing() -> None:
    assert SecretReference(command=("false",), replayed=True).resolve().reveal() == "replayed"


def _refusal(reference: SecretReference) -> str:
    with pytest.raises(UsageError) as caught:
        reference.resolve()
    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in shown
    assert str(caught.value).isprintable()
    return caught.value.sentence


def test_an_unset_variable_is_named_with_what_named_it() -> None:
    sentence = _refusal(SecretReference(env="NOT_SET_HERE", where="--bearer-env"))
    assert sentence == "The environment variable NOT_SET_HERE, named by --bearer-env, is not set."


@pytest.mark.parametrize(
    "token",
    [
        "eyJhbGciOiJIUzI1NiJ9",
        "a81b4c2f99d04e0b8a55c1e2f3a4b5c6",
        "Zk3mP9qL2xT7vB4n",
        "sk_live_Zk3mP9qL2x",
    ],
)
def test_a_token_given_as_a_name_is_not_quoted(token: str) -> None:
    assert token not in _refusal(SecretReference(env=token, where="--bearer-env"))
    assert token not in _refusal(SecretReference(file=Path("/") / token))


@pytest.mark.parametrize(
    "name", ["EHR_TOKEN_2", "my_token", "PATIENT_A_ACCESS_TOKEN", "TokenOfNurse"]
)
def test_an_ordinary_name_is_quoted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    assert name in _refusal(SecretReference(env=name))


@pytest.mark.parametrize("value", ["", "  ", "\t"])
def test_an_empty_variable_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", value)
    assert "it is empty" in _refusal(SecretReference(env="SOME_TOKEN"))


@pytest.mark.parametrize(
    "content",
    [
        b"canary-5f2a\nsecond\n",
        b"canary-5f2a\n\n",
        b"canary-5f2a\r",
        b"canary-5f2a\x00",
        b"canary-5f2a\x1b[0m",
        b"canary-5f2a ",
        b" canary-5f2a",
        "canary-5f2a\u00e9".encode(),
        b"canary-5f2a\xff",
        b"\xef\xbb\xbfcanary-5f2a",
    ],
)
def test_a_value_that_no_header_carries_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    assert "what no HTTP header can carry" in _refusal(SecretReference(file=path))


def test_a_file_that_is_not_a_small_regular_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in _refusal(SecretReference(file=tmp_path / "absent"))
    assert "is not a regular file" in _refusal(SecretReference(file=tmp_path))
    os.mkfifo(tmp_path / "pipe")
    assert "is not a regular file" in _refusal(SecretReference(file=tmp_path / "pipe"))
    assert "is not a regular file" in _refusal(SecretReference(file=Path("/dev/zero")))
    assert "cannot be read" in _refusal(SecretReference(file=Path("a\x00b")))
    (tmp_path / "large").write_bytes(b"a" * 70_000)
    assert "is larger than" in _refusal(SecretReference(file=tmp_path / "large"))
    (tmp_path / "empty").write_bytes(b"\n")
    assert "it is empty" in _refusal(SecretReference(file=tmp_path / "empty"))


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be read by this user")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(CANARY)
    path.chmod(0)
    assert "may not be read" in _refusal(SecretReference(file=path))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sh", "-c", "echo canary-5f2a >&2; exit 3"), "failed with exit status 3"),
        (("sh", "-c", "echo canary-5f2a; exit 1"), "failed with exit status 1"),
        (("sh", "-c", "kill -9 $$"), "was ended by signal 9"),
        (("no-such-program-here", CANARY), "cannot be started"),
        (("a\x00b",), "cannot be started"),
        (("true",), "it is empty"),
        (("yes",), "prints more than 65536 bytes"),
    ],
)
def test_a_command_without_a_secret_is_refused(arguments: tuple[str, ...], said: str) -> None:
    sentence = _refusal(SecretReference(command=arguments, where="[persona.x] bearer"))
    assert said in sentence
    assert "named by [persona.x] bearer" in sentence


@pytest.mark.parametrize("script", ["sleep 5", "sleep 5 & exit 0", "exec >&-; sleep 5"])
def test_a_command_that_does_not_end_is_ended(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "SECONDS", 0.2)
    assert "did not end within 0.2 seconds" in _refusal(
        SecretReference(command=("sh", "-c", script))
    )
