"""Runs against the reference EHR with its authorization server: parties, clients, fixed minting."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace

from joserfc.jwk import KeySet

from conformance.checks.context import WRONG, build_context
from conformance.checks.smart import Flows
from conformance.ehr.authorization.demo import Demo, demo
from conformance.ehr.defects.legal_flows import LOGIN_HOST
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from conformance.evidence.aliases import Aliases
from conformance.smart.client import Client
from conformance.smart.login.recipe import Recipe
from conformance.smart.party import Operator, Party
from tests.support.in_process import BASE, TOKEN, InProcessRun, QuickAliases, open_run

NOW = 1_790_000_000.0
"""The clock of a run with fixed minting; the harness's own clock goes on."""


def fixed_minting() -> Callable[[str], str]:
    """Return a mint that gives the same values in every run, different for every call."""
    numbers = itertools.count(1)
    return lambda kind: f"fixed-{kind}-{next(numbers):06d}-value"


def parties(registry: Demo, aliases: Aliases) -> Flows:
    """Return the personas of the demo, their secrets registered."""
    users = {user.username: user for user in registry.setup.users}
    clients = {client.id: client for client in registry.setup.clients}

    def client(identifier: str, kind: str, algorithm: str = "RS384") -> Client:
        known = clients[identifier]
        key = None
        if identifier in registry.private_keys:
            held = KeySet.import_key_set(registry.private_keys[identifier])  # type: ignore[arg-type]
            key = next(k for k in held.keys if k.as_dict()["alg"] == algorithm)
        secret = known.secret
        return Client(
            id=identifier,
            kind=kind,
            redirect_uri=known.redirect_uris[0] if known.redirect_uris else "",
            launch_uri=known.launch_uris[0] if known.launch_uris else "",
            secret=aliases.register(f"secret:{identifier}", secret) if secret else "",
            key=key,
            algorithm=algorithm,
            kid=key.kid or "" if key else "",
        )

    def recipe(username: str, patient: str = "", refused: tuple[str, ...] = ()) -> Recipe:
        user = users[username]
        return Recipe(
            username=aliases.hold(f"username:{username}", user.username),
            password=aliases.register("password", user.password),
            patient=patient,
            refused_scopes=refused,
        )

    wide = "launch/patient openid fhirUser offline_access patient/*.rs"
    types = "patient/Patient.rs patient/Condition.rs patient/Observation.rs"
    symmetric = client("demo-symmetric", "symmetric")
    patient_a = Party(
        name="patient-a",
        role="patient",
        client=symmetric,
        recipe=recipe("dora", "patient-1"),
        scopes=wide,
        patient="patient-1",
    )
    system = Party(
        name="system",
        role="system",
        client=client("demo-system", "system"),
        recipe=Recipe(),
        scopes="system/*.rs",
        launch="backend",
        group="panel",
    )
    return Flows(
        parties=(
            patient_a,
            replace(
                patient_a, name="patient-b", recipe=recipe("emil", "patient-2"), patient="patient-2"
            ),
            replace(
                patient_a,
                name="public",
                client=client("demo-public", "public"),
            ),
            replace(
                patient_a,
                name="asymmetric",
                client=client("demo-asymmetric", "asymmetric", "ES384"),
            ),
            replace(
                patient_a,
                name="brief",
                client=client("demo-brief", "symmetric"),
            ),
            replace(
                patient_a,
                name="limited",
                role="limited",
                scopes=f"launch/patient openid fhirUser offline_access {types}",
                recipe=recipe("dora", "patient-1", ("patient/Observation.rs",)),
                refuse=("patient/Observation.rs",),
            ),
            Party(
                name="practitioner",
                role="practitioner",
                client=symmetric,
                recipe=recipe("gustav"),
                scopes="launch openid fhirUser offline_access user/*.rs",
                launch="ehr",
                patient="patient-1",
            ),
            system,
            replace(system, name="system-es384", client=client("demo-system", "system", "ES384")),
        ),
        operator=Operator(
            url=f"{BASE.removesuffix('/fhir')}/ehr/launch",
            key=aliases.register("operator", registry.setup.operator_key),
        ),
    )


def open_flow_run(
    server_class: type[Server] = Server,
    *,
    fixed: bool = False,
    changed: Callable[[Flows], Flows] = lambda flows: flows,
) -> InProcessRun:
    """
    Open a run against the certified persona with the demo's registry.

    Nobody waits: what the harness would wait for has passed on the server's clock.
    `changed` takes something of the target file's part away, or adds to it.
    """
    waited: list[float] = []
    registry = demo()
    setup = replace(registry.setup, now=lambda: time.time() + sum(waited))
    if fixed:
        setup = replace(setup, mint=fixed_minting())
    registry = replace(registry, setup=setup)
    app = build_app(
        "certified", token=TOKEN, server_class=server_class, authorization=registry.setup
    )
    elsewhere = (f"https://{LOGIN_HOST}",)
    run = open_run(app, aliases=QuickAliases() if fixed else None, allowed=elsewhere)
    evidence = run.context.evidence
    evidence.pause = waited.append  # type: ignore[assignment,method-assign]
    flows = parties(registry, evidence._aliases)  # type: ignore[attr-defined]
    lines = {"bearer:default": "Authorization: Bearer $TOKEN", WRONG: "Authorization: no"}
    context = build_context(
        evidence, BASE, credential="bearer:default", credential_headers=lines, flows=changed(flows)
    )
    return InProcessRun(context=context, writer=run.writer)
