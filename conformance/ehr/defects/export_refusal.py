"""Defects of group exports: who may begin, watch and fetch them."""

from conformance.ehr.authorization.scopes import ClinicalScope
from conformance.ehr.bulk.jobs import Job
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Interaction, Request
from conformance.ehr.permissions import Reach
from conformance.ehr.server import Server

_REFUSAL = "portability.export-refusal."


@defect("export-refusal", kills=(_REFUSAL + "kick-off-without-a-token-is-refused",), flows=True)
class ExportsForAnybody(Server):
    """Begins an export for someone without a token."""

    def is_open(self, call: Call) -> bool:
        """Let everybody in."""
        return call.interaction is Interaction.EXPORT or super().is_open(call)


@defect(
    "export-refusal",
    kills=(_REFUSAL + "kick-off-with-another-clients-token-is-refused",),
    flows=True,
)
class ExportsForAPatientsApp(Server):
    """Begins an export for the app of a patient."""

    def system_scopes_of(self, reach: Reach) -> tuple[ClinicalScope, ...]:
        """Take scopes of every level."""
        return reach.scopes


@defect(
    "export-refusal",
    kills=(
        _REFUSAL + "status-without-a-token-is-refused",
        _REFUSAL + "status-with-another-clients-token-is-refused",
    ),
    flows=True,
)
class ShowsTheStatusToAnybody(Server):
    """Shows the status of an export to anybody."""

    def is_open(self, call: Call) -> bool:
        """Let everybody in."""
        return call.interaction is Interaction.EXPORT_STATUS or super().is_open(call)


@defect(
    "export-refusal",
    kills=(
        _REFUSAL + "files-without-a-token-are-refused",
        _REFUSAL + "files-with-another-clients-token-are-refused",
    ),
    flows=True,
)
class GivesFilesToAnybody(Server):
    """Says that files need a token, and gives them to anybody."""

    def is_open(self, call: Call) -> bool:
        """Let everybody in."""
        return call.interaction is Interaction.EXPORT_FILE or super().is_open(call)


@defect(
    "export-refusal",
    kills=(
        _REFUSAL + "status-with-another-clients-token-is-refused",
        _REFUSAL + "files-with-another-clients-token-are-refused",
    ),
    flows=True,
)
class DoesNotAskWhoseExportItIs(Server):
    """Shows an export to every client with a token, a patient's app among them."""

    def is_owner(self, request: Request, job: Job) -> bool:
        """Take any client."""
        return True
