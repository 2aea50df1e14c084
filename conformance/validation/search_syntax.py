"""The grammar of search values: escapes, alternatives, the bar of a token, references."""

import re

REFERENCE = re.compile(
    r"(?P<base>https?://.+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/?#|\s]+)(/_history/[^/]+)?"
)
"""A reference to a resource, relative or absolute; ids of any alphabet, as servers have them."""

_SPECIAL = "\\,|$"
_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d.*)", re.DOTALL)


def same_base(one: str | None, other: str | None) -> bool:
    """Tell whether two base URLs are written alike, but for case and a slash at the end."""
    return (one or "").rstrip("/").lower() == (other or "").rstrip("/").lower()


def escape(text: str) -> str:
    """Return `text` with the characters that mean something in a search value escaped."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def unescape(text: str) -> str:
    """Return what an escaped value stands for; a backslash before any other character stays."""
    out = []
    position = 0
    while position < len(text):
        if text[position] == "\\" and text[position + 1 : position + 2] in (*_SPECIAL,):
            position += 1
        out.append(text[position])
        position += 1
    return "".join(out)


def alternatives(value: str) -> list[str]:
    """Split a value at its unescaped commas; the parts are still escaped."""
    return _split(value, ",")


def token_parts(value: str) -> tuple[str | None, str]:
    """
    Return system and code of one token value, unescaped.

    The system is None for `code`, "" for `|code`; the code is "" for `system|`.
    """
    system, *rest = _split(value, "|")
    if not rest:
        return None, unescape(system)
    return unescape(system), unescape("|".join(rest))


def date_parts(value: str) -> tuple[str, str]:
    """Return prefix ("" where there is none) and date of one date value; both "" for none."""
    found = _PREFIXED.fullmatch(value)
    return (found[1] or "", found[2]) if found else ("", "")


def _split(text: str, separator: str) -> list[str]:
    if "\\" not in text:
        return text.split(separator)
    parts = [""]
    escaped = False
    for char in text:
        if char == separator and not escaped:
            parts.append("")
            continue
        parts[-1] += char
        escaped = char == "\\" and not escaped
    return parts
