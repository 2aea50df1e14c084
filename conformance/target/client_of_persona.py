"""Judge whether a persona with a role has a way to its token, and a client that fits it."""

from collections.abc import Mapping
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.layers import Layer
from conformance.target.model import ClientKind, Launch, Role
from conformance.target.people import USUAL_LAUNCH
from conformance.target.suggest import did_you_mean
from conformance.target.wording import listed, shown


def refuse_unfit_client(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    """Raise `UsageError` unless the persona `name` can come to its token."""
    if "client" not in body:
        _refuse_none(layer, name, body)
        return
    named: str = body["client"]
    where = layer.where(("persona", name, "client"))
    known = list(layer.clients())
    if named not in known:
        others = f"Known are {listed([shown(one) for one in known])}." if known else ""
        hint = did_you_mean(named, known) or others or "None is known: give a [client.NAME]."
        raise UsageError(f"The client {shown(named)}, named by {where}, is unknown.", hint)
    role = Role(body["role"])
    client = layer.clients()[named]
    wanted = "system" if role is Role.SYSTEM else "public, symmetric or asymmetric"
    if (client["kind"] == ClientKind.SYSTEM) is not (role is Role.SYSTEM):
        raise UsageError(
            f"The {client['kind']} client {shown(named)}, named by {where}, does not go with the "
            f"role {role}.",
            f"That role needs a client that is {wanted}.",
        )
    if "token" in body or "refresh-token" in body:
        return
    launch = Launch(body.get("launch", USUAL_LAUNCH[role]))
    needed = {
        Launch.STANDALONE: {"redirect-uri": "a launch ends"},
        Launch.EHR: {"redirect-uri": "a launch ends", "launch-uri": "an EHR launch begins"},
        Launch.BACKEND: {},
    }
    for key, why in needed[launch].items():
        if key not in client:
            raise UsageError(
                f"The client {shown(named)}, named by {where}, has no {key}, where {why}.",
                "Give the one with which it was registered.",
            )
    if launch is Launch.EHR and "launch" in layer.endpoints() and "patient" not in body:
        raise UsageError(
            f"The persona {layer.where(('persona', name))} is launched from a record, and no "
            "patient says from whose.",
            'Name one: patient = "ID".',
        )


def _refuse_none(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    where = layer.where(("persona", name))
    if "refresh-token" in body:
        raise UsageError(
            f"The persona {where} has a refresh token, and no client to use it.",
            'Name the client that it was given to: client = "NAME".',
        )
    if "token" not in body:
        raise UsageError(
            f"The persona {where} has neither a client nor a token.",
            'Name a client, as in client = "app", or give a token by reference.',
        )
