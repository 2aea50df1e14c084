"""Judge the JSON texts of files: one result a resource, entries of Bundles apart."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.validation.files import Piece
from conformance.validation.issue import Issue
from conformance.validation.parsing import parse
from conformance.validation.validator import Validator

_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource(?:\.(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    One resource and what validation found.

    `line` and `entry` say where in the file it stands: a line of NDJSON from 1 (0 in a JSON file),
    an entry of its Bundle from 0 (None outside one).
    """

    file: str
    line: int
    entry: int | None
    resource_type: str
    issues: Sequence[Issue]

    @property
    def valid(self) -> bool:
        """Whether no issue is an error."""
        return all(issue.level != "error" for issue in self.issues)

    def document(self, *, values: bool = False) -> bytes:
        """Return the result as one line of JSON; with `values`, with what stood in the resource."""
        found = [_finding(issue, values) for issue in self.issues]
        told: dict[str, Any] = {"file": self.file}
        if self.line:
            told["line"] = self.line
        if self.entry is not None:
            told["entry"] = self.entry
        told |= {"resourceType": self.resource_type, "valid": self.valid, "findings": found}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def judge(piece: Piece, validator: Validator, profiles: Sequence[str]) -> list[Judged]:
    """
    Return what validation finds in one JSON text.

    The first result is of the resource itself; a Bundle is followed by the resources of its
    entries, whose paths begin at themselves.
    """
    value, issues = parse(piece.content)
    type_ = _type(value)
    if not issues or value is not None:
        own = validator.speaking_of(value, profiles) if type_ == "Bundle" else profiles
        issues = [*issues, *validator.validate(value, own, entries=profiles)]
    whole = Judged(file=piece.file, line=piece.line, entry=None, resource_type=type_, issues=issues)
    entries = value.get("entry") if type_ == "Bundle" else None
    if not isinstance(entries, list):
        return [whole]
    bundled: list[Issue] = []
    theirs: dict[int, list[Issue]] = {}
    for issue in issues:
        found = _ENTRY.match(issue.path)
        if found is None:
            bundled.append(issue)
        else:
            theirs.setdefault(int(found[1]), []).append(issue)
    judged = [replace(whole, issues=bundled)]
    for index, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if resource is not None or index in theirs:
            inner = _type(resource)
            moved = [_moved(issue, inner) for issue in theirs.get(index, [])]
            judged.append(replace(whole, entry=index, resource_type=inner, issues=moved))
    return judged


def _moved(issue: Issue, root: str) -> Issue:
    found = _ENTRY.match(issue.path)
    rest = found[2] if found else ""
    return replace(issue, path=".".join(part for part in (root, rest) if part))


def _type(value: Any) -> str:
    type_ = value.get("resourceType") if isinstance(value, dict) else None
    return type_[:64] if isinstance(type_, str) else ""


def _finding(issue: Issue, values: bool) -> dict[str, str]:
    told = {
        "code": issue.code,
        "level": issue.level,
        "path": issue.path,
        "message": issue.message,
        "profile": issue.profile,
    }
    return told | {"value": issue.value} if values and issue.value else told
