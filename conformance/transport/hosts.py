"""Which origins a run may talk to, and which of them may see a credential."""

from ipaddress import ip_address
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> str:
    """
    Return the origin of an absolute http(s) URL, default port left out.

    Raises ValueError for anything else: a relative reference, another scheme, user information, a
    port that is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an absolute http or https URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port
    default = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if default else f":{port}")


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    return is_loopback_host(urlsplit(url).hostname or "")


def is_loopback_host(host: str) -> bool:
    """Tell whether a host is this machine: by its name or its address, not by how a name begins."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class HostRule:
    """The target's origin and those that `allow-hosts` adds."""

    def __init__(self, target_url: str, allowed: tuple[str, ...] = ()) -> None:
        self._home = origin(target_url)
        self._allowed = {self._home, *(origin(url) for url in allowed)}

    def permits(self, url: str) -> bool:
        """Tell whether a request may go to this URL at all; raises ValueError like `origin`."""
        return origin(url) in self._allowed

    def trusts(self, url: str) -> bool:
        """Tell whether a credential may go there: only to the origin that it was given for."""
        return origin(url) == self._home
