"""Versions: a resource as it was, and its history (FHIR R4 3.1.0.3 vread and 3.1.0.8 history)."""

from conformance.checks import (
    Fhir,
    Level,
    Readable,
    check,
    differing,
    falling,
    for_each,
    version_of,
    walk,
)

UNKNOWN = "conformance-no-such-version"


@for_each(Readable)
@check("fhir#vread")
def test_can_be_read(fhir: Fhir, readable: Readable) -> None:
    """
    A read of the current version gives what a search and a read without version give.

    FHIR R4 3.1.0.3 vread, https://hl7.org/fhir/R4/http.html#vread. Asked of a server that declares
    vread for the type.
    """
    fhir.require_declared(readable.type, "vread")
    sample = fhir.sample(readable.type)
    read = fhir.require_read(sample)
    version = version_of(read.resource)
    if not version:
        fhir.no_data(f"{readable.type} has no version id to read by.")
    current = sample.resource if version_of(sample.resource) == version else read.resource
    reply = fhir.get(f"{sample.type}/{sample.id}/_history/{version}")
    if version_of(reply.response.resource) != version:
        fhir.require_unchanged(read)
    reply.require_status(200)
    resource = reply.require_resource(sample.type)
    reply.expect(
        resource.get("id") == sample.id,
        "vread.id",
        "The version is of another resource than was asked for.",
        expected=f"{sample.type}/{sample.id}",
        actual="another id" if resource.get("id") else "no id",
        path=f"{sample.type}.id",
    )
    reply.expect(
        version_of(resource) == version,
        "vread.version",
        "The resource has another version than was asked for.",
        expected="the version of the address",
        actual="another version" if version_of(resource) else "no version",
        path=f"{sample.type}.meta.versionId",
    )
    names = differing(resource, current, aside={"meta", "text", "id"})
    reply.expect(
        not names,
        "vread.differs",
        "The current version differs from what a search or a read gives.",
        expected=f"{sample.type}/{sample.id} as in the answer before",
        actual=f"other values in {', '.join(names)}",
        path=f"{sample.type}.{names[0]}" if names else "",
    )


@check("fhir#vread")
def test_unknown_version_is_not_found(fhir: Fhir) -> None:
    """
    A version that the server never gave out is answered with 404.

    FHIR R4 3.1.0.3 vread, https://hl7.org/fhir/R4/http.html#vread. Tolerated: another client error.
    """
    fhir.require_declared("Patient", "vread")
    sample = fhir.sample("Patient")
    fhir.require_read(sample)
    reply = fhir.get(f"Patient/{sample.id}/_history/{UNKNOWN}")
    reply.require_authorized()
    reply.expect(
        reply.status in (404, 410),
        "vread.unknown-version",
        "An unknown version is not answered with 404.",
        expected="status 404",
        actual=f"status {reply.status}",
        level=Level.TOLERATED if 400 <= reply.status < 500 else None,
    )


@for_each(Readable)
@check("fhir#history")
def test_history_holds_the_current_version(fhir: Fhir, readable: Readable) -> None:
    """
    The history of a resource holds its current version, and no version of another resource.

    FHIR R4 3.1.0.8 history, https://hl7.org/fhir/R4/http.html#history. Asked of a server that
    declares history-instance for the type.
    """
    fhir.require_declared(readable.type, "history-instance")
    sample = fhir.sample(readable.type)
    read = fhir.require_read(sample)
    version = version_of(read.resource)
    reply = fhir.get(f"{sample.type}/{sample.id}/_history")
    reply.require_status(200)
    reply.require_bundle("history")
    told = [r for r in walk(reply.resource, "entry.resource") if isinstance(r, dict)]
    others = [r for r in told if (r.get("resourceType"), r.get("id")) != (sample.type, sample.id)]
    reply.expect(
        not others,
        "history.others",
        "The history of a resource holds another one.",
        expected=f"versions of {sample.type}/{sample.id}",
        actual=f"{len(others)} of {len(told)} entries are of another resource",
        path="Bundle.entry.resource.id",
    )
    held = not version or version in map(version_of, told)
    if not held:
        fhir.require_unchanged(read)
    reply.expect(
        held,
        "history.current",
        "The history does not hold the current version.",
        expected="the version that a read gives",
        actual=f"{len(told)} entries without it",
        path="Bundle.entry.resource.meta.versionId",
    )


@for_each(Readable)
@check("fhir#history")
def test_history_is_in_order(fhir: Fhir, readable: Readable) -> None:
    """
    A history has the newest version first, and each entry tells what was done.

    FHIR R4 3.1.0.8 history, https://hl7.org/fhir/R4/http.html#history, and Bundle, invariants bdl-3
    and bdl-4, https://hl7.org/fhir/R4/bundle.html.
    """
    fhir.require_declared(readable.type, "history-instance")
    sample = fhir.sample(readable.type)
    reply = fhir.get(f"{sample.type}/{sample.id}/_history")
    if reply.status != 200 or reply.response.resource.get("type") != "history":
        fhir.prerequisite_failed(
            "There is no history", "fhir-api.versions.history-holds-the-current-version"
        )
    entries = reply.entries()
    silent = [entry for entry in entries if not {"request", "response"} <= entry.keys()]
    reply.expect(
        not silent,
        "history.untold",
        "An entry of a history does not tell what was done and what came of it.",
        expected="request and response in each entry",
        actual=f"{len(silent)} of {len(entries)} entries without",
        path="Bundle.entry",
    )
    moments = [
        moment
        for entry in entries
        for moment in walk(entry, "resource.meta.lastUpdated")
        if isinstance(moment, str)
    ]
    reply.expect(
        falling(moments),
        "history.order",
        "The versions are not told from the newest to the oldest.",
        expected="the latest meta.lastUpdated first",
        actual="a later one after an earlier one",
        path="Bundle.entry.resource.meta.lastUpdated",
    )
