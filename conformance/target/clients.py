"""Build registered clients, and the endpoints that are given by hand, from checked layers."""

from collections.abc import Mapping
from typing import Any

from conformance.target.address import endpoint_url, own_url
from conformance.target.files import path_from
from conformance.target.key_file import KeyFile
from conformance.target.layers import Layer
from conformance.target.model import Client, ClientKind, Endpoints, LaunchEndpoint
from conformance.target.references import reference_of


def client_of(layer: Layer, name: str) -> Client:
    """Return the client that a layer describes; raise `UsageError` when its key cannot be used."""
    body: Mapping[str, Any] = layer.clients()[name]
    path = ("client", name)
    key = None
    algorithm: str = body.get("algorithm", "")
    if "key" in body:
        place = layer.where((*path, "key"))
        key = KeyFile(path=path_from(body["key"]["file"], layer.folder), where=place)
        algorithm, _ = key.chosen(algorithm)
    addresses = {
        field: own_url(body[field], layer.where((*path, field)))
        for field in ("jwks-url", "redirect-uri", "launch-uri")
        if field in body
    }
    secret = body.get("secret")
    return Client(
        name=name,
        id=body["id"],
        kind=ClientKind(body["kind"]),
        secret=None if secret is None else reference_of(layer, (*path, "secret"), secret),
        key=key,
        algorithm=algorithm,
        jwks_url=addresses.get("jwks-url", ""),
        redirect_uri=addresses.get("redirect-uri", ""),
        launch_uri=addresses.get("launch-uri", ""),
    )


def endpoints_of(layer: Layer, server: str) -> Endpoints:
    """Return the endpoints that a layer gives by hand for the server at the URL `server`."""
    body = layer.endpoints()
    plain = server.lower().startswith("http:")

    def address(text: str, *path: str) -> str:
        return endpoint_url(text, layer.where(("endpoint", *path)), plain=plain)

    launch = body.get("launch")
    return Endpoints(
        introspection=address(body["introspection"], "introspection")
        if "introspection" in body
        else "",
        revocation=address(body["revocation"], "revocation") if "revocation" in body else "",
        launch=None
        if launch is None
        else LaunchEndpoint(
            url=address(launch["url"], "launch", "url"),
            key=reference_of(layer, ("endpoint", "launch", "key"), launch["key"]),
        ),
    )
