"""Plain questions to the FHIR side of a server, and the controls that tell whom to blame."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from conformance.checks.curl import curl_line
from conformance.checks.record import current
from conformance.checks.reply import Reply, Surroundings
from conformance.checks.stops import Stops
from conformance.checks.versions import version_of
from conformance.core.errors import Skipped
from conformance.evidence.exchange import Request
from conformance.evidence.response import Response
from conformance.fhir.bundle import identities, link
from conformance.fhir.client import PAGES, FhirClient, Parameter
from conformance.fhir.harvest import Sample
from conformance.fhir.pool import Pool
from conformance.ig.rulebook import Rulebook

AFRESH = 500
"""The occurrence by which something is asked once more within one attempt at a check."""
CONTROL = 1000
"""Occurrences from here on are control requests, numbered by the exchange that gave occasion."""

Parameters = Sequence[Parameter] | Mapping[str, str]


class Questions(Stops):
    """
    Questions with the run's credential unless a call names another ("" for none).

    `credential_headers` maps each credential's name to its header line for curl. Where no FHIR API
    was `found`, every question but that for the metadata ends its check.
    """

    def __init__(
        self,
        client: FhirClient,
        rulebook: Rulebook,
        pool: Pool,
        credential_headers: Mapping[str, str],
        *,
        wrong_credential: str,
        found: bool,
    ) -> None:
        self._client = client
        self._headers = credential_headers
        self._pool = pool
        self._found = found
        self.rulebook = rulebook
        self.base = client.base
        self.wrong_credential = wrong_credential

    def get(
        self,
        path: str,
        parameters: Parameters = (),
        *,
        headers: Mapping[str, str] | None = None,
        credential: str | None = None,
        method: str = "GET",
    ) -> Reply:
        """Ask for a path below the base URL."""
        request = self._client.request(
            path,
            parameters=listed(parameters),
            headers=headers,
            credential=credential,
            method=method,
        )
        return self._reply(request)

    def fetch(self, url: str, *, accept: str = "application/json") -> Reply:
        """Ask for an absolute URL that the server named, without a credential."""
        request = Request(
            method="GET", url=url, headers={"Accept": accept}, shown_url=url, repeatable=True
        )
        return self.wrap(self._send(request))

    def metadata(self, *, credential: str | None = "") -> Reply:
        """Ask for the CapabilityStatement, as anybody may unless told otherwise."""
        request = self._client.request("metadata", credential=credential)
        return self.wrap(self._send(request))

    def statement(self) -> Reply:
        """Return the answer with the CapabilityStatement; ends the check where none is served."""
        reply = self.metadata()
        if reply.response.status in (401, 403):
            reply = self.get("metadata")
        if reply.response.resource_type != "CapabilityStatement":
            raise _no_api()
        return reply

    def again(self, request: Request) -> Reply:
        """Ask what was asked before."""
        return self._reply(request)

    def read(self, sample: Sample, *, credential: str | None = None) -> Reply:
        """Read a sample by its id."""
        return self.get(f"{sample.type}/{sample.id}", credential=credential)

    def require_read(self, sample: Sample) -> Reply:
        """Read a sample for a check about something else; ends it where the read is not right."""
        reply = self.read(sample)
        resource = reply.response.resource
        if (reply.response.status, resource.get("id"), reply.response.resource_type) != (
            200,
            sample.id,
            sample.type,
        ):
            raise Skipped(
                "prerequisite-failed",
                "A read does not give that resource (fhir-api.reads.give-that-resource).",
            )
        return reply

    def require_unchanged(self, read: Reply) -> None:
        """End the check where a read is answered with another version by now."""
        now = self._send(replace(read.response.request, occurrence=AFRESH))
        if version_of(now.resource) != version_of(read.resource):
            raise Skipped("unstable-data", "The data changed while they were looked at.")

    def search(
        self,
        type_: str,
        parameters: Parameters,
        *,
        post: bool = False,
        headers: Mapping[str, str] | None = None,
        credential: str | None = None,
    ) -> Reply:
        """Search a type by GET, or by POST to `_search`."""
        terms = listed(parameters)
        request = self._client.request(
            f"{type_}/_search" if post else type_,
            parameters=() if post else terms,
            form=terms if post else None,
            headers=headers,
            credential=credential,
        )
        return self._reply(request)

    def pages(self, first: Reply) -> Iterator[Reply]:
        """
        Yield a searchset's pages, the first included; a broken one is yielded, then the end.

        A search with more pages than are read ends the check: what is not seen is not judged.
        """
        pages = self._client.pages(first.response)
        last = next(pages)
        yield first
        number = 1
        for last in pages:
            number += 1
            yield self.wrap(last)
        if number == PAGES and link(last.resource, "next", last.exchange.url):
            raise Skipped("bounded", f"The search has more pages than the {PAGES} that are read.")

    def require_pages(self, type_: str, first: Reply) -> None:
        """End the check unless every next link leads to another page of the searchset."""
        pages: list[Reply] = []
        for page in self.pages(first):
            if page is first:
                self.require_sound(page, first)
            else:
                page.require_status(
                    200, code="paging.broken", message="A next link leads to no page."
                )
                page.require_bundle()
            pages.append(page)
            if back := self.circle(type_, pages):
                page.fail(
                    "paging.circle",
                    "A next link leads back to a page that was given before.",
                    expected="other matches, and no next link on the last page",
                    actual=back,
                )
        if pages[-1].next:
            pages[-1].fail(
                "paging.circle",
                "A next link leads back to an address that was asked before.",
                expected="another address, or no next link on the last page",
                actual=f"an earlier address on page {len(pages)}",
            )

    def require_sound(self, page: Reply, first: Reply) -> None:
        """End the check where a page of a search that it rests on is none."""
        a_page = page.is_bundle and page.response.resource.get("type") == "searchset"
        if page.response.status != 200 or not a_page:
            page.require_answer()
            page.require_authorized()
            name = "answer-with-a-searchset" if page is first else "every-page-is-served"
            self.prerequisite_failed("The search itself fails", f"fhir-api.searches.{name}")

    def answers(self, reply: Reply) -> list[Reply]:
        """Return what was answered to a request: redirects, and the reply that they led to."""
        hops = [
            self.wrap(replace(reply.response, exchange=e, hops=())) for e in reply.response.hops
        ]
        return [*hops, reply]

    def refusal(self, reply: Reply, trusted: Callable[[], Reply] | None = None) -> Reply:
        """
        Return the answer that turned a request away: the redirect, where that led away.

        Where who is `trusted` is led away as well it is no refusal; None asks when that is known.
        """
        if not reply.led_away or (trusted is not None and trusted().led_away):
            return reply
        return self.answers(reply)[-2]

    def circle(self, type_: str, pages: Sequence[Reply]) -> str:
        """
        Say that the last of some pages is one of those before, "" when it is none.

        One resource that comes again may be a mere repetition; several are the same page.
        """
        *before, last = (identities(page.matches(type_)) for page in pages)
        if len(last) < 2 or last not in before:
            return ""
        return f"the matches of page {before.index(last) + 1} on page {len(pages)}"

    def _reply(self, request: Request) -> Reply:
        if not self._found:
            raise _no_api()
        return self.wrap(self._send(request))

    def _send(self, request: Request) -> Response:
        occurrence = request.occurrence + current().occurrence
        return self._client.send(replace(request, occurrence=occurrence))

    def wrap(self, response: Response) -> Reply:
        """Return an answer in the words of a check."""
        around = Surroundings(curl=self._curl, alive=self._alive, trusted=self._trusted)
        return Reply(response, around)

    def _curl(self, response: Response) -> str:
        return curl_line(response.request, self._headers)

    def _alive(self, occasion: int) -> bool:
        """Ask a control request; the session's first request was answered before."""
        control = self._client.request("metadata", credential="", occurrence=CONTROL + occasion)
        response = self._client.send(control)
        current().exchanges.add(response.exchange.number)
        return response.status is not None and response.status < 500

    def _trusted(self, occasion: int) -> bool:
        """Ask once more for the first patient that the credential opened before."""
        samples = self._pool.of("Patient").samples
        if not samples:
            return False
        response = self._client.send(replace(samples[0].source, occurrence=CONTROL + occasion))
        current().exchanges.add(response.exchange.number)
        return response.status == 200


def listed(parameters: Parameters) -> list[Parameter]:
    """Return parameters as a list of Parameter."""
    if isinstance(parameters, Mapping):
        return [Parameter(name=name, value=value) for name, value in parameters.items()]
    return list(parameters)


def _no_api() -> Skipped:
    return Skipped(
        "prerequisite-failed",
        "No FHIR API was found here (fhir-api.capabilities.are-served-to-anybody).",
    )
