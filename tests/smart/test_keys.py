"""Private keys of our clients: made once, kept to ourselves, refused when they cannot serve."""

import contextlib
import json
import os
import stat
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from conformance.core.errors import UsageError
from conformance.smart.jose import sign, verified
from conformance.smart.keys import load_key, make_key_file, public_keys
from conformance.target.key_file import KeyFile

PRIVATE = {"d", "p", "q", "dp", "dq", "qi"}


@pytest.fixture(params=["RS384", "ES384"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, KeyFile]:
    path = tmp_path / "app.json"
    make_key_file(path, request.param)
    return request.param, KeyFile(path=path)


@pytest.fixture
def holding(tmp_path: Path) -> Callable[..., KeyFile]:
    """Write keys to a file that only its owner can open."""

    def write(content: object) -> KeyFile:
        path = tmp_path / "held.json"
        path.touch(0o600)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return KeyFile(path=path, where="[client.app] key")

    return write


@pytest.fixture(scope="module")
def rsa() -> dict[str, Any]:
    return RSAKey.generate_key(2048).as_dict(private=True)


@pytest.fixture(scope="module")
def curve() -> dict[str, Any]:
    return ECKey.generate_key("P-384").as_dict(private=True)


def _refusal(file: KeyFile, algorithm: str = "") -> UsageError:
    with pytest.raises(UsageError) as caught:
        load_key(file, algorithm)
    error = caught.value
    assert error.sentence.startswith(f"The key file {file.path}")
    assert error.sentence.endswith(".")
    # A chained cause would show the key in a traceback.
    assert error.__cause__ is None
    return error


def test_a_made_key_signs_what_its_public_half_verifies(made: tuple[str, KeyFile]) -> None:
    algorithm, file = made
    key = load_key(file)
    public = public_keys(file)
    token = sign({"iss": "app"}, key, {"alg": algorithm, "kid": key.kid})
    assert verified(token, public) == ""
    assert [entry["kid"] for entry in public["keys"]] == [key.kid]
    assert [(entry["alg"], entry["use"]) for entry in public["keys"]] == [(algorithm, "sig")]
    assert not PRIVATE & set(public["keys"][0])


def test_a_made_key_is_named_by_its_thumbprint(made: tuple[str, KeyFile]) -> None:
    _, file = made
    assert load_key(file).kid == load_key(file).thumbprint()


def test_a_made_key_is_one_that_the_target_file_can_name(made: tuple[str, KeyFile]) -> None:
    algorithm, file = made
    assert file.chosen()[0] == algorithm
    other = "ES384" if algorithm == "RS384" else "RS384"
    assert f"holds no key for {other}" in _refusal(file, other).sentence


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_made_key_is_open_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "app.json"
    make_key_file(path, "ES384")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["app.json"]


def test_no_key_is_ever_written_over(tmp_path: Path) -> None:
    path = tmp_path / "app.json"
    make_key_file(path, "ES384")
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        make_key_file(path, "ES384")
    assert caught.value.sentence == (
        f"The key file {path} exists, and no key is ever written over."
    )
    assert path.read_bytes() == before
    (tmp_path / "link.json").symlink_to("nowhere")
    with pytest.raises(UsageError, match="exists"):
        make_key_file(tmp_path / "link.json", "ES384")
    assert sorted(os.listdir(tmp_path)) == ["app.json", "link.json"]


def test_nothing_is_left_behind_when_a_key_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("conformance.smart.keys.os.fsync", full)
    with pytest.raises(UsageError, match="cannot be written: no space left on device"):
        make_key_file(tmp_path / "app.json", "ES384")
    assert os.listdir(tmp_path) == []


def test_a_folder_for_keys_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    make_key_file(tmp_path / "keys" / "app.json", "ES384")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_a_place_where_no_key_can_be_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be written") as caught:
        make_key_file(tmp_path / name, "ES384")
    assert str(caught.value).isprintable()
    assert caught.value.__cause__ is None
    assert os.listdir(tmp_path) == []


def test_an_unknown_algorithm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        make_key_file(tmp_path / "app.json", "none")
    assert caught.value.sentence == "none is no algorithm for a client's key."
    assert caught.value.hint == "Use RS384 or ES384."


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_that_others_can_open_is_refused(made: tuple[str, KeyFile], mode: int) -> None:
    _, file = made
    file.path.chmod(mode)
    error = _refusal(file)
    assert f"is open to others: its mode is 0{mode:o}" in error.sentence
    assert error.hint == f"Keep it to yourself: chmod 600 {file.path}."
    with pytest.raises(UsageError, match="open to others"):
        public_keys(file)


def test_a_key_without_a_name_gets_its_thumbprint(
    holding: Callable[..., KeyFile], curve: dict[str, Any]
) -> None:
    thumbprint = ECKey.import_key(curve).thumbprint()
    for kid in ({}, {"kid": None}, {"kid": ""}):
        assert load_key(holding({**curve, **kid})).kid == thumbprint
    assert load_key(holding({**curve, "kid": "mine"})).kid == "mine"


def test_every_key_that_can_sign_is_given_away_and_no_other(
    holding: Callable[..., KeyFile], rsa: dict[str, Any], curve: dict[str, Any]
) -> None:
    other = ECKey.generate_key("P-256").as_dict(private=True)
    file = holding({"keys": [other, rsa, {**curve, "kid": "mine"}, {"kty": "oct", "k": "AAAA"}]})
    public = public_keys(file)["keys"]
    assert [(key["alg"], key["kty"]) for key in public] == [("RS384", "RSA"), ("ES384", "EC")]
    assert public[1]["kid"] == "mine"
    assert not any(PRIVATE & set(key) for key in public)
    assert load_key(file).as_dict(private=False) == public[0]
    assert load_key(file, "ES384").as_dict(private=False) == public[1]


def test_a_damaged_key_is_refused_before_a_server_sees_it(
    holding: Callable[..., KeyFile], rsa: dict[str, Any], curve: dict[str, Any]
) -> None:
    other = ECKey.generate_key("P-384").as_dict(private=True)
    damaged: list[dict[str, Any]] = [
        {**curve, "d": other["d"]},
        {**curve, "x": other["x"]},
        {**curve, "x": "\u00e9"},
        {**curve, "x": 5},
        {**curve, "kid": 5},
        {**curve, "key_ops": ["verify"]},
        {**rsa, "e": "AQ"},
        {**rsa, "n": 5},
        {**rsa, "p": "AA"},
        {"kty": "RSA", "d": rsa["d"]},
        {"kty": "EC", "crv": "P-384", "d": curve["d"]},
    ]
    for key in damaged:
        error = _refusal(holding(key))
        assert error.sentence.endswith("named by [client.app] key, holds a damaged key."), list(key)
        assert curve["d"] not in str(error)


def test_a_short_key_is_refused(holding: Callable[..., KeyFile]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        short = RSAKey.generate_key(1024).as_dict(private=True)
    assert "holds an RSA key of 1024 bits, and 2048 are the least" in (
        _refusal(holding(short)).sentence
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_a_key_file_holds_gives_a_key_or_a_sentence(
    holding: Callable[..., KeyFile], curve: dict[str, Any], data: st.DataObject
) -> None:
    members = st.sampled_from([*curve, "kid", "use", "alg", "key_ops", "x5c", "keys"])
    change = data.draw(st.dictionaries(members, JSON, max_size=3))
    content = data.draw(
        st.just({**curve, **change}) | st.just({"keys": [change, curve]}) | st.text(max_size=20)
    )
    file = holding(content)
    with contextlib.suppress(UsageError):
        assert load_key(file).kid
        assert public_keys(file)["keys"]
