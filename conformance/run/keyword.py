"""Tell whether an expression for `-k` can be read, before anything is started."""

import ast
import re

from conformance.core.errors import UsageError

_WORD = re.compile(r"[\w:+\-.\[\]\\/]+")
_LOGIC = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Constant)
_OPERATORS = frozenset({"and", "or", "not"})


def refuse_unreadable(expression: str) -> None:
    """Raise `UsageError` unless the words are joined by `and`, `or`, `not` and parentheses."""
    skeleton = _WORD.sub(lambda m: m[0] if m[0] in _OPERATORS else "True", expression)
    try:
        parsed = ast.walk(ast.parse(skeleton.strip(), mode="eval"))
        readable = all(
            isinstance(node, _LOGIC) and getattr(node, "value", True) is True for node in parsed
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        readable = False
    if not readable:
        raise UsageError(
            f"The expression -k {expression!r} cannot be read.",
            'Join words by and, or, not and parentheses, as in -k "paging and not total".',
        )
