"""What validation finds: one issue a broken rule, with the path at which it was broken."""

import re
import reprlib
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """
    One broken rule.

    `code` is `topic.word` (`cardinality.min`, `invariant.obs-6`). `path` has the JSON names with
    indices (`Patient.identifier[0].system`). `message` says what was expected and what kind of
    thing stood there, never a value of the instance: that is `value`, shortened, for those who may
    see it. `profile` is the canonical of the definition whose rule it is, "" where none is.
    """

    code: str
    level: Severity
    path: str
    message: str
    profile: str = ""
    value: str = ""


class Found:
    """
    An issue on its way up: each element that it passes adds its step, so that only what is wrong
    pays for a path.
    """

    __slots__ = ("code", "level", "message", "profile", "steps", "value")

    def __init__(
        self,
        code: str,
        message: str,
        *,
        level: Severity = "error",
        profile: str = "",
        step: str = "",
        value: object = None,
    ) -> None:
        self.code = code
        self.level = level
        self.message = message
        self.profile = profile
        self.steps = [step] if step else []
        self.value = value

    def issue(self, root: str) -> Issue:
        """Return the finished issue of a resource that stands at `root` (`Patient`)."""
        return Issue(
            code=self.code,
            level=self.level,
            path=".".join([root, *reversed(self.steps)]) if root else ".".join(self.steps[::-1]),
            message=self.message,
            profile=self.profile,
            value=shortened(self.value),
        )


def shortened(value: object, most: int = 60) -> str:
    """Return one printable line that shows `value`, at most `most` characters."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else _written(value)
    line = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)
    return line if len(line) <= most else line[: most - 1] + "…"


def _written(value: object) -> str:
    """Return what stands there, of large and deep things the beginning."""
    try:
        return _SHORT.repr(value)
    except ValueError:
        # Python does not write numbers with thousands of digits.
        return kind_of(value)


_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxdict, _SHORT.maxstring, _SHORT.maxother = 4, 6, 80, 80


UNNAMED = "?"
"""Stands in a path for a name that no element could have: it may be a value in a name's place."""

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}", re.ASCII)


def name_shown(name: str) -> str:
    """Return a name that stood in the instance, UNNAMED where it is not formed like R4's names."""
    return name if _NAME.fullmatch(name) else UNNAMED


_CANONICAL = re.compile(r"[a-z]+:[!-~]{1,250}", re.ASCII)


def canonical_shown(canonical: str) -> str:
    """Return a canonical that stood in the instance, UNNAMED for what is formed like none."""
    return canonical if _CANONICAL.fullmatch(canonical) else UNNAMED


def kind_of(value: object) -> str:
    """Return what kind of JSON thing `value` is, in a reader's words."""
    match value:
        case dict():
            return "an object"
        case list():
            return "an array"
        case str():
            return "a string"
        case bool():
            return "true or false"
        case None:
            return "null"
    return "a number"
