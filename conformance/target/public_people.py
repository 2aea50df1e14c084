"""The public forms of personas and their credentials: what a manifest says of them, and back."""

from pathlib import Path

import msgspec

from conformance.target.model import (
    Credential,
    CredentialKind,
    Launch,
    Login,
    Persona,
    Role,
)
from conformance.target.secret import SecretReference


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A part of the public form; its members are written in kebab-case."""


class SecretForm(Form, frozen=True, kw_only=True, omit_defaults=True):
    """A secret by kind and name; of a command nothing, since an argument may be a secret."""

    env: str | None = None
    file: str | None = None
    command: bool = False


class CredentialForm(Form, frozen=True, kw_only=True):
    """How a credential travels."""

    kind: CredentialKind
    header: str
    secret: SecretForm


class LoginForm(Form, frozen=True, kw_only=True, omit_defaults=True):
    """What is entered on pages."""

    username: SecretForm | None = None
    password: SecretForm | None = None
    username_field: str = ""
    password_field: str = ""
    approve: str = ""


class PersonaForm(Form, frozen=True, kw_only=True, omit_defaults=True):
    """A persona; its name is the key under which it stands."""

    credential: CredentialForm | None = None
    role: Role | None = None
    client: str = ""
    launch: Launch | None = None
    patient: str = ""
    scopes: str = ""
    refuse: tuple[str, ...] = ()
    login: LoginForm | None = None
    token: SecretForm | None = None
    refresh_token: SecretForm | None = None
    group: str = ""


def public_secret(secret: SecretReference) -> SecretForm:
    """Return the public form of a secret."""
    file = None if secret.file is None else secret.file.name
    return SecretForm(env=secret.env, file=file, command=bool(secret.command))


def replayed_secret(form: SecretForm) -> SecretReference:
    """Return a reference that resolves to a placeholder."""
    return SecretReference(
        env=form.env,
        file=None if form.file is None else Path(form.file),
        command=("replayed",) if form.command else (),
        replayed=True,
    )


def public_persona(persona: Persona) -> PersonaForm:
    """Return the public form of a persona."""
    return PersonaForm(
        credential=_public_credential(persona.credential),
        role=persona.role,
        client=persona.client,
        launch=persona.launch,
        patient=persona.patient,
        scopes=persona.scopes,
        refuse=persona.refuse,
        login=_public_login(persona.login),
        token=_if_given(persona.token),
        refresh_token=_if_given(persona.refresh_token),
        group=persona.group,
    )


def replayed_persona(name: str, form: PersonaForm) -> Persona:
    """Return the persona of a recorded run."""
    return Persona(
        name=name,
        credential=_replayed_credential(form.credential),
        role=form.role,
        client=form.client,
        launch=form.launch,
        patient=form.patient,
        scopes=form.scopes,
        refuse=form.refuse,
        login=_replayed_login(form.login),
        token=_if_known(form.token),
        refresh_token=_if_known(form.refresh_token),
        group=form.group,
    )


def _public_credential(credential: Credential | None) -> CredentialForm | None:
    if credential is None:
        return None
    secret = public_secret(credential.secret)
    return CredentialForm(kind=credential.kind, header=credential.header, secret=secret)


def _replayed_credential(form: CredentialForm | None) -> Credential | None:
    if form is None:
        return None
    return Credential(kind=form.kind, header=form.header, secret=replayed_secret(form.secret))


def _public_login(login: Login | None) -> LoginForm | None:
    if login is None:
        return None
    return LoginForm(
        username=_if_given(login.username),
        password=_if_given(login.password),
        username_field=login.username_field,
        password_field=login.password_field,
        approve=login.approve,
    )


def _replayed_login(form: LoginForm | None) -> Login | None:
    if form is None:
        return None
    return Login(
        username=_if_known(form.username),
        password=_if_known(form.password),
        username_field=form.username_field,
        password_field=form.password_field,
        approve=form.approve,
    )


def _if_given(secret: SecretReference | None) -> SecretForm | None:
    return None if secret is None else public_secret(secret)


def _if_known(form: SecretForm | None) -> SecretReference | None:
    return None if form is None else replayed_secret(form)
