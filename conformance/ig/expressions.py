"""
Search-parameter expressions (FHIRPath) to plain element paths.

Only the forms that R4 and US Core use for search parameters are understood: unions, `as`, `ofType`,
`where(resolve() is X)` and `extension.where(url = '...')`. Anything else is refused, never guessed.
"""

import re
from dataclasses import dataclass

from conformance.core.errors import PackageError

# US Core 5.0.1 writes `.extension.valueDateTime` behind a simple extension, which has no extensions
# of its own: the step is a slip, which the next edition mended.
_EXTENSION = re.compile(r"extension\.where\(url\s*=\s*'([^']+)'\)(?:\.extension)?\.(value\w*)$")
_TARGET = re.compile(r"\.where\(resolve\(\) is (\w+)\)$")
_CAST = re.compile(r"(?:\.(?:as|ofType)\((\w+)\)| as (\w+))$")
_PLAIN = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """
    One operand of an expression, for one resource type.

    `path` is dotted and without that type, `only` the type that it is cast to or "", `target` the
    type that a reference must point at or "", `extension` the URL of the extension it starts in.
    """

    path: str
    only: str = ""
    target: str = ""
    extension: str = ""


def operands(expression: str, type_: str) -> tuple[Operand, ...]:
    """
    Return the operands of `expression` that speak of `type_`, in their order.

    PackageError when one of them is of a form that is not understood.
    """
    parts = (_bare(part.strip()) for part in expression.split("|"))
    own = [part for part in parts if part.split(".")[0] in (type_, "Resource", "DomainResource")]
    return tuple(_operand(part, part.partition(".")[2], expression) for part in own)


def _bare(part: str) -> str:
    while part.startswith("(") and part.endswith(")"):
        part = part[1:-1].strip()
    return part


def _operand(part: str, path: str, expression: str) -> Operand:
    if inside := _EXTENSION.match(path):
        suffix = inside[2].removeprefix("value")
        only = suffix[:1].lower() + suffix[1:] if suffix in ("DateTime", "Date") else suffix
        return Operand(path="value", only=only, extension=inside[1])
    target = only = ""
    if found := _TARGET.search(path):
        target, path = found[1], path[: found.start()]
    if found := _CAST.search(path):
        only, path = found[1] or found[2], path[: found.start()]
    if not _PLAIN.fullmatch(path):
        raise PackageError(f"The search expression {expression!r} has a form that is not known.")
    return Operand(path=path, only=only, target=target)
