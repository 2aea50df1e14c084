"""Token responses: what an app is told with its token, and what the token opens."""

from conformance.checks import Fhir, LaunchKind, Level, PatientData, Reply, Smart, check, for_each

HOUR = 3600


@for_each(LaunchKind)
@check("smart#token-response", serial=True)
def test_say_what_they_are(smart: Smart, kind: LaunchKind) -> None:
    """
    A token response names token, type Bearer and granted scopes, each in its form.

    SMART App Launch 2.0 App Launch, obtain access token (response); RFC 6749 5.1. A missing
    lifetime (expires_in) is against a recommendation only.
    """
    launched = smart.launched(kind)
    reply = smart.token_reply(launched)
    body = launched.body
    kind_of_token = body.get("token_type")
    reply.expect(
        isinstance(kind_of_token, str) and kind_of_token.lower() == "bearer",
        "token.type",
        "token_type is not Bearer.",
        expected="Bearer, in any case",
        actual="another value" if "token_type" in body else "none",
        path="token_type",
    )
    _expect_text(reply, "scope", required=True)
    _expect_text(reply, "refresh_token")
    _expect_text(reply, "id_token")
    lifetime = body.get("expires_in")
    reply.expect(
        isinstance(lifetime, int | float) and not isinstance(lifetime, bool) and lifetime > 0,
        "token.expires-in",
        "The lifetime of the token is not told as a number of seconds.",
        expected="expires_in, a number",
        actual="none" if lifetime is None else "another value",
        path="expires_in",
        level=Level.SHOULD if lifetime is None else None,
    )


@for_each(LaunchKind)
@check("smart#token-response-not-cached", serial=True)
def test_may_not_be_cached(smart: Smart, kind: LaunchKind) -> None:
    """
    A token response forbids to be kept: Cache-Control no-store and Pragma no-cache.

    SMART App Launch 2.0 App Launch, obtain access token (response); RFC 6749 5.1.
    """
    reply = smart.token_reply(smart.launched(kind))
    for name, wanted in (("Cache-Control", "no-store"), ("Pragma", "no-cache")):
        words = {word.strip().lower() for word in reply.header(name).split(",")}
        reply.expect(
            wanted in words,
            f"token.{name.lower()}",
            f"The token response does not say {wanted}.",
            expected=f"{name}: {wanted}",
            actual="other words" if reply.header(name) else "no such header",
        )


@for_each(LaunchKind)
@check("smart#short-lived-tokens", serial=True)
def test_access_tokens_are_short_lived(smart: Smart, kind: LaunchKind) -> None:
    """
    An access token lives for no longer than an hour.

    SMART App Launch 2.0 Best Practices, access token lifetime: a recommendation.
    """
    launched = smart.launched(kind)
    reply = smart.token_reply(launched)
    lifetime = launched.body.get("expires_in")
    if not isinstance(lifetime, int | float) or isinstance(lifetime, bool):
        smart.not_applicable("The token response does not tell a lifetime.")
    reply.expect(
        lifetime <= HOUR,
        "token.long-lived",
        "The access token lives for longer than an hour.",
        expected=f"at most {HOUR} seconds",
        actual="more",
        path="expires_in",
    )


@for_each(LaunchKind)
@check("smart#fhir-context", serial=True)
def test_further_context_has_its_form(smart: Smart, kind: LaunchKind) -> None:
    """
    Where a token response names further resources in context, each has a reference of its form.

    SMART App Launch 2.0 Scopes and Launch Context, fhirContext. Tolerated: a reference as a plain
    text, which an earlier version has.
    """
    launched = smart.launched(kind)
    reply = smart.token_reply(launched)
    if "fhirContext" not in launched.body:
        smart.not_applicable("The token response has no fhirContext.")
    context = launched.body["fhirContext"]
    entries = context if isinstance(context, list) else [None]
    for entry in entries:
        held = entry.values() if isinstance(entry, dict) else ()
        reply.expect(
            isinstance(entry, str | dict)
            and (isinstance(entry, str) or any(isinstance(value, str | dict) for value in held)),
            "token.fhir-context",
            "An entry of fhirContext names no resource.",
            expected="a list of objects with reference, canonical or identifier",
            actual="another form",
            path="fhirContext",
        )


@for_each(PatientData)
@check("smart#granted-access", serial=True)
def test_open_what_was_granted(smart: Smart, fhir: Fhir, data: PatientData) -> None:
    """
    The token of a patient's app opens each type that was granted.

    SMART App Launch 2.0 Scopes and Launch Context, scopes for requesting FHIR resources.
    """
    launched = smart.standalone()
    token, patient = smart.token_of(launched), smart.require_granted(launched, data.type)
    reply = fhir.first_search(data.type, patient, credential=token)
    if reply.status != 200:
        launched.require_told()
        reply.fail(
            "access.refused",
            f"A search of {data.type} is refused, which the token was granted.",
            expected="status 200",
            actual=f"status {reply.status}",
        )
    reply.require_bundle()


def _expect_text(reply: Reply, name: str, *, required: bool = False) -> None:
    value = reply.resource.get(name)
    good = isinstance(value, str) and bool(value)
    reply.expect(
        good or (value is None and not required),
        "token.member",
        f"{name} is missing or no text.",
        expected="a text",
        actual="none" if value is None else "another value",
        path=name,
    )
