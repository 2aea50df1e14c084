"""Whatever stands in a target file, loading it gives a target or one sentence."""

import copy
import datetime
import json
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conformance.core.errors import UsageError
from conformance.target.load import Options, load_target
from conformance.target.model import Target
from conformance.target.public import from_public, public_form
from conformance.target.refusals import schema
from conformance.target.sample import sample_text

QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# The path of a random name stays in the test's folder: no "/", no "~".
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/~"), max_size=12)
WORDS = st.sampled_from(
    [
        *("target", "hosts", "persona", "url", "kind", "access", "patients", "headers", "rate"),
        *("us-core", "us_core", "ca-file", "threads", "allow", "default", "nurse", "bearer"),
        *("api-key", "header", "env", "file", "command", "token", "password", "X-API-Key", "Host"),
        *("client", "id", "secret", "key", "role", "login", "scopes", "refuse", "launch", "app"),
    ]
)
SAYINGS = st.sampled_from(
    [
        *("https://ehr.example.org", "http://[::1", "u:p@h", "ehr", "protected", "6.1.0"),
        *("EHR_TOKEN", "NOT_SET_HERE", "conformance.toml", ".", "X-Key", "Bearer abc", "\x1b[31m"),
        *("app", "patient", "limited", "system", "public", "symmetric", "ehr", "key.json", "RS384"),
        *("http://127.0.0.1:8765/callback", "openid patient/*.rs", "patient/Observation.rs"),
    ]
)
SCALARS = st.one_of(
    SAYINGS,
    TEXT,
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.just(datetime.time(1, 2)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(WORDS | TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)
REFERENCES = st.one_of(
    st.sampled_from([{"env": "EHR_TOKEN"}, {"file": "conformance.toml"}, {"command": ["x"]}]),
    st.dictionaries(st.sampled_from(["env", "file", "command"]), VALUES, max_size=2),
)
TABLES = schema()["properties"]
SETTINGS = TABLES["target"]["properties"]
CLIENT = TABLES["client"]["additionalProperties"]["properties"]
PERSONA = TABLES["persona"]["additionalProperties"]["properties"]
GOOD = {
    "target": {"url": "https://ehr.example.org"},
    "client": {
        "app": {
            "id": "a",
            "kind": "asymmetric",
            "key": {"file": "key.json"},
            "redirect-uri": "http://127.0.0.1:8765/callback",
            "launch-uri": "http://127.0.0.1:8765/launch",
        },
        "nightly": {"id": "a", "kind": "system", "key": {"file": "key.json"}},
    },
    "persona": {
        "a": {
            "role": "limited",
            "client": "app",
            "scopes": "openid patient/*.rs",
            "refuse": ["patient/Observation.rs"],
            "login": {"username": {"env": "EHR_TOKEN"}, "password": {"env": "EHR_TOKEN"}},
        },
        "b": {"role": "practitioner", "client": "app"},
        "c": {"role": "system", "client": "nightly"},
        "d": {"role": "patient", "token": {"env": "EHR_TOKEN"}},
    },
    "endpoint": {"revocation": "https://ehr.example.org/revoke"},
}
"""A file that loads, whose parts are replaced."""
LIKELY = st.fixed_dictionaries(
    {},
    optional={
        "target": st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(SETTINGS, SAYINGS | VALUES),
        ),
        "hosts": st.fixed_dictionaries({}, optional={"allow": st.lists(SCALARS, max_size=3)}),
        "client": st.dictionaries(
            WORDS,
            st.fixed_dictionaries({}, optional=dict.fromkeys(CLIENT, SAYINGS | REFERENCES)),
            max_size=3,
        ),
        "persona": st.dictionaries(
            WORDS,
            st.fixed_dictionaries({}, optional=dict.fromkeys(PERSONA, SAYINGS | REFERENCES)),
            max_size=3,
        ),
        "endpoint": st.dictionaries(WORDS, SAYINGS | REFERENCES, max_size=3),
    },
)


@pytest.fixture(autouse=True)
def _private_key(tmp_path: Path, private_jwk: dict[str, Any]) -> None:
    path = tmp_path / "key.json"
    path.touch(0o600)
    path.write_text(json.dumps(private_jwk))


def _quoted(text: str) -> str:
    plain = string.ascii_letters + string.digits + " -_.:/[]@#'"
    return '"' + "".join(m if m in plain else f"\\U{ord(m):08x}" for m in text) + '"'


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{_quoted(k)} = {_toml(v)}' for k, v in value.items())} }}"
        case datetime.date() | datetime.time():
            return value.isoformat()
    return str(value)


def _document(tables: dict[str, Any]) -> str:
    return "".join(f"{_quoted(key)} = {_toml(value)}\n" for key, value in tables.items())


def _outcome(folder: Path, content: bytes, url: str | None) -> Target | str:
    (folder / "conformance.toml").write_bytes(content)
    # A random document may name any program.
    with mock.patch("conformance.target.command.subprocess.Popen", side_effect=OSError):
        try:
            target = load_target(url, config=None, cwd=folder, options=Options())
        except UsageError as error:
            refusal: UsageError | None = error
        else:
            refusal = None
    if refusal is not None:
        assert str(refusal).isprintable()
        assert refusal.sentence.endswith(".")
        return refusal.sentence
    assert public_form(from_public(public_form(target))) == public_form(target)
    return target


URLS = st.sampled_from(["https://ehr.example.org/fhir", None])


@QUIET
@given(tables=LIKELY | st.dictionaries(WORDS | TEXT, VALUES, max_size=4), url=URLS)
def test_a_document_of_any_shape_gives_a_target_or_a_sentence(
    tmp_path: Path, tables: dict[str, Any], url: str | None
) -> None:
    outcome = _outcome(tmp_path, _document(tables).encode(), url)
    assert "is not TOML" not in str(outcome)


def _places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = enumerate(node) if isinstance(node, list) else node.items()
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*path, key))


