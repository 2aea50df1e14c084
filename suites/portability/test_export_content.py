"""What an export holds: files of resources, of the Group's patients and nobody else."""

from collections.abc import Collection

from conformance.checks import Bulk, Level, check, named_patients

_HERE = "portability.export-content."


@check("bulk#group-export", serial=True)
def test_files_are_served(bulk: Bulk) -> None:
    """
    Every file that the manifest names is served, each line a JSON object with a resourceType.

    Bulk Data Access 2.0 Bulk Data Output File Request.
    """
    export, _ = bulk.require_manifest()
    if not export.files:
        bulk.no_data("The export names no files.")
    lines = 0
    for file in export.files:
        bulk.within_bounds(export, file)
        reply = bulk.reply(file.response)
        if reply.status != 200:
            reply.fail(
                "file.not-served",
                "A file that the manifest names is not served.",
                expected="status 200",
                actual=f"status {reply.status}",
            )
        for line in bulk.written(file):
            lines += 1
            if not line.type:
                reply.fail(
                    "file.not-ndjson",
                    "A line of a file is not a FHIR resource.",
                    expected="a JSON object with a resourceType",
                    actual=f"line {line.number}: {line.problem or 'no resourceType'}",
                )
    if not lines:
        bulk.no_data("The files of the export are empty.")


@check("bulk#files", serial=True)
def test_content_types_say_ndjson(bulk: Bulk) -> None:
    """
    Every file is labelled as newline-delimited FHIR JSON.

    Bulk Data Access 2.0 Bulk Data Output File Request, response.
    """
    export = bulk.require_files()
    for file in export.files:
        reply = bulk.reply(file.response)
        reply.expect(
            reply.response.media_type == "application/fhir+ndjson",
            "file.content-type",
            "A file is labelled with another content type.",
            expected="application/fhir+ndjson",
            actual="another",
        )


@check("bulk#files", serial=True)
def test_lines_are_resources_of_the_declared_type(bulk: Bulk) -> None:
    """
    Every line of a file is a resource of the type that the manifest declares, with an id.

    Bulk Data Access 2.0 Bulk Data Output File Organization; FHIR R4 2.26.2 Resource.id.
    """
    export = bulk.require_files()
    for file in export.files:
        reply = bulk.reply(file.response)
        others, nameless = 0, 0
        for line in bulk.lines(file):
            others += bool(file.type) and line.type != file.type
            nameless += not line.id
        reply.expect(
            not others,
            "file.other-type",
            "A file holds resources of another type than the manifest declares.",
            expected="the declared type in every line",
            actual=f"{others} lines of another type",
        )
        reply.expect(
            not nameless,
            "file.no-id",
            "A file holds resources without an id.",
            expected="an id in every line",
            actual=f"{nameless} lines without one",
        )


@check("bulk#files", serial=True)
def test_counts_agree(bulk: Bulk) -> None:
    """
    The count that the manifest gives of a file is the number of its lines.

    Bulk Data Access 2.0 Bulk Data Status Request, output manifest.
    """
    export = bulk.require_files()
    counted = [file for file in export.files if file.count is not None]
    if not counted:
        bulk.not_applicable("The manifest gives no counts.")
    for file in counted:
        lines = sum(1 for _ in bulk.lines(file))
        bulk.reply(file.response).expect(
            lines == file.count,
            "file.count",
            "A file has another number of lines than the manifest says.",
            expected=f"{file.count} lines",
            actual=f"{lines} lines",
        )


