"""Several mappings seen as one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Layers(Mapping[str, Value], Generic[Value]):
    """What the first mapping that holds a key has for it; nothing is copied."""

    def __init__(self, mappings: Sequence[Mapping[str, Value]]) -> None:
        self._mappings = tuple(mappings)

    def __getitem__(self, key: str) -> Value:
        for mapping in self._mappings:
            if key in mapping:
                return mapping[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key for mapping in self._mappings for key in mapping))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, key: object) -> bool:
        return any(key in mapping for mapping in self._mappings)
