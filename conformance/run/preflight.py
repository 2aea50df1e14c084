"""Say what is wrong with a run before anything is started, sent or written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from conformance.core.errors import UsageError
from conformance.evidence.folder import default_folder, refuse_unusable
from conformance.ig.rulebook import available_editions
from conformance.resources import suites_root
from conformance.run.keyword import refuse_unreadable
from conformance.run.request import Live
from conformance.target.load import load_target
from conformance.target.model import Target
from conformance.target.references import references_of
from conformance.target.suggest import did_you_mean
from conformance.target.wording import listed, shown
from conformance.verdict.exits import REQUIRE

NO_NEW_FAILURES = REQUIRE[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A run that may start: its target, its folder, and the request with nothing left open."""

    target: Target
    folder: Path
    request: Live


def prepare(request: Live, cwd: Path, started: datetime | None = None) -> Prepared:
    """
    Return the run that `request` asks for; raise `UsageError` for whatever is wrong with it.

    A secret that a command prints is left to the child: the command may ask a person, once.
    """
    target = load_target(
        request.url, config=request.config, cwd=cwd, options=request.options, resolve=False
    )
    _refuse_unset(target)
    _refuse_edition(target.us_core)
    _refuse_requirement(request)
    if request.timeout is not None and not (math.isfinite(request.timeout) and request.timeout > 0):
        raise UsageError(
            f"--timeout {request.timeout:g} is no time to wait.", "Give seconds, for example 35."
        )
    keyword = request.keyword.strip()
    if keyword:
        refuse_unreadable(keyword)
    suites = tuple(dict.fromkeys(_suite(name) for name in request.suites))
    output = request.output
    folder = (
        cwd / output.expanduser()
        if output is not None
        else default_folder(cwd, target.url, started or datetime.now(UTC))
    )
    refuse_unusable(folder)
    return Prepared(
        target=target,
        folder=folder,
        request=replace(
            request, url=request.url or target.url, output=folder, keyword=keyword, suites=suites
        ),
    )


def suite_names() -> list[str]:
    """Return the folders of `suites/` that hold checks."""
    return sorted({path.parent.name for path in suites_root().glob("*/test_*.py")})


def _refuse_unset(target: Target) -> None:
    for reference in references_of(target):
        if not reference.command:
            reference.resolve()


def _refuse_edition(edition: str | None) -> None:
    shipped = available_editions()
    if edition is not None and edition not in shipped:
        raise UsageError(
            f"US Core {shown(edition)} is not an edition that this version judges by.",
            f"Use {_either(shipped)}, or leave --us-core out.",
        )


def _refuse_requirement(request: Live) -> None:
    require = request.require
    if require is not None and require not in REQUIRE:
        hint = did_you_mean(require, REQUIRE) or f"Use {_either(REQUIRE)}."
        raise UsageError(f"--require {shown(require)} is not known.", hint)
    if require == NO_NEW_FAILURES and request.baseline is None:
        raise UsageError(
            f"--require {NO_NEW_FAILURES} needs a baseline.",
            "Name the results.json of an earlier run with --baseline.",
        )
    if require != NO_NEW_FAILURES and request.baseline is not None:
        raise UsageError(
            "--baseline is given, but nothing is compared with it.",
            f"Add --require {NO_NEW_FAILURES}.",
        )


def _suite(name: str) -> str:
    known = suite_names()
    folder = name.strip().rstrip("/").replace("-", "_")
    if folder not in known:
        hint = did_you_mean(name, known) or f"There are {listed(known)}."
        raise UsageError(f"There is no suite {shown(name)}.", hint)
    return folder


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
