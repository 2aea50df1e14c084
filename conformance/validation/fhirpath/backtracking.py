"""
Whether a regular expression can take exponential time, and on how long a text it is used.

Python's engine goes back and tries again, and cannot be stopped. Exponential time needs a repeat
whose body can match one text in several ways, as in `(a+)+`. That is ruled out where the body has
one length, or where it begins or ends with a character that nothing else in it matches (a dot
between the parts of a path): then there is one way to cut the text into rounds. All other nests are
refused. What is left is polynomial in the number of its repeats, and the text is bounded by that.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import re._constants as _codes  # type: ignore[import-not-found, unused-ignore]
    import re._parser as _parser  # type: ignore[import-not-found, unused-ignore]

STEPS = 100_000_000
SHORTEST, LONGEST = 300, 10_000

_ALPHABET = "".join(map(chr, (*range(0x180), 0x0660, 0x2028, 0x4E00, 0x1F600)))
_CATEGORIES = {
    _codes.CATEGORY_DIGIT: r"\d",
    _codes.CATEGORY_NOT_DIGIT: r"\D",
    _codes.CATEGORY_SPACE: r"\s",
    _codes.CATEGORY_NOT_SPACE: r"\S",
    _codes.CATEGORY_WORD: r"\w",
    _codes.CATEGORY_NOT_WORD: r"\W",
}
_REPEATS = (_codes.MAX_REPEAT, _codes.MIN_REPEAT)
_ONE_CHARACTER = (_codes.LITERAL, _codes.NOT_LITERAL, _codes.ANY, _codes.IN)
_NO_WIDTH = (_codes.AT,)


def longest_text(source: str) -> int:
    """How many characters a text may have for this pattern; 0 where no text is short enough."""
    items = list(_flat(_parser.parse(source, re.DOTALL)))
    if _explodes(items):
        return 0
    repeats = sum(1 for code, argument in _all(items) if code in _REPEATS and argument[1] > 20)
    return max(SHORTEST, min(LONGEST, int(STEPS ** (1 / (repeats + 1)))))


def _flat(parsed: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """The parts of a sequence, groups opened."""
    for code, argument in parsed:
        if code is _codes.SUBPATTERN:
            yield from _flat(argument[3])
        else:
            yield code, argument


def _inner(code: Any, argument: Any) -> list[list[tuple[Any, Any]]]:
    """The sequences within a part."""
    if code in _REPEATS or code is getattr(_codes, "POSSESSIVE_REPEAT", None):
        return [list(_flat(argument[2]))]
    if code is _codes.BRANCH:
        return [list(_flat(branch)) for branch in argument[1]]
    if code in (_codes.ASSERT, _codes.ASSERT_NOT):
        return [list(_flat(argument[1]))]
    if code is getattr(_codes, "ATOMIC_GROUP", None):
        return [list(_flat(argument))]
    return []


def _all(items: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    for code, argument in items:
        yield code, argument
        for inner in _inner(code, argument):
            yield from _all(inner)


def _explodes(items: list[tuple[Any, Any]]) -> bool:
    for code, argument in items:
        bodies = _inner(code, argument)
        if any(map(_explodes, bodies)):
            return True
        if code in _REPEATS and argument[1] > 1 and not _one_way(bodies[0]):
            return True
    return False


def _one_way(body: list[tuple[Any, Any]]) -> bool:
    """Whether a text that is several rounds of this can be cut into them in one way only."""
    if all(map(_has_one_length, body)):
        return True
    for edge, rest in ((body[0], body[1:]), (body[-1], body[:-1])):
        if edge[0] in _ONE_CHARACTER:
            others = [part for part in _all(rest) if part[0] in _ONE_CHARACTER]
            unclear = any(code is _codes.GROUPREF for code, _ in _all(rest))
            if not unclear and all(_characters(*edge).isdisjoint(_characters(*o)) for o in others):
                return True
    return False


def _has_one_length(part: tuple[Any, Any]) -> bool:
    code, argument = part
    if code in _ONE_CHARACTER or code in _NO_WIDTH:
        return True
    if code in _REPEATS:
        return bool(argument[0] == argument[1]) and all(map(_has_one_length, _flat(argument[2])))
    if code is _codes.BRANCH:
        # Alternatives of which only one can match: they begin with different characters.
        branches = _inner(code, argument)
        firsts = [branch[0] for branch in branches if branch and branch[0][0] in _ONE_CHARACTER]
        seen = [_characters(*first) for first in firsts]
        apart = len(seen) == len(branches) and sum(map(len, seen)) == len(set().union(*seen))
        return apart and all(_has_one_length(part) for branch in branches for part in branch)
    return False


def _characters(code: Any, argument: Any) -> frozenset[str]:
    """The characters of a small alphabet that a part for one character matches."""
    if code is _codes.ANY:
        return frozenset(_ALPHABET)
    if code is _codes.IN:
        negated = bool(argument) and argument[0][0] is _codes.NEGATE
        found = frozenset().union(*(_characters(*item) for item in argument[negated:]))
        return frozenset(_ALPHABET) - found if negated else found
    if code is _codes.CATEGORY:
        return frozenset(re.findall(_CATEGORIES[argument], _ALPHABET))
    if code is _codes.RANGE:
        low, high = argument
        return frozenset(char for char in _ALPHABET if low <= ord(char) <= high)
    if code is _codes.NOT_LITERAL:
        return frozenset(_ALPHABET) - {chr(argument)}
    return frozenset((chr(argument),))
