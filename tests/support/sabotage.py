"""A pytest plugin, `-p tests.support.sabotage`: the harness breaks where it holds a credential."""

from typing import Any

from conformance.transport.sender import Answer, HttpSender

_send = HttpSender.send


def _broken(
    self: HttpSender, method: str, url: str, headers: Any, body: bytes | None, **more: Any
) -> Answer:
    if "/Immunization" in url or "/introspect" in url:
        raise RuntimeError(f"a fault that quotes {dict(headers)} and {body!r}")
    return _send(self, method, url, headers, body, **more)


HttpSender.send = _broken  # type: ignore[method-assign]
