"""No registered credential is ever written, whatever it wears, and nothing else is changed."""

import base64
import gzip
import json
import re
import string
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.core.errors import UsageError
from conformance.evidence.aliases import HIDDEN, Aliases
from conformance.evidence.dresses import opened

PRINTABLE = string.digits + string.ascii_letters + string.punctuation
SECRETS = st.text(PRINTABLE, min_size=8, max_size=40)
SURROUNDINGS = st.binary(max_size=40)
CANARY = "canary-5f9/c+2b_7d0e=="


def _gzipped_in_the_middle(data: bytes) -> bytes:
    return b"before" + gzip.compress(data) + b"after"


def _wrapped(data: bytes) -> bytes:
    return base64.encodebytes(data * 3)


def _wrapped_in_json(data: bytes) -> bytes:
    return json.dumps({"data": base64.encodebytes(data).decode()}).encode()


def _wide(data: bytes) -> bytes:
    return data.decode("latin-1").encode("utf-16")


def _every_byte(form: str) -> Callable[[bytes], bytes]:
    def dress(data: bytes) -> bytes:
        return "".join(form.format(code) for code in data).encode()

    return dress


DRESSES: dict[str, Callable[[bytes], bytes]] = {
    "raw": bytes,
    "base64": base64.b64encode,
    "base64 for URLs": base64.urlsafe_b64encode,
    "base64 in lines": _wrapped,
    "base64 in lines in JSON": _wrapped_in_json,
    "base64 twice": lambda data: base64.b64encode(base64.b64encode(data)),
    "hexadecimal": lambda data: data.hex().encode(),
    "upper hexadecimal": lambda data: data.hex().upper().encode(),
    "percent-encoded": lambda data: quote(data, safe="").encode(),
    "percent-encoded throughout": _every_byte("%{:02X}"),
    "percent-encoded twice": lambda data: quote(quote(data, safe=""), safe="").encode(),
    "a form": lambda data: quote_plus(data).encode(),
    "base64, percent-encoded": lambda data: quote(base64.b64encode(data), safe="").encode(),
    "JSON": lambda data: json.dumps(data.decode("latin-1")).encode(),
    "JSON throughout": _every_byte("\\u{:04x}"),
    "JSON in JSON": lambda data: json.dumps(json.dumps(data.decode("latin-1"))).encode(),
    "JSON with escaped slashes": lambda data: data.replace(b"/", b"\\/"),
    "base64 of JSON": lambda data: base64.b64encode(json.dumps(data.decode("latin-1")).encode()),
    "HTML": lambda data: escape(data.decode("latin-1")).encode("latin-1"),
    "HTML by number": _every_byte("&#{};"),
    "HTML by hexadecimal number": _every_byte("&#x{:X};"),
    "gzip": gzip.compress,
    "gzip among other things": _gzipped_in_the_middle,
    "gzip in base64": lambda data: base64.b64encode(gzip.compress(data)),
    "gzip of percent-encoded": lambda data: gzip.compress(quote(data, safe="").encode()),
    "UTF-16": _wide,
}


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES.keys())
@settings(max_examples=12, deadline=None)
@given(secret=SECRETS, before=SURROUNDINGS, after=SURROUNDINGS)
@example(secret=CANARY, before=b"Bearer ", after=b"")
@example(secret='quo"ted\\back/slash', before=b"", after=b"\\")
@example(secret="%41%42%43%44", before=b"%", after=b"%")
@example(secret='a pass "word" of blanks', before=b"password=", after=b"&")
def test_no_dress_lets_a_secret_survive(
    dress: Callable[[bytes], bytes], secret: str, before: bytes, after: bytes
) -> None:
    aliases = Aliases()
    aliases.register("bearer:default", secret)
    clean = aliases.scrub(before + dress(before + secret.encode() + after) + after)
    assert not _found(secret, clean)


@settings(max_examples=50, deadline=None)
@given(secret=SECRETS, escaped=st.sets(st.integers(0, 39)), data=st.data())
def test_a_secret_escaped_here_and_there_does_not_survive(
    secret: str, escaped: set[int], data: st.DataObject
) -> None:
    forms = st.sampled_from(("%{:02x}", "%25{:02X}", "\\u00{:02x}", "&#{};", "&#x{:x};"))
    text = "".join(
        data.draw(forms).format(ord(letter)) if place in escaped else letter
        for place, letter in enumerate(secret)
    )
    aliases = Aliases()
    alias = aliases.register("bearer:default", secret)
    assert alias in aliases.scrub_text(f"<{text}>") or HIDDEN.decode() == aliases.scrub_text(text)
    assert not _found(secret, aliases.scrub(text.encode()))


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=400))
@example(text="canary-5f9 c+2b 7d0e")
@example(text='{"next": "https://ehr.example/fhir?_page=Y2FuYXJ5&x=%2Fcanary\\u00e9"}')
def test_ordinary_text_is_unchanged(text: str) -> None:
    aliases = Aliases()
    aliases.register("bearer:default", CANARY)
    aliases.register("header:x-key", "another-secret-0123")
    assert aliases.scrub_text(text) == text


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=2000))
def test_ordinary_bytes_are_unchanged(data: bytes) -> None:
    aliases = Aliases()
    aliases.register("bearer:default", CANARY)
    assert aliases.scrub(data) is data


