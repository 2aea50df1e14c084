"""
Launches: run once each, looked at by many checks.

A launch that fails is one FAIL, in the check that is about the step that failed; every other check
that needs it skips and names that one. Where a token is given in place of a login there is no
launch: what is about one is skipped, and what needs a token only has one.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from conformance.checks.given import Given, unseen
from conformance.core.errors import Skipped
from conformance.evidence.exchange import Evidence, Incoming
from conformance.evidence.response import Response
from conformance.smart.client import Client
from conformance.smart.flow import Flow, query_of
from conformance.smart.launch import Authorization, Endpoints, Plan, authorize, redeem
from conformance.smart.party import Operator, Party
from conformance.smart.scopes import Scope, covered, parse_scopes

OPENS_PATIENT = {
    "standalone-launch": "patient-access.standalone-launch.opens-the-chosen-patient",
    "ehr-launch": "patient-access.ehr-launch.opens-the-patient-on-screen",
}
"""The check that is about whether a launch's token opens its patient."""

STEP_CHECKS = {
    "handed-over": "patient-access.ehr-launch.hands-over-issuer-and-launch",
    "code": "patient-access.{kind}.gives-a-code",
    "token": "patient-access.{kind}.gives-a-token",
    "public": "patient-access.standalone-launch.serves-a-public-client",
    "asymmetric": "patient-access.standalone-launch.serves-an-asymmetric-client",
    "limited": "patient-access.scopes.leave-out-what-was-refused",
}
"""The check that is about a step, or about the launch of a persona of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """
    A launch as far as it came.

    `handed` are the parameters that the EHR opened the app with, `opened` the answer of whoever
    started it (EHR launch only). `token` is the answer to the token request, None where there was
    no code to redeem.

    Of a party whose token is given there is nothing before that. `held` is the access token that
    the target file gives, `token` the answer that a refresh token brought. `closed` says in one
    sentence why neither opens anything.
    """

    party: Party
    flow: Flow
    endpoints: Endpoints
    handed: Mapping[str, str]
    authorization: Authorization | None
    token: Response | None
    opened: Response | None = None
    held: str = ""
    closed: str = ""

    @property
    def kind(self) -> str:
        """The suite that is about this kind of launch."""
        return "ehr-launch" if self.party.launch == "ehr" else "standalone-launch"

    @property
    def code(self) -> str:
        """The authorization code's alias, "" when none came."""
        return self.authorization.parameters.get("code", "") if self.authorization else ""

    @property
    def body(self) -> Mapping[str, Any]:
        """The token response's body, credentials as aliases; ends the check where there is none."""
        if not self.access_token:
            raise self.unfinished()
        told = self.token.resource if self.token is not None else {}
        return {"patient": self.party.patient, **told} if self.party.given else told

    @property
    def access_token(self) -> str:
        """The access token's alias, "" when none came."""
        if self.held or self.closed:
            return "" if self.closed else self.held
        held = self.token.resource.get("access_token") if self.token is not None else None
        return held if isinstance(held, str) and self.token and self.token.status == 200 else ""

    def member(self, name: str) -> str:
        """Return a text member of the token response, "" for none."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    def address(self, name: str) -> str:
        """Return a URL of the token response, made absolute by the token endpoint's."""
        try:
            return urljoin(self.endpoints.token, self.member(name))
        except ValueError:
            return self.member(name)

    def require_token(self) -> str:
        """Return the access token's alias; ends the check where none came."""
        if not self.access_token:
            raise self.unfinished()
        return self.access_token

    @property
    def told(self) -> bool:
        """Whether it is known from the server what was granted, and not from the file alone."""
        if isinstance(self.body.get("scope"), str):
            return True
        # Nothing told means all that was asked for (RFC 6749 5.1), unless the person refused some.
        return not (self.party.given or self.party.refuse)

    def require_told(self) -> None:
        """End the check where what looks wrong may be what the token was granted."""
        if not self.told:
            raise Skipped(
                "not-checkable",
                f"The server did not say what the token of {self.party.name} was granted, so that "
                "what it opens may be right.",
            )

    @property
    def scopes(self) -> list[str]:
        """
        The scopes that were granted, as they stand; those asked for where none are told.

        Of a token that is given, those that the target file says; the check ends where it does not.
        """
        told = self.body.get("scope")
        if isinstance(told, str):
            return told.split()
        if self.party.given and not self.party.scopes:
            raise Skipped(
                "not-configured",
                f"Nothing says what the token of {self.party.name} was granted: name its scopes.",
            )
        return self.party.scopes.split()

    def grants(self, type_: str, permissions: str = "rs") -> bool:
        """Tell whether the granted scopes open a type."""
        granted = parse_scopes(" ".join(self.scopes))
        if not self.told:
            left_out = parse_scopes(" ".join(self.party.refuse))
            if any(scope.type in ("*", type_) and not scope.query for scope in left_out):
                return False
        return any(covered(Scope(who, type_, permissions), granted) for who in ("patient", "user"))

    def unfinished(self) -> Skipped:
        """Return what ends a check that needs more of this launch than came of it."""
        if self.party.given:
            return Skipped("no-credentials", self.closed) if self.closed else unseen(self.party)
        half = self.authorization
        step = "handed-over" if half is None else "token" if self.code else "code"
        if self.party.role == "limited":
            step = "limited"
        elif self.kind == "standalone-launch" and self.party.client.kind in STEP_CHECKS:
            step = self.party.client.kind
        check = STEP_CHECKS[step].format(kind=self.kind)
        stuck = half.stuck if half else ""
        return Skipped(
            "prerequisite-failed", f"The launch did not get that far ({check}). {stuck}".strip()
        )

    def require_seen(self) -> None:
        """End the check where no launch was seen, since a token is given in place of the login."""
        if self.party.given:
            raise self.unfinished()


