"""
Text as a string search compares it.

R4 search, section 3.1.1.4.8: case and accents are ignored, a value matches that starts with the
text, and a server may take names and addresses apart into words and drop punctuation.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


def starts_with(parts: Sequence[str], text: str) -> bool | None:
    """
    Tell whether a part, or a word of one, starts with `text`; or its words each start a word.

    None when nothing but punctuation was asked for.
    """
    wanted = words(text)
    if not wanted:
        return None
    held = [words(part) for part in parts]
    squeezed = "".join(wanted)
    for own in held:
        if any("".join(own[start:]).startswith(squeezed) for start in range(len(own))):
            return True
    every = [word for own in held for word in own]
    return all(any(word.startswith(asked) for word in every) for asked in wanted)


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and punctuation."""
    # Twice, since taking a letter apart can show a capital, and a fold can join an accent.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    return tuple(_WORD.findall("".join(char for char in text if not unicodedata.combining(char))))
