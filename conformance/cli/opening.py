"""The first lines of a run: what is looked at, by which edition and why, in whose name."""

from collections.abc import Mapping

from conformance.run.events import Started
from conformance.target.model import Credential, CredentialKind, Target

_EDITION: Mapping[str, str] = {
    "option": "as asked for",
    "target-file": "as the target file says",
    "metadata": "which its metadata name",
    "behaviour": "which its behaviour shows",
    "rule-set": "which the rule set requires",
}


def first_line(event: Started, given: str) -> str:
    """Return what is looked at and by which edition; `given` is the URL that a person gave."""
    why = _EDITION.get(event.edition_from, "")
    judged = f"judged by US Core {event.edition}" + (f", {why}" if why else "")
    if not event.fhir:
        return f"{given}: no FHIR API found; {judged}."
    if event.base == given:
        return f"{given}: a FHIR API, {judged}."
    return f"{given}: a FHIR API at {event.base}, {judged}."


def in_whose_name(target: Target) -> str:
    """Return how requests identify themselves, without any value."""
    persona = target.persona
    if persona is None or persona.credential is None:
        return "without a credential"
    return f"with {_kind(persona.credential)} from {persona.credential.secret.describe()}"


def _kind(credential: Credential) -> str:
    if credential.kind is CredentialKind.BEARER:
        return "the bearer token"
    return f"the API key ({credential.header})"
