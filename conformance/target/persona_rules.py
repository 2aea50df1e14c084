"""Judge what a persona of a target file says of itself against its role, and what two share."""

from collections.abc import Mapping
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.client_of_persona import refuse_unfit_client
from conformance.target.layers import Layer
from conformance.target.model import Launch, Role
from conformance.target.suggest import did_you_mean
from conformance.target.wording import either, shown

_PLAIN = ("bearer", "api-key", "header")
_PEOPLE = (Role.PATIENT, Role.LIMITED, Role.PRACTITIONER)
_GOES_WITH = {
    "patient": _PEOPLE,
    "login": _PEOPLE,
    "refresh-token": _PEOPLE,
    "refuse": (Role.LIMITED,),
    "group": (Role.SYSTEM,),
}
_ROLES = 'Say role = "patient", "limited", "practitioner" or "system".'


def refuse_odd_personas(layer: Layer) -> None:
    """Raise `UsageError` for the first persona that contradicts itself, its client or another."""
    for name, body in layer.personas().items():
        if "role" not in body:
            _refuse_parts_of_a_role(layer, name, body)
            continue
        for judge in (_refuse_two_ways, _refuse_foreign_parts, _refuse_unasked, _refuse_half_login):
            judge(layer, name, body)
        refuse_unfit_client(layer, name, body)
    _refuse_one_patient_twice(layer)


def _refuse_parts_of_a_role(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    for key in body:
        if key not in _PLAIN:
            hint = "A token for plain requests is given as bearer." if key == "token" else ""
            raise UsageError(
                f"The key {layer.where(('persona', name, key))} goes with a role, and the persona "
                "has none.",
                f"{_ROLES} {hint}".strip(),
            )


def _refuse_two_ways(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    where = layer.where(("persona", name))
    for key in _PLAIN:
        if key in body:
            raise UsageError(
                f"Both a role and a key {key} are given by {where}.",
                "Name the token of a role token, and give other credentials to another persona.",
            )
    for key in ("token", "refresh-token"):
        if key in body and "login" in body:
            raise UsageError(f"Both a login and a {key} are given by {where}.", "Keep one.")


def _refuse_foreign_parts(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    role = Role(body["role"])
    for key in body:
        roles = _GOES_WITH.get(key, tuple(Role))
        if role not in roles:
            raise UsageError(
                f"The key {layer.where(('persona', name, key))} does not go with the role {role}.",
                f"It belongs to a persona of role {either(list(roles))}.",
            )
    launches = [Launch.BACKEND] if role is Role.SYSTEM else [Launch.STANDALONE, Launch.EHR]
    if "launch" in body and body["launch"] not in launches:
        raise UsageError(
            f"The value of {layer.where(('persona', name, 'launch'))} does not go with the role "
            f"{role}.",
            f"It must be {either(list(launches))}.",
        )


def _refuse_unasked(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    where = layer.where(("persona", name))
    if body["role"] == Role.LIMITED and "refuse" not in body:
        raise UsageError(
            f"The limited persona {where} refuses nothing.",
            'Name what is unticked on the consent page: refuse = ["patient/Observation.rs"].',
        )
    asked = body.get("scopes", "").split()
    subjects = {_subject(word) for word in asked}
    for place, word in enumerate(body.get("refuse", ())):
        subject = _subject(word)
        wide = f"{subject.partition('/')[0]}/*"
        # A word that is never on the page would be granted, and the server blamed for it.
        if asked and not subjects & {subject, wide}:
            raise UsageError(
                f"The scope {shown(word)} of {layer.where(('persona', name, 'refuse', place))} is "
                "none that the persona asks for.",
                did_you_mean(word, asked) or "Name a scope that stands in scopes.",
            )


def _subject(scope: str) -> str:
    """Return what a scope is about; a page may write its permissions in another way."""
    bare = scope.partition("?")[0]
    return bare.rpartition(".")[0] if "/" in bare and "." in bare else bare


def _refuse_half_login(layer: Layer, name: str, body: Mapping[str, Any]) -> None:
    login = body.get("login", {})
    for key, needed in (
        ("username", "password"),
        ("password", "username"),
        ("username-field", "username"),
        ("password-field", "password"),
    ):
        if key in login and needed not in login:
            raise UsageError(
                f"The key {layer.where(('persona', name, 'login', key))} needs a {needed}, and "
                "none is given.",
                f'Give it by reference: {needed} = {{ env = "VARIABLE" }}.',
            )


def _refuse_one_patient_twice(layer: Layer) -> None:
    seen: dict[tuple[str, str], str] = {}
    for name, body in layer.personas().items():
        if body.get("role") != Role.PATIENT or "patient" not in body:
            continue
        key = (body["patient"], body.get("client", ""))
        if key in seen:
            raise UsageError(
                f"The patient of {layer.where(('persona', name, 'patient'))} is that of the "
                f"persona {shown(seen[key])}, by the same client.",
                "Two personas of role patient show that neither sees the other's data: name "
                "another patient.",
            )
        seen[key] = name
