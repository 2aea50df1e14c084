"""Discovery: how a server announces SMART App Launch (SMART App Launch 2, Conformance)."""

import re
from urllib.parse import urlsplit

from conformance.checks import Level, Reply, Smart, check

_EITHER = (
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "permission-offline",
    "permission-v1",
    "permission-v2",
    "authorize-post",
)
_BY_LAUNCH = {
    "launch-standalone": ("client-public", "context-standalone-patient", "permission-patient"),
    "launch-ehr": (
        "context-ehr-patient",
        "context-ehr-encounter",
        "context-banner",
        "context-style",
        "permission-user",
    ),
}
_SINCE_2 = {
    "client-confidential-asymmetric",
    "permission-v1",
    "permission-v2",
    "authorize-post",
    "context-ehr-encounter",
}


@check("smart#configuration-served")
def test_configuration_is_served(smart: Smart) -> None:
    """
    The SMART configuration is served as JSON below the FHIR base URL, to anybody.

    SMART App Launch 2.0 Conformance, /.well-known/smart-configuration,
    https://hl7.org/fhir/smart-app-launch/STU2/conformance.html. Tolerated: another content type.
    """
    reply = smart.configuration()
    if reply.status in (404, 410) or (reply.status == 200 and reply.problem):
        reply.fail(
            "absent",
            "No SMART configuration is served here.",
            expected="a JSON document",
            actual=f"status {reply.status}, {reply.problem or 'another body'}",
        )
    if reply.status in (401, 403):
        reply.fail(
            "discovery.protected",
            "The SMART configuration is shown to authorized clients only.",
            expected="status 200",
            actual=f"status {reply.status}",
        )
    reply.require_status(200)
    reply.expect(
        reply.response.media_type == "application/json",
        "discovery.content-type",
        "The SMART configuration is labelled with another content type.",
        expected="application/json",
        actual="another",
        level=Level.TOLERATED,
    )


@check("smart#configuration-members")
def test_members_are_complete(smart: Smart) -> None:
    """
    The SMART configuration names the endpoints, grant types and capabilities.

    SMART App Launch 2.0 Conformance, metadata, https://hl7.org/fhir/smart-app-launch/STU2/conformance.html;
    1.0 asks for no grant types. Tolerated: relative URLs, which clients are told to resolve against
    the FHIR base URL.
    """
    reply = smart.require_configuration()
    for name in ("authorization_endpoint", "token_endpoint"):
        _expect_url(reply, name)
    _expect(reply, "capabilities", bool(_texts(reply, "capabilities")), "a list of capabilities")
    if smart.version != "1":
        granted = "authorization_code" in _texts(reply, "grant_types_supported")
        _expect(reply, "grant_types_supported", granted, "authorization_code among them")


@check("smart#capabilities-listed")
def test_capabilities_are_listed(smart: Smart) -> None:
    """
    The SMART configuration lists every capability that a certified system has.

    45 CFR 170.315(g)(10) with SMART App Launch 2.0 Conformance, capability sets patient access for
    standalone apps and clinician access for EHR launch; fewer with 1.0. Tolerated: a host for one
    of the two alone, since each may have its own.
    """
    reply = smart.require_configuration()
    listed = _texts(reply, "capabilities")
    if not listed:
        smart.prerequisite_failed(
            "No capabilities are listed", "patient-access.discovery.members-are-complete"
        )
    here = [launch for launch in _BY_LAUNCH if launch in listed] or list(_BY_LAUNCH)
    wanted = [*_EITHER, *(name for launch in here for name in (launch, *_BY_LAUNCH[launch]))]
    if smart.version == "1":
        wanted = [name for name in wanted if name not in _SINCE_2]
    missing = [name for name in wanted if name not in listed]
    reply.expect(
        not missing,
        "discovery.capabilities",
        "Capabilities that certification asks for are not listed.",
        expected=f"{len(wanted)} capabilities",
        actual=f"not {', '.join(missing)}",
        path="capabilities",
    )
    elsewhere = [launch for launch in _BY_LAUNCH if launch not in here]
    reply.expect(
        not elsewhere,
        "discovery.capabilities-elsewhere",
        "Another host has to list the capabilities of the other launch.",
        expected="both launches",
        actual=f"not {', '.join(elsewhere)}",
        path="capabilities",
        level=Level.TOLERATED,
    )


@check("smart#s256")
def test_s256_is_offered_and_plain_is_not(smart: Smart) -> None:
    """
    Proof keys are offered with the method S256 and not with plain.

    SMART App Launch 2.0 Conformance, code_challenge_methods_supported; RFC 7636 4.2.
    """
    reply = smart.require_configuration()
    methods = _texts(reply, "code_challenge_methods_supported")
    _expect(reply, "code_challenge_methods_supported", "S256" in methods, "S256 among them")
    reply.expect(
        "plain" not in methods,
        "discovery.plain",
        "The challenge method plain is offered.",
        expected="S256 only",
        actual="plain among them",
        path="code_challenge_methods_supported",
    )


@check("smart#openid-members")
def test_openid_connect_names_issuer_and_keys(smart: Smart) -> None:
    """
    A server that lists sso-openid-connect names its issuer and the address of its keys.

    SMART App Launch 2.0 Conformance, issuer and jwks_uri.
    """
    reply = smart.require_configuration()
    if "sso-openid-connect" not in _texts(reply, "capabilities"):
        smart.not_applicable("The server does not list sso-openid-connect.")
    for name in ("issuer", "jwks_uri"):
        _expect_url(reply, name)


def _texts(reply: Reply, name: str) -> list[str]:
    """Return a member as a list of its texts; a member of another form gives none."""
    value = reply.resource.get(name)
    if isinstance(value, str):
        return [value] if value and not name.endswith(("supported", "capabilities")) else []
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value if name.endswith(("supported", "capabilities")) else []
    return []


def _expect_url(reply: Reply, name: str) -> None:
    texts = [text for text in _texts(reply, name) if _is_url(text)]
    _expect(reply, name, bool(texts), "a URL")
    if texts:
        reply.expect(
            re.match("https?://[^/]", texts[0]) is not None,
            "discovery.relative",
            f"{name} is not an absolute URL.",
            expected="an absolute URL",
            actual="another text",
            path=name,
            level=Level.TOLERATED,
        )


def _is_url(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _expect(reply: Reply, name: str, condition: bool, expected: str) -> None:
    reply.expect(
        condition,
        "discovery.member",
        f"{name} is missing or of another form.",
        expected=expected,
        actual="not so" if name in reply.resource else "missing",
        path=name,
    )
