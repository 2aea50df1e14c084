"""Judge the JSON texts of files: one result a resource, entries of Bundles apart."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.validation.files import MAX_TEXT, Piece
from conformance.validation.issue import Issue, name_shown
from conformance.validation.parsing import parse
from conformance.validation.validator import Validator

_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource(?:\.(.*))?", re.DOTALL)
_TOO_LONG = Issue(
    code="json.size",
    level="error",
    path="",
    message=f"This is longer than {MAX_TEXT // 2**20} MB, and was not read.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    One resource and what validation found.

    `line` and `entry` say where in the file it stands: a line of NDJSON from 1 (0 in a JSON file),
    an entry of its Bundle from 0 (None outside one). `profiles` are those that were asked for and
    that it was held against.
    """

    file: str
    line: int
    entry: int | None
    resource_type: str
    issues: Sequence[Issue]
    profiles: Sequence[str] = ()

    @property
    def valid(self) -> bool:
        """Whether no issue is an error."""
        return all(issue.level != "error" for issue in self.issues)

    def document(self, *, values: bool = False) -> bytes:
        """Return the result as one line of JSON; with `values`, with what stood in the resource."""
        found = [_finding(issue, values) for issue in self.issues]
        # A name that is no UTF-8 has halves of characters, which fit into no JSON text.
        told: dict[str, Any] = {"file": self.file.encode("utf-8", "replace").decode()}
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
    value, issues = parse(piece.content) if piece.whole else (None, [_TOO_LONG])
    type_ = _type(value)
    own: Sequence[str] = ()
    if not issues or value is not None:
        own = validator.speaking_of(value, profiles) if type_ == "Bundle" else profiles
        issues = [*issues, *validator.validate(value, own, entries=profiles)]
    whole = Judged(
        file=piece.file,
        line=piece.line,
        entry=None,
        resource_type=type_,
        issues=issues,
        profiles=own,
    )
    entries = value.get("entry") if isinstance(value, dict) and type_ == "Bundle" else None
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
            own = validator.speaking_of(resource, profiles) if profiles else ()
            judged.append(
                replace(whole, entry=index, resource_type=inner, issues=moved, profiles=own)
            )
    return judged


def _moved(issue: Issue, root: str) -> Issue:
    found = _ENTRY.match(issue.path)
    rest = found[2] if found else ""
    return replace(issue, path=".".join(part for part in (root, rest) if part))


def _type(value: Any) -> str:
    type_ = value.get("resourceType") if isinstance(value, dict) else None
    return name_shown(type_) if isinstance(type_, str) else ""


def _finding(issue: Issue, values: bool) -> dict[str, str]:
    told = {
        "code": issue.code,
        "level": issue.level,
        "path": issue.path,
        "message": issue.message,
        "profile": issue.profile,
    }
    return told | {"value": issue.value} if values and issue.value else told
