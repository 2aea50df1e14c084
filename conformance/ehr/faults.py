"""What can be wrong with a request, and how that is told: status, issue code, OperationOutcome."""

from enum import StrEnum
from typing import Any

from conformance.ehr.foundation import Foundation
from conformance.ehr.messages import Headers, Request, Response


class Fault(StrEnum):
    """A reason why a request is refused."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    UNKNOWN_RESOURCE = "unknown-resource"
    UNKNOWN_VERSION = "unknown-version"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_PATH = "unknown-path"
    UNKNOWN_PARAMETER = "unknown-parameter"
    MALFORMED_VALUE = "malformed-value"
    WRONG_METHOD = "wrong-method"
    NOT_ACCEPTABLE = "not-acceptable"
    WRONG_MEDIA_TYPE = "wrong-media-type"


STATUS = {
    Fault.UNAUTHENTICATED: 401,
    Fault.FORBIDDEN: 403,
    Fault.UNKNOWN_RESOURCE: 404,
    Fault.UNKNOWN_VERSION: 404,
    Fault.UNKNOWN_TYPE: 404,
    Fault.UNKNOWN_PATH: 404,
    Fault.UNKNOWN_PARAMETER: 400,
    Fault.MALFORMED_VALUE: 400,
    Fault.WRONG_METHOD: 405,
    Fault.NOT_ACCEPTABLE: 406,
    Fault.WRONG_MEDIA_TYPE: 415,
}
ISSUE_CODE = {
    Fault.UNAUTHENTICATED: "login",
    Fault.FORBIDDEN: "forbidden",
    Fault.UNKNOWN_RESOURCE: "not-found",
    Fault.UNKNOWN_VERSION: "not-found",
    Fault.UNKNOWN_TYPE: "not-supported",
    Fault.UNKNOWN_PATH: "not-supported",
    Fault.UNKNOWN_PARAMETER: "not-supported",
    Fault.MALFORMED_VALUE: "value",
    Fault.WRONG_METHOD: "not-supported",
    Fault.NOT_ACCEPTABLE: "not-supported",
    Fault.WRONG_MEDIA_TYPE: "not-supported",
}


class Refusal(Exception):
    """
    End the handling of a request with a fault.

    `text` is for the client's developer and quotes no value of a patient. `place` is what of the
    request is meant, in the form FHIR gives it (`http.patient`), or empty.
    """

    def __init__(self, fault: Fault, text: str, *, place: str = "", headers: Headers = ()) -> None:
        super().__init__(text)
        self.fault = fault
        self.text = text
        self.place = place
        self.headers = headers


class Faults(Foundation):
    """Tell a client what is wrong with its request."""

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Return the answer to a request that is refused."""
        return Response(
            status=self.status_of(refusal.fault),
            headers=(("Content-Type", self.content_type(request)), *refusal.headers),
            document=self.outcome(refusal),
        )

    def status_of(self, fault: Fault) -> int:
        """Return the HTTP status that tells a fault."""
        return STATUS[fault]

    def issue_code(self, fault: Fault) -> str:
        """Return the code of http://hl7.org/fhir/issue-type that tells a fault."""
        return ISSUE_CODE[fault]

    def outcome(self, refusal: Refusal) -> dict[str, Any]:
        """Return the OperationOutcome of a refusal."""
        issue: dict[str, Any] = {
            "severity": "error",
            "code": self.issue_code(refusal.fault),
            "diagnostics": refusal.text,
        }
        if refusal.place:
            issue["expression"] = [refusal.place]
        return {"resourceType": "OperationOutcome", "issue": [issue]}