@pytest.mark.parametrize(
    "dress",
    ["base64", "percent-encoded", "JSON with escaped slashes", "hexadecimal", "HTML by number"],
)
def test_what_surrounds_a_secret_stays(dress: str) -> None:
    aliases = Aliases()
    alias = aliases.register("bearer:default", CANARY).encode()
    clean = aliases.scrub(b'{"echo": "' + DRESSES[dress](CANARY.encode()) + b'", "other": 1}')
    assert clean.startswith(b'{"echo": "')
    assert alias in clean
    assert clean.endswith(b'", "other": 1}')


def test_a_body_of_json_with_an_echo_stays_json() -> None:
    secret = 'quo"ted\\back/slash'
    aliases = Aliases()
    alias = aliases.register("api-key:default", secret)
    for echo in (secret, f"before {secret} after", f"\\{secret}\\"):
        clean = aliases.scrub(json.dumps({"echo": echo}).encode())
        assert alias in json.loads(clean)["echo"]


def test_equal_stays_equal_and_different_stays_different() -> None:
    aliases = Aliases()
    first = aliases.register("bearer:a", "first-secret")
    assert aliases.register("bearer:b", "first-secret") == first
    second = aliases.register("bearer:a", "second-secret")
    assert (first, second) == ("«bearer:a#1»", "«bearer:a#2»")
    clean = aliases.scrub_text("first-secret second-secret first%2dsecret")
    assert clean == f"{first} {second} {first}"


@pytest.mark.parametrize("order", [("abcdefgh", "xxabcdefghyy"), ("xxabcdefghyy", "abcdefgh")])
def test_a_secret_inside_another_leaves_nothing_of_it(order: tuple[str, str]) -> None:
    aliases = Aliases()
    for secret in order:
        aliases.register("bearer:p", secret)
    assert re.fullmatch(r"<«bearer:p#\d»>", aliases.scrub_text("<xxabcdefghyy>"))


@pytest.mark.parametrize("secret", ["bearer", "default", "credential", "#1»«bearer"])
def test_an_alias_never_holds_its_own_secret(secret: str) -> None:
    aliases = Aliases()
    assert secret not in aliases.register("bearer:default", secret)


@pytest.mark.parametrize("secret", ["", "a", "abc"])
def test_a_secret_too_short_to_be_told_from_text_is_refused(secret: str) -> None:
    with pytest.raises(UsageError, match="The credential api-key:default is shorter than 4"):
        Aliases().register("api-key:default", secret)


def test_the_name_of_a_header_may_not_hold_a_secret_in_any_case() -> None:
    aliases = Aliases()
    aliases.register("bearer:default", "Mixed-Case-Secret")
    for name in ("x-mixed-case-secret", "X-MIXED-CASE-SECRET", "Mixed-Case-Secret"):
        assert aliases.scrub_name(name) == HIDDEN.decode()
    assert aliases.scrub_name("content-type") == "content-type"


def test_plain_values_are_scrubbed_to_their_leaves() -> None:
    aliases = Aliases()
    alias = aliases.register("bearer:default", CANARY)
    value = {"a": [1, None, CANARY, {"b": f"<{CANARY}>"}], CANARY: True}
    assert aliases.scrub_value(value) == {"a": [1, None, alias, {"b": f"<{alias}>"}], alias: True}


@pytest.mark.parametrize(
    "data",
    [
        b"".join(gzip.compress(b"x", mtime=0) for _ in range(100)),
        b"%41" * 2_000_001,
        gzip.compress(b"0" * ((1 << 26) + 1), mtime=0),
    ],
    ids=["a hundred archives", "millions of escapes", "an archive of 64 MiB"],
)
def test_what_cannot_be_searched_within_bounds_is_not_kept(data: bytes) -> None:
    aliases = Aliases()
    aliases.register("bearer:default", CANARY)
    assert aliases.scrub(data) == HIDDEN


def test_an_ordinary_word_is_put_in_and_not_looked_for() -> None:
    aliases = Aliases()
    alias = aliases.register("password:dora", "Password")
    page = b'<input type="password" name="Password" required="true">'
    assert aliases.scrub(page) == page
    assert aliases.reveal(alias) == "Password"


def test_no_alias_holds_another_credential() -> None:
    aliases = Aliases()
    aliases.register("password", "patient-a")
    alias = aliases.register("token:standalone:patient-a", CANARY)
    assert "patient-a" not in alias
    assert aliases.reveal(aliases.scrub(CANARY.encode()).decode()) == CANARY


def test_without_credentials_nothing_is_searched() -> None:
    data = b"%41" * 3_000_000
    assert Aliases().scrub(data) is data


def _found(secret: str, data: bytes) -> bool:
    """Look for a secret in its plain forms, and once inside of what is encoded or compressed."""
    raw = secret.encode()
    views = [data, data.replace(b"\\/", b"/")]
    views += [part for view in list(views) for part in opened(view, view)]
    forms = {raw, raw.hex().encode()}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        forms.add(encoded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6])
    return any(form in view for view in views for form in forms)
