"""What tests of the matrix leave as properties, for the figures that are printed at the end."""

from collections.abc import Callable

Recorder = Callable[[str, object], None]
"""What keeps a property of a test."""

FIRED_BY_A_DEFECT, LEGAL_VARIATION = "fired", "variation"

MUTANTS = "mutants"
"""Of resources, by kind of rule that is broken: how many there were, and how many were missed."""
