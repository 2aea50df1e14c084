"""Forms of a read: on conditions, by HEAD, by ids that are none (FHIR R4 3.1.0.1 and 3.1.0.2)."""

from conformance.checks import Fhir, Level, check


@check("fhir#conditional-read")
def test_conditional_read_gives_what_is_new(fhir: Fhir) -> None:
    """
    A read on condition that the client holds another version or an older state gives the resource.

    FHIR R4 3.1.0.1.7 conditional read, https://hl7.org/fhir/R4/http.html#cread; RFC 9110 13.1.2 and
    13.1.3. To say that nothing changed would keep a client from what did.
    """
    sample = fhir.sample("Patient")
    fhir.require_read(sample)
    conditions = {
        "If-None-Match": 'W/"conformance-no-such-version"',
        "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT",
    }
    for name, value in conditions.items():
        reply = fhir.get(f"Patient/{sample.id}", headers={name: value})
        reply.expect(
            reply.status != 304,
            "read.unchanged",
            f"A read with {name} of what the client does not hold is answered with 304.",
            expected="status 200 and the resource",
            actual="status 304",
            level=Level.SHALL,
        )
        reply.expect(
            reply.status in (200, 304) and reply.response.resource.get("id") in (sample.id, None),
            "read.conditional",
            f"A read with {name} is not answered with the resource.",
            expected=f"status 200 and Patient/{sample.id}",
            actual=f"status {reply.status}",
        )


@check("fhir#head")
def test_head_tells_what_a_read_tells(fhir: Fhir) -> None:
    """
    HEAD is answered as GET is, without the body, or refused as HTTP asks.

    FHIR R4 3.1.0.1.4 support for HEAD, https://hl7.org/fhir/R4/http.html#head; RFC 9110 9.3.2.
    Tolerated: another client error.
    """
    sample = fhir.sample("Patient")
    read = fhir.require_read(sample)
    reply = fhir.get(f"Patient/{sample.id}", method="HEAD")
    if reply.status in (405, 501) or reply.status == fhir.answers(read)[0].status != 200:
        return
    good = reply.expect(
        reply.status == 200,
        "read.head",
        "HEAD is neither answered as GET is nor refused.",
        expected="status 200, 405 or 501",
        actual=f"status {reply.status}",
        level=Level.TOLERATED if 400 <= reply.status < 500 else None,
    )
    tags = [one.header("etag").strip().removeprefix("W/") for one in (read, reply)]
    same = not good or not all(tags) or tags[0] == tags[1]
    if not same:
        fhir.require_unchanged(read)
    reply.expect(
        same,
        "read.head-version",
        "HEAD tells another version than GET.",
        expected="the same ETag",
        actual="another ETag",
    )


@check("fhir#read")
def test_ids_are_matched_whole_and_in_their_case(fhir: Fhir) -> None:
    """
    A resource is found by its own id only: not by one that begins so, nor in another case.

    FHIR R4 2.20.0.1 logical id (ids are case sensitive), https://hl7.org/fhir/R4/resource.html#id;
    3.1.0.2 read: what is read has the id of the address.
    """
    sample = fhir.sample("Patient")
    fhir.require_read(sample)
    for name in sorted(
        {f"{sample.id}0"[:64], sample.id[:-1], sample.id.swapcase()} - {sample.id, ""}
    ):
        reply = fhir.get(f"Patient/{name}")
        reply.expect(
            reply.response.resource_type != "Patient" or reply.response.resource.get("id") == name,
            "read.other-id",
            "An id brings a resource with another id.",
            expected="status 404",
            actual="status 200",
            path="Patient.id",
        )


@check("fhir#unknown-resource")
def test_malformed_id_is_not_found(fhir: Fhir) -> None:
    """
    What cannot be an id is answered with a client error.

    FHIR R4 2.24.0.1 primitive types (id: 1 to 64 letters, digits, `-` and `.`),
    https://hl7.org/fhir/R4/datatypes.html#id; 3.1.0.2 read.
    """
    for name in ("no~such~id", "x" * 200, "%00", "%27%20OR%20%271%27=%271"):
        reply = fhir.get(f"Patient/{name}")
        reply.require_authorized()
        reply.expect(
            400 <= reply.status < 500,
            "read.malformed-id",
            "What cannot be an id is not answered with a client error.",
            expected="status 400 or 404",
            actual=f"status {reply.status}",
        )
