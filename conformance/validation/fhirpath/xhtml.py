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

DEEPEST = 256
LONGEST = 8 * 1024 * 1024
NAMESPACE = "http://www.w3.org/1999/xhtml"

_ELEMENTS = (
    "div p br h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn code q var abbr acronym cite"
    " blockquote hr address bdo kbd ol ul li dl dt dd pre table caption colgroup col thead tbody"
    " tfoot tr th td img map area samp sub sup ins del strike s u font center"
)
_COMMON = "title style class id lang dir accesskey tabindex xml:lang xmlns"
ATTRIBUTES = {
    "a": "href name charset hreflang rel rev type shape coords",
    "img": "src alt longdesc height width usemap ismap border align hspace vspace",
    "area": "shape coords href nohref alt",
    "map": "name",
    "table": "summary width border frame rules cellspacing cellpadding align bgcolor",
    "td": "abbr axis headers scope rowspan colspan align char charoff valign nowrap width height"
    " bgcolor",
    "th": "abbr axis headers scope rowspan colspan align char charoff valign nowrap width height"
    " bgcolor",
    "tr": "align char charoff valign bgcolor",
    "col": "span width align char charoff valign",
    "colgroup": "span width align char charoff valign",
    "thead": "align char charoff valign",
    "tbody": "align char charoff valign",
    "tfoot": "align char charoff valign",
    "blockquote": "cite",
    "q": "cite",
    "ins": "cite datetime",
    "del": "cite datetime",
    "ol": "type start compact",
    "ul": "type compact",
    "li": "type value",
    "font": "size color face",
    "hr": "align noshade size width",
    "br": "clear",
    "pre": "width xml:space",
    **dict.fromkeys(("div", "p", "caption", "h1", "h2", "h3", "h4", "h5", "h6"), "align"),
}
ALLOWED = {
    name: frozenset(f"{_COMMON} {ATTRIBUTES.get(name, '')}".split()) for name in _ELEMENTS.split()
}
"""Elements that a narrative may use, with the attributes that they may have."""

_REFUSED = re.compile(r"<[!?](?!--|\[CDATA\[)")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_SCRIPT = re.compile(r"\s*(javascript|vbscript)\s*:", re.IGNORECASE)


class _Refused(Exception):
    pass


def html_checks(text: Any) -> bool:
    """Whether the text is a narrative as R4 allows it; True where there is no text to judge."""
    if type(text) is not str:
        return True
    if len(text) > LONGEST or _REFUSED.search(text):
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
        allowed = ALLOWED.get(local)
        if self.depth > DEEPEST or space != NAMESPACE or allowed is None:
            raise _Refused(local)
        if self.depth == 1 and local != "div":
            raise _Refused(local)
        for key, value in attributes.items():
            key = key.replace("http://www.w3.org/XML/1998/namespace ", "xml:")
            if key not in allowed or (key in ("href", "src") and _SCRIPT.match(value)):
                raise _Refused(key)
        if local == "img":
            self.content = True

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, data: str) -> None:
        if not self.content and data.strip():
            self.content = True
