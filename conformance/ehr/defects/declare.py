"""Declare a seeded defect: one thing that a bad server does, and the checks that must catch it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conformance.ehr.serve import Tls
from conformance.ehr.server import Server

ServerClass = TypeVar("ServerClass", bound=type[Server])


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """
    A defective server.

    `id` is `area.what-it-does`. `kills` are the check functions that must come out FAIL or WARN on
    it, `may` those that may, each with the reason: kills ⊆ fired ⊆ kills ∪ may. One that shows in
    `flows` only is judged by the checks of launches and exports, on runs of its own. A `flaky` one
    shows only when it is asked first: whatever fires must be WARN `flaky`.
    """

    id: str
    title: str
    server_class: type[Server]
    kills: frozenset[str]
    may: Mapping[str, str] = field(default_factory=dict)
    persona: str = "certified"
    flows: bool = False
    flaky: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeDefect:
    """
    A server that is at fault below HTTP.

    `probes` are the observations that differ from a sound server's, by name; `tls` is a server that
    shows them on a real socket, None where the reference EHR cannot be one.
    """

    id: str
    title: str
    probes: Mapping[str, Mapping[str, Any]]
    kills: frozenset[str] = frozenset()
    tls: Tls | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """
    A server that does something in another legal way, or in one that clients live with.

    No check fails on it. `warns` are the check functions that come out WARN, because the suite
    tolerates what the specification does not allow, or because a SHOULD is unmet.
    """

    id: str
    title: str
    server_class: type[Server]
    persona: str = "certified"
    flows: bool = False
    warns: frozenset[str] = frozenset()


DEFECTS: dict[str, Defect] = {}
VARIATIONS: dict[str, Variation] = {}


def defect(
    area: str,
    *,
    kills: Iterable[str],
    may: Mapping[str, str] | None = None,
    flaky: bool = False,
    flows: bool = False,
) -> Callable[[ServerClass], ServerClass]:
    """
    Register a subclass of the sound server as a defect.

    Its name in kebab case is the id's second part, its docstring says what the server does.
    """

    def register(server_class: ServerClass) -> ServerClass:
        name = f"{area}.{_kebab(server_class.__name__)}"
        if name in DEFECTS:
            raise ValueError(f"There are two defects named {name}.")
        DEFECTS[name] = Defect(
            id=name,
            title=_title(server_class),
            server_class=server_class,
            kills=frozenset(kills),
            may=dict(may or {}),
            flows=flows,
            flaky=flaky,
        )
        return server_class

    return register


def variation(
    area: str, *, warns: Iterable[str] = (), flows: bool = False
) -> Callable[[ServerClass], ServerClass]:
    """Register a subclass of the sound server as a legal variation of it."""

    def register(server_class: ServerClass) -> ServerClass:
        name = f"{area}.{_kebab(server_class.__name__)}"
        if name in VARIATIONS:
            raise ValueError(f"There are two variations named {name}.")
        VARIATIONS[name] = Variation(
            id=name,
            title=_title(server_class),
            server_class=server_class,
            warns=frozenset(warns),
            flows=flows,
        )
        return server_class

    return register


def _title(server_class: type[Server]) -> str:
    return " ".join((server_class.__doc__ or "").split())


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
