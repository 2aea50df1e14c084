"""`resolve()` and `%rootResource`: what a reference leads to within the data at hand."""

from typing import Any


class OutOfReachError(LookupError):
    """A reference leads out of the data at hand, so that its invariant cannot be told."""


def container(resource: Any, root: Any) -> Any:
    """
    The resource that contains `resource`, or itself (R4 section 2.9.1, %rootResource).

    An entry of a Bundle is not contained in it, so for a Bundle as root the entry is sought that
    is the resource or holds it among its contained ones.
    """
    if root is resource or type(root) is not dict or root.get("resourceType") != "Bundle":
        return root
    for entry in _objects(root.get("entry")):
        found = entry.get("resource")
        if found is resource:
            return found
        if type(found) is dict and any(
            inner is resource for inner in _objects(found.get("contained"))
        ):
            return found
    return resource


def resolved(item: Any, resource: Any, root: Any) -> Any:
    """
    The resource that a Reference, or the text of one, points at; None where it points at nothing.

    Raises `OutOfReachError` for what may well be there, though not in the data at hand.
    """
    target = item.get("reference") if type(item) is dict else item
    if type(target) is not str:
        return None
    holder = container(resource, root)
    if target.startswith("#"):
        return _contained(holder, target[1:])
    if type(root) is dict and root.get("resourceType") == "Bundle":
        found = _entry(root, target)
        if found is not None:
            return found
    raise OutOfReachError


def _contained(holder: Any, name: str) -> Any:
    if not name:
        return holder
    for inner in _objects(holder.get("contained") if type(holder) is dict else None):
        if inner.get("id") == name:
            return inner
    return None


def _entry(bundle: dict[str, Any], target: str) -> Any:
    """An entry by its fullUrl, or by type and id where the reference is relative."""
    target = target.split("/_history/", 1)[0]
    relative = "://" not in target and not target.startswith("urn:")
    for entry in _objects(bundle.get("entry")):
        full, found = entry.get("fullUrl"), entry.get("resource")
        if type(found) is not dict:
            continue
        if full == target or (
            relative and (f"{found.get('resourceType')}/{found.get('id')}" == target)
        ):
            return found
    return None


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if type(item) is dict] if type(value) is list else []
