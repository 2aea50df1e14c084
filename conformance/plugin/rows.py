"""Turn check functions into pytest items: one for each row."""

from pathlib import PurePosixPath
from typing import cast

import pytest

from conformance.checks.declare import declaration_of
from conformance.checks.execute import Check
from conformance.checks.rows import Row
from conformance.core.ids import function_id
from conformance.ig.rulebook import available_editions, load_rulebook
from conformance.plugin.keys import SESSION

DEFAULT_EDITION = "6.1.0"


def repeat(metafunc: pytest.Metafunc) -> None:
    """Parametrize a check over its rows, under the run's edition or the default one."""
    declaration = declaration_of(metafunc.function)
    if declaration is None or declaration.row_kind is None:
        return
    session = metafunc.config.stash.get(SESSION, None)
    if session is not None:
        rulebook = session.context.rulebook
    else:
        chosen = metafunc.config.option.target_us_core
        rulebook = load_rulebook(chosen if chosen in available_editions() else DEFAULT_EDITION)
    rows = declaration.rows(rulebook)
    metafunc.parametrize(declaration.argument, rows, ids=[row.id for row in rows])


def check_of(item: pytest.Item) -> Check | None:
    """Return the check behind an item, None for an ordinary test."""
    if not isinstance(item, pytest.Function):
        return None
    declaration = declaration_of(item.function)
    if declaration is None:
        return None
    row: Row | None = None
    if declaration.argument and hasattr(item, "callspec"):
        row = cast(Row, item.callspec.params[declaration.argument])
    return Check(
        function=item.function,
        declaration=declaration,
        function_id=function_id(PurePosixPath(item.path.as_posix()), item.originalname),
        row=row,
    )


def place(item: pytest.Item) -> tuple[int, str, str, int, int]:
    """
    Return an item's place in the order of a run.

    It does not depend on how pytest was called or on what other plugins do to the order: a replay
    comes to the same. What raises the epoch or ends a token finds that nothing runs beside it.
    """
    check = check_of(item)
    if check is None or not isinstance(item, pytest.Function):
        return (0, "", "", 0, 0)
    row = item.callspec.indices[check.declaration.argument] if check.row else 0
    line = item.location[1] or 0
    return (check.declaration.turn, item.path.parent.name, item.path.name, line, row)