class Launches:
    """The launches of a run, each begun by the first check that needs it."""

    def __init__(
        self,
        evidence: Evidence,
        audience: str,
        endpoints: Callable[[], Endpoints],
        operator: Operator,
    ) -> None:
        self._evidence = evidence
        self._audience = audience
        self._operator = operator
        self._done: dict[str, Launched] = {}
        self._given = Given(evidence, audience, endpoints)
        self._lock = threading.RLock()
        self._endpoints = endpoints

    @property
    def endpoints(self) -> Endpoints:
        """Where the authorization side is; ends the check where the server does not say."""
        return self._endpoints()

    def get(self, party: Party, attempt: int) -> Launched:
        """Return a party's whole launch; another attempt is another launch."""
        name = f"{party.launch}:{party.name}" + (f"#{attempt}" if attempt else "")
        with self._lock:
            if name not in self._done:
                come = self._without_a_login if party.given else self._whole
                self._done[name] = come(party, name)
            return self._done[name]

    def _without_a_login(self, party: Party, name: str) -> Launched:
        opening = self._given.open(party, name)
        return Launched(
            party=party,
            flow=opening.flow,
            endpoints=opening.endpoints,
            handed={},
            authorization=None,
            token=opening.answer,
            held=opening.held,
            closed=opening.closed,
        )

    def _whole(self, party: Party, name: str) -> Launched:
        begun = self.begin(party, name)
        half = begun.authorization
        token = redeem(half, self.endpoints) if half and begun.code else None
        return replace(begun, token=token)

    def begin(
        self,
        party: Party,
        name: str,
        *,
        changes: Mapping[str, str | None] | None = None,
        method: str = "GET",
        client: Client | None = None,
    ) -> Launched:
        """Run the first half of a launch, under a name of its own; the code is not redeemed."""
        if party.given:
            raise unseen(party)
        if not (self.endpoints.authorize and self.endpoints.token):
            raise Skipped(
                "prerequisite-failed",
                "No authorization and token endpoints are announced "
                "(patient-access.discovery.members-are-complete).",
            )
        flow = Flow(evidence=self._evidence, name=name)
        opened = self._opened(party, flow) if party.launch == "ehr" else None
        handed = self._handed_over(flow, opened) if opened else {}
        plan = Plan(
            client=client or party.client,
            scopes=party.scopes,
            audience=self._audience,
            recipe=party.recipe,
            launch=handed.get("launch", ""),
            method=method,
        )
        begun = None
        if party.launch != "ehr" or plan.launch:
            begun = authorize(flow, plan, self.endpoints, changes=changes)
        return Launched(
            party=party,
            flow=flow,
            endpoints=self.endpoints,
            handed=handed,
            authorization=begun,
            token=None,
            opened=opened,
        )

    def _opened(self, party: Party, flow: Flow) -> Response:
        """Let the EHR open the app."""
        if not self._operator.url:
            raise Skipped(
                "needs-human",
                "Nobody starts an EHR launch: name the address that does under [endpoint] launch.",
            )
        return flow.ask(
            "operator",
            "POST",
            self._operator.url,
            headers={"Authorization": f"Bearer {self._operator.key}"},
            fields=(
                ("client_id", party.client.id),
                ("user", party.recipe.username),
                ("patient", party.patient),
            ),
        )

    def _handed_over(self, flow: Flow, answer: Response) -> Mapping[str, str]:
        """Return the parameters that the EHR opened the app with."""
        opened = answer.resource.get("launch_url")
        url = opened if isinstance(opened, str) else ""
        arrived = self._evidence.receive(
            f"{flow.name}/opened", lambda: Incoming(method="GET", url=url) if url else None, {}
        )
        return query_of(arrived.url)
