"""Agree with the client on JSON, by the Accept header or by `_format`."""

from urllib.parse import parse_qsl

from conformance.ehr.faults import Fault, Faults, Refusal
from conformance.ehr.messages import Call, Interaction, Request

FHIR_TYPES = frozenset({"application/fhir+json", "application/json", "application/*", "*/*"})
PLAIN_TYPES = frozenset({"application/json", "application/*", "*/*"})
FILE_TYPES = frozenset({"application/fhir+ndjson", "application/ndjson", "application/*", "*/*"})
ACCEPTED = {
    Interaction.SMART_CONFIGURATION: PLAIN_TYPES,
    Interaction.EXPORT_FILE: FILE_TYPES,
}
FORMATS = frozenset({"json", "application/json", "application/fhir+json"})
FHIR_VERSIONS = frozenset({"4.0", "4.0.1"})


class Negotiation(Faults):
    """Refuse what cannot be answered in JSON."""

    def negotiate(self, request: Request, call: Call) -> None:
        """Refuse a request whose client would not take JSON; `_format` goes before Accept."""
        wanted = self.wanted_format(request)
        if wanted is not None:
            # a "+" in a query string is a space once decoded; clients forget to escape it
            media_type = wanted.replace("fhir json", "fhir+json").partition(";")[0].strip()
            acceptable = media_type in FORMATS
        else:
            accept = request.headers.get("accept") or "*/*"
            acceptable = any(
                self.acceptable(media_range, call) for media_range in accept.split(",")
            )
        if not acceptable:
            raise Refusal(Fault.NOT_ACCEPTABLE, "This server answers in JSON only.")

    def wanted_format(self, request: Request) -> str | None:
        """Return the value of `_format` in the query string or form, or None."""
        form = request.body.decode("latin-1")
        if "_format" not in request.query and "_format" not in form:
            return None
        pairs = parse_qsl(f"{request.query}&{form}", keep_blank_values=True, errors="replace")
        return next((value for name, value in pairs if name == "_format"), None)

    def acceptable(self, media_range: str, call: Call) -> bool:
        """Tell whether a part of the Accept header takes the answer of this call."""
        media_type, *parameters = (part.strip().lower() for part in media_range.split(";"))
        settings = dict(parameter.partition("=")[::2] for parameter in parameters)
        if settings.get("q", "1").strip("0.") == "":
            return False
        if settings.get("fhirversion", "4.0") not in FHIR_VERSIONS:
            return False
        return media_type in ACCEPTED.get(call.interaction, FHIR_TYPES)
