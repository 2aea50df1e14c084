"""
Come to one persona's access token, as a run does, and keep nothing of it.

The launch is the one that the checks play, judged by the same steps; what the recorder writes goes
with the folder that it is written to.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from conformance.checks.context import WRONG, build_context
from conformance.checks.record import Record, Recording
from conformance.checks.smart import Flows, Smart
from conformance.core.errors import CheckEnded, HarnessError, UsageError
from conformance.core.findings import Finding, Level
from conformance.evidence.aliases import Aliases
from conformance.evidence.transcript import TranscriptWriter
from conformance.plugin.parties import flows_of, headers_of, key_listeners, registering
from conformance.smart.party import Party
from conformance.target.model import Endpoints, Launch, Persona, Target
from conformance.target.suggest import did_you_mean
from conformance.target.wording import either, shown
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.recorder import Recorder
from conformance.transport.sender import HttpSender

_MENDABLE = frozenset({"no-credentials", "foreign-host", "configuration"})
_OUR_ERRORS = ("invalid_client", "unauthorized_client", "invalid_scope", "status 400")
_HINTS = {
    "no-credentials": "Compare the persona's login in the target file with what the page takes.",
    "foreign-host": "If that host belongs to the server, name it under [hosts] allow.",
    "needs-human": "docs/login.md says which pages are understood, and how to name their fields.",
}
_CHECK = re.compile(r" \([a-z-]+(\.[a-z0-9-]+){2}\)")
"""The name of a check, which a report shows and nobody has here."""
_REGISTERED = "Compare the client in the target file with what the server knows of it."


class NoTokenError(HarnessError):
    """
    No token came; the sentence begins with the step that failed.

    It ends in 2 where the target file can mend it, else in 3.
    """

    def __init__(self, sentence: str, hint: str, *, mendable: bool) -> None:
        super().__init__(sentence, hint)
        self.exit_code = 2 if mendable else 3


def access_token(target: Target, name: str) -> str:
    """
    Sign in as a persona and return the access token.

    Raises `UsageError` for a persona that cannot sign in, and `NoTokenError` where a step fails.
    Only the secrets that this persona needs are resolved.
    """
    persona = _signing_in(target, name)
    own = replace(
        target,
        personas={name: persona},
        clients={persona.client: target.clients[persona.client]},
        endpoints=target.endpoints if persona.launch is Launch.EHR else Endpoints(),
    )
    aliases = Aliases()
    flows = flows_of(own, registering(aliases, {}))
    with _recording(own, aliases) as recorder:
        alias = _Steps(recorder, own, flows).token()
        token = aliases.reveal(alias)
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise NoTokenError(
            "Token request: the token holds characters that no header can carry.",
            "It is not printed.",
            mendable=False,
        )
    return token


def _signing_in(target: Target, name: str) -> Persona:
    known = [one.name for one in target.personas.values() if one.role is not None]
    persona = target.personas.get(name)
    if persona is None:
        several = f"There {'is' if len(known) == 1 else 'are'} {either(known)}." if known else ""
        raise UsageError(
            f"The target file names no persona {shown(name)}.",
            did_you_mean(name, known) or several or "`conformance init` prints a sample with some.",
        )
    if persona.role is None or persona.token is not None or persona.refresh_token is not None:
        raise UsageError(
            f"The persona {shown(name)} does not sign in: what opens the server is given to it.",
            "Name one with a role and a login, or a backend service.",
        )
    return persona


@contextmanager
def _recording(target: Target, aliases: Aliases) -> Iterator[Recorder]:
    bounds = Bounds()
    with tempfile.TemporaryDirectory(prefix="conformance-token-") as folder, ExitStack() as stack:
        headers = headers_of(target, aliases)
        sender = HttpSender(bounds, ca_file=target.ca_file, at_once=1)
        stack.callback(sender.close)
        for listener in key_listeners(target):
            stack.callback(listener.stop)
            listener.start(lambda method, path: None)
        writer = TranscriptWriter(Path(folder) / "transcript", {})
        stack.callback(writer.close)
        yield Recorder(
            sender,
            writer,
            aliases,
            HostRule(target.url, target.allow_hosts),
            Pace(target.rate, 1),
            credentials={},
            headers=headers,
            bounds=bounds,
        )


class _Steps:
    """One sign-in; `step` is what is being tried, for the sentence when it fails."""

    def __init__(self, recorder: Recorder, target: Target, flows: Flows) -> None:
        self._party: Party = flows.parties[0]
        self._record = Record(check_id="token", level=Level.SHALL)
        context = build_context(
            recorder,
            target.url,
            credential="",
            credential_headers={WRONG: ""},
            edition=target.us_core,
            flows=flows,
        )
        if not context.settled.reachable:
            raise NoTokenError(
                f"Discovery: nothing answers at {target.url} as a server does.",
                "Is it running, and does ca-file name the authority that signed its certificate?",
                mendable=False,
            )
        smart = context.questions["smart"]
        assert isinstance(smart, Smart)
        self._smart = smart
        self._step = "Discovery"

    def token(self) -> str:
        """Return the token's alias."""
        with Recording(self._record):
            try:
                self._smart.endpoints()
                return self._of_a_system() if self._party.role == "system" else self._of_a_person()
            except CheckEnded as ended:
                raise self._stopped(ended) from None

    def _of_a_system(self) -> str:
        self._step = "Token request"
        reply = self._smart.expect_system_token(self._party)
        return str(reply.response.resource["access_token"])

    def _of_a_person(self) -> str:
        self._step = "EHR launch" if self._party.launch == "ehr" else "Login"
        launched = self._smart.launch(self._party)
        if launched.authorization is not None:
            self._step = "Login"
        self._smart.expect_code(launched)
        if self._record.findings:
            raise CheckEnded("", "")
        self._step = "Token request"
        self._smart.expect_token(launched)
        return launched.access_token

    def _stopped(self, ended: CheckEnded) -> NoTokenError:
        found: list[Finding] = self._record.findings
        why, hint = ended.message, _HINTS.get(ended.code, "")
        mendable = ended.code in _MENDABLE
        if found:
            why = f"{found[0].message.removesuffix('.')} ({found[0].actual})."
            mendable = any(word in found[0].actual for word in _OUR_ERRORS)
            hint = _REGISTERED if mendable else ""
        why = _CHECK.sub("", why).rstrip(".") + "."
        return NoTokenError(f"{self._step}: {why}", hint, mendable=mendable)
