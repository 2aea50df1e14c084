"""Judge what a client of a target file is given against its kind."""

from conformance.core.errors import UsageError
from conformance.target.layers import Layer
from conformance.target.model import ClientKind
from conformance.target.wording import either

_WITH_KEY = (ClientKind.ASYMMETRIC, ClientKind.SYSTEM)
_LAUNCHING = (ClientKind.PUBLIC, ClientKind.SYMMETRIC, ClientKind.ASYMMETRIC)
_GOES_WITH = {
    "secret": (ClientKind.SYMMETRIC,),
    "key": _WITH_KEY,
    "algorithm": _WITH_KEY,
    "jwks-url": _WITH_KEY,
    "redirect-uri": _LAUNCHING,
    "launch-uri": _LAUNCHING,
}
_HINTS = {
    "secret": 'Give it by reference: secret = { env = "VARIABLE" }.',
    "key": 'Give it as key = { file = "PATH" }, in a file that is open to you alone.',
}


def refuse_odd_clients(layer: Layer) -> None:
    """Raise `UsageError` for the first client that lacks what its kind needs, or has too much."""
    for name, body in layer.clients().items():
        kind = ClientKind(body["kind"])
        for key in body:
            kinds = _GOES_WITH.get(key, tuple(ClientKind))
            if kind not in kinds:
                raise UsageError(
                    f"The key {layer.where(('client', name, key))} does not go with the kind "
                    f"{kind}.",
                    f"It belongs to a client that is {either(list(kinds))}.",
                )
        for key in ("secret", "key"):
            if kind in _GOES_WITH[key] and key not in body:
                raise UsageError(
                    f"The {kind} client {layer.where(('client', name))} has no {key}.", _HINTS[key]
                )
