"""
Codes of large code systems that cannot be codes of theirs: check digits and shapes.

A hint to a typing error, never a verdict on a binding: the systems do not ship with this tool.
LOINC and NPI: a Luhn check digit; SNOMED CT: Verhoeff's; UCUM: the grammar of the unit's text;
CVX, ICD-10-CM, RxNorm, NDC: what their codes look like.
"""

import re
from collections.abc import Callable
from typing import Any

from conformance.validation.checks import Check, Context
from conformance.validation.issue import Found

_LOINC = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)
_LOINC_PART = re.compile(r"L[A-Z][0-9]{1,7}-[0-9]", re.ASCII)
_SCTID = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)
_MOST = 200

_VERHOEFF_TIMES = (
    *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
    *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
)
_VERHOEFF_SHIFT = (
    *("0123456789", "1576283094", "5803796142", "8916043527"),
    *("9453126870", "4286573901", "2793806415", "7046913258"),
)

# A unit's text (UCUM 1.9, table 1): terms of units with exponents, factors, annotations, brackets.
# Annotations with spaces are no UCUM, but stand in the lists of units that HL7 publishes.
_ANNOTATION = r"\{[\x20-\x7a\x7c\x7e]*\}"
_BRACKET = r"\[[\x21-\x5a\x5c\x5e-\x7e]+\]"
_ATOM = rf"(?:{_BRACKET}|[A-Za-z%*'\"^_]|[0-9]+(?=[\^*]))+"
_COMPONENT = rf"(?:{_ATOM}(?:[+-]?[0-9]+)?(?:{_ANNOTATION})?|[0-9]*{_ANNOTATION}|[0-9]+)"
_UCUM = re.compile(rf"/?{_COMPONENT}(?:[./]{_COMPONENT})*", re.ASCII)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_loinc(code: str) -> bool:
    """Tell whether a LOINC code has its check digit; of parts and answers the shape counts."""
    if _LOINC_PART.fullmatch(code):
        return True
    return _LOINC.fullmatch(code) is not None and _luhn(code.replace("-", ""))


def is_sctid(code: str) -> bool:
    """Tell whether a SNOMED CT identifier has its check digit; expressions are not judged."""
    if not code.isdigit():
        return any(mark in code for mark in ":+=|")
    if not _SCTID.fullmatch(code):
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_VERHOEFF_TIMES[check][int(_VERHOEFF_SHIFT[place % 8][int(digit)])])
    return check == 0


def is_ucum(code: str) -> bool:
    """Tell whether a text can be a UCUM unit; brackets around terms are taken off first."""
    for _ in range(8):
        bare = re.sub(r"\(([^()\[\]]*)\)", r"\1", code)
        if bare == code:
            break
        code = bare
    return _UCUM.fullmatch(code) is not None


def is_npi(number: str) -> bool:
    """Tell whether a National Provider Identifier has its check digit (with the prefix 80840)."""
    return re.fullmatch(r"[12][0-9]{9}", number, re.ASCII) is not None and _luhn(f"80840{number}")


def _shape(pattern: str) -> Callable[[str], bool]:
    match = re.compile(pattern, re.ASCII).fullmatch
    return lambda code: match(code) is not None


SYSTEMS: dict[str, tuple[str, str, Callable[[str], bool]]] = {
    "http://loinc.org": ("loinc", "LOINC", is_loinc),
    "http://snomed.info/sct": ("snomed", "SNOMED CT", is_sctid),
    "http://unitsofmeasure.org": ("ucum", "UCUM", is_ucum),
    "http://hl7.org/fhir/sid/us-npi": ("npi", "NPI", is_npi),
    "http://hl7.org/fhir/sid/cvx": ("cvx", "CVX", _shape(r"[0-9]{1,3}")),
    "http://hl7.org/fhir/sid/icd-10-cm": (
        "icd-10",
        "ICD-10-CM",
        _shape(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?|[A-Z][0-9]{2}-[A-Z][0-9]{2}"),
    ),
    "http://www.nlm.nih.gov/research/umls/rxnorm": ("rxnorm", "RxNorm", _shape(r"[0-9]{1,8}")),
    "http://hl7.org/fhir/sid/ndc": (
        "ndc",
        "NDC",
        _shape(r"[0-9]{9,12}|[0-9]{4,5}-[0-9]{3,4}(?:-[0-9]{1,2})?|[0-9]{5}-[0-9]{4}-[0-9*]{2}"),
    ),
}
"""By code system: the word of the issue's code, its name, and the test."""

MEMBERS = {"Coding": "code", "Quantity": "code", "Identifier": "value"}
"""The member that holds the code, by data type."""


def sanity(type_: str) -> Check:
    """Return the check of the codes in values of `type_`, one of MEMBERS."""
    member = MEMBERS[type_]

    def check(value: Any, context: Context) -> list[Found] | None:
        if not isinstance(value, dict):
            return None
        system = value.get("system")
        known = SYSTEMS.get(system) if isinstance(system, str) else None
        code = value.get(member)
        if known is None or not isinstance(code, str) or len(code) > _MOST or known[2](code):
            return None
        message = f"{known[1]} has no codes of this shape or check digit."
        word = f"sanity.{known[0]}"
        return [Found(word, message, level="warning", step=member, value=code)]

    return check
