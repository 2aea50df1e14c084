"""What a check expects of a token request that must be refused."""

from conformance.checks.asking import Asking
from conformance.checks.reply import Reply
from conformance.core.findings import Level
from conformance.evidence.response import GATEWAY

REFUSED = (400, 401)
_CODES = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "invalid_token",
        "insufficient_scope",
        "unsupported_token_type",
        "invalid_target",
        "use_dpop_nonce",
    }
)


class Refusals(Asking):
    """Expectations of the token endpoint, by RFC 6749 5.2."""

    def expect_refused(
        self, reply: Reply, code: str, message: str, *, level: Level | None = None
    ) -> bool:
        """
        Note a finding where a token came; returns whether none did.

        Another status than 400 or 401 without a token gives nothing away and is tolerated.
        """
        _require_answer(reply)
        status, token = reply.response.status or 0, reply.response.resource.get("access_token")
        if isinstance(token, str) and token and status < 400:
            reply.note(
                code,
                message,
                expected="status 400 or 401 without a token",
                actual=f"status {status} with a token",
                level=level,
            )
            return False
        reply.expect(
            status in REFUSED,
            "token.refusal-status",
            "The refusal has another status than RFC 6749 gives it.",
            expected="status 400 or 401",
            actual=f"status {status}",
            level=Level.TOLERATED,
        )
        return True

    def expect_error(self, reply: Reply, *codes: str) -> bool:
        """Note a finding unless the answer is an OAuth error with one of these codes."""
        _require_answer(reply)
        named = reply.response.resource.get("error")
        return reply.expect(
            named in codes,
            "token.error",
            "The refusal does not name the error that RFC 6749 has for it.",
            expected=" or ".join(codes),
            actual=_named(named),
            path="error",
        )


def _require_answer(reply: Reply) -> None:
    """End the check where no answer came; a status of gateways is one: it brings no token."""
    if reply.response.status not in GATEWAY or reply.header("retry-after"):
        reply.require_answer()


def _named(error: object) -> str:
    if error is None:
        return "no error member"
    return str(error) if isinstance(error, str) and error in _CODES else "another text"
