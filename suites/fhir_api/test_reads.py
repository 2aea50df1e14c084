"""Reads: a resource by its type and id (FHIR R4 3.1.0.2)."""

from datetime import timedelta

from conformance.checks import (
    JSON_TYPES,
    Fhir,
    Level,
    Readable,
    check,
    differing,
    for_each,
    http_date,
    updated_at,
    version_of,
)

UNKNOWN = "conformance-no-such-id"


@for_each(Readable)
@check("fhir#read")
def test_give_that_resource(fhir: Fhir, readable: Readable) -> None:
    """
    A read answers with the resource of that type and id.

    FHIR R4 3.1.0.2 read, https://hl7.org/fhir/R4/http.html#read. Tolerated: a body that is labelled
    as something else than JSON. Where the edition does not require reads of the type, that they
    are not answered is a warning.
    """
    sample = fhir.sample(readable.type)
    reply = fhir.read(sample)
    if not readable.required and reply.status in (404, 405, 501):
        reply.note(
            "read.not-served",
            "Resources of the type cannot be read.",
            expected="status 200",
            actual=f"status {reply.status}",
            level=Level.SHOULD,
        )
        return
    reply.require_status(200)
    resource = reply.require_resource(sample.type)
    reply.expect(
        resource.get("id") == sample.id,
        "read.id",
        "The resource has another id than was asked for.",
        expected=f"{sample.type}/{sample.id}",
        actual="another id" if resource.get("id") else "no id",
        path=f"{sample.type}.id",
    )
    reply.expect(
        reply.response.media_type in JSON_TYPES,
        "read.content-type",
        "The resource is labelled as something else than JSON.",
        expected="application/fhir+json",
        actual="another content type" if reply.response.media_type else "no content type",
        level=Level.TOLERATED,
    )


@for_each(Readable)
@check("fhir#read")
def test_agree_with_the_search(fhir: Fhir, readable: Readable) -> None:
    """
    A read gives the current content: for the same version the same as a search gave.

    FHIR R4 3.1.0.2 read, https://hl7.org/fhir/R4/http.html#read, and resource metadata (versionId),
    https://hl7.org/fhir/R4/resource.html#Meta. Where versions are not told, a difference is a
    warning. The narrative is left out.
    """
    sample = fhir.sample(readable.type)
    reply = fhir.require_read(sample)
    resource = reply.resource
    told, held = (version_of(r) for r in (resource, sample.resource))
    names = differing(resource, sample.resource, aside={"meta", "text"})
    if told != held:
        now, then = updated_at(resource), updated_at(sample.resource)
        reply.expect(
            now is None or then is None or now >= then,
            "read.stale",
            "The resource is older than the one that a search gave before.",
            expected=f"{sample.type}/{sample.id} as in exchange {sample.exchange}, or newer",
            actual="an earlier meta.lastUpdated",
            path=f"{sample.type}.meta.lastUpdated",
            level=Level.SHALL,
        )
    else:
        reply.expect(
            not names,
            "read.differs",
            "The resource differs from the one that a search gave.",
            expected=f"{sample.type}/{sample.id} as in exchange {sample.exchange}",
            actual=f"other values in {', '.join(names)}",
            path=f"{sample.type}.{names[0]}" if names else "",
            level=Level.SHALL if told else Level.SHOULD,
        )


@for_each(Readable)
@check("fhir#read-version-headers")
def test_tell_the_version(fhir: Fhir, readable: Readable) -> None:
    """
    A read tells the version in ETag and the time of change in Last-Modified.

    FHIR R4 3.1.0.2 read and 3.1.0.1.3 versioning, https://hl7.org/fhir/R4/http.html#read. Both
    headers SHOULD be there; an ETag that is there SHALL hold the version id (3.1.0.5 managing
    resource contention). What a compressing proxy adds to it is left out.
    """
    sample = fhir.sample(readable.type)
    reply = fhir.require_read(sample)
    version = version_of(reply.resource)
    tag = reply.header("etag").strip().removeprefix("W/").strip('"').removesuffix("-gzip")
    if version and tag:
        reply.expect(
            tag == version,
            "read.etag",
            "ETag does not hold the version id of the resource.",
            expected="the value of meta.versionId",
            actual="another value",
            path=f"{sample.type}.meta.versionId",
            level=Level.SHALL,
        )
    elif version:
        reply.note(
            "read.no-etag",
            "The version is not told in a header.",
            expected="ETag",
            actual="none",
            path=f"{sample.type}.meta.versionId",
        )
    header = reply.header("last-modified")
    if not reply.expect(
        bool(header),
        "read.no-last-modified",
        "The time of the last change is not told in a header.",
        expected="Last-Modified",
        actual="none",
    ):
        return
    updated, told = updated_at(reply.resource), http_date(header)
    reply.expect(
        updated is None or (told is not None and abs(told - updated) < timedelta(seconds=1)),
        "read.last-modified",
        "Last-Modified is not the time of the last change.",
        expected="the value of meta.lastUpdated",
        actual="another time" if told else "no date",
        path=f"{sample.type}.meta.lastUpdated",
    )


@for_each(Readable)
@check("fhir#conditional-read")
def test_answer_a_conditional_read(fhir: Fhir, readable: Readable) -> None:
    """
    A read with the resource's own ETag gives 304 or the resource.

    FHIR R4 3.1.0.1.7 conditional read, https://hl7.org/fhir/R4/http.html#cread.
    """
    sample = fhir.sample(readable.type)
    first = fhir.require_read(sample)
    tag = first.header("etag")
    if not tag:
        fhir.not_applicable("The server gives no ETag.")
    reply = fhir.get(f"{sample.type}/{sample.id}", headers={"If-None-Match": tag})
    if not reply.expect_status(
        200,
        304,
        code="read.conditional",
        message="A conditional read is answered with neither 304 nor the resource.",
    ):
        return
    if reply.status == 200:
        resource = reply.require_resource(sample.type)
        reply.expect(
            resource.get("id") == sample.id,
            "read.conditional",
            "A conditional read gives another resource.",
            expected=f"{sample.type}/{sample.id}",
            actual="another id" if resource.get("id") else "no id",
            path=f"{sample.type}.id",
        )


@check("fhir#unknown-resource", "us-core#unknown-resource")
def test_unknown_id_is_not_found(fhir: Fhir) -> None:
    """
    An id that the server never gave out is answered with 404.

    FHIR R4 3.1.0.2 read; US Core 6.1.0 server CapabilityStatement (status 404: unknown resource).
    Tolerated: another client error, since a server may hide what exists.
    """
    reply = fhir.get(f"Patient/{UNKNOWN}")
    reply.require_authorized()
    known_form = reply.status in (404, 410)
    reply.expect(
        known_form,
        "read.unknown-id",
        "An unknown id is not answered with 404.",
        expected="status 404",
        actual=f"status {reply.status}",
        level=Level.TOLERATED if 400 <= reply.status < 500 else None,
    )


@check("fhir#unknown-type")
def test_unknown_type_is_refused(fhir: Fhir) -> None:
    """
    A resource type that FHIR does not define is answered with a client error.

    FHIR R4 3.1.0.4.2, which lists what 404 stands for, https://hl7.org/fhir/R4/http.html#rejecting-updates.
    """
    reply = fhir.get("ConformanceNoSuchType/1")
    reply.require_authorized()
    reply.expect(
        400 <= reply.status < 500,
        "read.unknown-type",
        "An unknown resource type is not refused.",
        expected="status 404",
        actual=f"status {reply.status}",
    )
