"""
Look for very many planted credentials at once in whatever a run left or printed.

`tests.support.canary` looks for one in every way; here each of hundreds has a few dozen forms, and
the first bytes of all of them are looked up at every place. Nothing here uses what it proves.
"""

import html
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.support.canary import inside, needles, views

HEAD = 8
"""So many bytes of a form are looked up first; no form may be shorter."""


@dataclass(slots=True)
class Haystack:
    """What can be searched for every form of some secrets; `kinds` are their values by kind."""

    kinds: Mapping[str, Iterable[str]]
    _by_head: dict[bytes, list[tuple[bytes, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make all forms of all secrets."""
        by_head = defaultdict(list)
        for kind, secrets in self.kinds.items():
            for secret in secrets:
                for form, needle in {needle: form for form, needle in forms(secret)}.items():
                    assert len(form) >= HEAD, f"a {kind} is too short to be looked for"
                    by_head[form[:HEAD]].append((form, f"{kind} {needle}"))
        self._by_head = dict(by_head)

    def shown(self, data: bytes, depth: int = 2) -> set[str]:
        """Return the kinds, with the forms, of the secrets that stand in some bytes."""
        told = {found for view in dict.fromkeys(views(data)) for found in self._in(view)}
        for how, inner in inside(data) if depth else ():
            told |= {f"{how} > {found}" for found in self.shown(inner, depth - 1)}
        return told

    def leaks(self, folder: Path) -> set[str]:
        """Return where secrets stand in any file below a folder, names of files included."""
        told = set()
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            data = path.read_bytes() if path.is_file() else b""
            told |= {f"{name}: {found}" for found in self.shown(name.encode() + b"\n" + data)}
        return told

    def _in(self, view: bytes) -> Iterator[str]:
        heads = self._by_head
        for at in range(len(view) - HEAD + 1):
            if view[at : at + HEAD] in heads:
                for form, name in heads[view[at : at + HEAD]]:
                    if view.startswith(form, at):
                        yield name


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield the forms in which a secret may stand, with their names."""
    yield from needles(secret)
    escaped = json.dumps(secret)[1:-1]
    yield "escaped for JSON", escaped.encode()
    yield "escaped for JSON in JSON", json.dumps(escaped)[1:-1].encode()
    yield "escaped for HTML", html.escape(secret).encode()
    yield "escaped for Python", repr(secret)[1:-1].encode()
    yield "in a form", quote_plus(secret).encode()
    yield "in a form in a URL", quote(quote_plus(secret), safe="").encode()
    if secret.count(".") == 2:
        # A token without its signature, and what it says, give it away as well.
        for name, part in zip(("claims", "signature"), secret.split(".")[1:], strict=True):
            if len(part) > 40:
                yield f"the {name} alone", part.encode()
