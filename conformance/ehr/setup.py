"""What a persona configures of the server: data about it, no behaviour."""

from dataclasses import dataclass
from enum import StrEnum

from conformance.ehr.editions import US_CORE_6, Edition


class Protection(StrEnum):
    """How a request shows that it may."""

    BEARER = "bearer"
    API_KEY = "api-key"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """
    One configuration of the server.

    `types` are the resource types it serves, in the order it declares them. `smart` says whether it
    announces SMART App Launch, `smart_edition` which (1 or 2), `us_core` whether it claims to be a
    US Core server, `edition` of which edition, `provenance` whether Provenance can be asked for
    beside the resources it speaks of, `compartments` whether a search may name its patient in the
    path, `exports` whether Groups can be exported.
    """

    name: str
    title: str
    types: tuple[str, ...]
    protection: Protection
    smart: bool
    us_core: bool
    provenance: bool
    smart_edition: int = 2
    edition: Edition = US_CORE_6
    compartments: bool = False
    exports: bool = False
    page_size: int = 20
