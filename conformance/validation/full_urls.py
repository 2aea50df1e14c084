"""What a Bundle's fullUrls have to say of the resources beside them (R4, page bundle, fullUrl)."""

from typing import Any

from conformance.validation.issue import Found
from conformance.validation.primitives import FORMATS


def disagreeing(bundle: dict[str, Any], profile: str) -> list[Found]:
    """Return an issue for each entry whose fullUrl is a web address that ends in another id."""
    entries = bundle.get("entry")
    return [
        Found(
            "bundle.full-url",
            "The fullUrl does not end with the id of the resource in this entry.",
            profile=profile,
            step=f"entry[{index}].fullUrl",
            value=entry["fullUrl"],
        )
        for index, entry in enumerate(entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and _disagrees(entry.get("fullUrl"), entry.get("resource"))
    ]


def _disagrees(url: Any, resource: Any) -> bool:
    id_ = resource.get("id") if isinstance(resource, dict) else None
    if not isinstance(url, str) or not FORMATS["id"](id_) or "/_history/" in url:
        # An address of one version breaks bdl-8, and is said there.
        return False
    return url.startswith(("http://", "https://")) and not url.endswith(f"/{id_}")
