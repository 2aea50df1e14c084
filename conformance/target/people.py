"""Build personas from checked layers: those that send a credential, and those that play a role."""

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.headers import refuse_header_name
from conformance.target.layers import Layer
from conformance.target.model import (
    API_KEY_HEADER,
    Credential,
    CredentialKind,
    Launch,
    Login,
    Persona,
    Role,
)
from conformance.target.references import reference_of
from conformance.target.scopes import default_scopes, is_scope
from conformance.target.suggest import did_you_mean
from conformance.target.wording import listed, shown

USUAL_LAUNCH = {
    Role.PATIENT: Launch.STANDALONE,
    Role.LIMITED: Launch.STANDALONE,
    Role.PRACTITIONER: Launch.EHR,
    Role.SYSTEM: Launch.BACKEND,
}
"""How a role comes to its token where the target file does not say."""


def persona_of(layer: Layer, name: str) -> Persona:
    """Return the persona that a layer describes."""
    body: Mapping[str, Any] = layer.personas()[name]
    if "role" in body:
        return _player_of(layer, name, body)
    for key, kind in (("bearer", CredentialKind.BEARER), ("api-key", CredentialKind.API_KEY)):
        if key in body:
            path = ("persona", name, key)
            header = "Authorization"
            if kind is CredentialKind.API_KEY:
                header = body.get("header", API_KEY_HEADER)
                refuse_header_name(header, layer.where((*path[:2], "header")))
            secret = reference_of(layer, path, body[key])
            credential = Credential(kind=kind, header=header, secret=secret)
            return Persona(name=name, credential=credential)
    return Persona(name=name)


def refuse_unknown_persona(name: str, known: list[str], where: str) -> None:
    """Raise `UsageError` unless `name` is among the known personas."""
    if name not in known:
        hint = did_you_mean(name, known)
        if not hint:
            hint = (
                f"Known are {listed([shown(one) for one in known])}."
                if known
                else ("None is known: give a [persona.NAME] in conformance.toml.")
            )
        raise UsageError(f"The persona {shown(name)}, named by {where}, is unknown.", hint)


def refuse_replaced_roles(asked: Sequence[Layer], read: Sequence[Layer]) -> None:
    """Raise `UsageError` where an option or variable would make a role's persona a plain one."""
    with_role = {
        name for layer in read for name, body in layer.personas().items() if "role" in body
    }
    for layer in asked:
        for name, body in layer.personas().items():
            if name in with_role:
                where = layer.where(("persona", name, next(iter(body))))
                raise UsageError(
                    f"A credential is given by {where} to the persona {shown(name)}, which has a "
                    "role and a token of its own.",
                    "Name its token in the target file, or choose another persona.",
                )


def _player_of(layer: Layer, name: str, body: Mapping[str, Any]) -> Persona:
    role = Role(body["role"])
    launch = Launch(body.get("launch", USUAL_LAUNCH[role]))
    given = {
        key: reference_of(layer, ("persona", name, key), body[key])
        for key in ("token", "refresh-token")
        if key in body
    }
    return Persona(
        name=name,
        role=role,
        client=body.get("client", ""),
        launch=launch,
        patient=body.get("patient", ""),
        # What a token that is given was granted is for the file to say: nobody asked for it.
        scopes=_scopes(layer, name, body) or ("" if given else default_scopes(role, launch)),
        refuse=tuple(dict.fromkeys(body.get("refuse", ()))),
        login=_login(layer, name, body["login"]) if "login" in body else None,
        token=given.get("token"),
        refresh_token=given.get("refresh-token"),
        group=body.get("group", ""),
    )


def _scopes(layer: Layer, name: str, body: Mapping[str, Any]) -> str:
    words = body.get("scopes", "").split()
    for word in words:
        if not is_scope(word):
            where = layer.where(("persona", name, "scopes"))
            raise UsageError(
                f"The word {shown(word)} of {where} cannot stand in a scope.",
                "Scopes are words of ASCII without quotes and backslashes, with blanks between.",
            )
    return " ".join(words)


def _login(layer: Layer, name: str, body: Mapping[str, Any]) -> Login:
    entered = {
        key: reference_of(layer, ("persona", name, "login", key), body[key], typed=True)
        for key in ("username", "password")
        if key in body
    }
    return Login(
        username=entered.get("username"),
        password=entered.get("password"),
        username_field=body.get("username-field", ""),
        password_field=body.get("password-field", ""),
        approve=body.get("approve", ""),
    )
