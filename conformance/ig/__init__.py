"""Implementation guides: FHIR packages, their compilation to rulebooks, the rulebooks that ship."""
