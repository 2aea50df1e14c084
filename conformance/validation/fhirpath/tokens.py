"""FHIRPath source to tokens (FHIRPath N1, appendix B: the grammar)."""

import re
from dataclasses import dataclass

from conformance.validation.fhirpath.nodes import NotEvaluable

LONGEST = 20_000
"""Characters of an expression that are looked at; the longest of R4 and US Core has 700."""

_TOKEN = re.compile(
    r"""
    (?P<space>   \s+ | //[^\r\n]* | /\*.*?\*/ )
  | (?P<time>    @T \d{2} (?: :\d{2} (?: :\d{2} (?:\.\d+)? )? )? )
  | (?P<datetime>@ \d{4} (?:-\d{2} (?:-\d{2})? )? T
                 (?: \d{2} (?: :\d{2} (?: :\d{2} (?:\.\d+)? )? )? (?: Z | [+-]\d{2}:\d{2} )? )? )
  | (?P<date>    @ \d{4} (?:-\d{2} (?:-\d{2})? )? )
  | (?P<number>  \d+ (?:\.\d+)? )
  | (?P<string>  ' (?: [^'\\] | \\. )* ' )
  | (?P<quoted>  ` (?: [^`\\] | \\. )* ` )
  | (?P<special> \$[a-z]+ )
  | (?P<variable>% (?: [A-Za-z_][A-Za-z0-9_-]*
                     | ` (?: [^`\\] | \\. )* ` | ' (?: [^'\\] | \\. )* ' ) )
  | (?P<word>    [A-Za-z_][A-Za-z0-9_]* )
  | (?P<sign>    != | !~ | <= | >= | [-+*/&|=~<>.,()\[\]{}] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_PLAIN = "'\"`\\/"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is a group of the pattern above, or `end`."""

    kind: str
    text: str
    at: int


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression, closed by one of kind `end`."""
    if len(expression) > LONGEST:
        raise NotEvaluable(f"The expression is longer than {LONGEST} characters.")
    found: list[Token] = []
    at = 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise NotEvaluable(f"The expression is no FHIRPath at character {at + 1}.")
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, _text(kind, match.group()), at))
        at = match.end()
    found.append(Token("end", "", at))
    return found


def _text(kind: str, source: str) -> str:
    if kind in ("string", "quoted"):
        return _unescaped(source[1:-1])
    if kind == "variable" and source[1] in "`'":
        return "%" + _unescaped(source[2:-1])
    if kind in ("date", "datetime", "time"):
        return source[1:].removeprefix("T")
    return source


def _unescaped(source: str) -> str:
    return _ESCAPE.sub(_plain, source) if "\\" in source else source


def _plain(match: re.Match[str]) -> str:
    code, character = match.groups()
    if code:
        return chr(int(code, 16))
    if character in _ESCAPED:
        return _ESCAPED[character]
    # An escape that the grammar does not know, such as `\d`: packages mean the regular expression.
    return character if character in _PLAIN else "\\" + character
