"""An answer that holds a resource or a searchset, in the words of a check."""

from typing import Any

from conformance.checks.answer import ERROR_OF, Answer, Surroundings
from conformance.checks.disclosure import inside_shown
from conformance.core.findings import Level
from conformance.fhir.bundle import entries, identity, included, link, matches, mode, resource_of
from conformance.fhir.client import FHIR_JSON
from conformance.fhir.harvest import Sample

__all__ = ["ERROR_OF", "JSON_TYPES", "Reply", "Surroundings"]

JSON_TYPES = frozenset({FHIR_JSON, "application/json", "text/json", "application/json+fhir"})


class Reply(Answer):
    """One answer of the server, and what its body holds."""

    @property
    def resource(self) -> dict[str, Any]:
        """The body's JSON object; ends the check where it is none."""
        self.require_json()
        return self.response.resource

    @property
    def is_bundle(self) -> bool:
        """Whether the body is a Bundle, of whatever type."""
        return self.response.resource_type == "Bundle"

    @property
    def next(self) -> str:
        """The address of the next page, "" when there is none."""
        return link(self.response.resource, "next", self.response.exchange.url)

    def require_json(self) -> None:
        """End the check unless the body is a JSON object; a hostile one is an ERROR."""
        if self.problem:
            self.fail(
                "body.not-json",
                "The body is not a JSON object.",
                expected="a JSON object",
                actual=self.problem,
            )

    def require_resource(self, type_: str) -> dict[str, Any]:
        """End the check unless the body is a resource of this type."""
        self.require_json()
        if self.response.resource_type != type_:
            self.fail(
                "body.resource-type",
                f"The body is not a {type_} resource.",
                expected=type_,
                actual=_word(self.response.resource_type) or "no resourceType",
            )
        return self.response.resource

    def require_bundle(self, kind: str = "searchset") -> dict[str, Any]:
        """End the check unless the body is a Bundle of this type."""
        bundle = self.require_resource("Bundle")
        if bundle.get("type") != kind:
            self.fail(
                "bundle.type",
                f"The Bundle's type is not {kind}.",
                expected=kind,
                actual=_word(bundle.get("type")) or "no type",
            )
        return bundle

    def expect_outcome(self, level: Level = Level.SHOULD) -> bool:
        """Note a finding unless the body is an OperationOutcome with an issue."""
        resource = self.response.resource
        issues = resource.get("issue")
        good = self.response.resource_type == "OperationOutcome" and isinstance(issues, list)
        return self.expect(
            good and bool(issues),
            "outcome.missing",
            "The error does not say what was wrong in an OperationOutcome.",
            expected="an OperationOutcome with an issue",
            actual=_word(self.response.resource_type) or "another body",
            level=level,
        )

    def inside_shown(self) -> str:
        """Say which part of the server's inside the body shows, "" for none."""
        return inside_shown(self.response.exchange.content)

    # --- a searchset ----------------------------------------------------------------------------

    def entries(self) -> list[dict[str, Any]]:
        """Return the Bundle's entries."""
        return list(entries(self.resource))

    def matches(self, type_: str) -> list[dict[str, Any]]:
        """Return the resources of a type that matched."""
        return matches(self.resource, type_)

    def included(self, type_: str) -> list[dict[str, Any]]:
        """Return the resources of a type that came along."""
        return included(self.resource, type_)

    def unrelated(self, type_: str) -> list[str]:
        """Return identities of entries marked as matches that are of another type."""
        return [
            identity(resource_of(entry))
            for entry in entries(self.resource)
            if mode(entry) == "match" and resource_of(entry).get("resourceType") != type_
        ]

    def holds(self, sample: Sample) -> bool:
        """Tell whether the sample is among the matches."""
        return f"{sample.type}/{sample.id}" in {identity(r) for r in self.matches(sample.type)}


def _word(value: Any) -> str:
    """Return a server's code-like word, or a description of what stands there instead."""
    if isinstance(value, str):
        return value if value.isascii() and value.isalnum() and len(value) <= 64 else "another text"
    return "" if value is None else "no text"
