"""
`htmlChecks()`: whether a narrative keeps to R4 section 2.4.1.

Well-formed XHTML in one `div` of the XHTML namespace; only the formatting elements of HTML 4.0
(chapters 7 to 11 but forms, and 15), `a` and `img`, no scripts, events or style sheets; and some
text or an image in it. Entities are those of the DTD that section names; a document type, external
entities and processing instructions are refused before anything is parsed, so that no entity can
grow, and nests are read up to a bound.
"""

import html.entities
import re
from typing import Any
from xml.parsers import expat

from conformance.validation.fhirpath.tags import NAMESPACE, allows, clearly_allowed

DEEPEST = 256
LONGEST = 8 * 1024 * 1024
_XML_SPACE = "http://www.w3.org/XML/1998/namespace "

_REFUSED = re.compile(r"<[!?](?!--|\[CDATA\[)")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


class _Refused(Exception):
    pass


_last: tuple[str, bool] = ("", False)
"""The narrative judged last: txt-1 and txt-2 ask the same of the same one."""


def html_checks(text: Any) -> bool:
    """Whether the text is a narrative as R4 allows it; True where there is no text to judge."""
    global _last
    if type(text) is not str:
        return True
    known, found = _last
    if known is not text:
        found = len(text) <= LONGEST and (clearly_allowed(text) or _parses(text))
        _last = text, found
    return found


def _parses(text: str) -> bool:
    """Whether a parser that looks at each element finds nothing that is not allowed."""
    if _REFUSED.search(text):
        return False
    reader = _Reader()
    try:
        reader.parser.Parse(_ENTITY.sub(_character, text).encode(), True)
    except (_Refused, expat.ExpatError, UnicodeEncodeError):
        return False
    return reader.content


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _XML:
        return match.group()
    if name not in html.entities.name2codepoint:
        raise _Refused(name)
    return f"&#{html.entities.name2codepoint[name]};"


class _Reader:
    """Follows the parser and refuses what is not allowed."""

    def __init__(self) -> None:
        self.depth = 0
        self.content = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        space, _, local = name.rpartition(" ")
        if self.depth > DEEPEST or space != NAMESPACE or (self.depth == 1 and local != "div"):
            raise _Refused(local)
        if not allows(
            local, {key.replace(_XML_SPACE, "xml:"): attributes[key] for key in attributes}
        ):
            raise _Refused(local)
        if local == "img":
            self.content = True

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, data: str) -> None:
        if not self.content and data.strip():
            self.content = True
