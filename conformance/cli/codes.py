"""
Finding codes, read from where they are noted.

A code has no table of its own: it stands beside its sentence in the suites and in the vocabulary
that they share, so what is told about it here cannot differ from what a run says.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import conformance.checks
from conformance.cli.shipped import shipped_checks
from conformance.core.ids import FINDING_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeUse:
    """
    Where a finding code is noted, and what is said then.

    `checks` are ids of check functions; `shared` says that any check may note it, since the
    vocabulary does.
    """

    code: str
    sentences: tuple[str, ...]
    checks: tuple[str, ...]
    shared: bool


@cache
def finding_codes() -> Mapping[str, CodeUse]:
    """Return the finding codes in alphabetical order."""
    sentences: dict[str, dict[str, None]] = {}
    checks: dict[str, dict[str, None]] = {}
    shared = set()
    for path in sorted({check.path for check in shipped_checks().values()}):
        noted = _noted_by_function(path)
        for check in shipped_checks().values():
            for code, sentence in noted.get(check.name, ()) if check.path == path else ():
                sentences.setdefault(code, {})[sentence] = None
                checks.setdefault(code, {})[check.id] = None
    for path in sorted(Path(conformance.checks.__file__).parent.glob("*.py")):
        for code, sentence in _noted(ast.parse(path.read_bytes())):
            sentences.setdefault(code, {})[sentence] = None
            shared.add(code)
    return {
        code: CodeUse(
            code=code,
            sentences=tuple(filter(None, sentences[code])),
            checks=tuple(checks.get(code, ())),
            shared=code in shared,
        )
        for code in sorted(sentences)
    }


def _noted_by_function(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return what each function of a file notes, itself or through the file's other functions."""
    functions = {
        node.name: node
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.FunctionDef)
    }
    return {
        name: [found for reached in _reached(name, functions) for found in _noted(reached)]
        for name in functions
    }


def _reached(name: str, functions: Mapping[str, ast.FunctionDef]) -> list[ast.FunctionDef]:
    seen: dict[str, ast.FunctionDef] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in functions and current not in seen:
            seen[current] = functions[current]
            waiting += [n.id for n in ast.walk(functions[current]) if isinstance(n, ast.Name)]
    return list(seen.values())


def _noted(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not _walks(node):
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            codes = [code for argument in arguments if (code := _code(argument))]
            texts = [text for argument in arguments if " " in (text := _text(argument))]
            for code in codes:
                yield code, texts[0] if texts else ""
        elif isinstance(node, ast.arguments):
            for default in [*node.defaults, *node.kw_defaults]:
                if default is not None and (code := _code(default)):
                    yield code, ""


def _walks(node: ast.Call) -> bool:
    """Tell whether a call reads an element path, which looks like a code."""
    return isinstance(node.func, ast.Name) and node.func.id == "walk"


def _code(node: ast.expr) -> str:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return text if text[:1].isalpha() and FINDING_CODE.fullmatch(text) else ""


def _text(node: ast.expr) -> str:
    """Return a sentence with an ellipsis where a value is put in, "" for what is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return "…" if isinstance(node, ast.FormattedValue) else ""
