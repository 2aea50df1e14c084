"""Look into a searchset Bundle of any shape."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from conformance.core.elements import walk


def entries(bundle: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the entries that are objects."""
    return (entry for entry in walk(bundle, "entry") if isinstance(entry, dict))


def mode(entry: dict[str, Any]) -> str:
    """Return an entry's search mode, "" when it has none."""
    value = next(walk(entry, "search.mode"), "")
    return value if isinstance(value, str) else ""


def resource_of(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's resource, `{}` when it has none."""
    resource = entry.get("resource")
    return resource if isinstance(resource, dict) else {}


def matches(bundle: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    """
    Return the resources of one type that a search found.

    The mode is optional, so an entry without one counts by its type; outcomes and includes do not.
    """
    return [
        resource_of(entry)
        for entry in entries(bundle)
        if mode(entry) in ("", "match") and resource_of(entry).get("resourceType") == type_
    ]


def included(bundle: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    """Return the resources of one type that came along by an include."""
    return [
        resource_of(entry)
        for entry in entries(bundle)
        if mode(entry) in ("", "include") and resource_of(entry).get("resourceType") == type_
    ]


def link(bundle: dict[str, Any], relation: str, request_url: str) -> str:
    """Return the absolute URL of a link, "" when the Bundle has none with that relation."""
    for candidate in walk(bundle, "link"):
        if isinstance(candidate, dict) and candidate.get("relation") == relation:
            url = candidate.get("url")
            if isinstance(url, str) and url:
                try:
                    return urljoin(request_url, url)
                except ValueError:
                    return url
    return ""


def parameter_names(url: str) -> set[str]:
    """Return the names of a URL's search parameters; of a URL that is none, nothing."""
    try:
        return {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    except ValueError:
        return set()


def identity(resource: Mapping[str, Any]) -> str:
    """Return `Type/id` of a resource, with `?` for what it lacks."""
    kind, name = resource.get("resourceType"), resource.get("id")
    return "/".join(part if isinstance(part, str) else "?" for part in (kind, name))


def identities(resources: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the identities of resources."""
    return {identity(resource) for resource in resources}
