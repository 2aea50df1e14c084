"""Packages that have a part of their own: what every book stands on, and loose files."""

BASE = "hl7.fhir.r4.core"
BASE_VERSION = "4.0.1"
BASE_ID = f"{BASE}#{BASE_VERSION}"

LOOSE = "loose-files"
"""The package that loose definition files make up together."""
