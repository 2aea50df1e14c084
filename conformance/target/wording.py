"""Put what a person or a file gave into a sentence without letting it act on a terminal."""

import re

LONGEST = 120


def shown(text: str) -> str:
    """Return `text` with control characters as escapes, cut where it grows long."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(mark if mark.isprintable() else _escaped(mark) for mark in cut)


def listed(words: list[str]) -> str:
    """Return the words as `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def either(words: list[str]) -> str:
    """Return the words as `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def reads_as_secret(text: str) -> bool:
    """
    Tell whether `text` looks like a token rather than a name.

    A token given where its place belongs would be printed by the very message that misses it.
    """
    return (
        text.startswith("eyJ")
        or re.fullmatch(r"[0-9A-Fa-f-]{20,}", text) is not None
        or any(_is_random(piece) for piece in re.split(r"[-_.]", text))
    )


def _is_random(piece: str) -> bool:
    digits = sum(mark.isdigit() for mark in piece)
    mixed = digits > 0 and any(m.islower() for m in piece) and any(m.isupper() for m in piece)
    return (len(piece) >= 20 and digits > 3) or (len(piece) >= 8 and mixed)


def _escaped(mark: str) -> str:
    return mark.encode("unicode_escape").decode("ascii")
