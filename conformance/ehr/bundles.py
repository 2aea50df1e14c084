"""Make the Bundle that answers a search: page, links, entries, what comes along."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from conformance.ehr.matching import Matching, elements_at, reference_of
from conformance.ehr.messages import Request
from conformance.ehr.paging import seal
from conformance.ehr.queries import Query
from conformance.ehr.store import Resource


class Bundles(Matching):
    """Turn the resources that a search found into one page of a searchset."""

    def bundle(self, request: Request, query: Query, found: Sequence[Resource]) -> dict[str, Any]:
        """Return the page of the searchset that a query asks for."""
        page = self.page(query, found)
        bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
        total = self.total(query, found)
        if total is not None:
            bundle["total"] = total
        bundle["link"] = self.links(request, query, found)
        entries = self.entries(request, query, page)
        if entries:
            bundle["entry"] = entries
        return bundle

    def page(self, query: Query, found: Sequence[Resource]) -> Sequence[Resource]:
        """Return the matches of the page that a query asks for."""
        return found[query.offset : query.offset + query.count]

    def total(self, query: Query, found: Sequence[Resource]) -> int | None:
        """Return how many matches there are on all pages together; None leaves it out."""
        return len(found)

    def links(
        self, request: Request, query: Query, found: Sequence[Resource]
    ) -> list[dict[str, str]]:
        """Return the links of a page."""
        links = [{"relation": "self", "url": self.self_link(request, query)}]
        following = self.next_link(request, query, found)
        if following is not None:
            links.append({"relation": "next", "url": following})
        return links

    def self_link(self, request: Request, query: Query) -> str:
        """Return the address of this page, with the parameters that were used and no other."""
        pairs = list(query.used)
        if query.offset:
            pairs.append(("_page", seal(query.type, list(query.used), query.offset)))
        address = f"{request.base}/{query.type}"
        return f"{address}?{urlencode(pairs)}" if pairs else address

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Return the address of the page after this one, or None."""
        offset = query.offset + query.count
        if not query.count or offset >= len(found):
            return None
        handle = seal(query.type, list(query.used), offset)
        return f"{request.base}/{query.type}?{urlencode({'_page': handle})}"

    def entries(
        self, request: Request, query: Query, page: Sequence[Resource]
    ) -> list[dict[str, Any]]:
        """Return the entries of a page: the matches, then what comes along with them."""
        matches = [self.entry(request, resource, "match") for resource in page]
        beside = self.open_beside(request, self.included(query, page))
        return matches + [self.entry(request, resource, "include") for resource in beside]

    def open_beside(self, request: Request, beside: Sequence[Resource]) -> Sequence[Resource]:
        """Return those of the resources that come along which the request's token opens."""
        return self.permitted(request, beside, "rs")

    def entry(self, request: Request, resource: Resource, mode: str) -> dict[str, Any]:
        """Return one entry of a searchset."""
        return {
            "fullUrl": self.full_url(request, resource),
            "resource": self.shown(resource),
            "search": {"mode": mode},
        }

    def full_url(self, request: Request, resource: Resource) -> str:
        """Return the absolute address of a resource."""
        return f"{request.base}/{resource['resourceType']}/{resource['id']}"

    def included(self, query: Query, page: Sequence[Resource]) -> list[Resource]:
        """Return what comes along with a page, each resource once and none that is a match."""
        seen = {id(resource) for resource in page}
        included = []
        for resource in (*self.include_references(query, page), *self.provenance(query, page)):
            if id(resource) not in seen:
                seen.add(id(resource))
                included.append(resource)
        return included

    def include_references(self, query: Query, page: Sequence[Resource]) -> Iterator[Resource]:
        """Yield what the matches of a page refer to, as far as `_include` asks for it."""
        for include in query.includes:
            for resource in page:
                for element in elements_at(resource, include.path):
                    pair = reference_of(element)
                    if pair and include.target in ("", pair[0]) and self.serves(pair[0]):
                        target = self.store.get(*pair)
                        if target is not None:
                            yield target

    def provenance(self, query: Query, page: Sequence[Resource]) -> Iterator[Resource]:
        """Yield the Provenance of the matches of a page, if `_revinclude` asks for it."""
        if query.with_provenance:
            for resource in page:
                yield from self.store.targeting(f"{resource['resourceType']}/{resource['id']}")
