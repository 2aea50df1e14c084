"""Legal variations of reads, versions and histories."""

import re
from typing import Any

from conformance.ehr.defects.declare import variation
from conformance.ehr.defects.versions import older
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server
from conformance.ehr.store import Resource


@variation("reads")
class KeepsOlderVersions(Server):
    """Tells an older version after the current one, and before both that there was nothing."""

    def history_bundle(self, request: Request, versions: list[Resource]) -> dict[str, Any]:
        """End with a deletion, which has no resource."""
        before = [*versions, older(versions[0])]
        bundle = super().history_bundle(request, before)
        gone = {
            "fullUrl": bundle["entry"][0]["fullUrl"],
            "request": {"method": "DELETE", "url": bundle["entry"][0]["request"]["url"]},
            "response": {"status": "204", "lastModified": "2000-01-01T00:00:00Z"},
        }
        return {**bundle, "total": 3, "entry": [*bundle["entry"], gone]}


@variation("reads")
class CountsNoVersions(Server):
    """Tells a history without total and links."""

    def history_bundle(self, request: Request, versions: list[Resource]) -> dict[str, Any]:
        """Leave them out."""
        bundle = super().history_bundle(request, versions)
        return {name: value for name, value in bundle.items() if name not in ("total", "link")}


@variation("reads")
class KnowsNoVersions(Server):
    """Has neither vread nor histories, and declares none."""

    def declared_interactions(self, type_: str) -> list[str]:
        """Declare the others."""
        return [
            code
            for code in super().declared_interactions(type_)
            if code[:5] not in ("vread", "histo")
        ]

    def allowed_methods(self, call: Call) -> tuple[str, ...]:
        """Take no method there."""
        if call.interaction in (Interaction.VREAD, Interaction.HISTORY):
            raise Refusal(Fault.UNKNOWN_PATH, "History is not supported.")
        return super().allowed_methods(call)


@variation("reads")
class CallsUnknownVersionsGone(Server):
    """Answers 410 to the read of an unknown version."""

    def status_of(self, fault: Fault) -> int:
        """Say that it is gone."""
        return 410 if fault is Fault.UNKNOWN_VERSION else super().status_of(fault)


@variation("reads", warns=("fhir-api.versions.unknown-version-is-not-found",))
class CallsUnknownVersionsMalformed(Server):
    """Answers 400 to the read of an unknown version. Tolerated: nothing is given."""

    def status_of(self, fault: Fault) -> int:
        """Find fault with the number."""
        return 400 if fault is Fault.UNKNOWN_VERSION else super().status_of(fault)


@variation("reads")
class TakesNoHead(Server):
    """Answers HEAD with 405."""

    def allowed_methods(self, call: Call) -> tuple[str, ...]:
        """Take every other method."""
        return tuple(name for name in super().allowed_methods(call) if name != "HEAD")


@variation("reads")
class KnowsMalformedIds(Server):
    """Answers 400 to the read of what cannot be an id."""

    def read(self, request: Request, call: Call) -> Response:
        """Look at the id first."""
        if not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", call.id):
            raise Refusal(Fault.MALFORMED_VALUE, "This cannot be an id.")
        return super().read(request, call)
