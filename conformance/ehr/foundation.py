"""What every topic of the server stands on: its persona, its data, its credential, its encoding."""

from collections.abc import Mapping
from typing import Any

from conformance.ehr.authorization.records import Records
from conformance.ehr.authorization.setup import AuthorizationSetup
from conformance.ehr.bulk.jobs import Job
from conformance.ehr.encoding import dumps
from conformance.ehr.messages import Request
from conformance.ehr.search_tables import SEARCH_TABLES, SearchParameter
from conformance.ehr.setup import Setup
from conformance.ehr.store import Resource, Store

FHIR_JSON = "application/fhir+json; charset=utf-8"


class Foundation:
    """Hold what a server is made of, and turn documents into bytes."""

    def __init__(
        self,
        *,
        setup: Setup,
        store: Store,
        token: str,
        authorization: AuthorizationSetup | None = None,
    ) -> None:
        self.setup = setup
        self.store = store
        self.token = token
        self.authorization = authorization or AuthorizationSetup()
        self.records = Records()
        self.jobs: dict[str, Job] = {}
        self._parameters = {
            type_: {
                name: parameter
                for name, parameter in SEARCH_TABLES[type_].items()
                if not parameter.target or parameter.target in setup.types
            }
            for type_ in setup.types
        }

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.authorization.now()

    def mint(self, kind: str) -> str:
        """Return a new value that nobody guesses: a token, a code, a key of a page."""
        return self.authorization.mint(kind)

    def serves(self, type_: str) -> bool:
        """Tell whether the server knows a resource type."""
        return type_ in self.setup.types

    def search_parameters(self, type_: str) -> Mapping[str, SearchParameter]:
        """Return what a type can be searched by: no reference to a type that is not served."""
        return self._parameters[type_]

    def content_type(self, request: Request) -> str:
        """Return the media type of every FHIR answer."""
        return FHIR_JSON

    def shown(self, resource: Resource) -> Resource:
        """Return a resource of the store as it is shown, read or found: unchanged."""
        return resource

    def encode(self, document: dict[str, Any]) -> bytes:
        """Return a document as JSON; resources of the store are not serialised again."""
        if document.get("resourceType") == "Bundle":
            return self._encode_bundle(document)
        return self.store.encoded(document) or dumps(document).encode()

    def _encode_bundle(self, bundle: dict[str, Any]) -> bytes:
        members = [
            f'"entry":[{",".join(map(self._encode_entry, value))}]'
            if key == "entry" and isinstance(value, list)
            else f"{dumps(key)}:{dumps(value)}"
            for key, value in bundle.items()
        ]
        return f"{{{','.join(members)}}}".encode()

    def _encode_entry(self, entry: Any) -> str:
        kept = self.store.text(entry.get("resource")) if isinstance(entry, dict) else None
        if kept is None:
            return dumps(entry)
        members = [
            f'"resource":{kept}' if key == "resource" else f"{dumps(key)}:{dumps(value)}"
            for key, value in entry.items()
        ]
        return f"{{{','.join(members)}}}"
