"""TLS: what the server speaks on the wire, by handshakes of our own (45 CFR 170.315(g)(10)(iv))."""

from conformance.checks import Level, Tls, check

OLD = ("1.0", "1.1")


@check("tls#1.2-or-later", serial=True)
def test_a_current_version_is_spoken(tls: Tls) -> None:
    """
    The server accepts a handshake that offers only TLS 1.2 or only TLS 1.3.

    45 CFR 170.315(g)(10)(iv); RFC 5246 7.4.1.2, RFC 8446 4.1.2.
    """
    tls.require_https()
    answers = tls.current()
    tls.expect(
        "accepted" in answers.values(),
        "tls.no-current-version",
        "The server accepts neither TLS 1.2 nor TLS 1.3.",
        expected="TLS 1.2 or 1.3 accepted",
        actual=", ".join(f"TLS {version}: {answer}" for version, answer in answers.items()),
    )


@check("tls#old-versions-refused", serial=True)
def test_old_versions_are_refused(tls: Tls) -> None:
    """
    The server refuses a handshake that offers only TLS 1.0 or only TLS 1.1.

    RFC 8996; 45 CFR 170.315(g)(10)(iv). Tolerated with a warning, as the certification does where
    the developer documents how current versions are enforced.
    """
    tls.require_tls()
    answers = tls.spoken(*OLD)
    accepted = [version for version, answer in answers.items() if answer == "accepted"]
    if not accepted:
        tls.require_current()
    tls.expect(
        not accepted,
        "tls.old-version",
        "The server still accepts an old version of TLS.",
        expected="a refusal",
        actual=", ".join(f"TLS {version} accepted" for version in accepted),
        level=Level.SHOULD,
    )


@check("tls#certificate", serial=True)
def test_certificate_is_trusted(tls: Tls) -> None:
    """
    The certificate leads to a trusted root, is in its time and names the host.

    RFC 5280 6, RFC 9525; 45 CFR 170.315(g)(10)(iv). Trusted is what the run's trust store holds;
    --ca-file adds a root.
    """
    tls.require_tls()
    observed = tls.certificate().observed
    tls.expect(
        observed.get("answer") != "refused",
        "tls.certificate",
        "The certificate is refused.",
        expected="a certificate that the configured trust store accepts",
        actual=str(observed.get("reason", "")),
    )
