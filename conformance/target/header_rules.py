"""What may stand as the name or the value of an HTTP header."""

import re

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")

RESERVED = frozenset(
    {
        "accept",
        "connection",
        "content-length",
        "content-type",
        "host",
        "if-modified-since",
        "if-none-match",
        "prefer",
        "transfer-encoding",
        "user-agent",
    }
)
"""Headers that the checks or the client set themselves: a fixed one would falsify outcomes."""


def is_name(text: str) -> bool:
    """Tell whether `text` can be a header's name (RFC 9110, 5.6.2)."""
    return _NAME.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Tell whether `text` can be sent as a value: printable ASCII without blanks at its ends."""
    return _VALUE.fullmatch(text) is not None
