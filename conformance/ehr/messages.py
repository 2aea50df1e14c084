"""What comes in and goes out: a request with its FHIR base, the call it means, a response."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One HTTP request.

    `base` is the FHIR base URL without a trailing slash, `below` the decoded path below it with a
    leading slash, or None for a path outside the base; `path` is the whole of it. `query` is raw.
    Header names are lower case; a repeated header is joined by commas.
    """

    method: str
    base: str
    below: str | None
    path: str = ""
    query: str = ""
    headers: Mapping[str, str]
    body: bytes = b""


class Interaction(StrEnum):
    """What a request asks for, judged by its path alone."""

    CAPABILITIES = "capabilities"
    SMART_CONFIGURATION = "smart-configuration"
    READ = "read"
    VREAD = "vread"
    HISTORY = "history"
    SEARCH = "search"
    POST_SEARCH = "post-search"
    EXPORT = "export"
    EXPORT_STATUS = "export-status"
    EXPORT_FILE = "export-file"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    The interaction of a request, with the type, id and version that its path names.

    `compartment` is the patient in whose compartment a search stays, or empty. `file` is the name
    of an export's file; the export is `id`.
    """

    interaction: Interaction
    type: str = ""
    id: str = ""
    version: str = ""
    compartment: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """
    One HTTP response.

    A JSON answer carries its `document` and no `body`: bytes are made of it last, so that whoever
    changes a response on its way out can change the document.
    """

    status: int
    headers: Headers = ()
    document: dict[str, Any] | None = None
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def without_header(self, name: str) -> Headers:
        """Return the headers but for those of this name."""
        return tuple(pair for pair in self.headers if pair[0].lower() != name.lower())

    def with_header(self, name: str, value: str) -> Headers:
        """Return the headers with this one set, in place of any other of its name."""
        return (*self.without_header(name), (name, value))
