"""A mapping whose values are made from their raw form when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

Raw = TypeVar("Raw")
Value = TypeVar("Value")


class Lazily(Mapping[str, Value], Generic[Raw, Value]):
    """`raw` by key, with `make` as what turns one into a value; each is made once."""

    def __init__(self, raw: Mapping[str, Raw], make: Callable[[Raw], Value]) -> None:
        self._raw = raw
        self._make = make
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            self._made[key] = self._make(self._raw[key])
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, key: object) -> bool:
        return key in self._raw
