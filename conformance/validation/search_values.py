"""
Build a search value from a resource, so that the search must find that resource again.

A value is the most searchable part of an element: a well-known coding, a family name, a city. Where
a server gave a reason for missing data, the element is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.ig.rows import SearchParameter
from conformance.validation.date_ranges import parse_period
from conformance.validation.date_values import date_shifted, is_exact
from conformance.validation.search_elements import Located, is_absent, located
from conformance.validation.search_syntax import REFERENCE, escape, same_base

_KNOWN_SYSTEMS = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://terminology.hl7.org/",
    "http://hl7.org/fhir/us/core/",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/",
    "http://hl7.org/fhir/",
    "http://www.ama-assn.org/go/cpt",
    "http://www.cms.gov/",
    "http://www.nubc.org/",
    "http://nucc.org/",
    "http://www.ada.org/",
    "urn:oid:2.16.840.1.113883.",
)
_ABSENT_SYSTEMS = ("data-absent-reason", "v3-NullFlavor")
_ABSENT_CODES = ("UNK", "unknown")
# The whole text comes last: a server may search the parts only.
_NAME_PARTS = ("family", "given", "text")
_ADDRESS_PARTS = ("city", "state", "postalCode", "country", "text")
_PAST_USES = ("old", "maiden", "temp")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchValue:
    """
    A value to search with.

    `value` is escaped as FHIR wants it, not yet for a URL. `with_system` is the same as
    `system|code`, None where the resource names no system. `element` is where the value is from.
    `sensitive` values come from a person's own data and may be shown only as `shown`. `comparator`
    is the prefix that `value` starts with, or "".
    """

    value: str
    element: str
    sensitive: bool
    with_system: str | None = None
    comparator: str = ""

    @property
    def shown(self) -> str:
        """What findings and curl lines hold in the value's place."""
        return f"{self.comparator}<{self.element}>" if self.sensitive else self.value


def value_from(resource: Any, parameter: SearchParameter, *, base: str = "") -> SearchValue | None:
    """
    Return a value with which a search must find `resource`, None when it holds nothing usable.

    A reference below `base`, the server's FHIR base URL, becomes `Type/id`: that form every server
    has to take, an absolute URL not.

    A date that is coarser than the guide wants, and every Period, becomes a comparison with the day
    before its start (`gt`) or the day after its end (`lt`).
    """
    return next(_values(resource, parameter, "", base), None)


def comparator_value(
    resource: Any, parameter: SearchParameter, comparator: str
) -> SearchValue | None:
    """
    Return a date value with `comparator` (`gt`, `ge`, `lt`, `le`) that `resource` must satisfy.

    None when the resource holds no usable date, or the parameter is of another kind.
    """
    if parameter.kind != "date":
        return None
    return next(_values(resource, parameter, comparator, ""), None)


def _values(
    resource: Any, parameter: SearchParameter, comparator: str, base: str
) -> Iterator[SearchValue]:
    usable = [found for found in located(resource, parameter) if not found.absent]
    for found in sorted(usable, key=_is_past):
        if parameter.kind == "token":
            yield from _token(found)
        elif parameter.kind == "string":
            yield from _string(found)
        elif parameter.kind == "reference":
            yield from _reference(found, parameter, base)
        elif parameter.kind == "date":
            yield from _date(found, parameter, comparator)


def _is_past(found: Located) -> bool:
    return isinstance(found.value, dict) and found.value.get("use") in _PAST_USES


def _token(found: Located) -> Iterator[SearchValue]:
    value = found.value
    if isinstance(value, bool):
        yield SearchValue(value=str(value).lower(), element=found.path, sensitive=False)
    elif isinstance(value, str) and value and value not in _ABSENT_CODES:
        yield SearchValue(value=escape(value), element=found.path, sensitive=False)
    elif found.type in ("Identifier", "ContactPoint") and isinstance(value, dict):
        system = value.get("system") if found.type == "Identifier" else None
        yield from _pair(system, value.get("value"), f"{found.path}.value", sensitive=True)
    elif found.type == "CodeableConcept" and isinstance(value, dict):
        codings = value.get("coding")
        held = [entry for entry in codings if _usable(entry)] if isinstance(codings, list) else []
        for coding in sorted(held, key=_rank):
            path = f"{found.path}.coding.code"
            yield from _pair(coding.get("system"), coding["code"], path, sensitive=False)
    elif found.type == "Coding" and _usable(value):
        yield from _pair(value.get("system"), value["code"], f"{found.path}.code", sensitive=False)


