"""Runs in which tokens are given in place of logins, as a person would have fetched them before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from conformance.checks.context import WRONG, build_context
from conformance.checks.launches import Launched
from conformance.checks.record import Record, Recording
from conformance.checks.smart import Flows, Smart
from conformance.core.findings import Level
from conformance.ehr.server import Server
from conformance.evidence.aliases import Aliases
from conformance.plugin.parties import NO_CLIENT, flows_of, registering
from conformance.run import sign_in
from conformance.smart.login.recipe import Recipe
from conformance.smart.party import Party
from conformance.target.load import Options, load_target
from tests.support.flows import open_flow_run
from tests.support.in_process import BASE, InProcessRun

NEVER_GIVEN = "a-token-that-no-server-gave"
TYPES = "launch/patient patient/Patient.rs patient/Condition.rs patient/Observation.rs"
WIDE = "launch/patient patient/*.rs"


class Fetched:
    """The tokens that personas of the demo come to, and the parties that are given them."""

    def __init__(self, smart: Smart) -> None:
        self._smart = smart
        self._parties = {party.name: party for party in smart._parties}

    def by_token(self, name: str, *, scopes: str = "", dead: bool = False) -> Party:
        """Return a persona that is given its access token, and needs no client."""
        party, launched = self._launched(name)
        return replace(
            party,
            name=f"{name}-by-hand",
            client=NO_CLIENT,
            recipe=Recipe(),
            scopes=scopes,
            token=self._invented(name) if dead else launched.access_token,
        )

    def by_refresh_token(self, name: str, *, dead: bool = False) -> Party:
        """Return a persona that is given a refresh token of its client."""
        party, launched = self._launched(name)
        return replace(
            party,
            name=f"{name}-refreshed",
            recipe=Recipe(),
            scopes="",
            refresh_token=self._invented(name) if dead else launched.member("refresh_token"),
        )

    def system(self, *, dead: bool = False) -> Party:
        """Return a backend service that is given its access token."""
        party = self._parties["system"]
        token = self._invented("system") if dead else self._smart.backend_token(party)
        return replace(party, name="system-by-hand", client=NO_CLIENT, token=token)

    def _launched(self, name: str) -> tuple[Party, Launched]:
        return self._parties[name], self._smart.launch(self._parties[name])

    def _invented(self, name: str) -> str:
        aliases = self._smart._evidence._aliases  # type: ignore[attr-defined]
        return str(aliases.register(f"dead:{name}", f"{NEVER_GIVEN}-{name}"))


def open_given_run(
    give: Callable[[Fetched], tuple[Party, ...]], server_class: type[Server] = Server
) -> InProcessRun:
    """Open a run whose parties are those that `give` returns."""
    run = open_flow_run(server_class, fixed=True)
    smart = run.context.questions["smart"]
    assert isinstance(smart, Smart)
    with Recording(Record(check_id="beforehand", level=Level.SHALL)):
        parties = give(Fetched(smart))
    context = build_context(
        run.context.evidence,
        BASE,
        credential="bearer:default",
        credential_headers={"bearer:default": "Authorization: Bearer $TOKEN", WRONG: "none"},
        flows=Flows(parties=parties),
    )
    return InProcessRun(context=context, writer=run.writer)


def refresh_token_of(file: Path, name: str) -> str:
    """Sign in as a persona of a target file, and return its refresh token."""
    options = Options()
    target = load_target(None, config=file, cwd=file.parent, options=options, resolve=False)
    own = replace(target, personas={name: target.personas[name]})
    aliases = Aliases()
    flows = flows_of(own, registering(aliases, {}))
    with sign_in._recording(own, aliases) as recorder:
        steps = sign_in._Steps(recorder, own, flows)
        with Recording(Record(check_id="beforehand", level=Level.SHALL)):
            launched = steps._smart.launch(flows.parties[0])
        return aliases.reveal(launched.member("refresh_token"))
