"""The public forms of clients and endpoints: what a manifest says of them, and back."""

from pathlib import Path

from conformance.target.key_file import KeyFile
from conformance.target.model import Client, ClientKind, Endpoints, LaunchEndpoint
from conformance.target.public_people import Form, SecretForm, public_secret, replayed_secret


class ClientForm(Form, frozen=True, kw_only=True, omit_defaults=True):
    """A client; its name is the key under which it stands. `key` is the name of its file."""

    id: str
    kind: ClientKind
    secret: SecretForm | None = None
    key: str = ""
    algorithm: str = ""
    jwks_url: str = ""
    redirect_uri: str = ""
    launch_uri: str = ""


class LaunchEndpointForm(Form, frozen=True, kw_only=True):
    """Where an EHR launch is asked for."""

    url: str
    key: SecretForm


class EndpointsForm(Form, frozen=True, kw_only=True, omit_defaults=True):
    """Endpoints that were given by hand."""

    introspection: str = ""
    revocation: str = ""
    launch: LaunchEndpointForm | None = None


def public_client(client: Client) -> ClientForm:
    """Return the public form of a client."""
    return ClientForm(
        id=client.id,
        kind=client.kind,
        secret=None if client.secret is None else public_secret(client.secret),
        key="" if client.key is None else client.key.path.name,
        algorithm=client.algorithm,
        jwks_url=client.jwks_url,
        redirect_uri=client.redirect_uri,
        launch_uri=client.launch_uri,
    )


def replayed_client(name: str, form: ClientForm) -> Client:
    """Return the client of a recorded run; its key cannot sign."""
    return Client(
        name=name,
        id=form.id,
        kind=form.kind,
        secret=None if form.secret is None else replayed_secret(form.secret),
        key=KeyFile(path=Path(form.key), replayed=True) if form.key else None,
        algorithm=form.algorithm,
        jwks_url=form.jwks_url,
        redirect_uri=form.redirect_uri,
        launch_uri=form.launch_uri,
    )


def public_endpoints(endpoints: Endpoints) -> EndpointsForm:
    """Return the public form of endpoints."""
    launch = endpoints.launch
    return EndpointsForm(
        introspection=endpoints.introspection,
        revocation=endpoints.revocation,
        launch=None
        if launch is None
        else LaunchEndpointForm(url=launch.url, key=public_secret(launch.key)),
    )


def replayed_endpoints(form: EndpointsForm) -> Endpoints:
    """Return the endpoints of a recorded run."""
    launch = form.launch
    return Endpoints(
        introspection=form.introspection,
        revocation=form.revocation,
        launch=None
        if launch is None
        else LaunchEndpoint(url=launch.url, key=replayed_secret(launch.key)),
    )
