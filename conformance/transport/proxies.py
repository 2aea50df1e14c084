"""The proxies that the environment names, and connections through them."""

import importlib.util
from collections.abc import Mapping
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from conformance.core.errors import UsageError
from conformance.transport.hosts import is_loopback_host


class Proxies:
    """
    Which proxy leads to which host; this machine is always reached directly.

    Raises UsageError when the environment names a proxy that cannot be used.
    """

    def __init__(self) -> None:
        named = {scheme: url for scheme, url in getproxies().items() if scheme in _SCHEMES and url}
        self._of = {scheme: _checked(scheme, url) for scheme, url in named.items()}
        self.all = tuple(dict.fromkeys(self._of.values()))

    def of(self, scheme: str, host: str) -> str | None:
        """Return the URL of the proxy to a host, None for a direct connection."""
        proxy = self._of.get(scheme, self._of.get("all"))
        if proxy is None or is_loopback_host(host) or proxy_bypass(host):
            return None
        return proxy


_SCHEMES = frozenset({"http", "https", "all"})


def proxy_pool(url: str, settings: Mapping[str, Any]) -> httpcore.ConnectionPool:
    """Return connections through a proxy; `settings` are those of httpcore's pools."""
    proxy = httpx.Proxy(url)
    address = httpcore.URL(
        scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
    )
    kind = httpcore.SOCKSProxy if proxy.url.scheme.startswith("socks5") else httpcore.HTTPProxy
    return kind(address, proxy_auth=proxy.raw_auth, **settings)


def _checked(scheme: str, url: str) -> str:
    """Return a proxy's URL; its text may hold a password and is not quoted."""
    variable = f"{scheme.upper()}_PROXY"
    whole = url if "://" in url else f"http://{url}"
    try:
        proxy = httpx.Proxy(whole)
        speaks = proxy.url.scheme in ("http", "https", "socks5", "socks5h")
        usable = speaks and bool(proxy.url.host) and (proxy.url.port or 1) < 1 << 16
    except (ValueError, httpx.InvalidURL):
        usable = False
    if not usable:
        raise UsageError(
            f"The proxy that the environment names in {variable} cannot be used.",
            "Give a URL such as http://proxy.example:3128, or unset the variable.",
        )
    if proxy.url.scheme.startswith("socks5") and importlib.util.find_spec("socksio") is None:
        raise UsageError(
            f"The proxy that the environment names in {variable} speaks SOCKS, which is not "
            "installed here.",
            "Install httpx[socks], or name an HTTP proxy.",
        )
    return whole
