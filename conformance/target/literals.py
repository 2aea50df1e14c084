"""Refuse secrets that stand in the target file themselves."""

import re
from collections.abc import Iterator
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.layers import KeyPath, Layer
from conformance.target.secret import HINT

_SECRET_KEY = re.compile(
    r"(^|-)(token|bearer|pass(word|wd|phrase)?|username|secret|cookie|authorization|credentials?|jwt"
    r"|((api|access|auth|subscription|functions?|private|client)-?)key)$"
)
_SECRET_VALUE = re.compile(r"(bearer|basic)\s+\S|eyJ[\w-]+\.[\w-]+\.", re.IGNORECASE)


def refuse_literal_secrets(layer: Layer) -> None:
    """Raise `UsageError` for the first secret given as a plain value; the value is not quoted."""
    for path, value in _leaves(layer.data):
        key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        named = _SECRET_KEY.search(key.lower().replace("_", "-")) is not None
        # A client's key is a file, and its path alone would be no secret; the other key is one.
        named = named or (path[:1] == ("endpoint",) and key == "key")
        spoken = isinstance(value, str) and _SECRET_VALUE.match(value) is not None
        if (named and not isinstance(value, bool)) or spoken:
            raise UsageError(f"A secret stands in the clear at {layer.where(path)}.", HINT)


def _leaves(data: dict[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    # Depth first in document order, without recursion: a hostile file may nest as it likes.
    open_nodes: list[tuple[KeyPath, Any]] = [((), data)]
    while open_nodes:
        path, node = open_nodes.pop()
        if isinstance(node, dict):
            open_nodes.extend(((*path, key), node[key]) for key in reversed(node))
        elif isinstance(node, list):
            open_nodes.extend(((*path, place), node[place]) for place in reversed(range(len(node))))
        else:
            yield path, node
