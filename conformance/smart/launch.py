"""
A SMART launch in two halves: authorization up to the redirect, and the token request.

SMART App Launch 2, app launch; RFC 6749 4.1; RFC 7636. Both halves take changes, so that a check
can send what a good app never would, on a launch of its own.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from conformance.evidence.exchange import Yield
from conformance.evidence.response import Response
from conformance.smart.client import Client, prove
from conformance.smart.flow import Flow, with_query
from conformance.smart.login.recipe import Recipe, StuckError
from conformance.smart.login.walk import Walk
from conformance.smart.pkce import challenge_of, new_verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a server's authorization side is, as discovered or given by hand; "" if unknown."""

    authorize: str = ""
    token: str = ""
    introspect: str = ""
    revoke: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What a launch asks for.

    `audience` is the FHIR base URL. `launch` is the value that the EHR handed over, "" for a
    standalone launch. `method` is how the authorization endpoint is asked: GET or POST.
    """

    client: Client
    scopes: str
    audience: str
    recipe: Recipe
    launch: str = ""
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """
    The first half of a launch.

    `parameters` are those at the redirect URI, `code` among them as an alias; `stuck` says in one
    sentence why the redirect URI was not reached, `stuck_code` in one word (see `StuckError`).
    `last` is the answer that led there, or the last one before the walk ended. `verifier` is an
    alias.
    """

    plan: Plan
    flow: Flow
    state: str
    nonce: str
    verifier: str
    challenge: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    exchange: int = 0
    stuck: str = ""
    stuck_code: str = ""
    last: Response | None = None


def authorize(
    flow: Flow, plan: Plan, endpoints: Endpoints, *, changes: Mapping[str, str | None] | None = None
) -> Authorization:
    """
    Ask for authorization and walk through the pages.

    `changes` replace parameters of the request; None leaves one out.
    """
    state = flow.draw("state", secrets.token_urlsafe(16))
    nonce = flow.draw("nonce", secrets.token_urlsafe(16))
    verifier = flow.evidence.mint(f"{flow.name}/verifier", f"verifier:{flow.name}", new_verifier)
    challenge: str = flow.evidence.witness(
        f"{flow.name}/challenge", lambda reveal: challenge_of(reveal(verifier))
    )
    asked: dict[str, str | None] = {
        "response_type": "code",
        "client_id": plan.client.id,
        "redirect_uri": plan.client.redirect_uri,
        "scope": plan.scopes,
        "state": state,
        "aud": plan.audience,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "nonce": nonce if "openid" in plan.scopes.split() else None,
        "launch": plan.launch or None,
        **(changes or {}),
    }
    pairs = [(name, value) for name, value in asked.items() if value is not None]
    walk = Walk(flow, plan.recipe, plan.client.redirect_uri)
    begun = Authorization(
        plan=plan, flow=flow, state=state, nonce=nonce, verifier=verifier, challenge=challenge
    )
    try:
        if plan.method == "POST":
            arrival = walk.go("POST", endpoints.authorize, pairs)
        else:
            arrival = walk.go("GET", with_query(endpoints.authorize, pairs))
    except StuckError as reason:
        return replace(begun, stuck=str(reason), stuck_code=reason.code, last=walk.last)
    return replace(begun, parameters=arrival.parameters, exchange=arrival.exchange, last=walk.last)


def redeem(
    authorization: Authorization,
    endpoints: Endpoints,
    *,
    step: str = "token",
    changes: Mapping[str, str | None] | None = None,
    client: Client | None = None,
) -> Response:
    """
    Exchange the code for tokens.

    `changes` replace form fields (None leaves one out), `client` proves another client. Each call
    needs a `step` of its own.
    """
    plan, flow = authorization.plan, authorization.flow
    prover = client or plan.client
    proof = prove(flow.evidence, prover, endpoints.token, f"{flow.name}/{step}", int(time.time()))
    fields: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": authorization.parameters.get("code", ""),
        "redirect_uri": plan.client.redirect_uri,
        "code_verifier": authorization.verifier,
        **dict(proof.fields),
        **(changes or {}),
    }
    return flow.ask(
        step,
        "POST",
        endpoints.token,
        headers=proof.headers,
        fields=[(name, value) for name, value in fields.items() if value is not None],
        yields=token_yields(flow.name),
    )


def refresh(
    flow: Flow,
    client: Client,
    endpoints: Endpoints,
    refresh_token: str,
    *,
    step: str = "refresh",
    scope: str = "",
    changes: Mapping[str, str | None] | None = None,
) -> Response:
    """Ask for a new access token with a refresh token (RFC 6749 6); the epoch rises."""
    proof = prove(flow.evidence, client, endpoints.token, f"{flow.name}/{step}", int(time.time()))
    fields: dict[str, str | None] = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "scope": scope or None,
        **dict(proof.fields),
        **(changes or {}),
    }
    response = flow.ask(
        step,
        "POST",
        endpoints.token,
        headers=proof.headers,
        fields=[(name, value) for name, value in fields.items() if value is not None],
        yields=token_yields(flow.name),
    )
    flow.evidence.epoch += 1
    return response


def token_yields(name: str) -> tuple[Yield, ...]:
    """Return the credentials that a token response brings, under the flow's name."""
    return (
        Yield("json", "access_token", f"token:{name}"),
        Yield("json", "refresh_token", f"refresh:{name}"),
        Yield("json", "id_token", f"id-token:{name}"),
    )
