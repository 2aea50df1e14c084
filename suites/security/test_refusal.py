"""Refusal: clinical data are for those who may see them (US Core 6.1.0 security)."""

from conformance.checks import Fhir, Level, PatientData, Reply, check, for_each

_HERE = "security.refusal"


@for_each(PatientData)
@check("us-core#refuses-unauthorized")
def test_reads_without_a_token_are_refused(fhir: Fhir, data: PatientData) -> None:
    """
    A read without a token brings no data.

    US Core 6.1.0 server CapabilityStatement, rest.security: 401, 403 or 404. Tolerated, here and
    below: another refusal without data, such as a redirect to a login, which is not followed to
    another host.
    """
    _read_refused(fhir, data.type, "")


@for_each(PatientData)
@check("us-core#refuses-unauthorized")
def test_searches_without_a_token_are_refused(fhir: Fhir, data: PatientData) -> None:
    """
    A search without a token brings no data, by GET and by POST.

    US Core 6.1.0 server CapabilityStatement, rest.security: 401, 403 or 404. Of a search by POST
    only data that are given away count: what else it is answered with is another check's matter.
    """
    _keep_to_themselves(fhir, data.type, "")


@for_each(PatientData)
@check("us-core#refuses-unauthorized")
def test_reads_with_a_wrong_token_are_refused(fhir: Fhir, data: PatientData) -> None:
    """
    A read with a token that the server never gave brings no data.

    US Core 6.1.0 server CapabilityStatement, rest.security: 401, 403 or 404; RFC 6750 3.1.
    """
    sample = fhir.sample(data.type)
    if _leak(fhir, fhir.read(sample, credential=""), data.type):
        fhir.prerequisite_failed("No token is needed", f"{_HERE}.reads-without-a-token-are-refused")
    _read_refused(fhir, data.type, fhir.wrong_credential)


@for_each(PatientData)
@check("us-core#refuses-unauthorized")
def test_searches_with_a_wrong_token_are_refused(fhir: Fhir, data: PatientData) -> None:
    """
    A search with a token that the server never gave brings no data, by GET and by POST.

    US Core 6.1.0 server CapabilityStatement, rest.security: 401, 403 or 404; RFC 6750 3.1.
    """
    asked = (fhir.unpaged(data.type, credential=""), fhir.posted(data.type, credential=""))
    if any(_leak(fhir, reply, data.type) for reply in asked):
        fhir.prerequisite_failed(
            "No token is needed", f"{_HERE}.searches-without-a-token-are-refused"
        )
    _keep_to_themselves(fhir, data.type, fhir.wrong_credential)


@check("http#www-authenticate")
def test_names_how_to_authenticate(fhir: Fhir) -> None:
    """
    An answer with status 401 names an authentication scheme.

    RFC 9110 11.6.1 WWW-Authenticate; RFC 6750 3.
    """
    sample = fhir.sample("Patient")
    reply = fhir.refusal(fhir.read(sample, credential=""), lambda: fhir.read(sample))
    if reply.status != 401:
        fhir.not_applicable("The server does not answer with 401.")
    reply.expect(
        bool(reply.header("www-authenticate").strip()),
        "refusal.scheme",
        "The refusal does not say how to authenticate.",
        expected="WWW-Authenticate",
        actual="none",
    )


def _leak(fhir: Fhir, reply: Reply, type_: str) -> Reply | None:
    """Return the answer that holds resources of a type: the reply or a redirect before it."""
    return next((answer for answer in fhir.answers(reply) if _leaked(answer, type_)), None)


def _leaked(reply: Reply, type_: str) -> int:
    """Return how many resources of a type an answer holds, whatever its status."""
    if reply.is_bundle:
        return len(reply.matches(type_))
    return int(reply.response.resource_type == type_)


def _read_refused(fhir: Fhir, type_: str, credential: str) -> None:
    sample = fhir.sample(type_)
    reply = fhir.read(sample, credential=credential)
    _gave_nothing(fhir, reply, type_)
    _refused(fhir.refusal(reply, lambda: fhir.read(sample)))


def _keep_to_themselves(fhir: Fhir, type_: str, credential: str) -> None:
    """Search by GET and by POST, and note data that were given away."""
    reply = fhir.unpaged(type_, credential=credential)
    _gave_nothing(fhir, reply, type_)
    _refused(fhir.refusal(reply, lambda: fhir.unpaged(type_)))
    _gave_nothing(fhir, fhir.posted(type_, credential=credential), type_)


def _gave_nothing(fhir: Fhir, reply: Reply, type_: str) -> None:
    if leak := _leak(fhir, reply, type_):
        leak.fail(
            "refusal.leak",
            "Data were given to someone who is not authorized.",
            expected="status 401, 403 or 404",
            actual=f"status {leak.status} with {_leaked(leak, type_)} {type_} resources",
        )


def _refused(reply: Reply) -> None:
    """Note an odd status; without data it is tolerated."""
    reply.expect(
        reply.status in (401, 403, 404),
        "refusal.status",
        "The refusal has another status than the specification asks.",
        expected="status 401, 403 or 404",
        actual=f"status {reply.status}",
        level=Level.TOLERATED,
    )
