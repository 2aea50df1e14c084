"""Recognise the inside of a server in what it sends: stack traces and the pages of frameworks."""

import re

_SIGNS = {
    "a Java stack trace": rb"at [\w$.]{1,200}\([\w$]{1,99}\.(?:java|kt|scala|groovy):\d{1,6}\)",
    "a Python traceback": rb"Traceback \(most recent call last\)",
    "a .NET stack trace": rb"at [\w.`<>]{1,200}\([^()\r\n]{0,99}\) in [^\r\n]{1,99}:line \d{1,6}",
    "a PHP error": rb"(?:PHP )?Fatal error: |\.php(?: on line |:)\d{1,6}",
    "a Ruby backtrace": rb"\.rb:\d{1,6}:in [`']",
    "a Node.js stack trace": rb"at [^\r\n()]{0,99}\([^\r\n()]{1,99}\.[cm]?[jt]s:\d{1,6}:\d{1,6}\)",
    "an error of a database": rb"SQLSTATE\[|ORA-\d{5}\b|org\.postgresql\.util\.|psycopg2?\.errors",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _SIGNS.items()}
MOST = 1 << 18
"""So many bytes of a body are looked at: traces stand near its beginning."""


def inside_shown(content: bytes) -> str:
    """Say which part of the inside a body shows, "" when none is recognised."""
    beginning = content[:MOST]
    return next((name for name, wanted in _PATTERNS.items() if wanted.search(beginning)), "")
