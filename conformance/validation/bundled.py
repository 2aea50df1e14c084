"""The entries of a Bundle, found by what refers to them."""

from typing import Any

_MOST_STEPS = 8


class Bundled:
    """A Bundle; its entries are put in order once, however many references look for them."""

    __slots__ = ("_by_steps", "_resource", "_urls")

    def __init__(self, resource: Any) -> None:
        self._resource = resource
        self._urls: dict[str, Any] | None = None
        self._by_steps: dict[int, dict[str, Any]] = {}

    def entry(self, literal: str) -> Any:
        """
        Return the resource that a literal reference leads to, None when there is none.

        A relative reference names the end of a RESTful fullUrl (R4 2.36.4.1).
        """
        if self._urls is None:
            self._urls = self._found()
        if literal in self._urls:
            return self._urls[literal]
        steps = literal.count("/") + 1
        if steps > _MOST_STEPS:
            return None
        if steps not in self._by_steps:
            ends: dict[str, Any] = {}
            for url, resource in self._urls.items():
                _, *last = url.rsplit("/", steps)
                if len(last) == steps:
                    ends.setdefault("/".join(last), resource)
            self._by_steps[steps] = ends
        return self._by_steps[steps].get(literal)

    def _found(self) -> dict[str, Any]:
        entries = self._resource.get("entry") if isinstance(self._resource, dict) else None
        found: dict[str, Any] = {}
        for entry in entries if isinstance(entries, list) else ():
            url = entry.get("fullUrl") if isinstance(entry, dict) else None
            if isinstance(url, str):
                found.setdefault(url, entry.get("resource"))
        return found
