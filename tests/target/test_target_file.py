"""What is said about a target file that cannot be used as it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conformance.core.errors import UsageError
from conformance.target.refusals import schema

Refused = Callable[..., UsageError]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    ("toml", "sentence", "hint"),
    [
        (
            '[targt]\nurl = "https://ehr.example.org"',
            "The key [targt] in conformance.toml (line 1) is unknown.",
            "Did you mean target?",
        ),
        (
            "[target]\n# a comment\nus_core = '6.1.0'",
            "The key [target] us_core in conformance.toml (line 3) is unknown.",
            "Did you mean us-core?",
        ),
        (
            "[persona.nurse]\nbearer = { envv = 'T' }",
            "The key [persona.nurse] bearer.envv in conformance.toml (line 2) is unknown.",
            "Did you mean env?",
        ),
        (
            "[hosts]\nzzz = 1",
            "The key [hosts] zzz in conformance.toml (line 2) is unknown.",
            "Known are allow.",
        ),
        (
            "url = 'https://ehr.example.org'",
            "The key [url] in conformance.toml (line 1) is unknown.",
            "It belongs under [target].",
        ),
        (
            "[target.headers.X-Key]\nvalue = 'T'",
            "The key [target] headers.X-Key.value in conformance.toml (line 2) is unknown.",
            "Known are env, file and command.",
        ),
    ],
)
def test_an_unknown_key_names_the_nearest(
    refused: Refused, toml: str, sentence: str, hint: str
) -> None:
    error = refused(toml)
    assert (error.sentence, error.hint) == (sentence, hint)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("target = 5", "[target] in conformance.toml (line 1) must be a table, not a whole number"),
        ("[target]\nurl = 5", "[target] url in conformance.toml (line 2) must be a text in quotes"),
        ("[target]\nus-core = 6.1", "must be a text in quotes, not a number"),
        ("[target]\nrate = '5'", "must be a number, not a text"),
        ("[target]\nrate = true", "must be a number, not true or false"),
        ("[target]\nrate = nan", "must be a number, not nan"),
        ("[target]\nrate = inf", "must be a number, not inf"),
        ("[target]\nrate = 0", "must be more than 0"),
        ("[target]\nrate = 1e9", "must be at most 1000"),
        ("[target]\nthreads = 1.5", "must be a whole number, not a number"),
        ("[target]\nthreads = 0", "must be at least 1"),
        ("[target]\nthreads = 65", "must be at most 64"),
        ("[target]\nkind = 1979-05-27", "must be a text in quotes, not a date or time"),
        ("[target]\nkind = 'emr'", "must be ehr"),
        ("[target]\naccess = 'open'", "must be protected or open-sandbox"),
        ("[target]\npatients = 'a'", "must be a list, not a text"),
        (
            "[target]\npatients = ['a', 'Patient/b']",
            "patients entry 2 in conformance.toml (line 2)",
        ),
        ('[target]\npatients = ["a\\n"]', "is not of the form that it must have"),
        ("[target]\nus-core = 'six'", "is not of the form that it must have"),
        ("[target]\nca-file = ''", "is empty"),
        ("[target]\nheaders = { X-A = 5 }", "must be a text in quotes or a table"),
        ("[hosts]\nallow = {}", "must be a list, not a table"),
        ("[persona]\nnurse = 5", "[persona.nurse] in conformance.toml (line 2) must be a table"),
        ("[persona.nurse]\nheader = 'X-Key'", "An API key's header is given by [persona.nurse]"),
        ("[persona.nurse]\nbearer = true", "must be a table, not true or false"),
        ("[persona.nurse]\nbearer = { command = ['op', ''] }", "bearer.command entry 2 in"),
        ("[persona.nurse]\nbearer = {}", "not exactly one of env, file and command"),
        ("[persona.nurse]\nbearer = { env = 'A', file = 'b' }", "not exactly one of"),
        (
            "[persona.nurse]\nbearer = { env = 'A' }\napi-key = { env = 'B' }",
            "Both a bearer and an api-key are given by [persona.nurse]",
        ),
        ("[persona.nurse]\nbearer = { env = 'A B' }", "is not of the form"),
        ("[persona.nurse]\nbearer = { command = [] }", "is empty"),
        ("[persona.nurse]\nbearer = { command = 'op read' }", "must be a list, not a text"),
        ("[persona.'a b']", "is none that a persona can have"),
    ],
)
def test_a_wrong_value_is_said_with_its_place(refused: Refused, toml: str, said: str) -> None:
    assert said in refused(toml).sentence


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[target]\nurl = \n", "is not TOML at line 2, column 7"),
        ("[target", "is not TOML at line 1, column 8"),
        ("[target]\nrate = 1\nrate = 2", "is not TOML at line 3"),
        ("a = '''\nb", "is not TOML at line 2, column 2"),
        ("a = " + "9" * 5_000, "is not TOML at line"),
        ("a = " + "[" * 5_000, "nests its values too deeply"),
        ("a = " + "[" * 20 + "]" * 20, "nests its tables too deeply"),
        ("a." * 5_000 + "a = 1", "nests its tables too deeply"),
        ("# " + "x" * 200_000, "is larger than"),
    ],
)
def test_what_is_not_toml_is_said_with_line_and_column(
    refused: Refused, toml: str, said: str
) -> None:
    assert said in refused(toml).sentence


def test_a_file_in_another_encoding_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_bytes("# caf\u00e9\n# th\u00e9".encode("latin-1"))
    error = refused(config=Path("other.toml"))
    assert error.sentence == "The target file other.toml is not UTF-8 text at line 1."


def test_a_byte_order_mark_does_no_harm(load: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_bytes(b"\xef\xbb\xbf[target]\r\nrate = 1\r\n")
    load(config=Path("other.toml"))


def test_a_file_that_is_not_there_or_none_is_refused(refused: Refused, tmp_path: Path) -> None:
    error = refused(config=Path("absent.toml"))
    assert error.sentence == "The target file absent.toml does not exist."
    (tmp_path / "folder").mkdir()
    assert "is not a regular file" in refused(config=Path("folder")).sentence
    (tmp_path / "conformance.toml").symlink_to("nowhere")
    assert "conformance.toml does not exist" in refused().sentence


CANARY = "canary-5f2a"


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        (f"[persona.nurse]\ntoken = '{CANARY}'", "[persona.nurse] token"),
        (f"[persona.nurse]\nbearer = '{CANARY}'", "[persona.nurse] bearer"),
        (f"[persona.nurse]\napi-key = '{CANARY}'", "[persona.nurse] api-key"),
        (f"[persona.nurse]\napi_key = '{CANARY}'", "[persona.nurse] api_key"),
        (f"[persona.nurse]\npassword = '{CANARY}'", "[persona.nurse] password"),
        (f"[persona.nurse]\nclient-secret = '{CANARY}'", "[persona.nurse] client-secret"),
        (f"[persona.nurse]\nbearer = {{ token = '{CANARY}' }}", "[persona.nurse] bearer.token"),
        (f"[persona.nurse]\nbearer = ['{CANARY}']", "[persona.nurse] bearer entry 1"),
        (f"[persona]\ntoken = '{CANARY}'", "[persona.token]"),
        (f"secret = '{CANARY}'", "[secret]"),
        (f"[target.headers]\nAuthorization = 'Basic {CANARY}'", "[target] headers.Authorization"),
        (f"[target.headers]\nauthorization = '{CANARY}'", "[target] headers.authorization"),
        (f"[target.headers]\nX-API-Key = '{CANARY}'", "[target] headers.X-API-Key"),
        (f"[target.headers]\nX-ApiKey = '{CANARY}'", "[target] headers.X-ApiKey"),
        (f"[target.headers]\nCookie = 'a={CANARY}'", "[target] headers.Cookie"),
        (f"[target.headers]\nX-Auth-Token = '{CANARY}'", "[target] headers.X-Auth-Token"),
        (f"[target.headers]\nX-A = 'Bearer {CANARY}'", "[target] headers.X-A"),
        ("[target.headers]\nX-A = 'eyJhbGciOi.eyJzdWI.c2ln'", "[target] headers.X-A"),
        (f"[persona.n]\nbearer = {{ command = ['echo', 'Bearer {CANARY}'] }}", "entry 2"),
        ("[persona.nurse]\napi-key = 12345", "[persona.nurse] api-key"),
    ],
)
def test_a_literal_secret_is_refused_and_not_quoted(
    refused: Refused, toml: str, place: str
) -> None:
    error = refused(toml)
    assert error.sentence.startswith(f"A secret stands in the clear at {place}") or (
        place == "entry 2" and place in error.sentence
    )
    assert "{ env = " in error.hint
    assert CANARY not in str(error)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[target.headers]\n'X A' = '1'", "headers.X A in conformance.toml (line 2) has a name"),
        ('[target.headers]\n"X\\r\\nY" = "1"', "has a name that cannot be sent"),
        ("[target.headers]\n'' = '1'", "has a name that cannot be sent"),
        ('[target.headers]\nX-A = "1\\r\\nX-B: 2"', "cannot be sent in a header"),
        ('[target.headers]\nX-A = "caf\u00e9"', "cannot be sent in a header"),
        ('[target.headers]\nX-A = ""', "cannot be sent in a header"),
        ("[target.headers]\nX-A = '1'\nx-a = '2'", "is given twice"),
        ("[target.headers]\naccept = 'text/html'", "is one that the checks set themselves"),
        ("[target.headers]\nHost = 'other'", "is one that the checks set themselves"),
        ("[persona.n]\napi-key = { env = 'EHR_TOKEN' }\nheader = 'X:Y'", "has a name that"),
        (
            "[persona.n]\napi-key = { env = 'EHR_TOKEN' }\nheader = 'Accept'",
            "checks set themselves",
        ),
        (
            (
                "persona.n = { api-key = { env = 'A' }, header = 'X-Gate' }\n"
                "target.headers = { x-gate = { env = 'A' } }"
            ),
            "The header X-Gate is set by [target] headers and again by the credential",
        ),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(refused: Refused, toml: str, said: str) -> None:
    assert said in refused(toml).sentence
