"""Versions of packages: their order, and which one answers for the one asked for."""

import re
from collections.abc import Iterable


def ordered(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that orders versions: numbers by value, `1.0.0-ballot` before `1.0.0`."""
    release, _, label = version.partition("-")
    parts = [_part(part) for part in release.split(".")]
    # A release ranks above its previews.
    return (*parts, (0, 0, "") if label else (1, 0, ""), *(_part(p) for p in label.split(".") if p))


def _part(part: str) -> tuple[int, int, str]:
    return (2, int(part), "") if re.fullmatch(r"[0-9]{1,9}", part) else (1, 0, part)


def fits(version: str, asked: str) -> bool:
    """Return whether a version is the one asked for; `4.0.x` and `4.0` ask for any 4.0 version."""
    wanted = asked.removesuffix(".x").removesuffix(".X")
    return version == asked or f"{version}.".startswith(f"{wanted}.")


def best(asked: str, versions: Iterable[str]) -> str:
    """
    Return the version to use: one that fits, else the next above, else the highest; "" for none.

    A word (`latest`, `current`, `dev`) asks for the highest.
    """
    known = sorted(set(versions), key=ordered)
    if asked in known:
        return asked
    fitting = [version for version in known if fits(version, asked)]
    if fitting or not known:
        return fitting[-1] if fitting else ""
    above = [version for version in known if ordered(version) > ordered(asked)]
    return above[0] if above and asked[:1].isdigit() else known[-1]
