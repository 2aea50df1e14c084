"""
The elements and attributes of narratives, and a quick look at one.

The quick look says "allowed" of nearly all narratives that are, and of no other. Most tags of a
narrative are `<td>` and its like, so each distinct one is judged once and remembered (boundedly);
that they nest is left to a parser that calls nothing of ours. Anything unusual (comments, CDATA, a
`>` in an attribute, a namespace prefix, HTML's own entities) is left to the reader in `xhtml`.
"""

import re
from xml.parsers import expat

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

_SCRIPT = re.compile(r"\s*(javascript|vbscript)\s*:", re.IGNORECASE)
_OPENING = re.compile(r"""([a-z][a-z0-9]*)((?:\s+[a-z:]+\s*=\s*(?:"[^"<>&]*"|'[^'<>&]*'))*)\s*/?""")
_CLOSING = re.compile(r"/[a-z][a-z0-9]*\s*")
_ATTRIBUTE = re.compile(r"""\s([a-z:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CONTENT = re.compile(r">\s*[^\s<&>]")

_clear: set[str] = set()
MOST = 4096
"""Tags that are remembered at most."""


def allows(name: str, attributes: dict[str, str]) -> bool:
    """Whether a narrative may have this element with these attributes."""
    allowed = ALLOWED.get(name)
    return allowed is not None and all(
        key in allowed and not (key in ("href", "src") and _SCRIPT.match(value))
        for key, value in attributes.items()
    )


def clearly_allowed(text: str) -> bool:
    """Whether the text is certainly an allowed narrative; False says that a reader has to look."""
    if not text.startswith(_ROOTS) or text.count("xmlns") != 1 or not _CONTENT.search(text):
        return False
    new = {piece.partition(">")[0] for piece in text[1:].split("<")} - _clear
    if new:
        if not all(map(_is_clear, new)):
            return False
        if len(_clear) > MOST:
            _clear.clear()
        _clear.update(new)
    try:
        expat.ParserCreate().Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


_ROOTS = tuple(f"<div xmlns={quote}{NAMESPACE}{quote}" for quote in ('"', "'"))


def _is_clear(tag: str) -> bool:
    """Whether a tag, without its angle brackets, is one that narratives may have."""
    if _CLOSING.fullmatch(tag):
        return True
    opening = _OPENING.fullmatch(tag)
    if opening is None:
        return False
    attributes = {key: double or single for key, double, single in _ATTRIBUTE.findall(opening[2])}
    return allows(opening[1], attributes)
