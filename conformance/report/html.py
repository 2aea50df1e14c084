"""
One self-contained HTML page of a results document.

The page asks for nothing over the network and runs nothing: no script, no font, no picture from
elsewhere, and a content security policy that would stop them. Every expression of the template is
made visible and then escaped; no address that a server named becomes a link.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conformance.report import wording
from conformance.report.causes import row_label
from conformance.report.document import entries, number, part, text, words
from conformance.report.escape import folded, visible
from conformance.report.page import page_of

_TEMPLATES = Path(__file__).with_name("templates")
_LONGEST_TEXT = 2000
_MOST_OCCURRENCES = 25
_MOST_IDS = 200


def render_html(document: Mapping[str, Any]) -> str:
    """Return the page of `document`; the same document gives the same page."""
    template = _environment().get_template("report.html.j2")
    return template.render(page=page_of(document))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "wording": wording,
        "tier_number": {tier: place for place, tier in enumerate(wording.TIERS, 1)},
        "most_occurrences": _MOST_OCCURRENCES,
        "most_ids": _MOST_IDS,
        "text": text,
        "number": number,
        "strings": words,
        "entries": entries,
        "part": part,
        "row_label": row_label,
    }
    environment.filters["folded"] = folded
    return environment


def _shown(value: object) -> object:
    """Make each printed value visible; what carries markup is output of the template's macros."""
    return value if hasattr(value, "__html__") else visible(value, limit=_LONGEST_TEXT)
