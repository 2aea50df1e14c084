"""
The seeded defects and legal variations of the reference EHR.

Each overrides one seam of the sound server and is named as what the bad server does. They prove the
checks: every check has a defect that exactly it, and its named companions, catches.
"""

from conformance.ehr.defects import (
    assertions,
    codes,
    export_content,
    export_refusal,
    exports,
    introspection,
    isolation,
    launches,
    legal_exports,
    pkce,
    reads,
    refresh,
    revocation,
)
from conformance.ehr.defects.declare import DEFECTS, VARIATIONS, Defect, Variation

__all__ = [
    "DEFECTS",
    "VARIATIONS",
    "Defect",
    "Variation",
    "assertions",
    "codes",
    "export_content",
    "export_refusal",
    "exports",
    "introspection",
    "isolation",
    "launches",
    "legal_exports",
    "pkce",
    "reads",
    "refresh",
    "revocation",
]
