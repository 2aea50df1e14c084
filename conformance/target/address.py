"""The address of a server: what a URL may hold, and the origin and host it stands for."""

import re
from urllib.parse import SplitResult, urlsplit

from conformance.core.errors import UsageError
from conformance.target.wording import shown

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?/*([^/?#]*)")
_PORTS = {"http": 80, "https": 443}
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")


def server_url(text: str, where: str = "") -> str:
    """
    Return the URL of a server without trailing slashes, or raise `UsageError`.

    `where` names what gave it (a key and its line, a variable); empty for the command line. Nothing
    of a URL is quoted that may hold a credential: user part, query and fragment.
    """
    return _checked(text, where, "the server's base address").rstrip("/")


def endpoint_url(text: str, where: str, *, plain: bool) -> str:
    """
    Return the URL of one endpoint as it stands, or raise `UsageError`.

    Credentials go there: unless `plain` says that the server itself is reached by http, so may the
    endpoint only on this machine.
    """
    url = _checked(text, where, "the bare address")
    if url.lower().startswith("http:") and not plain and not is_loopback(url):
        raise UsageError(
            f"The URL {shown(url)}{_at(where)} is plain http, and credentials go there.",
            "Give its https address.",
        )
    return url


def own_url(text: str, where: str) -> str:
    """Return an address at which the app itself is reached as it stands, or raise `UsageError`."""
    url = _checked(text, where, "the address as it was registered, without more")
    if url.lower().startswith("http:"):
        if not is_loopback(url):
            raise UsageError(
                f"The URL {shown(url)}{_at(where)} is plain http on another machine.",
                "Write https, or http://127.0.0.1:PORT for an app on this machine.",
            )
        if urlsplit(url).port is None:
            raise UsageError(
                f"The URL {shown(url)}{_at(where)} has no port.",
                "Name the port with which it was registered, as in http://127.0.0.1:8765/callback.",
            )
    return url


def _checked(text: str, where: str, wanted: str) -> str:
    url = text.strip()
    _refuse_secrets(url, where, wanted)
    name = f"The URL {shown(url)}{_at(where)}"
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise UsageError(f"{name} holds a blank, a backslash or a control character.", "Remove it.")
    scheme = _SCHEME.match(url)
    if scheme is None:
        rest = re.sub(r"^(https?:)?/*", "", url, flags=re.IGNORECASE)
        raise UsageError(f"{name} has no scheme.", f"Write https://{shown(rest)}.")
    if scheme[1].lower() not in _PORTS:
        raise UsageError(
            f"{name} has the scheme {scheme[1]}, which is neither https nor http.",
            "It is reached by https://HOST/PATH.",
        )
    if _split(url) is None:
        raise UsageError(f"{name} has no valid host and port.", "Write https://HOST[:PORT]/PATH.")
    return url


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL that `server_url` gave; a usual port is left out."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = host_of(url)
    written = f"[{host}]" if ":" in host else host
    usual = parts.port is None or parts.port == _PORTS.get(scheme)
    return f"{scheme}://{written}" if usual else f"{scheme}://{written}:{parts.port}"


def host_of(url: str) -> str:
    """Return the host of a URL that `server_url` gave, in lower case and without a final dot."""
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def allowed_origin(text: str, where: str) -> str:
    """Return an entry of the list of allowed hosts as an origin, or raise `UsageError`."""
    url = server_url(text, where)
    if urlsplit(url).path:
        raise UsageError(
            f"The origin {shown(url)}{_at(where)} has a path.", f"Write {origin_of(url)}."
        )
    return origin_of(url)


def is_loopback(url: str) -> bool:
    """Tell whether the URL's host is this machine by its very name."""
    return _LOOPBACK.fullmatch(host_of(url)) is not None


def _refuse_secrets(url: str, where: str, wanted: str) -> None:
    found = _AUTHORITY.match(url)
    if found is not None and "@" in found[1]:
        raise UsageError(
            f"The URL{_at(where)} holds a user or password.",
            "Give credentials by reference, for example with --bearer-env.",
        )
    for mark, part in (("?", "query"), ("#", "fragment")):
        if mark in url:
            raise UsageError(
                f"The URL{_at(where)} has a {part}.",
                f"Give {wanted}: {shown(re.split(r'[?#]', url)[0])}.",
            )


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname and parts.hostname.strip(".")) and parts.port != 0
    except ValueError:
        return None
    return parts if valid else None


def _at(where: str) -> str:
    return f" at {where}" if where else ""
