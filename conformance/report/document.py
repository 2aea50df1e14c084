"""
Read a results document that may lack parts.

A run that was interrupted, or a document of an older version, is still worth showing: what is
missing or of another shape reads as empty.
"""

from collections.abc import Mapping
from typing import Any


def part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object at `name`, or an empty one."""
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def entries(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list at `name`."""
    value = holder.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def words(holder: Mapping[str, Any], name: str) -> list[str]:
    """Return the list of strings at `name`; other values are shown as `str` shows them."""
    value = holder.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def text(holder: Mapping[str, Any], name: str) -> str:
    """Return the string at `name`, empty for none."""
    value = holder.get(name)
    return "" if value is None else str(value)


def number(holder: Mapping[str, Any], name: str) -> int:
    """Return the whole number at `name`, 0 for anything else."""
    value = holder.get(name)
    return value if isinstance(value, int) else 0
