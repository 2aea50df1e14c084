"""What the authorization server answers with: JSON, pages, redirects, and each kind of error."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conformance.ehr.discovery import Discovery
from conformance.ehr.messages import Headers, Request, Response

FORM = "application/x-www-form-urlencoded"
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class OAuthError(Exception):
    """An error that an application is told in JSON: RFC 6749, 5.2."""

    def __init__(
        self, error: str, description: str, *, status: int = 400, headers: Headers = ()
    ) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status
        self.headers = headers


class PageError(Exception):
    """An error that the person at the browser is told, because no application can be trusted."""

    def __init__(self, text: str, *, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class RedirectError(Exception):
    """An error that an application is told by way of the browser: RFC 6749, 4.1.2.1."""

    def __init__(self, redirect_uri: str, state: str | None, error: str, description: str) -> None:
        super().__init__(description)
        self.redirect_uri = redirect_uri
        self.state = state
        self.error = error
        self.description = description


@cache
def templates() -> Environment:
    """Return the pages' templates."""
    loader = FileSystemLoader(Path(__file__).with_name("pages"))
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


class Answers(Discovery):
    """Make responses, and read the parameters of requests."""

    def no_store(self, request: Request) -> Headers:
        """Return the headers that keep an answer out of caches."""
        return (("Cache-Control", "no-store"), ("Pragma", "no-cache"))

    def json_answer(self, document: dict[str, Any], *, headers: Headers = ()) -> Response:
        """Return a JSON document."""
        media_type = ("Content-Type", "application/json")
        return Response(status=200, headers=(media_type, *headers), document=document)

    def oauth_error(self, request: Request, error: OAuthError) -> Response:
        """Return the answer that tells an application its error."""
        return Response(
            status=error.status,
            headers=(
                ("Content-Type", "application/json"),
                *self.no_store(request),
                *error.headers,
            ),
            document={"error": error.error, "error_description": error.description},
        )

    def page_error(self, request: Request, error: PageError) -> Response:
        """Return the page that tells a person an error."""
        return self.html_page(request, "error", {"text": error.text}, status=error.status)

    def redirect_error(self, request: Request, error: RedirectError) -> Response:
        """Return the redirect that tells an application its error."""
        members = {"error": error.error, "error_description": error.description}
        return self.back_to_client(error.redirect_uri, error.state, members)

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Send the browser back to the application, with its state as it came."""
        if state is not None:
            members = {**members, "state": state}
        joint = "&" if "?" in redirect_uri else "?"
        return self.redirect(f"{redirect_uri}{joint}{urlencode(members)}")

    def redirect(self, location: str, *, headers: Headers = ()) -> Response:
        """Send the browser to another address, where it asks with GET."""
        kept = (("Location", location), ("Cache-Control", "no-store"))
        return Response(status=303, headers=(*kept, *headers))

    def html_page(
        self,
        request: Request,
        name: str,
        values: dict[str, Any],
        *,
        status: int = 200,
        headers: Headers = (),
    ) -> Response:
        """Return a page for a person."""
        template = templates().get_template(f"{name}.html")
        kept = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", PAGE_POLICY),
            ("Referrer-Policy", "no-referrer"),
        )
        body = template.render(title=self.setup.title, **values).encode()
        return Response(status=status, headers=(*kept, *headers), body=body)

    def pairs_of(self, request: Request) -> list[tuple[str, str]]:
        """Return the parameters of a request: of a form if it posts one, else of its query."""
        text = request.query
        if request.method == "POST":
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            text = request.body.decode("utf-8", errors="replace") if media_type == FORM else ""
        return parse_qsl(text, keep_blank_values=True, errors="replace")

    def form_of(self, request: Request) -> dict[str, str]:
        """Return the parameters of a request that names none twice."""
        pairs = self.pairs_of(request)
        values = dict(pairs)
        if len(values) != len(pairs):
            raise OAuthError("invalid_request", "A parameter is given more than once.")
        return values
