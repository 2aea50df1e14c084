"""
Does a resource match a search? The judge's own reading of R4 search, section 3.1.1.4.

Answers are True, False and None for what cannot be judged from the resource alone. Where R4 leaves
room to servers, the answer leans to True or None: a False is held against the server.
"""

from collections.abc import Callable
from typing import Any

from conformance.ig.rows import SearchParameter
from conformance.validation.date_ranges import (
    Range,
    compare,
    parse_date,
    parse_period,
    parse_timing,
)
from conformance.validation.search_elements import Located, located
from conformance.validation.search_syntax import (
    REFERENCE,
    alternatives,
    date_parts,
    same_base,
    token_parts,
    unescape,
)
from conformance.validation.text_matching import starts_with

_NAME_PARTS = ("text", "family", "given", "prefix", "suffix")
_ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")


def matches(
    resource: Any, parameter: SearchParameter, value: str, *, base: str = ""
) -> bool | None:
    """
    Tell whether `resource` matches `parameter` with `value` (no longer URL-encoded, still escaped).

    `base` is the server's FHIR base URL: it tells which absolute references are the server's own.
    None when that cannot be judged: another resource type, a kind of parameter that is not known
    here, a value or an element that is malformed.
    """
    judge = _JUDGES.get(parameter.kind)
    if judge is None or not isinstance(resource, dict):
        return None
    if resource.get("resourceType") != parameter.type:
        return None
    answers = [
        judge(found, wanted, parameter, base)
        for wanted in alternatives(value)
        for found in located(resource, parameter)
    ]
    if True in answers:
        return True
    if None in answers:
        return None
    # Whether a missing element differs from a value is left open by R4.
    return None if not answers and value.startswith("ne") and parameter.kind == "date" else False


def _token(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool | None:
    system, code = token_parts(wanted)
    value = found.value
    if isinstance(value, bool):
        return code == str(value).lower() and system in (None, "")
    if isinstance(value, str):
        if code and not (
            value == code if found.type == "string" else value.lower() == code.lower()
        ):
            return False
        # The system of a bare code is in the definition of its element, not in the resource.
        return None if system else True
    if not isinstance(value, dict):
        return False
    if found.type == "Identifier":
        return _coded(value.get("system"), value.get("value"), system, code, exact=True)
    if found.type == "ContactPoint":
        return _coded(value.get("use"), value.get("value"), system, code, exact=False)
    codings = value.get("coding") if found.type == "CodeableConcept" else [value]
    if not isinstance(codings, list):
        return False
    return any(
        _coded(coding.get("system"), coding.get("code"), system, code, exact=False)
        for coding in codings
        if isinstance(coding, dict)
    )


def _coded(has_system: Any, has_code: Any, system: str | None, code: str, *, exact: bool) -> bool:
    if system is not None and (has_system or "") != system:
        return False
    if not code:
        return bool(system)
    if not isinstance(has_code, str):
        return False
    return has_code == code if exact else has_code.lower() == code.lower()


def _string(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool | None:
    text = unescape(wanted)
    if isinstance(found.value, str):
        return starts_with([found.value], text)
    if not isinstance(found.value, dict):
        return False
    parts: list[str] = []
    for name in _ADDRESS_PARTS if found.type == "Address" else _NAME_PARTS:
        held = found.value.get(name)
        parts += [
            part for part in (held if isinstance(held, list) else [held]) if isinstance(part, str)
        ]
    return starts_with(parts, text)


def _reference(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool | None:
    text = unescape(wanted)
    if found.type == "canonical":
        return _canonical(found.value, text)
    has = found.value.get("reference") if isinstance(found.value, dict) else None
    if not isinstance(has, str) or has.startswith("#"):
        # Known by an identifier or contained: the server may have resolved it, we cannot.
        return None if isinstance(found.value, dict) and found.value else False
    target = REFERENCE.fullmatch(has)
    if target is None:
        return has == text
    if "/" not in text:
        typed = not parameter.targets or target["type"] in parameter.targets
        return typed and target["id"] == text and _own(target["base"], None, base)
    asked = REFERENCE.fullmatch(text)
    if asked is None:
        return has == text
    same = (target["type"], target["id"]) == (asked["type"], asked["id"])
    return same and _own(target["base"], asked["base"], base)


def _own(one: str | None, other: str | None, base: str) -> bool | None:
    """Tell whether two bases are the same server's; None when they may be two names of one."""
    return True if same_base(one or base, other or base) else None


def _canonical(has: Any, text: str) -> bool:
    if not isinstance(has, str):
        return False
    return has == text or ("|" not in text and has.partition("|")[0] == text)


def _date(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool | None:
    prefix, text = date_parts(wanted)
    asked = parse_date(text)
    target = _range(found)
    if asked is None or target is None:
        return None
    return compare(prefix or "eq", asked, target)


def _range(found: Located) -> Range | None:
    if isinstance(found.value, str):
        return parse_date(found.value)
    return parse_timing(found.value) if found.type == "Timing" else parse_period(found.value)


_JUDGES: dict[str, Callable[[Located, str, SearchParameter, str], bool | None]] = {
    "token": _token,
    "string": _string,
    "reference": _reference,
    "date": _date,
}
