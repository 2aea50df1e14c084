"""
Requirements, citations, gates and rule sets as data, their loader, and the trace to the checks.

Only this room names paragraphs of a regulation; checks name requirements.
"""

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.model import (
    Catalogue,
    Citation,
    Coverage,
    Dimension,
    Edition,
    Gate,
    GateKind,
    GateWords,
    Means,
    Requirement,
    RuleSet,
    Strength,
    Thresholds,
    Untested,
)
from conformance.catalogue.trace import Trace, TraceRow, trace

__all__ = [
    "Catalogue",
    "Citation",
    "Coverage",
    "Dimension",
    "Edition",
    "Gate",
    "GateKind",
    "GateWords",
    "Means",
    "Requirement",
    "RuleSet",
    "Strength",
    "Thresholds",
    "Trace",
    "TraceRow",
    "Untested",
    "load_catalogue",
    "trace",
]
