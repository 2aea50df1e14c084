"""Open a run: from pytest's options to evidence, settled context and run folder."""

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance import __version__
from conformance.catalogue.load import load_catalogue
from conformance.checks.context import RULE_SET, WRONG, Context, build_context
from conformance.checks.smart import Flows
from conformance.core.errors import UsageError
from conformance.core.outcomes import CheckResult
from conformance.evidence.aliases import Aliases
from conformance.evidence.folder import default_folder, make_folder
from conformance.evidence.read import Transcript, read_transcript, transcript_folder
from conformance.evidence.replay import Player
from conformance.evidence.transcript import TranscriptWriter
from conformance.ig.rulebook import load_rulebook
from conformance.plugin.keys import SESSION
from conformance.plugin.parties import flows_of, headers_of, key_listeners, recalling, registering
from conformance.smart.listener import KeyListener
from conformance.target.load import Options, load_target
from conformance.target.model import CredentialKind, Origin, Target
from conformance.target.public import from_public, public_form
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule, is_loopback
from conformance.transport.pace import Pace
from conformance.transport.recorder import Credential, Recorder
from conformance.transport.sender import HttpSender
from conformance.transport.tls import TlsProbes
from conformance.verdict.exits import REQUIRE

RATE = 10.0
THREADS = 8
WRONG_TOKEN = "not-a-token-of-this-server"
_PATH = 200
"""Characters of the path of a fetch of our keys that are kept."""
_EDITION_FROM = {
    Origin.OPTION: "option",
    Origin.ENVIRONMENT: "option",
    Origin.FILE: "target-file",
}


@dataclass(slots=True, kw_only=True)
class Session:
    """
    One run, live or replayed.

    `writer` is None in replay, `transcript` is None live. `manifest` is what the transcript's
    manifest holds so far; results grow in collection order. A run is `cut` when it ended before
    every check that was selected had its turn.
    """

    folder: Path
    target: Target
    context: Context
    aliases: Aliases
    manifest: dict[str, Any]
    threads: int
    writer: TranscriptWriter | None = None
    sender: HttpSender | None = None
    listeners: Sequence[KeyListener] = ()
    transcript: Transcript | None = None
    results: list[CheckResult] = field(default_factory=list)
    interrupted: bool = False
    cut: bool = False

    @property
    def selected(self) -> frozenset[str] | None:
        """The ids of the checks that a replayed run had selected; None selects all."""
        chosen = self.manifest.get("selected")
        return None if chosen is None else frozenset(chosen)


def open_session(config: pytest.Config) -> Session:
    """Open the run that pytest's options describe; raises HarnessError."""
    option = config.option
    if option.target_replay is not None:
        _leave_the_terminal(option)
        session = replayed(Path(option.target_replay))
    else:
        session = _live(option, Path(config.invocation_params.dir))
    config.stash[SESSION] = session
    return session


def _leave_the_terminal(option: Any) -> None:
    """
    Leave Ctrl-C to the parent that reads the stream: it passes it on, once.

    Not before the secrets are fetched, since a command that prints one may ask at the terminal.
    """
    if option.target_stream:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)


def _live(option: Any, cwd: Path) -> Session:
    options = Options(
        bearer_env=option.target_bearer_env,
        api_key_env=option.target_api_key_env,
        api_key_header=option.target_api_key_header,
        ca_file=Path(option.target_ca_file) if option.target_ca_file else None,
        us_core=option.target_us_core,
        rate=option.target_rate,
        threads=option.target_threads,
        patients=tuple(option.target_patient or ()),
        kind=option.target_kind,
        access=option.target_access,
        persona=option.target_persona,
    )
    config_file = Path(option.target_config) if option.target_config else None
    target = load_target(option.target, config=config_file, cwd=cwd, options=options)
    _leave_the_terminal(option)
    run = _asked(option)
    if target.us_core is not None:
        load_rulebook(target.us_core)
    aliases = Aliases()
    credentials, headers = _credentials(target, aliases)
    threads = target.threads or THREADS
    bounds = Bounds(timeout=option.target_timeout or Bounds().timeout)
    sender = HttpSender(bounds, ca_file=target.ca_file, at_once=threads)
    started = datetime.now(UTC)
    output = option.target_output
    folder = cwd / output if output else default_folder(cwd, target.url, started)
    known: dict[str, str] = {}
    flows = flows_of(target, registering(aliases, known))
    manifest: dict[str, Any] = {
        "tool": {"name": "ehr-conformance", "version": __version__},
        "target": public_form(target),
        "run": run,
        "rule_set": RULE_SET,
        "catalogue": load_catalogue().sha256,
        "started": _instant(started),
        "aliases": known,
    }
    if aliases.scrub_value([manifest, str(folder)]) != [manifest, str(folder)]:
        raise UsageError(
            "A credential is also written in the open: in the URL, a header, an id or a name.",
            "Give it as a secret reference only, and choose names that are no part of it.",
        )
    listeners = key_listeners(target)
    # Last of all: whatever is wrong with the options was said above, and nothing is written then.
    make_folder(folder)
    writer = TranscriptWriter(folder / "transcript", manifest)
    for listener in listeners:
        listener.start(partial(_note_fetch, writer, aliases))
    rate = target.rate or (None if is_loopback(target.url) else RATE)
    recorder = Recorder(
        sender,
        writer,
        aliases,
        HostRule(target.url, target.allow_hosts),
        Pace(rate, threads),
        credentials=credentials,
        headers=headers,
        probes=TlsProbes(target.url, ca_file=target.ca_file),
        bounds=bounds,
    )
    session = Session(
        folder=folder,
        target=target,
        context=_context(target, recorder, flows),
        aliases=aliases,
        manifest=writer.manifest,
        threads=threads,
        writer=writer,
        sender=sender,
        listeners=listeners,
    )
    writer.manifest["rulebook"] = rulebook_facts(session.context)
    writer.write_manifest()
    return session


