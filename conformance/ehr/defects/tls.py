"""Defects and variations below HTTP: what a server speaks on the wire."""

from ssl import TLSVersion

from conformance.ehr.certificate import CertificateKind
from conformance.ehr.defects.declare import ProbeDefect
from conformance.ehr.serve import Tls

_T = "security.tls."
CURRENT = _T + "a-current-version-is-spoken"
OLD = _T + "old-versions-are-refused"
CERTIFICATE = _T + "certificate-is-trusted"

ACCEPTED = {"answer": "accepted"}
ALERT = {"answer": "alert", "alert": 70}
CLOSED = {"answer": "closed"}
NO_TLS = {"answer": "not-tls"}


def _refused(reason: str) -> dict[str, dict[str, str]]:
    return {"certificate": {"answer": "refused", "reason": reason}}


PROBE_DEFECTS = (
    ProbeDefect(
        id="tls.accepts-tls-1.0-and-1.1",
        title="Accepts TLS 1.0 and 1.1 beside the current versions.",
        probes={"tls:1.0": ACCEPTED, "tls:1.1": ACCEPTED},
        kills=frozenset({OLD}),
        tls=Tls(minimum=TLSVersion.TLSv1),
    ),
    ProbeDefect(
        id="tls.accepts-tls-1.1",
        title="Accepts TLS 1.1 beside the current versions.",
        probes={"tls:1.1": ACCEPTED},
        kills=frozenset({OLD}),
        tls=Tls(minimum=TLSVersion.TLSv1_1),
    ),
    ProbeDefect(
        id="tls.accepts-tls-1.0",
        title="Accepts TLS 1.0 beside the current versions, and not 1.1.",
        probes={"tls:1.0": ACCEPTED},
        kills=frozenset({OLD}),
    ),
    ProbeDefect(
        id="tls.accepts-old-versions-only",
        title="Accepts TLS 1.0 and 1.1, and no current version.",
        probes={
            "tls:1.0": ACCEPTED,
            "tls:1.1": ACCEPTED,
            "tls:1.2": ALERT,
            "tls:1.3": ALERT,
            "certificate": {"answer": "no-handshake"},
        },
        kills=frozenset({CURRENT, OLD}),
        tls=Tls(minimum=TLSVersion.TLSv1, maximum=TLSVersion.TLSv1_1),
    ),
    ProbeDefect(
        id="tls.speaks-no-tls",
        title="Speaks something else than TLS at an https address.",
        probes={
            **{f"tls:{version}": NO_TLS for version in ("1.0", "1.1", "1.2", "1.3")},
            "certificate": {"answer": "no-handshake"},
        },
        kills=frozenset({CURRENT}),
    ),
    ProbeDefect(
        id="tls.shows-an-expired-certificate",
        title="Shows a certificate that has expired.",
        probes=_refused("certificate has expired"),
        kills=frozenset({CERTIFICATE}),
        tls=Tls(certificate=CertificateKind.EXPIRED),
    ),
    ProbeDefect(
        id="tls.shows-anothers-certificate",
        title="Shows a certificate for another host.",
        probes=_refused("IP address mismatch, certificate is not valid for '127.0.0.1'."),
        kills=frozenset({CERTIFICATE}),
        tls=Tls(certificate=CertificateKind.WRONG_NAME),
    ),
    ProbeDefect(
        id="tls.signs-its-own-certificate",
        title="Shows a certificate that nobody vouches for.",
        probes=_refused("self-signed certificate"),
        kills=frozenset({CERTIFICATE}),
        tls=Tls(certificate=CertificateKind.SELF_SIGNED),
    ),
)

PROBE_VARIATIONS = (
    ProbeDefect(
        id="tls.speaks-1.2-only",
        title="Speaks TLS 1.2 and no other version.",
        probes={"tls:1.3": ALERT, "certificate": {"answer": "accepted", "version": "TLSv1.2"}},
        tls=Tls(maximum=TLSVersion.TLSv1_2),
    ),
    ProbeDefect(
        id="tls.speaks-1.3-only",
        title="Speaks TLS 1.3 and no other version.",
        probes={"tls:1.2": ALERT},
        tls=Tls(minimum=TLSVersion.TLSv1_3),
    ),
    ProbeDefect(
        id="tls.hangs-up-on-old-versions",
        title="Closes the connection where an old version is offered, without an alert.",
        probes={"tls:1.0": CLOSED, "tls:1.1": CLOSED},
    ),
)
