r"""
Show text that a server wrote without letting it act.

Control characters drive a terminal, bidirectional controls re-order a line, and lone surrogates fit
neither UTF-8 nor XML. All of them, and characters without a shape, become escapes that a reader
sees (`\x1b`, `\u202e`). Markup is left as it stands: HTML and XML writers escape that.
"""

import re

_PLANE_ENDS = "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    r"\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f" + _PLANE_ENDS + "]"
)
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: object, *, limit: int | None = None) -> str:
    """
    Return `text` on one line with everything unseen written as an escape.

    None is empty, other values are shown as `str` shows them. What is longer than `limit`
    characters is cut, and the number of characters left out is said.
    """
    if text is None:
        return ""
    whole = str(text)
    kept = whole if limit is None or len(whole) <= limit else whole[:limit]
    shown = _UNSEEN.sub(_escape, kept)
    left_out = len(whole) - len(kept)
    return f"{shown}… ({left_out:,} more characters)" if left_out else shown


def folded(text: object) -> str:
    """Return prose of our own, such as a docstring, with its line breaks as single spaces."""
    return "" if text is None else " ".join(str(text).split())


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
