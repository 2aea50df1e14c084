"""Legal variations of the data: the same records in another form."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from conformance.ehr.defects.declare import variation
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.reading import http_date
from conformance.ehr.search_tables import SEARCH_TABLES
from conformance.ehr.server import Server
from conformance.ehr.store import Resource, Store

EASTERN = timezone(timedelta(hours=-5))
LONG = "a.very-long.id-of-a-record-system.that-counts-in-many-digits.0-"


@variation("data")
class WritesLocalTimes(Server):
    """Writes times in the time zone of the house, five hours behind UTC."""

    def shown(self, resource: Resource) -> Resource:
        """Move every time that is in UTC."""
        return dict(_mapped(super().shown(resource), _local))


@variation("data")
class RefersByAbsoluteUrls(Server):
    """Refers to its resources by their absolute URLs."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Put the base before every reference."""

        def absolute(name: str, value: Any) -> Any:
            relative = name == "reference" and isinstance(value, str) and "://" not in value
            inside = relative and value.startswith("#")
            return f"{request.base}/{value}" if relative and not inside else value

        return replace(response, document=_mapped(response.document, absolute))


@variation("data")
class ClaimsNoProfile(Server):
    """Serves its resources without meta.profile."""

    def shown(self, resource: Resource) -> Resource:
        """Leave the claims out."""
        shown = super().shown(resource)
        meta = {key: value for key, value in shown["meta"].items() if key != "profile"}
        return {**shown, "meta": meta}


@variation("data")
class ClaimsAnEarlierEdition(Server):
    """Serves its resources with the profiles of an edition that it has left behind."""

    def shown(self, resource: Resource) -> Resource:
        """Claim that one, and a profile that nobody knows."""
        shown = super().shown(resource)
        claimed = [f"{url}|3.1.1" for url in shown["meta"].get("profile", [])]
        unknown = "http://ehr.example/StructureDefinition/record"
        return {**shown, "meta": {**shown["meta"], "profile": [*claimed, unknown]}}


@variation("data")
class HasMoreElements(Server):
    """Adds elements, extensions and a narrative that the checks do not know."""

    def shown(self, resource: Resource) -> Resource:
        """Add them to each resource."""
        extension = {"url": "http://ehr.example/chart-color", "valueString": "green"}
        text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">.</div>'}
        return {
            **super().shown(resource),
            "language": "en-US",
            "text": text,
            "extension": [extension, *resource.get("extension", [])],
        }


@variation("data")
class HoldsContainedResources(Server):
    """Shows an organization contained in every clinical resource."""

    def shown(self, resource: Resource) -> Resource:
        """Contain it, and refer to it as what is contained must be."""
        shown = super().shown(resource)
        house = {"resourceType": "Organization", "id": "us", "name": "The house"}
        named = {"url": "http://ehr.example/house", "valueReference": {"reference": "#us"}}
        return {
            **shown,
            "contained": [*shown.get("contained", []), house],
            "extension": [*shown.get("extension", []), named],
        }


@variation("data")
class CodesItsOwnWayFirst(Server):
    """Puts a code of its own before each code of a well-known system."""

    def shown(self, resource: Resource) -> Resource:
        """Add a coding to every list of codings but that of vital signs, which is fixed whole."""

        def coded(name: str, value: Any) -> Any:
            if name != "coding" or value[0]["code"] == "vital-signs":
                return value
            code = f"own-{value[0]['code']}"
            return [{"system": "http://ehr.example/codes", "code": code, "display": "Own"}, *value]

        return dict(_mapped(super().shown(resource), coded))


@variation("data")
class HasLongIds(Server):
    """Has ids of 64 characters, with dots and dashes."""

    def __init__(self, *, store: Store, **settings: Any) -> None:
        super().__init__(store=_with_long_ids(store), **settings)


@variation("data")
class WritesTheTimeOfAnswerAsTheTimeOfChange(Server):
    """Computes its resources when asked: each answer has another time of change."""

    answers = 0

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Let a second pass with each answer."""
        self.answers += 1
        moment = datetime.fromisoformat("2026-01-01T00:00:00Z") + timedelta(seconds=self.answers)
        now = moment.isoformat()

        def stamped(name: str, value: Any) -> Any:
            return now if name == "lastUpdated" else value

        document = _mapped(response.document, stamped)
        if call.interaction is not Interaction.READ or response.status != 200:
            return replace(response, document=document)
        headers = response.with_header("Last-Modified", http_date(now))
        return replace(response, document=document, headers=headers)


@variation("data")
class ChangesWhileItIsLookedAt(Server):
    """Has a newer version of everything each time it is asked."""

    answers = 0

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Count the versions by the answers, a second apart."""
        self.answers += 1
        moment = datetime.fromisoformat("2026-01-01T00:00:00Z") + timedelta(seconds=self.answers)
        meta = {"versionId": str(self.answers), "lastUpdated": moment.isoformat()}

        def newer(name: str, value: Any) -> Any:
            return {**value, **meta} if name == "meta" else value

        document = _mapped(response.document, newer)
        if call.interaction is not Interaction.READ or response.status != 200:
            return replace(response, document=document)
        headers = (
            ("Content-Type", self.content_type(request)),
            ("ETag", f'W/"{self.answers}"'),
            ("Last-Modified", http_date(meta["lastUpdated"])),
        )
        return replace(response, document=document, headers=headers)


@variation("data")
class TellsTimesInHeadersOnly(ChangesWhileItIsLookedAt):
    """Has a newer version of everything each time, and tells its time in the header alone."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Take the time out of the resources."""

        def untimed(name: str, value: Any) -> Any:
            return (
                {k: v for k, v in value.items() if k != "lastUpdated"} if name == "meta" else value
            )

        response = super().finish(request, call, response)
        return replace(response, document=_mapped(response.document, untimed))


@variation("data")
class KeepsNoVersions(Server):
    """Tells no versions, neither in the resource nor in a header."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Take them out."""

        def unversioned(name: str, value: Any) -> Any:
            return {k: v for k, v in value.items() if k != "versionId"} if name == "meta" else value

        document = _mapped(response.document, unversioned)
        return replace(response, document=document, headers=response.without_header("ETag"))


@lru_cache(maxsize=2)
def _with_long_ids(store: Store) -> Store:
    def longer(name: str, value: Any) -> Any:
        if name == "id":
            return _long(value)
        if name == "reference" and isinstance(value, str) and "/" in value:
            type_, _, id_ = value.rpartition("/")
            return f"{type_}/{_long(id_)}"
        if name == "reference" and isinstance(value, str) and value.startswith("#"):
            return f"#{_long(value[1:])}"
        return value

    return Store(_mapped(resource, longer) for resource in _everything(store))


def _everything(store: Store) -> Iterable[Resource]:
    return (resource for type_ in SEARCH_TABLES for resource in store.all(type_))


def _long(id_: str) -> str:
    return f"{LONG}{id_}"[-64:]


def _local(name: str, value: Any) -> Any:
    timed = isinstance(value, str) and value.endswith("Z") and value[10:11] == "T"
    if not timed or name == "lastUpdated":
        return value
    return datetime.fromisoformat(value).astimezone(EASTERN).isoformat()


def _mapped(node: Any, change: Callable[[str, Any], Any]) -> Any:
    """Return a copy of a document with every member changed, the innermost first."""
    if isinstance(node, list):
        return [_mapped(item, change) for item in node]
    if not isinstance(node, dict):
        return node
    return {name: change(name, _mapped(value, change)) for name, value in node.items()}
