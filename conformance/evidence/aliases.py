"""
Replace credentials by aliases in everything that is written.

A server may send a credential back in any dress (an echoed header, a login page, a base64 blob).
Where it can be recognized it is replaced by its alias; a text in which it can only be seen to be
hidden is replaced as a whole.
"""

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from conformance.core.errors import UsageError
from conformance.evidence.dresses import (
    CODED,
    TooEntangledError,
    joined,
    mentioned,
    opened,
    shapes,
    spelled,
    undressed,
)
from conformance.evidence.finder import Finder

SHORTEST = 4
"""Fewer characters than this would be found everywhere by chance."""

_WORDS = (
    "true false null none yes default password passwd secret token code user username login admin "
    "administrator test tester testing demo guest public client patient practitioner provider "
    "doctor nurse clinician welcome openid launch fhir smart"
)
ORDINARY = frozenset(_WORDS.split())
"""
Words that pages, protocols and records are full of.

As a password such a word is none, and whoever replaced it would break what says it.
"""

HIDDEN = "«a text that hides a credential»".encode()
"""What stands for data in which a credential is seen but cannot be replaced."""

_DEPTH = 3
_ALIAS = re.compile("«[^»]*»")


class Aliases:
    """The credentials of one run and the names they are written under; safe for threads."""

    def __init__(self) -> None:
        self._alias_of: dict[str, str] = {}
        self._count: dict[str, int] = {}
        self._held: dict[str, str] = {}
        self._shapes = Finder()
        self._folded = Finder()
        self._coded = Finder()
        self._bare = Finder()
        self._order: tuple[str, ...] = ()
        self._forms: dict[str, tuple[bytes, ...]] = {}
        self._stripped: dict[str, tuple[bytes, ...]] = {}
        self._compiled: dict[str, tuple[re.Pattern[bytes], ...]] = {}
        self._lock = threading.Lock()

    def register(self, name: str, secret: str) -> str:
        """
        Return the alias of a credential, `«name#1»` for the first of that name.

        Equal values share one alias, so that equal stays equal in the transcript. An ORDINARY word
        is put in by `reveal` and not looked for. Raises UsageError for a value too short to be told
        from ordinary text.
        """
        if len(secret) < SHORTEST:
            raise UsageError(
                f"The credential {name} is shorter than {SHORTEST} characters.",
                "Give the whole token or key.",
            )
        with self._lock:
            if secret not in self._alias_of:
                self._count[name] = self._count.get(name, 0) + 1
                number, total = self._count[name], len(self._alias_of) + 1
                self._alias_of[secret] = _alias(name, number, total, (secret, *self._order))
                if secret.lower() not in ORDINARY:
                    self._learn(secret)
            return self._alias_of[secret]

    def hold(self, name: str, value: str) -> str:
        """
        Return an alias for a value that is no secret but is sent like one: a user name.

        It is put in by `reveal` and not looked for anywhere: it may be a common word.
        """
        with self._lock:
            alias = f"«{name}»"
            self._held[alias] = value
            return alias

    def forged(self, data: bytes) -> bool:
        """
        Tell whether what a server sent holds an alias itself.

        Whoever knew one could have the value put in where it pleases them.
        """
        with self._lock:
            known = [*self._alias_of.values(), *self._held]
        return mentioned(known, data)

    def scrub(self, data: bytes) -> bytes:
        """Return `data` with every registered credential replaced, HIDDEN if that cannot be."""
        if not self._order:
            return data
        try:
            if not self._holds(data, _DEPTH):
                return data
            for secret in self._seen_in(data):
                data = self._without(secret, data)
            return HIDDEN if self._holds(data, _DEPTH) else data
        except TooEntangledError:
            return HIDDEN

    def scrub_text(self, text: str) -> str:
        """Return `text` with every registered credential replaced."""
        raw = text.encode("utf-8", "surrogatepass")
        clean = self.scrub(raw)
        return text if clean is raw else clean.decode("utf-8", "surrogatepass")

    def reveal(self, text: str, spell: Callable[[str], str] = str) -> str:
        """
        Return `text` with the values in place of aliases: for what leaves, never for a file.

        `spell` writes a value as its place wants it.
        """
        if "«" not in text:
            return text
        with self._lock:
            value_of = {alias: secret for secret, alias in self._alias_of.items()} | self._held

        def value(found: re.Match[str]) -> str:
            return spell(value_of[found[0]]) if found[0] in value_of else found[0]

        return _ALIAS.sub(value, text)

    def scrub_name(self, name: str) -> str:
        """Return a name whose case does not count, such as a header's, without credentials."""
        folded = name.lower().encode("utf-8", "surrogatepass")
        return HIDDEN.decode() if self._folded.stands_in(folded) else self.scrub_text(name)

    def scrub_value(self, value: Any) -> Any:
        """Return plain JSON values with every text in them, keys included, scrubbed."""
        if isinstance(value, str):
            return self.scrub_text(value)
        if isinstance(value, list | tuple):
            return [self.scrub_value(item) for item in value]
        if isinstance(value, dict):
            return {self.scrub_text(str(k)): self.scrub_value(v) for k, v in value.items()}
        return value

    def _learn(self, secret: str) -> None:
        """Look for a secret from now on."""
        raw = secret.encode()
        forms = shapes(raw)
        # A secret that holds escapes itself loses them together with those that dress it.
        bare = tuple(view for view in undressed(raw) if len(view) >= SHORTEST)
        self._forms[secret], self._stripped[secret] = forms, bare
        self._shapes.add(forms)
        self._folded.add(form.lower() for form in forms)
        self._coded.add(form for form in forms if form != raw and len(form) >= CODED)
        self._bare.add(bare)
        # The longest first: one credential may be a part of another.
        self._order = tuple(sorted((*self._order, secret), key=lambda text: (-len(text), text)))

    def _seen_in(self, data: bytes) -> list[str]:
        """Return the credentials that are seen in `data` without opening it, the longest first."""
        views = _views(data)
        return [s for s in self._order if self._is_seen(s, views)] or list(self._order)

    def _is_seen(self, secret: str, views: Sequence[bytes]) -> bool:
        forms = (*self._forms[secret], *self._stripped[secret])
        return any(any(map(view.__contains__, forms)) for view in views)

    def _without(self, secret: str, data: bytes) -> bytes:
        """Return `data` with a credential replaced where it stands, whatever it wears."""
        raw, alias = secret.encode(), self._alias_of[secret].encode()
        # Most stand there as they are, and a long token's whole pattern is costly to compile.
        plain = rb"\\{0,8}" + re.escape(raw) if b"\\" in data else re.escape(raw)
        data = re.sub(plain, lambda _: alias, data)
        if not self._is_seen(secret, _views(data)):
            return data
        if secret not in self._compiled:
            self._compiled[secret] = spelled(raw)
        for pattern in self._compiled[secret]:
            data = pattern.sub(lambda _: alias, data)
        return data

    def _holds(self, data: bytes, depth: int) -> bool:
        """Tell whether a credential is seen in `data`, whatever it wears."""
        view = data
        for view in undressed(data):
            if self._shapes.stands_in(view) or (view is not data and self._bare.stands_in(view)):
                return True
        if not depth:
            return False
        whole = joined(view)
        return self._coded.stands_in(whole) or any(
            self._holds(content, depth - 1) for content in opened(data, whole)
        )


def _views(data: bytes) -> list[bytes]:
    """Return `data` undressed in every way, and without the breaks that wrap base64."""
    views = [*undressed(data)]
    return [*views, joined(views[-1])]


def _alias(name: str, number: int, total: int, secrets: Sequence[str]) -> str:
    """
    Return a name for a secret that holds neither it nor another, whatever the secrets are.

    `number` counts the secrets of that name, `total` all of them: no two share an alias.
    """
    forms = (f"«{name}#{number}»", f"«credential {total}»", f"«{total}»")
    fitting = (form for form in forms if not any(secret in form for secret in secrets))
    return next(fitting, forms[-1])