def replayed(run: Path) -> Session:
    """Open a run folder again, to be judged without network; raises EvidenceError."""
    transcript = read_transcript(run)
    target = from_public(transcript.manifest["target"])
    aliases = Aliases()
    return Session(
        folder=run if transcript_folder(run) != run else run.parent,
        target=target,
        context=_context(
            target, Player(transcript), flows_of(target, recalling(transcript.manifest))
        ),
        aliases=aliases,
        manifest=transcript.manifest,
        threads=1,
        transcript=transcript,
    )


def _note_fetch(writer: TranscriptWriter, aliases: Aliases, method: str, path: str) -> None:
    """Record that a server fetched a client's keys; nothing of it decides anything."""
    # Cut afterwards: of a credential that is cut in two no half is recognized.
    path = aliases.scrub_text(path)[:_PATH]
    with contextlib.suppress(ValueError):  # The transcript is sealed: too late to matter.
        writer.append("request-in", {"name": "a fetch of our keys", "method": method, "url": path})


def _context(target: Target, evidence: Any, flows: Flows) -> Context:
    persona = target.persona
    name, lines = "", {}
    if persona is not None and persona.credential is not None:
        kind = persona.credential.kind
        name = credential_name(kind, persona.name)
        variable = name.upper().replace(":", "_").replace("-", "_")
        scheme = _scheme(kind)
        lines[name] = f"{persona.credential.header}: {scheme}${variable}"
        lines[WRONG] = f"{persona.credential.header}: {scheme}{WRONG_TOKEN}"
    else:
        lines[WRONG] = f"Authorization: Bearer {WRONG_TOKEN}"
    return build_context(
        evidence,
        target.url,
        credential=name,
        credential_headers=lines,
        patients=target.patients,
        edition=target.us_core,
        flows=flows,
        edition_from=_EDITION_FROM.get(target.origin_of("us_core"), "rule-set"),
    )


def credential_name(kind: CredentialKind, persona: str) -> str:
    """Return the name under which a persona's credential is registered: `bearer:default`."""
    return f"{kind}:{persona}"


def _scheme(kind: CredentialKind) -> str:
    return "Bearer " if kind is CredentialKind.BEARER else ""


def _credentials(target: Target, aliases: Aliases) -> tuple[dict[str, Credential], dict[str, str]]:
    credentials = {}
    for persona in target.personas.values():
        if persona.credential is None:
            continue
        secret = persona.credential.secret.resolve().reveal()
        name = credential_name(persona.credential.kind, persona.name)
        credentials[name] = Credential(
            header=persona.credential.header,
            value=_scheme(persona.credential.kind) + secret,
            alias=aliases.register(name, secret),
        )
    # A wrong token travels as the right one does, or its refusal would show nothing.
    own = target.persona.credential if target.persona else None
    header, scheme = (own.header, _scheme(own.kind)) if own else ("Authorization", "Bearer ")
    credentials[WRONG] = Credential(header=header, value=scheme + WRONG_TOKEN, alias=f"«{WRONG}»")
    return credentials, headers_of(target, aliases)


def _asked(option: Any) -> dict[str, Any]:
    require = option.target_require or REQUIRE[0]
    if require not in REQUIRE:
        raise UsageError(
            f"--require {require!r} is not known.", f"Use one of {', '.join(REQUIRE)}."
        )
    return {"require": require, "baseline": _baseline(require, option.target_baseline)}


def _baseline(require: str, path: str | None) -> list[str] | None:
    if require != "no-new-failures":
        return None
    try:
        document = json.loads(Path(path or "").read_bytes())
        return sorted(c["id"] for c in document["checks"] if c["outcome"] == "FAIL")
    except (OSError, ValueError, TypeError, KeyError):
        raise UsageError(
            f"The baseline {path} is no results.json.",
            "Name the results.json of an earlier run with --baseline.",
        ) from None


def rulebook_facts(context: Context) -> Mapping[str, str]:
    """Return which rulebook a run judges by."""
    book = context.rulebook
    return {"package": book.package, "version": book.version, "sha256": book.sha256}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
