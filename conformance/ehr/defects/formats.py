"""Defects of formats and how they are chosen."""

from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Interaction, Request
from conformance.ehr.server import Server

_F = "fhir-api.formats."


@defect("formats", kills=(_F + "bodies-are-fhir-json", "fhir-api.reads.give-that-resource"))
class LabelsJsonAsText(Server):
    """Labels its resources as plain text."""

    def content_type(self, request: Request) -> str:
        """Name plain text."""
        return "text/plain; charset=utf-8"


@defect("formats", kills=(_F + "json-is-given-when-asked-for-plainly",))
class RefusesPlainJson(Server):
    """Answers 406 to a client that accepts application/json."""

    def acceptable(self, media_range: str, call: Call) -> bool:
        """Take FHIR's own type only."""
        plain = media_range.strip().startswith("application/json")
        if plain and call.interaction is Interaction.READ:
            return False
        return super().acceptable(media_range, call)


@defect("formats", kills=(_F + "unsupported-format-is-refused",))
class NeverRefusesAFormat(Server):
    """Answers in JSON whatever the client accepts."""

    def negotiate(self, request: Request, call: Call) -> None:
        """Agree to everything."""


@defect("formats", kills=(_F + "format-parameter-overrides-accept",))
class IgnoresTheFormatParameter(Server):
    """Looks at the Accept header only."""

    def wanted_format(self, request: Request) -> str | None:
        """See no _format."""
        return None
