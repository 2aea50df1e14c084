"""
Hold coded elements against required bindings (R4 4.1.4), as far as the sets expand offline.

A set that does not expand makes no test: the binding is not checked, and listed as such.
"""

from collections.abc import Callable
from typing import Any

from conformance.ig.definitions import ValueSet

CodeTest = Callable[[Any], bool]

_QUANTITIES = ("Quantity", "Age", "Count", "Distance", "Duration")
_PLAIN = ("code", "string", "uri", "url", "canonical", "id", "markdown", "oid")


def code_test(type_: str, value_set: ValueSet | None) -> CodeTest | None:
    """
    Return a test of a value of `type_` for a code of `value_set`; None where it cannot be judged.

    A `code` needs a code of any system of the set, a Coding its system too, a CodeableConcept at
    least one such Coding, a Quantity its system and code.
    """
    if value_set is None or value_set.codes is None:
        return None
    by_system = {system: frozenset(codes) for system, codes in value_set.codes.items()}
    if type_ in _PLAIN:
        every = frozenset(code for codes in by_system.values() for code in codes)
        return lambda value: not isinstance(value, str) or value in every

    def has_code(value: Any) -> bool:
        if not isinstance(value, dict):
            # What is no object is another issue's matter.
            return True
        system, code = value.get("system"), value.get("code")
        if not isinstance(code, str) or not isinstance(system, str):
            return False
        codes = by_system.get(system)
        return codes is not None and code in codes

    if type_ in ("Coding", *_QUANTITIES):
        return has_code
    if type_ != "CodeableConcept":
        return None

    def has_coding(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        codings = value.get("coding")
        if not isinstance(codings, list) or not codings:
            # An extension may say why there is no code (US Core, missing data).
            return "extension" in value
        return any(has_code(coding) for coding in codings)

    return has_coding


def wanted_codes(value_set: ValueSet, most: int = 8) -> str:
    """Return the codes of a small set for a message, "" for one with more than `most`."""
    codes = [code for part in (value_set.codes or {}).values() for code in part]
    return f" ({', '.join(codes)})" if 0 < len(codes) <= most else ""
