"""A server that sends the credential back in every dress, and on which checks fail."""

import gzip
from dataclasses import replace
from typing import Any

from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server
from tests.support.canary import dressed


class Echoing(Server):
    """
    Echoes the credential in headers, their names, bodies, and bodies that are compressed.

    Its totals are wrong, so that there are findings for reports to show; even its metadata want the
    credential, since they are quoted in reports.
    """

    def is_open(self, call: Call) -> bool:
        """Want the credential for everything."""
        return False

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Put what the client showed into everything that goes back."""
        shown = request.headers.get("authorization") or request.headers.get("x-api-key", "")
        secrets = [shown.removeprefix("Bearer "), request.headers.get("x-tenant-secret", "")]
        for secret in filter(None, secrets):
            response = _echo(secret, call, response)
        return super().finish(request, call, response)


def _echo(secret: str, call: Call, response: Response) -> Response:
    forms = dressed(secret)
    headers = [(f"X-Echo-{name}", value) for name, value in forms.items()]
    headers += [("Set-Cookie", f"session={secret}; Path=/"), ("X-Basic", f"Basic {secret}")]
    if all(letter.isalnum() or letter in "-._~" for letter in secret):
        headers.append((f"X-{secret}", "1"))
    response = replace(response, headers=(*response.headers, *headers))
    if call.interaction is Interaction.READ and call.type == "Practitioner":
        return replace(response, document=None, body=gzip.compress(secret.encode()))
    if call.interaction is Interaction.READ and call.type == "Location":
        return replace(response, document=None, body=f'{{"id": "{secret}"}}'.encode("utf-16"))
    document, hidden = response.document, forms.pop("gzip")
    if call.type == "CarePlan":
        forms["gzip"] = hidden  # What cannot be taken out of a body costs the whole of it.
    return response if document is None else replace(response, document=_told(document, forms))


def _told(document: dict[str, Any], forms: dict[str, str]) -> dict[str, Any]:
    told = {**document, "_echo": [*document.get("_echo", ()), *forms.values()]}
    if document.get("resourceType") == "Bundle":
        told["total"] = 99_999
    if document.get("resourceType") == "CapabilityStatement":
        told["software"] = {"name": f"Echo of {forms['raw']}", "version": forms["percent"]}
        told["fhirVersion"] = forms["raw"]
    return told
