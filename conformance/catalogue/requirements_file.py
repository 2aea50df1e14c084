"""Read one file of requirements (`requirements/<source>.toml`)."""

from collections.abc import Iterator
from typing import Any

from conformance.catalogue.fields import Table
from conformance.catalogue.model import (
    ALL,
    Citation,
    Coverage,
    Means,
    Requirement,
    Strength,
    Untested,
)
from conformance.core.ids import REQUIREMENT_ID

REASONS = frozenset({"planned", "attestation", "out-of-reach"})
"""Why a requirement may have no check: to come; a person's word; beyond any client's sight."""


def read_requirements(source: str, content: dict[str, Any]) -> Iterator[Requirement]:
    """
    Yield the requirements of the file `<source>.toml`.

    The file's table `defaults` fills fields that an entry leaves out, its `citation` key by key.
    """
    name = f"requirements/{source}.toml"
    top = Table(name, content)
    defaults = dict(content.get("defaults", {}))
    citation = defaults.pop("citation", {})
    top.table("defaults", {})
    for entry in top.tables("requirement"):
        yield _requirement(source, name, entry, defaults, citation)
    top.done()


def _requirement(
    source: str, name: str, entry: Table, defaults: dict[str, Any], citation: dict[str, Any]
) -> Requirement:
    id_ = entry.text("id")
    entry.where = f"{name}, {id_}"
    if not REQUIREMENT_ID.fullmatch(id_) or not id_.startswith(f"{source}#"):
        raise entry.fault(f"an id of this file has the form {source}#word")
    for key, value in defaults.items():
        entry.fill(key, value)
    requirement = Requirement(
        id=id_,
        title=entry.text("title"),
        text=entry.text("text"),
        level=entry.word("level", Strength, Strength.SHALL),
        actor=entry.text("actor"),
        editions=entry.texts("editions", (ALL,)),
        smart=entry.texts("smart", (ALL,)),
        citation=_citation(entry.table("citation", citation)),
        dimensions=entry.texts("dimensions"),
        coverage=entry.word("coverage", Coverage),
        paragraph=entry.text("paragraph", ""),
        testable=entry.word("testable", Means) if entry.has("testable") else None,
        shown_by=entry.texts("shown_by", ()),
        untested=_untested(entry.table("untested")) if entry.has("untested") else None,
    )
    entry.done()
    _agrees_with_itself(entry, requirement)
    return requirement


def _citation(table: Table) -> Citation:
    citation = Citation(
        document=table.text("document"),
        version=table.text("version"),
        section=table.text("section"),
        url=table.text("url"),
    )
    table.done()
    if not citation.url.startswith("https://"):
        raise table.fault("`url` must be an https address")
    return citation


def _untested(table: Table) -> Untested:
    untested = Untested(reason=table.text("reason"), detail=table.text("detail"))
    table.done()
    if untested.reason not in REASONS:
        raise table.fault(f"`reason` is one of {', '.join(sorted(REASONS))}")
    return untested


def _agrees_with_itself(entry: Table, requirement: Requirement) -> None:
    if requirement.untested is not None and requirement.coverage is not Coverage.NONE:
        raise entry.fault("what is untested has the coverage none")
    if requirement.untested is None and requirement.coverage is Coverage.NONE:
        raise entry.fault("the coverage none asks for `untested` with a reason")
    if requirement.source == "g10" and not requirement.paragraph:
        raise entry.fault("a requirement of the regulation needs its `paragraph`")
    if requirement.source != "g10" and (requirement.paragraph or requirement.step):
        raise entry.fault("only requirements of the regulation have `paragraph` and `testable`")
