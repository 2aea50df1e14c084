"""Build FHIR requests, follow redirects and pages within the host rule and bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from conformance.evidence.exchange import Evidence, Request
from conformance.evidence.response import UNSAFE, Response
from conformance.fhir.bundle import link
from conformance.fhir.redirects import followed, unsafe

FHIR_JSON = "application/fhir+json"
PAGES = 200
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A search parameter as sent. `shown` stands for the value in reports ("" shows it)."""

    name: str
    value: str
    shown: str = ""


class FhirClient:
    """
    Requests to one FHIR base URL.

    `credential` is the registered credential that is sent unless a call names another ("" for
    none). `occurrence` numbers deliberate repetitions.
    """

    def __init__(self, evidence: Evidence, base: str, credential: str) -> None:
        self.evidence = evidence
        self.base = base.rstrip("/")
        self.credential = credential

    def request(
        self,
        path: str,
        *,
        parameters: Sequence[Parameter] = (),
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        credential: str | None = None,
        form: Sequence[Parameter] | None = None,
        occurrence: int = 0,
    ) -> Request:
        """Build a request below the base URL; `form` makes it a POST with form parameters."""
        url, shown = f"{self.base}/{path}", f"{self.base}/{path}"
        if parameters:
            url += "?" + _encoded(parameters, _SAFE)
            shown += "?" + "&".join(f"{p.name}={_display(p)}" for p in parameters)
        sent = {"Accept": FHIR_JSON, **(headers or {})}
        body, shown_body = None, ""
        if form is not None:
            sent.setdefault("Content-Type", _FORM)
            body = _encoded(form).encode()
            shown_body = "&".join(f"{p.name}={_display(p)}" for p in form)
        return Request(
            method="POST" if form is not None else method,
            url=url,
            headers=sent,
            body=body,
            credential=self.credential if credential is None else credential,
            occurrence=occurrence,
            shown_url=shown,
            shown_body=shown_body,
            repeatable=True,
        )

    def send(self, request: Request) -> Response:
        """
        Send a request and follow redirects of a GET.

        What passes a bound of ours (redirects, nesting, the length of a number) is no answer.
        """
        response = followed(
            self.evidence, request, lambda hop, url, _: replace(hop, url=url, shown_url="")
        )
        if problem := UNSAFE.get(response.parsed.problem):
            response = replace(response, exchange=unsafe(response.exchange, problem))
        return response

    def pages(self, first: Response, limit: int = PAGES) -> Iterator[Response]:
        """
        Yield a searchset's pages, `first` included, following `next` as it stands.

        Stops after `limit` pages, at a page that is no Bundle, and at a link already followed.
        """
        response, seen = first, {first.request.url}
        yield response
        for _ in range(limit - 1):
            target = link(response.resource, "next", response.exchange.url)
            if not target or target in seen or response.resource_type != "Bundle":
                return
            seen.add(target)
            shown = f"<the next link of exchange {response.exchange.number}>"
            following = replace(
                response.request, method="GET", url=target, body=None, shown_url=shown
            )
            if first.request.method != "GET":
                headers = {k: v for k, v in following.headers.items() if k != "Content-Type"}
                following = replace(following, headers=headers, shown_body="")
            response = self.send(following)
            yield response


_SAFE = "/:,|$"


def _display(parameter: Parameter) -> str:
    return parameter.shown or quote(parameter.value, safe=_SAFE, errors="surrogatepass")


def _encoded(parameters: Sequence[Parameter], safe: str = "") -> str:
    """Return parameters as a query; half a surrogate pair, which servers do send, is sent back."""
    pairs = [(parameter.name, parameter.value) for parameter in parameters]
    return urlencode(pairs, safe=safe, errors="surrogatepass")
