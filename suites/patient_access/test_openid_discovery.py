"""OpenID Connect: what the issuer of id_tokens says of itself, and its keys."""

from conformance.checks import Level, Smart, check, rsa_keys

_MEMBERS = {
    "issuer": str,
    "authorization_endpoint": str,
    "token_endpoint": str,
    "jwks_uri": str,
    "response_types_supported": list,
    "subject_types_supported": list,
    "id_token_signing_alg_values_supported": list,
}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


@check("smart#openid-configuration", serial=True)
def test_configuration_is_served(smart: Smart) -> None:
    """
    The issuer serves its OpenID configuration as JSON, to anybody.

    OpenID Connect Discovery 1.0 section 4. Tolerated: another content type.
    """
    reply = smart.openid_configuration()
    if reply.status != 200:
        reply.fail(
            "openid.configuration",
            "The issuer serves no OpenID configuration.",
            expected="status 200",
            actual=f"status {reply.status}",
        )
    reply.require_json()
    reply.expect(
        reply.response.media_type == "application/json",
        "openid.content-type",
        "The OpenID configuration is labelled with another content type.",
        expected="application/json",
        actual="another",
        level=Level.TOLERATED,
    )


@check("smart#openid-configuration", serial=True)
def test_configuration_is_complete(smart: Smart) -> None:
    """
    The OpenID configuration has its required members, RS256 among the signing algorithms.

    OpenID Connect Discovery 1.0 section 3.
    """
    reply = smart.require_openid_configuration()
    for name, form in _MEMBERS.items():
        value = reply.resource.get(name)
        reply.expect(
            isinstance(value, form) and bool(value),
            "openid.member",
            f"{name} is missing or of another form.",
            expected="a text" if form is str else "a list",
            actual="none" if value is None else "another value",
            path=name,
        )
    algorithms = reply.resource.get("id_token_signing_alg_values_supported")
    reply.expect(
        not isinstance(algorithms, list) or "RS256" in algorithms,
        "openid.rs256",
        "RS256 is not among the signing algorithms.",
        expected="RS256 among them",
        actual="others only",
        path="id_token_signing_alg_values_supported",
    )


@check("smart#openid-configuration", serial=True)
def test_configuration_names_its_own_issuer(smart: Smart) -> None:
    """
    The issuer in the OpenID configuration is the one whose address serves it.

    OpenID Connect Discovery 1.0 section 4.3.
    """
    reply = smart.require_openid_configuration()
    reply.expect(
        reply.resource.get("issuer") == smart.issuer(),
        "openid.issuer",
        "The OpenID configuration names another issuer than the one that was asked.",
        expected="the issuer that was asked",
        actual="another",
        path="issuer",
    )


@check("smart#openid-keys", serial=True)
def test_keys_are_served(smart: Smart) -> None:
    """
    The keys that verify id_tokens are served: an RSA key at least, and no private half.

    OpenID Connect Discovery 1.0 section 3 (jwks_uri); RFC 7517 4, 5; RFC 7518 6.3.
    """
    reply = smart.keys()
    if reply.status != 200:
        reply.fail(
            "openid.keys",
            "The keys are not served.",
            expected="status 200",
            actual=f"status {reply.status}",
        )
    keys = rsa_keys(reply.resource)
    reply.expect(
        bool(keys),
        "openid.no-rsa-key",
        "There is no RSA key in the key set.",
        expected="keys with kty RSA",
        actual="none",
        path="keys",
    )
    reply.expect(
        None not in keys,
        "openid.unreadable-key",
        "An RSA key cannot be read.",
        expected="n and e",
        actual="another form",
        path="keys",
    )
    entries = reply.resource.get("keys")
    held = entries if isinstance(entries, list) else []
    reply.expect(
        not any(isinstance(entry, dict) and _PRIVATE & entry.keys() for entry in held),
        "openid.private-key",
        "The key set shows the private half of a key.",
        expected="public keys only",
        actual="private members",
        path="keys",
    )