def _usable(coding: Any) -> bool:
    if not isinstance(coding, dict) or not isinstance(coding.get("code"), str) or is_absent(coding):
        return False
    system = coding.get("system")
    absent = isinstance(system, str) and system.endswith(_ABSENT_SYSTEMS)
    return bool(coding["code"]) and not absent and coding["code"] not in _ABSENT_CODES


def _rank(coding: dict[str, Any]) -> int:
    system = coding.get("system")
    if not isinstance(system, str):
        return len(_KNOWN_SYSTEMS) + 1
    for rank, known in enumerate(_KNOWN_SYSTEMS):
        if system.startswith(known):
            return rank
    return len(_KNOWN_SYSTEMS)


def _pair(system: Any, code: Any, path: str, *, sensitive: bool) -> Iterator[SearchValue]:
    if isinstance(code, str) and code.strip():
        has_system = isinstance(system, str) and system
        yield SearchValue(
            value=escape(code),
            with_system=f"{escape(system)}|{escape(code)}" if has_system else None,
            element=path,
            sensitive=sensitive,
        )


def _string(found: Located) -> Iterator[SearchValue]:
    if isinstance(found.value, str) and found.value.strip():
        yield SearchValue(value=escape(found.value), element=found.path, sensitive=True)
    elif isinstance(found.value, dict):
        for name in _ADDRESS_PARTS if found.type == "Address" else _NAME_PARTS:
            held = found.value.get(name)
            for part in held if isinstance(held, list) else [held]:
                if isinstance(part, str) and part.strip():
                    path = f"{found.path}.{name}"
                    yield SearchValue(value=escape(part), element=path, sensitive=True)


def _reference(found: Located, parameter: SearchParameter, base: str) -> Iterator[SearchValue]:
    if found.type == "canonical" and isinstance(found.value, str) and found.value:
        yield SearchValue(value=escape(found.value), element=found.path, sensitive=False)
        return
    has = found.value.get("reference") if isinstance(found.value, dict) else None
    target = REFERENCE.fullmatch(has) if isinstance(has, str) else None
    if target and (not parameter.targets or target["type"] in parameter.targets):
        plain = target[0].removesuffix(target[4] or "")
        if target["base"] and same_base(target["base"], base):
            plain = f"{target['type']}/{target['id']}"
        yield SearchValue(value=escape(plain), element=found.path, sensitive=False)


def _date(found: Located, parameter: SearchParameter, comparator: str) -> Iterator[SearchValue]:
    for path, text, prefix in _dates(found, comparator):
        plain = text[:10] if parameter.precision == "day" else text
        if not prefix and is_exact(plain, parameter.precision):
            yield SearchValue(value=plain, element=path, sensitive=True)
        elif value := date_shifted(text, prefix or "gt", parameter.precision):
            yield SearchValue(value=value, element=path, sensitive=True, comparator=prefix or "gt")


def _dates(found: Located, comparator: str) -> Iterator[tuple[str, str, str]]:
    """Yield path, date and prefix; of a Period the end that the prefix asks about comes first."""
    if isinstance(found.value, str):
        yield found.path, found.value, comparator
    elif isinstance(found.value, dict) and parse_period(found.value) is not None:
        ends = ("end", "start") if comparator in ("lt", "le", "eb") else ("start", "end")
        for end in ends:
            if isinstance(found.value.get(end), str):
                default = "gt" if end == "start" else "lt"
                yield f"{found.path}.{end}", found.value[end], comparator or default
