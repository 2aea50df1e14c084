"""
What the recorder knows of credentials that come into being during a run.

A credential is registered before anything that holds it is written; what checks see of it is its
alias, and what was seen of it (a witness) is plain JSON without it.
"""

import base64
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from conformance.evidence.aliases import SHORTEST, Aliases
from conformance.evidence.exchange import Arrived, Failure, Incoming, Request, Yield
from conformance.evidence.transcript import TranscriptWriter
from conformance.transport.sender import Answer

SHORTEST_COOKIE = 16
"""
A shorter cookie opens no session: it is a setting, such as `true` or `en-US`.

Such words stand everywhere, and to replace them would spoil what a server says.
"""


class Minting:
    """The part of a recorder that makes, takes and looks at credentials."""

    _aliases: Aliases
    _writer: TranscriptWriter

    def _once(self, key: str, answer: Callable[[], Any]) -> Any:
        raise NotImplementedError

    def mint(self, name: str, register: str, make: Callable[[], str]) -> str:
        """Make a credential, register and record it; return its alias."""

        def answer() -> str:
            alias = self._aliases.register(register, make())
            self._writer.append("mint", {"name": name, "alias": alias})
            return alias

        alias: str = self._once(f"mint {name}", answer)
        return alias

    def basic(self, client_id: str, secret: str) -> str:
        """Return the alias of HTTP Basic credentials (RFC 6749 2.3.1)."""

        def make() -> str:
            pair = urlencode([(client_id, self._aliases.reveal(secret))])
            user, _, password = pair.partition("=")
            return base64.b64encode(f"{user}:{password}".encode()).decode()

        return self.mint(f"basic {client_id} {secret}", f"basic:{client_id}", make)

    def witness(self, name: str, look: Callable[[Callable[[str], str]], Any]) -> Any:
        """Look at credentials once and record what was seen; never what they are."""

        def answer() -> Any:
            seen = self._aliases.scrub_value(look(self._aliases.reveal))
            self._writer.append("witness", {"name": name, "seen": seen})
            return seen

        return self._once(f"witness {name}", answer)

    def receive(
        self, name: str, wait: Callable[[], Incoming | None], names: Mapping[str, str]
    ) -> Arrived:
        """Wait for a request that comes in, register its credentials and record it."""

        def answer() -> Arrived:
            came = wait()
            method, url = (came.method, came.url) if came else ("", "")
            for parameter, value in parse_qsl(parts_of(url).query):
                if parameter in names and len(value) >= SHORTEST:
                    self._aliases.register(names[parameter], value)
            url = self._aliases.scrub_text(url)
            number = self._writer.append("request-in", {"name": name, "method": method, "url": url})
            return Arrived(number=number, method=method, url=url)

        arrived: Arrived = self._once(f"receive {name}", answer)
        return arrived

    def _sent(self, request: Request) -> tuple[str, dict[str, str], bytes | None]:
        """Return URL, headers and body of a step with the credentials' values put in."""
        reveal = self._aliases.reveal
        headers = {name: reveal(value) for name, value in request.headers.items()}
        if request.fields is None:
            return self._address(request.url), headers, request.body
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        pairs = [(name, reveal(value)) for name, value in request.fields]
        body = urlencode(pairs, errors="surrogatepass").encode()
        return self._address(request.url), headers, body

    def _address(self, url: str) -> str:
        """Return a URL with the credentials' values put in, escaped where they are parameters."""
        path, mark, query = url.partition("?")
        reveal = self._aliases.reveal
        return reveal(path) + mark + reveal(query, partial(quote, safe=""))

    def _take(self, request: Request, answer: Answer) -> Answer:
        """Register the credentials that an answer brings; one that is no text spoils it."""
        for wanted in request.yields:
            for value in _found(wanted, answer):
                if not _is_text(value):
                    return Answer(failure=_NO_TEXT)
                if len(value) >= SHORTEST and not _is_setting(wanted, value, request):
                    self._aliases.register(wanted.name, value)
        return answer


_NO_TEXT = Failure(
    kind="unsafe-response",
    detail="the answer brings a credential that is no text and is not kept",
)


def parts_of(url: str) -> SplitResult:
    """Return the parts of a URL, all of them empty for what is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_text(value: str) -> bool:
    """Tell whether a value can be sent at all: half of a surrogate pair cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_setting(wanted: Yield, value: str, request: Request) -> bool:
    """Tell whether a cookie is none that opens a session: short, or what was sent in the open."""
    if wanted.place != "cookie":
        return False
    sent = [*parse_qsl(parts_of(request.url).query), *(request.fields or ())]
    return len(value) < SHORTEST_COOKIE or unquote(value) in {text for _, text in sent}


def _found(wanted: Yield, answer: Answer) -> list[str]:
    if wanted.place == "json":
        try:
            body = json.loads(answer.content)
        except (ValueError, RecursionError):
            return []
        value = body.get(wanted.member) if isinstance(body, dict) else None
        return [value] if isinstance(value, str) else []
    if wanted.place == "cookie":
        cookies = [value for name, value in answer.headers if name == "set-cookie"]
        return [cookie.partition(";")[0].partition("=")[2].strip() for cookie in cookies]
    locations = [value for name, value in answer.headers if name == "location"]
    return [
        value
        for location in map(parts_of, locations)
        for part in (location.query, location.fragment)
        for name, value in parse_qsl(part)
        if name == wanted.member
    ]
