"""Reads: a resource by its type and id (FHIR R4 3.1.0.2)."""

from conformance.checks import Fhir, Level, Readable, check, for_each

UNKNOWN = "conformance-no-such-id"


@for_each(Readable)
@check("fhir#read")
def test_give_that_resource(fhir: Fhir, readable: Readable) -> None:
    """
    A read answers with the resource of that type and id.

    FHIR R4 3.1.0.2 read, https://hl7.org/fhir/R4/http.html#read.
    """
    sample = fhir.sample(readable.type)
    reply = fhir.read(sample)
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


@for_each(Readable)
@check("fhir#read")
def test_agree_with_the_search(fhir: Fhir, readable: Readable) -> None:
    """
    A read and a search give the same content for the same version.

    FHIR R4 3.1.0.2 read and 2.1.0.4 resource metadata (versionId), https://hl7.org/fhir/R4/http.html.
    Tolerated: a difference in the narrative, and any difference where versions are not told.
    """
    sample = fhir.sample(readable.type)
    reply = fhir.require_read(sample)
    resource = reply.resource
    told, held = (_version(r) for r in (resource, sample.resource))
    aside = {"meta", "text"}
    names = sorted(
        name
        for name in (resource.keys() | sample.resource.keys()) - aside
        if resource.get(name) != sample.resource.get(name)
    )
    if told == held:
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

    FHIR R4 3.1.0.2 read and 3.1.0.1.3, https://hl7.org/fhir/R4/http.html#versions.
    """
    sample = fhir.sample(readable.type)
    reply = fhir.require_read(sample)
    version = _version(reply.resource)
    tag = reply.header("etag").strip().removeprefix("W/").strip('"')
    if version:
        reply.expect(
            tag == version,
            "read.etag",
            "ETag does not hold the version id of the resource.",
            expected="the value of meta.versionId",
            actual="another value" if tag else "no ETag",
            path=f"{sample.type}.meta.versionId",
        )
    reply.expect(
        bool(reply.header("last-modified")),
        "read.last-modified",
        "The time of the last change is not told.",
        expected="Last-Modified",
        actual="none",
    )


@for_each(Readable)
@check("fhir#conditional-read")
def test_answer_a_conditional_read(fhir: Fhir, readable: Readable) -> None:
    """
    A read with the resource's own ETag gives 304 or the resource.

    FHIR R4 3.1.0.2.1 conditional read, https://hl7.org/fhir/R4/http.html#cread.
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
        reply.require_resource(sample.type)


@check("fhir#unknown-resource", "us-core#unknown-resource")
def test_unknown_id_is_not_found(fhir: Fhir) -> None:
    """
    An id that the server never gave out is answered with 404.

    FHIR R4 3.1.0.2 read; US Core 6.1.0 server CapabilityStatement (status 404: unknown resource).
    Tolerated: another client error, since a server may hide what exists.
    """
    reply = fhir.get(f"Patient/{UNKNOWN}")
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

    FHIR R4 3.1.0.7.1 (404: resource type not supported), https://hl7.org/fhir/R4/http.html#rejecting-updates.
    """
    reply = fhir.get("ConformanceNoSuchType/1")
    reply.expect(
        400 <= reply.status < 500,
        "read.unknown-type",
        "An unknown resource type is not refused.",
        expected="status 404",
        actual=f"status {reply.status}",
    )


def _version(resource: dict[str, object]) -> str:
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return version if isinstance(version, str) else ""
