"""
Regular expressions that packages bring, for `matches` and `replaceMatches`.

Compiled once. A pattern that could take exponential time is not evaluable, and a text that is too
long for a pattern ends the evaluation (`backtracking` tells both).
"""

import re
import warnings
from typing import Any

from conformance.validation.fhirpath.backtracking import longest_text
from conformance.validation.fhirpath.nodes import NotEvaluable

MOST = 4_000
"""Characters that a pattern may have."""


class Pattern:
    """One regular expression; texts are searched for it, as R4 and N1 use `matches`."""

    __slots__ = ("_longest", "_regex", "source")

    def __init__(self, source: str) -> None:
        if len(source) > MOST:
            raise NotEvaluable(f"The pattern is longer than {MOST} characters.")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._regex = re.compile(source, re.DOTALL)
                self._longest = longest_text(source)
        except (re.error, OverflowError, RecursionError) as error:
            raise NotEvaluable("The pattern is no regular expression.") from error
        if not self._longest:
            raise NotEvaluable("The pattern could take exponential time.")
        self.source = source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def matches(self, text: Any) -> bool:
        """Whether the pattern is found in the text; false without one, see `text_functions`."""
        if text is None:
            return False
        return self._regex.search(self._short(text)) is not None

    def replaced(self, text: Any, other: Any) -> str | None:
        """The text with every match replaced; the replacement is taken as it stands."""
        if text is None or other is None:
            return None
        return self._regex.sub(lambda _: str(other), self._short(text))

    def _short(self, text: str) -> str:
        if len(text) > self._longest:
            raise ValueError("a text too long for this pattern")
        return text
