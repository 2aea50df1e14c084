"""
The seeded defects and legal variations of the reference EHR.

Each overrides one seam of the sound server and is named as what the bad server does. They prove the
checks: every check has a defect that exactly it, and its named companions, catches.
"""

from conformance.ehr.defects import (
    export_content,
    export_refusal,
    exports,
    launches,
    legal_exports,
    reads,
)
from conformance.ehr.defects.declare import DEFECTS, VARIATIONS, Defect, Variation

__all__ = [
    "DEFECTS",
    "VARIATIONS",
    "Defect",
    "Variation",
    "export_content",
    "export_refusal",
    "exports",
    "launches",
    "legal_exports",
    "reads",
]
