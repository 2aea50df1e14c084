"""
Regular expressions that packages bring, for `matches` and `replaceMatches`.

Compiled once. A package of a user may bring a pattern that takes exponential time on some texts,
and Python's engine cannot be stopped. So a pattern with a repeat inside a repeat is used on texts
of at most `CAREFUL` characters, any other on at most `LONGEST`; a longer text is not judged, and
the evaluation ends. The patterns of R4 and US Core have such nests where
names and paths are matched, which are short. Nothing longer than `PATTERN` is compiled at all.
"""

import re
import warnings
from typing import Any

from conformance.validation.fhirpath.nodes import NotEvaluable

try:
    import re._constants as _codes  # type: ignore[import-not-found, unused-ignore]
    import re._parser as _parser  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # pragma: no cover - another Python than those of today
    _parser = _codes = None

PATTERN = 4_000
LONGEST = 10_000
CAREFUL = 300


class Pattern:
    """One regular expression; texts are searched for it, as R4 and N1 use `matches`."""

    __slots__ = ("_most", "_regex", "source")

    def __init__(self, source: str) -> None:
        if len(source) > PATTERN:
            raise NotEvaluable(f"The pattern is longer than {PATTERN} characters.")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._regex = re.compile(source, re.DOTALL)
                nested = _nests(source)
        except (re.error, OverflowError, RecursionError) as error:
            raise NotEvaluable("The pattern is no regular expression.") from error
        self.source = source
        self._most = CAREFUL if nested else LONGEST

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def matches(self, text: Any) -> bool:
        """
        Whether the pattern is found in the text.

        False where there is no text, see `text_functions`. A text that is too long ends the
        evaluation.
        """
        if text is None:
            return False
        if len(text) > self._most:
            raise ValueError("a text too long for this pattern")
        return self._regex.search(text) is not None

    def replaced(self, text: Any, other: Any) -> str | None:
        """The text with every match replaced; the replacement is taken as it stands."""
        if text is None or other is None or len(text) > self._most:
            return None
        return self._regex.sub(lambda _: str(other), text)


def _nests(source: str) -> bool:
    """Whether a repeat without narrow bounds stands inside another."""
    if _parser is None:  # pragma: no cover
        return True
    return _deep(_parser.parse(source, re.DOTALL), False)


def _deep(parsed: Any, inside: bool) -> bool:
    for code, argument in parsed:
        if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT):
            _, most, body = argument
            if most > 1 and (inside or _deep(body, True)):
                return True
            if most <= 1 and _deep(body, inside):
                return True
        elif (code is _codes.SUBPATTERN and _deep(argument[3], inside)) or (
            code is _codes.BRANCH and any(_deep(branch, inside) for branch in argument[1])
        ):
            return True
    return False
