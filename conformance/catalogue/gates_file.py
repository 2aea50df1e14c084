"""Read the gates, the rule sets and the dimensions."""

from typing import Any

from conformance.catalogue.fields import Table
from conformance.catalogue.model import (
    Dimension,
    Edition,
    Gate,
    GateKind,
    GateWords,
    RuleSet,
    Thresholds,
)
from conformance.core.errors import CatalogueError


def read_gates(content: dict[str, Any]) -> list[Gate]:
    """Return the gates of `gates.toml` in the file's order."""
    top = Table("gates.toml", content)
    gates = [_gate(entry) for entry in top.tables("gate")]
    top.done()
    return gates


def _gate(entry: Table) -> Gate:
    id_ = entry.text("id")
    entry.where = f"gates.toml, {id_}"
    gate = Gate(
        id=id_,
        title=entry.text("title"),
        kind=entry.word("kind", GateKind),
        authorization=entry.flag("authorization"),
        requirements=entry.texts("requirements"),
        words=GateWords(
            shown=entry.text("shown"),
            contradicted=entry.text("contradicted"),
            absent=entry.text("absent"),
            needs=entry.text("needs"),
            mend=entry.text("mend"),
        ),
    )
    entry.done()
    if not gate.requirements:
        raise entry.fault("a gate needs at least one deciding requirement")
    return gate


def read_rule_set(name: str, content: dict[str, Any]) -> RuleSet:
    """Return the rule set of `rule_sets/<name>.toml`."""
    top = Table(f"rule_sets/{name}.toml", content)
    thresholds = top.table("thresholds")
    integration = top.table("integration_types")
    rule_set = RuleSet(
        id=top.text("id"),
        title=top.text("title"),
        dated=top.text("dated"),
        fhir=top.text("fhir"),
        bulk=top.texts("bulk"),
        default_edition=top.text("default_edition"),
        editions={edition.us_core: edition for edition in map(_edition, top.tables("edition"))},
        gates=top.texts("gates"),
        thresholds=Thresholds(
            failed_rows=thresholds.share("failed_rows"),
            executed_rows=thresholds.share("executed_rows"),
            proposal=thresholds.flag("proposal"),
        ),
        clinical_types=top.texts("clinical_types"),
        payer_types=top.texts("payer_types"),
        formulary_types=top.texts("formulary_types"),
        integration_types={key: integration.texts(key) for key in integration.names()},
    )
    for table in (thresholds, integration, top):
        table.done()
    if rule_set.id != name:
        raise top.fault(f"`id` is {rule_set.id!r}, the file's name says {name!r}")
    if rule_set.default_edition not in rule_set.editions:
        raise top.fault("`default_edition` is none of its editions")
    return rule_set


def _edition(entry: Table) -> Edition:
    edition = Edition(
        us_core=entry.text("us_core"),
        current=entry.flag("current"),
        smart=entry.text("smart"),
        search_types=entry.texts("search_types"),
    )
    entry.done()
    return edition


def read_catalogue_file(content: dict[str, Any]) -> tuple[str, tuple[Dimension, ...]]:
    """Return the version and the dimensions of `catalogue.toml`."""
    top = Table("catalogue.toml", content)
    version = top.text("version")
    dimensions = []
    for entry in top.tables("dimension"):
        dimensions.append(
            Dimension(
                id=entry.text("id"), title=entry.text("title"), question=entry.text("question")
            )
        )
        entry.done()
    top.done()
    if len({dimension.id for dimension in dimensions}) != len(dimensions):
        raise CatalogueError("catalogue.toml: a dimension stands there twice.")
    return version, tuple(dimensions)
