"""Parity: an export and the FHIR API tell the same of the same patients, for one type."""

from typing import Any

from conformance.checks import Bulk, Export, Line, check, identity, walk

_SEEN = 100
"""So many resources are read one by one."""
_SEARCHED = 10
"""The data of so many patients are searched for."""


@check("bulk#parity", serial=True)
def test_exported_resources_are_readable(bulk: Bulk) -> None:
    """
    What is exported can be read by its id.

    PAR-1, for Condition or the type with most resources, and the first hundred of them. Bulk Data
    Access 2.0 asks nothing of the kind, so that a deviation is a WARN: two interfaces of one
    system that do not know the same resources.
    """
    for line, reply in bulk.read_again(_SEEN):
        reply.expect(
            reply.status == 200 and reply.response.resource.get("id") == line.id,
            "parity.not-readable",
            "A resource that was exported cannot be read.",
            expected=f"{line.type}/{line.id}",
            actual=f"status {reply.status}",
        )


@check("bulk#parity", serial=True)
def test_exported_resources_are_read_alike(bulk: Bulk) -> None:
    """
    What is exported and what is read of one version of a resource have the same content.

    PAR-1, for Condition or the type with most resources, and the first hundred of them; meta and
    narrative aside. Resources that changed in between are passed over.
    """
    export = bulk.require_files()
    compared = 0
    for line, reply in bulk.read_again(_SEEN):
        if reply.status != 200 or not _same_version(bulk, export, line, reply.resource):
            continue
        compared += 1
        read, exported = bulk.content(reply.resource), bulk.content(line.resource)
        differing = {name for name in {*read, *exported} if read.get(name) != exported.get(name)}
        reply.expect(
            not differing,
            "parity.other-content",
            "A resource is exported with another content than is read.",
            expected="the same content in the same version",
            actual=", ".join(sorted(name for name in differing if name.isalnum())) or "another",
            path=line.type,
        )
    if not compared:
        bulk.no_data("No resource could be compared in one version.")


@check("bulk#complete", serial=True)
def test_what_is_found_is_exported(bulk: Bulk) -> None:
    """
    What a search finds of the exported patients is in the export.

    Bulk Data Access 2.0 `_type`: without it all supported resources are exported. For Condition,
    where none is exported also the type with most resources, and the first ten patients; what
    changed after the manifest's transactionTime need not be there.
    """
    export = bulk.require_files()
    patients = sorted({line.id for line in bulk.resources(export, "Patient")})[:_SEARCHED]
    found = 0
    for type_ in bulk.compared_types(export):
        exported = {line.id for line in bulk.resources(export, type_)}
        for patient in patients:
            for page in bulk.search_again(type_, patient):
                resources = page.matches(type_)
                found += len(resources)
                missing = {
                    identity(resource)
                    for resource in resources
                    if resource.get("id") not in exported and not bulk.is_newer(export, resource)
                }
                page.expect(
                    not missing,
                    "parity.not-exported",
                    "A resource that a search finds is missing in the export.",
                    expected=f"every {type_} of an exported patient",
                    actual=f"{len(missing)} missing, {', '.join(sorted(missing)[:3])}",
                )
    if not found:
        bulk.no_data("Nothing of the exported patients is found by a search.")


def _same_version(bulk: Bulk, export: Export, line: Line, read: dict[str, Any]) -> bool:
    """Tell whether a resource did not change between export and read; meta may be left out."""
    versions = {next(walk(resource, "meta.versionId"), None) for resource in (line.resource, read)}
    if None in versions:
        return not bulk.is_newer(export, read)
    return len(versions) == 1
