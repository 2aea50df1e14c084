"""Guess what a person meant by a word that is not known."""

import difflib
from collections.abc import Iterable

LONGEST = 100


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """
    Return the choice that reads most like `word`, None when none comes near.

    Case and the difference between `_` and `-` do not count.
    """
    by_form = {_form(choice): choice for choice in choices}
    found = difflib.get_close_matches(_form(word[:LONGEST]), by_form, n=1)
    return by_form[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return the hint `Did you mean X?`, empty when no choice comes near."""
    found = nearest(word, choices)
    return f"Did you mean {found}?" if found else ""


def _form(word: str) -> str:
    return word.lower().replace("_", "-")
