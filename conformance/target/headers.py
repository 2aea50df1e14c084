"""Build the fixed headers from checked layers, and refuse what cannot or must not be sent."""

from conformance.core.errors import UsageError
from conformance.target.header_rules import RESERVED, is_name, is_value
from conformance.target.layers import Layer
from conformance.target.model import Header, Target
from conformance.target.references import reference_of

_HINT = "A header is a word such as X-Tenant with a text of printable ASCII."


def headers_of(layer: Layer) -> tuple[Header, ...]:
    """Return the fixed headers that a layer describes."""
    headers: list[Header] = []
    for name, value in layer.target().get("headers", {}).items():
        path = ("target", "headers", name)
        where = layer.where(path)
        refuse_header_name(name, where)
        if any(name.lower() == header.name.lower() for header in headers):
            raise UsageError(f"The header of {where} is given twice.", "Keep one.")
        if isinstance(value, dict):
            headers.append(Header(name=name, value=reference_of(layer, path, value)))
        elif is_value(value):
            headers.append(Header(name=name, value=value))
        else:
            raise UsageError(f"The value of {where} cannot be sent in a header.", _HINT)
    return tuple(headers)


def refuse_header_name(name: str, where: str) -> None:
    """Raise `UsageError` for a header that cannot be sent or that the checks set themselves."""
    if not is_name(name):
        raise UsageError(f"The header of {where} has a name that cannot be sent.", _HINT)
    if name.lower() in RESERVED:
        raise UsageError(
            f"The header {name} of {where} is one that the checks set themselves.", "Leave it out."
        )


def refuse_contested_headers(target: Target) -> None:
    """Raise `UsageError` where a fixed header would replace a persona's credential or token."""
    fixed = {header.name.lower() for header in target.headers}
    for persona in target.personas.values():
        if persona.role is not None and "authorization" in fixed:
            raise UsageError(
                "The header Authorization is set by [target] headers, and it carries the tokens of "
                f"the persona {persona.name}.",
                "Leave it out of the headers.",
            )
        if persona.credential is not None and persona.credential.header.lower() in fixed:
            raise UsageError(
                f"The header {persona.credential.header} is set by [target] headers and again "
                f"by the credential of the persona {persona.name}.",
                "Keep one.",
            )
