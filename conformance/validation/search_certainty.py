"""
Must a search find this resource? What any server has to find, whatever R4 leaves to it.

`search_matching` leans to True, since a False is held against a server that returned a resource;
here a True is held against one that did not, so what R4 leaves open counts as not sure.
"""

from collections.abc import Callable
from typing import Any

from conformance.ig.rows import SearchParameter
from conformance.validation.date_ranges import parse_date, parse_period, surely
from conformance.validation.search_elements import Located, located
from conformance.validation.search_syntax import (
    REFERENCE,
    alternatives,
    date_parts,
    same_base,
    token_parts,
    unescape,
)

_NAME_PARTS = ("family", "given")
_ADDRESS_PARTS = ("city", "state", "postalCode", "country")
_PAST_USES = ("old", "maiden", "temp")


def surely_matches(
    resource: Any, parameter: SearchParameter, value: str, *, base: str = ""
) -> bool:
    """Tell whether a search by `parameter` with `value` has to find `resource`, beyond doubt."""
    judge = _JUDGES.get(parameter.kind)
    if judge is None or not isinstance(resource, dict):
        return False
    return resource.get("resourceType") == parameter.type and any(
        judge(found, wanted, parameter, base)
        for wanted in alternatives(value)
        for found in located(resource, parameter)
        if not found.absent
    )


def _token(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool:
    system, code = token_parts(wanted)
    value = found.value
    if isinstance(value, bool):
        return system is None and code == str(value).lower()
    if isinstance(value, str):
        return system is None and code == value
    if not isinstance(value, dict):
        return False
    if found.type == "ContactPoint":
        return system is None and code == value.get("value")
    if found.type == "Identifier":
        return _coded(value.get("system"), value.get("value"), system, code)
    codings = value.get("coding") if found.type == "CodeableConcept" else [value]
    return isinstance(codings, list) and any(
        _coded(coding.get("system"), coding.get("code"), system, code)
        for coding in codings
        if isinstance(coding, dict)
    )


def _coded(has_system: Any, has_code: Any, system: str | None, code: str) -> bool:
    """Compare as written: whether case counts is a matter of the code system."""
    if system is not None and (has_system or "") != system:
        return False
    return has_code == code if code else bool(system)


def _string(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool:
    """Ask for the parts that every server searches, of names and addresses that are in use."""
    text, value = unescape(wanted), found.value
    if isinstance(value, str):
        return value.startswith(text)
    if not isinstance(value, dict) or value.get("use") in _PAST_USES:
        return False
    for name in _ADDRESS_PARTS if found.type == "Address" else _NAME_PARTS:
        held = value.get(name)
        for part in held if isinstance(held, list) else [held]:
            if isinstance(part, str) and part.startswith(text):
                return True
    return False


def _reference(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool:
    text = unescape(wanted)
    if found.type == "canonical":
        return bool(found.value == text)
    has = found.value.get("reference") if isinstance(found.value, dict) else None
    target = REFERENCE.fullmatch(has) if isinstance(has, str) else None
    asked = REFERENCE.fullmatch(text)
    if target is None or target[4] or not same_base(target["base"] or base, base):
        return False
    if "/" not in text:
        # A bare id is sure to mean one type only where the parameter has no other.
        return target["id"] == text and parameter.targets == (target["type"],)
    if asked is None or not same_base(asked["base"] or base, base):
        return False
    return (target["type"], target["id"]) == (asked["type"], asked["id"])


def _date(found: Located, wanted: str, parameter: SearchParameter, base: str) -> bool:
    prefix, text = date_parts(wanted)
    asked = parse_date(text)
    value = found.value
    target = parse_date(value) if isinstance(value, str) else None
    if found.type == "Period":
        target = parse_period(value)
    return asked is not None and target is not None and surely(prefix or "eq", asked, target)


_JUDGES: dict[str, Callable[[Located, str, SearchParameter, str], bool]] = {
    "token": _token,
    "string": _string,
    "reference": _reference,
    "date": _date,
}