@QUIET
@given(
    place=st.sampled_from(list(_places(GOOD))),
    value=SAYINGS | REFERENCES | VALUES,
    added=st.none() | WORDS,
)
def test_a_good_file_with_one_part_replaced_gives_a_target_or_a_sentence(
    tmp_path: Path, place: tuple[str | int, ...], value: Any, added: str | None
) -> None:
    tables: Any = copy.deepcopy(GOOD)
    node = tables
    for step in place[:-1]:
        node = node[step]
    if added is not None and isinstance(node, dict):
        node[added] = value
    else:
        node[place[-1]] = value
    _outcome(tmp_path, _document(tables).encode(), None)


@QUIET
@given(
    data=st.data(),
    lines=st.permutations(sample_text().splitlines()),
    url=URLS,
)
def test_a_garbled_sample_gives_a_target_or_a_sentence(
    tmp_path: Path, data: st.DataObject, lines: list[str], url: str | None
) -> None:
    text = "\n".join(line.removeprefix("#") for line in lines)
    place = data.draw(st.integers(0, len(text)))
    _outcome(tmp_path, (text[:place] + data.draw(TEXT) + text[place:]).encode(), url)


@QUIET
@given(content=st.binary(max_size=60), url=URLS)
@example(content=b"\x00", url=None)
@example(content=b"a = 1979-13-45", url=None)
@example(content=b'a = "\\ud800"', url=None)
@example(content=b"a = " + b"{ a = " * 2_000, url=None)
@example(content=b"[a" + b".a" * 2_000 + b"]", url=None)
def test_any_bytes_give_a_target_or_a_sentence(
    tmp_path: Path, content: bytes, url: str | None
) -> None:
    _outcome(tmp_path, content, url)


@QUIET
@given(url=st.text() | st.from_regex(r"https?://[^/]*(/.*)?", fullmatch=True))
def test_any_url_gives_a_target_or_a_sentence(tmp_path: Path, url: str) -> None:
    outcome = _outcome(tmp_path, b"", url)
    if isinstance(outcome, Target):
        assert "@" not in outcome.url.split("/")[2]


def test_the_strategies_reach_both_outcomes(tmp_path: Path) -> None:
    assert isinstance(_outcome(tmp_path, _document(GOOD).encode(), None), Target)
    assert "unknown" in str(_outcome(tmp_path, _document({"a": {}}).encode(), None))


@pytest.mark.parametrize("secret", ["canary-5f2a", "Bearer canary-5f2a"])
@QUIET
@given(path=st.lists(WORDS, min_size=1, max_size=3), key=st.sampled_from(["token", "secret"]))
def test_no_message_quotes_a_literal_secret_wherever_it_stands(
    tmp_path: Path, secret: str, path: list[str], key: str
) -> None:
    table = ".".join(path)
    said = _outcome(tmp_path, f"[{table}]\n{key} = '{secret}'\n".encode(), None)
    assert "stands in the clear" in str(said)
    assert "canary" not in str(said)
