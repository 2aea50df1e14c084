"""The vocabulary of the suites: everything that a check may import stands here."""

from conformance.checks.bulk import Bulk
from conformance.checks.declare import check, for_each
from conformance.checks.examples import examples
from conformance.checks.exported import Line, named_patients
from conformance.checks.fhir import Fhir, Term
from conformance.checks.granted import Granted
from conformance.checks.identity import IdToken
from conformance.checks.launches import Launched
from conformance.checks.profiles import Profiles
from conformance.checks.reply import JSON_TYPES, Reply
from conformance.checks.rows import (
    Described,
    Included,
    LaunchKind,
    PatientData,
    ProfileRow,
    Readable,
    Search,
    Searchable,
)
from conformance.checks.smart import Smart
from conformance.checks.statement import (
    CLOSED,
    NOT_THERE,
    declared_of,
    declared_types,
    expect_declared,
    required_declaration,
    values_of,
)
from conformance.checks.tls import Tls
from conformance.checks.versions import differing, falling, http_date, updated_at, version_of
from conformance.core.elements import walk
from conformance.core.findings import Level
from conformance.fhir.bulk import Export, is_absolute
from conformance.fhir.bundle import identities, identity, link, parameter_names
from conformance.fhir.harvest import Sample
from conformance.smart.backend import Departure
from conformance.smart.identity import rsa_keys
from conformance.smart.scopes import Scope, beyond, covered, parse_scope, parse_scopes

__all__ = [
    "CLOSED",
    "JSON_TYPES",
    "NOT_THERE",
    "Bulk",
    "Departure",
    "Described",
    "Export",
    "Fhir",
    "Granted",
    "IdToken",
    "Included",
    "LaunchKind",
    "Launched",
    "Level",
    "Line",
    "PatientData",
    "ProfileRow",
    "Profiles",
    "Readable",
    "Reply",
    "Sample",
    "Scope",
    "Search",
    "Searchable",
    "Smart",
    "Term",
    "Tls",
    "beyond",
    "check",
    "covered",
    "declared_of",
    "declared_types",
    "differing",
    "examples",
    "expect_declared",
    "falling",
    "for_each",
    "http_date",
    "identities",
    "identity",
    "is_absolute",
    "link",
    "named_patients",
    "parameter_names",
    "parse_scope",
    "parse_scopes",
    "required_declaration",
    "rsa_keys",
    "updated_at",
    "values_of",
    "version_of",
    "walk",
]
