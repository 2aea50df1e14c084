"""
The cohort: synthetic patients with charts that conform to US Core 6.1.0.

The tables stand in `fixtures/cohort/`; a module here puts together each kind of resource, and
fhir.resources builds it. No clock and no chance are asked: `cohort(3)` is the same bytes on every
machine, and `cohort(5)` begins with the same three patients.
"""

from conformance.ehr.cohort.assembly import cohort

__all__ = ["cohort"]
