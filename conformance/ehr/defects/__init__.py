"""
The seeded defects and legal variations of the reference EHR.

Each overrides one seam of the sound server and is named as what the bad server does. They prove the
checks: every check has a defect that exactly it, and its named companions, catches.
"""

from conformance.ehr.defects import (
    assertions,
    capabilities,
    codes,
    dates,
    discovery,
    errors,
    export_content,
    export_refusal,
    exports,
    flaky,
    formats,
    introspection,
    isolation,
    launches,
    legal_exports,
    paging,
    pkce,
    provenance,
    reads,
    refresh,
    refusal,
    revocation,
    search_forms,
    searches,
)
from conformance.ehr.defects.declare import DEFECTS, VARIATIONS, Defect, ProbeDefect, Variation
from conformance.ehr.defects.legal import answers, data, metadata, refusals, status
from conformance.ehr.defects.legal import searches as legal_searches
from conformance.ehr.defects.tls import PROBE_DEFECTS, PROBE_VARIATIONS

__all__ = [
    "DEFECTS",
    "PROBE_DEFECTS",
    "PROBE_VARIATIONS",
    "VARIATIONS",
    "Defect",
    "ProbeDefect",
    "Variation",
    "answers",
    "assertions",
    "capabilities",
    "codes",
    "data",
    "dates",
    "discovery",
    "errors",
    "export_content",
    "export_refusal",
    "exports",
    "flaky",
    "formats",
    "introspection",
    "isolation",
    "launches",
    "legal_exports",
    "legal_searches",
    "metadata",
    "paging",
    "pkce",
    "provenance",
    "reads",
    "refresh",
    "refusal",
    "refusals",
    "revocation",
    "search_forms",
    "searches",
    "status",
]
