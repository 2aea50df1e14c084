"""Declare a seeded defect: one thing that a bad server does, and the checks that must catch it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from conformance.ehr.server import Server

ServerClass = TypeVar("ServerClass", bound=type[Server])


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """
    A defective server.

    `id` is `area.what-it-does`. `kills` are the check functions that must come out FAIL or WARN on
    it, `may` those that may, each with the reason: kills ⊆ fired ⊆ kills ∪ may. One that shows in
    `flows` only is judged by the checks of launches and exports, on runs of its own.
    """

    id: str
    title: str
    server_class: type[Server]
    kills: frozenset[str]
    may: Mapping[str, str] = field(default_factory=dict)
    persona: str = "certified"
    flows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A sound server that does something in another legal way; nothing may fail on it."""

    id: str
    title: str
    server_class: type[Server]
    persona: str = "certified"
    flows: bool = False


DEFECTS: dict[str, Defect] = {}
VARIATIONS: dict[str, Variation] = {}


def defect(
    area: str,
    *,
    kills: tuple[str, ...],
    may: Mapping[str, str] | None = None,
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
        )
        return server_class

    return register


def variation(area: str, *, flows: bool = False) -> Callable[[ServerClass], ServerClass]:
    """Register a subclass of the sound server as a legal variation of it."""

    def register(server_class: ServerClass) -> ServerClass:
        name = f"{area}.{_kebab(server_class.__name__)}"
        if name in VARIATIONS:
            raise ValueError(f"There are two variations named {name}.")
        VARIATIONS[name] = Variation(
            id=name, title=_title(server_class), server_class=server_class, flows=flows
        )
        return server_class

    return register


def _title(server_class: type[Server]) -> str:
    return " ".join((server_class.__doc__ or "").split())


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