@check("bulk#files", serial=True)
def test_no_resource_comes_twice(bulk: Bulk) -> None:
    """
    No resource is exported twice.

    Bulk Data Access 2.0 Bulk Data Output File Request: only the most recent version is exported.
    The same line twice is tolerated (WARN).
    """
    export = bulk.require_files()
    seen: dict[str, int] = {}
    for file in export.files:
        again: set[str] = set()
        other: set[str] = set()
        for line in bulk.lines(file):
            name = f"{line.type}/{line.id}"
            if line.id and name in seen:
                (again if seen[name] == line.digest else other).add(name)
            seen[name] = line.digest
        reply = bulk.reply(file.response)
        reply.expect(
            not other,
            "file.two-versions",
            "A resource is exported in two versions.",
            expected="the most recent version",
            actual=_some(other),
        )
        reply.expect(
            not again,
            "file.twice",
            "A resource is exported twice.",
            expected="once",
            actual=_some(again),
            level=Level.TOLERATED,
        )


@check("bulk#group-members", serial=True)
def test_patients_come_with_their_data(bulk: Bulk) -> None:
    """
    An export of a Group holds the Patient resources of those whose data it holds, two at least.

    Bulk Data Access 2.0 Bulk Data Kick-off Request: the Patient compartment. A Group of one shows
    nothing of it (SKIP no-data).
    """
    export = bulk.require_files()
    patients = {line.id for line in bulk.resources(export, "Patient")}
    if len(patients) >= 2:
        return
    named = {
        patient for line in bulk.resources(export) for _, patient in named_patients(line.resource)
    }
    missing = named - patients
    if not missing:
        bulk.no_data("The export holds the data of fewer than two patients.")
    _, manifest = bulk.require_manifest()
    manifest.fail(
        "export.no-patients",
        "The export holds data of patients, but not the patients.",
        expected="a Patient for each patient that is named",
        actual=f"{len(missing)} patients named and missing",
    )


@check("bulk#group-members", serial=True)
def test_patients_are_the_members(bulk: Bulk) -> None:
    """
    The Patients in an export of a Group are the members that the Group lists.

    Bulk Data Access 2.0 Endpoint: Group of Patients. Members who are marked as inactive, or by a
    period, may be exported or left out.
    """
    patients = _patients(bulk)
    members = bulk.membership()
    _, manifest = bulk.require_manifest()
    manifest.expect(
        not patients - members.listed,
        "export.not-a-member",
        "The export holds patients who are no members of the Group.",
        expected=f"the {len(members.listed)} patients that the Group lists",
        actual=_some(patients - members.listed),
    )
    manifest.expect(
        not members.active - patients,
        "export.member-missing",
        "The export leaves out members of the Group.",
        expected=f"the {len(members.active)} members of the Group",
        actual=f"without {_some(members.active - patients)}",
    )


@check("bulk#group-members", serial=True)
def test_data_are_of_these_patients(bulk: Bulk) -> None:
    """
    Every resource in an export of a Group that belongs to a patient belongs to one of its Patients.

    Bulk Data Access 2.0 Endpoint: Group of Patients.
    """
    export = bulk.require_files()
    patients = _patients(bulk)
    for file in export.files:
        strange: set[str] = set()
        paths: set[str] = set()
        for line in bulk.lines(file):
            for path, patient in named_patients(line.resource):
                if patient not in patients:
                    strange.add(f"{line.type}/{line.id}")
                    paths.add(f"{line.type}.{path.removesuffix('.reference')}")
        bulk.reply(file.response).expect(
            not strange,
            "export.of-others",
            "The export holds data of patients who are not in it.",
            expected=f"data of the {len(patients)} Patients in the export",
            actual=_some(strange),
            path=", ".join(sorted(paths)),
        )


def _patients(bulk: Bulk) -> set[str]:
    """Return the ids of the exported Patients; none ends the check."""
    export = bulk.require_files()
    patients = {line.id for line in bulk.resources(export, "Patient")}
    if not patients:
        bulk.prerequisite_failed("No Patient is exported", f"{_HERE}patients-come-with-their-data")
    return patients


def _some(names: Collection[str]) -> str:
    """Return a few of the names, and how many more there are."""
    first = sorted(names)[:3]
    more = len(names) - len(first)
    return ", ".join(first) + (f" and {more} more" if more else "")
