"""
Read the bytes of a resource: what JSON (RFC 8259) and R4 2.6.2 ask of them before any element.

Parsers take the last of two equal names and numbers that JSON does not have; here both are issues.
Decimals come as `Decimal`, so that their digits stay (R4 2.24.0.1).
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from conformance.validation.issue import Issue, name_shown

MAX_DEPTH = 64
"""Arrays and objects inside each other that are read; no resource of the field comes near."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class _Doubled(dict[str, Any]):
    """An object in which a name stood twice; the names are in `doubled`."""

    doubled: tuple[str, ...] = ()


class _NoNumber:
    """Stands where NaN or Infinity stood."""


def parse(content: bytes) -> tuple[Any, list[Issue]]:
    """
    Return the JSON value of `content`, and the issues of its bytes.

    The value is None when there is none that could be judged: then at least one issue says why.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(content, error)]
    issues: list[Issue] = []
    if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        text = text[1:]
        issues.append(_issue("json.encoding", "A byte order mark stands before the JSON."))
    _odd.seen = False
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return None, [*issues, _not_json(error)]
    except RecursionError:
        return None, [*issues, _too_deep()]
    except (ValueError, InvalidOperation):
        message = "A number has more digits than can be read."
        return None, [*issues, _issue("json.number", message)]
    # A cheap bound first: only what has that many brackets can be that deep.
    if content.count(b"{") + content.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        return None, [*issues, _too_deep()]
    if _odd.seen or "\\ud" in text or "\\uD" in text:
        holder = [value]
        issues.extend(_oddities(holder))
        value = holder[0]
    return value, issues


class _Odd(threading.local):
    """Whether the text being read held something that has to be looked for."""

    seen = False


_odd = _Odd()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    doubled.doubled = tuple(
        name for name, count in Counter(name for name, _ in pairs).items() if count > 1
    )
    _odd.seen = True
    return doubled


def _constant(_: str) -> _NoNumber:
    _odd.seen = True
    return _NoNumber()


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=Decimal, parse_constant=_constant)


def _oddities(holder: list[Any]) -> Iterator[Issue]:
    """Yield what is odd in `holder[0]`, and put something that can be written in its place."""
    root = holder[0].get("resourceType") if isinstance(holder[0], dict) else None
    stack: list[tuple[str, Any, Any]] = [
        (name_shown(root) if isinstance(root, str) else "", holder, 0)
    ]
    while stack:
        path, place, key = stack.pop()
        node = place[key]
        if isinstance(node, _NoNumber):
            place[key] = None
            yield _issue("json.number", "JSON has no such number (NaN or Infinity).", path)
        elif isinstance(node, str) and _SURROGATE.search(node):
            place[key] = _plain(node)
            yield _issue("json.encoding", "An escape names half of a character.", path)
        elif isinstance(node, list):
            stack += [(f"{path}[{index}]", node, index) for index in range(len(node))]
        elif isinstance(node, dict):
            for name in getattr(node, "doubled", ()):
                yield _issue("json.duplicate-key", "The name stands twice.", _below(path, name))
            for name in [name for name in node if _SURROGATE.search(name)]:
                node[_plain(name)] = node.pop(name)
                yield _issue("json.encoding", "A name holds half of a character.", path)
            stack += [(_below(path, name), node, name) for name in node]


def _plain(text: str) -> str:
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _below(path: str, name: str) -> str:
    return f"{path}.{name_shown(name)}" if path else name_shown(name)


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level := [node for node in level if isinstance(node, dict | list)]:
        depth += 1
        level = [
            item for node in level for item in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


_OTHERS = {b"\x1f\x8b": "gzip; unpack it", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def _not_utf8(content: bytes, error: UnicodeDecodeError) -> Issue:
    other = _OTHERS.get(content[:2])
    told = f" This looks like {other}." if other else ""
    return _issue("json.encoding", f"Byte {error.start} is not UTF-8.{told}")


def _not_json(error: json.JSONDecodeError) -> Issue:
    place = f"line {error.lineno}, column {error.colno}"
    return _issue("json.syntax", f"This is not JSON: it goes wrong at {place}.")


def _too_deep() -> Issue:
    return _issue("json.depth", f"More than {MAX_DEPTH} arrays and objects stand in each other.")


def _issue(code: str, message: str, path: str = "") -> Issue:
    return Issue(code=code, level="error", path=path, message=message)
