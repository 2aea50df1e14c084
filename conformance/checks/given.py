"""
Tokens that the target file gives in place of a login.

Whether one still opens anything is found out before a check rests on it: a token that has run out
is no fault of the server, and its refusal shows nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from conformance.checks.clocks import refuse_skew
from conformance.core.errors import Errored, Skipped
from conformance.evidence.exchange import Evidence
from conformance.evidence.response import Response
from conformance.smart.flow import Flow
from conformance.smart.launch import Endpoints, refresh
from conformance.smart.party import Party

_FAILURES = frozenset({"timeout", "unsafe-response"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """
    What a party without a login has to show: an access token, or why it has none.

    `held` is the access token that was given, `answer` what a refresh token brought, `closed` one
    sentence for a person.
    """

    flow: Flow
    endpoints: Endpoints
    held: str = ""
    answer: Response | None = None
    closed: str = ""


class Given:
    """The tokens that were given; a refresh token is followed from one answer to the next."""

    def __init__(self, evidence: Evidence, base: str, endpoints: Callable[[], Endpoints]) -> None:
        self._evidence = evidence
        self._base = base
        self._endpoints = endpoints
        self._latest: dict[str, str] = {}

    def open(self, party: Party, name: str) -> Opening:
        """Try the access token, and redeem the refresh token where there is none that opens."""
        flow = Flow(evidence=self._evidence, name=name)
        if not party.token:
            return self._redeemed(party, flow)
        closed = self._closed(party, flow)
        if closed and party.refresh_token:
            return self._redeemed(party, flow)
        return Opening(flow=flow, endpoints=self._known(), held=party.token, closed=closed)

    def _closed(self, party: Party, flow: Flow) -> str:
        if not party.patient:
            return (
                f"Nothing says whose record the token of {party.name} opens, so that it cannot be "
                "tried: name its patient."
            )
        answer = control(flow, self._base, party.patient, party.token)
        if answer.status == 200:
            return ""
        return (
            f"The token that is given for {party.name} does not open Patient/{party.patient} "
            f"(status {answer.status}): it has run out, or it is for something else."
        )

    def _redeemed(self, party: Party, flow: Flow) -> Opening:
        """Redeem the refresh token that came last: a server may have taken the first one back."""
        endpoints = self._endpoints()
        if not endpoints.token:
            raise Skipped(
                "prerequisite-failed",
                "No token endpoint is announced (patient-access.discovery.members-are-complete).",
            )
        spent = self._latest.get(party.name, party.refresh_token)
        answer = refresh(flow, party.client, endpoints, spent)
        _require_answer(answer)
        if party.client.kind == "asymmetric":
            refuse_skew(answer)
        brought, following = (
            answer.resource.get(member) for member in ("access_token", "refresh_token")
        )
        if answer.status == 200 and isinstance(following, str) and following:
            self._latest[party.name] = following
        closed = ""
        if answer.status != 200 or not isinstance(brought, str) or not brought:
            closed = (
                f"The refresh token that is given for {party.name} brings no access token "
                f"(status {answer.status}): it has run out or was spent, or it is another client's."
            )
        return Opening(flow=flow, endpoints=endpoints, answer=answer, closed=closed)

    def _known(self) -> Endpoints:
        """Return the endpoints; a token opens the API of a server that announces none, too."""
        try:
            return self._endpoints()
        except Skipped:
            return Endpoints()


def control(flow: Flow, base: str, patient: str, token: str) -> Response:
    """Read a patient with a token; ends the check where there is no answer at all."""
    answer = flow.ask(
        "control",
        "GET",
        f"{base}/Patient/{patient}",
        headers={"Authorization": f"Bearer {token}"},
    )
    _require_answer(answer)
    return answer


def unseen(party: Party) -> Skipped:
    """Return what ends a check that is about a launch of a party whose token is given."""
    who = {"public": "a public client", "asymmetric": "an asymmetric client"}
    client = f" and {who[party.client.kind]}" if party.client.kind in who else ""
    return Skipped(
        "no-credentials",
        f"No launch of {party.name} is seen, since its token is given: this needs a persona of role"
        f" {party.role} with a login{client}.",
    )


def _require_answer(answer: Response) -> None:
    failure = answer.exchange.failure
    if failure is not None:
        kind = failure.kind if failure.kind in _FAILURES else "network"
        raise Errored(kind, f"A token that is given could not be tried: {failure.detail}.")
