"""The specification that every book stands on."""

BASE = "hl7.fhir.r4.core"
BASE_VERSION = "4.0.1"
BASE_ID = f"{BASE}#{BASE_VERSION}"
