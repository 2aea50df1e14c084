"""Tell what validation found: text for people, JSON for programs, and a summary."""

import textwrap
from collections.abc import Iterator

from conformance.ig.registry import Registry
from conformance.report.escape import visible
from conformance.target.wording import listed
from conformance.validation.batches import Tally
from conformance.validation.issue import Issue
from conformance.validation.judging import Judged

WIDTH = 80
_STYLES = {"error": "\x1b[1;31m", "warning": "\x1b[33m", "head": "\x1b[1m"}
_PLAIN = "\x1b[0m"
_NAMED = 3


def as_document(judged: Judged, *, values: bool) -> bytes:
    """Return one result as a line of NDJSON."""
    return judged.document(values=values) + b"\n"


def as_text(judged: Judged, *, values: bool, colour: bool, quiet: bool) -> bytes:
    """Return one result in lines of at most 80 columns; nothing when nothing is wrong."""
    shown = [issue for issue in judged.issues if issue.level != "information"]
    if quiet or not shown:
        return b""
    errors = sum(issue.level == "error" for issue in shown)
    head = f"{_place(judged)}: {_counted(errors, 'error')}, "
    head += _counted(len(shown) - errors, "warning")
    lines = [_styled(visible(head), "head", colour)]
    for issue in shown:
        lines += _told(issue, values, colour)
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def summary(tally: Tally, registry: Registry) -> Iterator[str]:
    """Yield the sentences at the end: the counts, and what was not checked."""
    resources = _counted(tally.resources, "resource")
    said = f"{resources}: {tally.valid:,} valid, {tally.resources - tally.valid:,} not."
    if tally.strangers:
        said += f" {tally.strangers:,} more that should be resources and are none."
    errors, warnings = tally.levels["error"], tally.levels["warning"]
    yield f"{said} {_counted(errors, 'error')}, {_counted(warnings, 'warning')}."
    open_ = [*registry.not_checked(), *tally.unjudged.values()]
    kinds = {
        "value-set": "value set",
        "invariant": "invariant",
        "slice": "slice",
        "definition": "definition",
    }
    counts = [
        _counted(count, word)
        for what, word in kinds.items()
        if (count := len({one.name for one in open_ if one.what == what}))
    ]
    if counts:
        yield (
            f"Not checked in the {_counted(len(registry.books), 'package')} in use: "
            f"{listed(counts)}; `conformance rulebook show ID` says which and why."
        )
    if tally.unknown:
        claims = sum(tally.unknown.values())
        named = ", ".join(url for url, _ in tally.unknown.most_common(_NAMED))
        more = " and others" if len(tally.unknown) > _NAMED else ""
        times = _counted(claims, "time")
        yield f"Profiles that are claimed and not at hand ({times}): {named}{more}."
    if tally.extensions:
        what = _counted(tally.extensions, "extension")
        yield f"Not checked further: {what} whose definition is not at hand."


def _place(judged: Judged) -> str:
    line = f" line {judged.line}" if judged.line else ""
    entry = f" entry {judged.entry}" if judged.entry is not None else ""
    return f"{judged.file}{line}{entry} {judged.resource_type}".rstrip()


def _told(issue: Issue, values: bool, colour: bool) -> Iterator[str]:
    level = _styled(f"{issue.level:<7}", issue.level, colour)
    yield f"  {level}  {visible(issue.path) or '(the whole)'}"
    said = issue.message
    if values and issue.value:
        said += f" Here stands: {issue.value}"
    yield from textwrap.wrap(
        visible(said),
        WIDTH,
        initial_indent=" " * 11,
        subsequent_indent=" " * 11,
        break_long_words=False,
        break_on_hyphens=False,
    )
    profile = issue.profile.rpartition("/")[2]
    yield f"{'':11}{visible(f'{issue.code}, {profile}' if profile else issue.code)}"


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{_STYLES[style]}{text}{_PLAIN}" if colour and style in _STYLES else text


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
