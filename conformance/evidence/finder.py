"""Tell whether any of many texts stands in data, at a price that hardly grows with their number."""

import re
from collections.abc import Iterable

_LONG = 16
"""Texts of at least so many bytes are found by their beginnings."""

_MANY = 400
"""For more texts than this every place of a word is looked at, however long it is."""

_WORD = rb"[A-Za-z0-9._~+/=-]"
_PLAIN = re.compile(_WORD + rb"*")
_RUNS = re.compile(_WORD + rb"{%d,}" % _LONG)


class Finder:
    """
    The texts to be found; more can be added while other threads look.

    A long text that is one word can only stand within a long word, of which data hold few. There it
    is known by its beginning; every other text is looked for as it is.
    """

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._long: list[bytes] = []
        self._others: list[bytes] = []
        self._beginnings: set[bytes] = set()

    def add(self, texts: Iterable[bytes]) -> None:
        """Look for these texts as well."""
        for text in texts:
            if text in self._known:
                continue
            self._known.add(text)
            if len(text) >= _LONG and _PLAIN.fullmatch(text):
                self._long.append(text)
                self._beginnings.add(text[:_LONG])
            else:
                self._others.append(text)

    def stands_in(self, data: bytes) -> bool:
        """Tell whether any of the texts stands in `data`."""
        for text in self._others:
            if text in data:
                return True
        return bool(self._long) and any(map(self._stands_in_word, _RUNS.findall(data)))

    def _stands_in_word(self, word: bytes) -> bool:
        # Looking for each text costs by their number, looking at each place by the word's length.
        if len(self._long) > min(len(word), _MANY):
            places = range(len(word) - _LONG + 1)
            if self._beginnings.isdisjoint(word[at : at + _LONG] for at in places):
                return False
        return any(text in word for text in self._long)
