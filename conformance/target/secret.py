"""Secrets by reference: where one is kept, and the value once it was fetched."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from conformance.core.errors import UsageError
from conformance.target.command import CommandFailed, output_of
from conformance.target.files import NotRead, read_small
from conformance.target.header_rules import is_value
from conformance.target.wording import reads_as_secret, shown

LARGEST = 65_536
HINT = 'A secret is given as { env = "VARIABLE" }, { file = "PATH" } or { command = ["PROGRAM"] }.'


class Secret:
    """A credential's value that no repr, no format and no pickle shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to be sent and to be looked for in what must not hold it."""
        return self._value

    def __repr__(self) -> str:
        return "«secret»"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


REPLAYED = Secret("replayed")
"""Stands for every secret in a replay, which sends nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SecretReference:
    """
    Where a secret is kept: exactly one of `env`, `file` and `command`.

    `folder` is where the command runs, `where` what named the reference (an option, or a key and
    its line). `replayed` marks a reference read from a manifest: it stands for no value. `typed`
    says that a person would enter the value, which then travels in a form and not in a header.
    """

    env: str | None = None
    file: Path | None = None
    command: tuple[str, ...] = ()
    folder: Path | None = field(default=None, compare=False)
    where: str = field(default="", compare=False)
    replayed: bool = False
    typed: bool = field(default=False, compare=False)
    _fetched: list[Secret] = field(default_factory=list, init=False, compare=False)

    def __post_init__(self) -> None:
        if sum((self.env is not None, self.file is not None, bool(self.command))) != 1:
            raise ValueError("a secret reference has exactly one of env, file and command")

    def __repr__(self) -> str:
        return f"SecretReference({self.describe()})"

    def describe(self) -> str:
        """Return the place of the secret in words, never an argument that may hold one itself."""
        if self.env is not None:
            named = not reads_as_secret(self.env)
            return f"the environment variable {shown(self.env)}" if named else "a variable"
        if self.file is not None:
            return f"the file {shown(self.file.name)}"
        return "a command"

    def resolve(self) -> Secret:
        """
        Return the secret; raise `UsageError` when it cannot be had.

        It is fetched once: a command may ask a person, and a run speaks with one value.
        """
        if self.replayed:
            return REPLAYED
        if not self._fetched:
            self._fetched.append(self._fetch())
        return self._fetched[0]

    def _fetch(self) -> Secret:
        if self.env is not None:
            return self._checked(self._from_environment(self.env), self._named(self.describe()))
        if self.file is not None:
            place = self._named(f"the secret file {_path_shown(self.file)}")
            try:
                content = read_small(self.file, LARGEST)
            except NotRead as problem:
                raise UsageError(f"{_start(place)} {problem}.", HINT) from None
        else:
            place = self._named(f"the command {shown(Path(self.command[0]).name)}")
            try:
                content = output_of(self.command, folder=self.folder, largest=LARGEST)
            except CommandFailed as problem:
                hint = "Try it in this folder; it must print the secret and nothing else."
                raise UsageError(f"{_start(place)} {problem}.", hint) from None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = "\x00"  # refused below like every other value that no header can carry
        return self._checked(_without_last_line_end(text), place)

    def _from_environment(self, name: str) -> str:
        value = os.environ.get(name)
        if value is None:
            hint = "Set it, or name another; what is given here is the variable's name."
            raise UsageError(f"{_start(self._named(self.describe()))} is not set.", hint)
        return value

    def _checked(self, value: str, place: str) -> Secret:
        if not value.strip():
            raise UsageError(f"{_start(place)} holds no secret: it is empty.", HINT)
        if self.typed and not value.isprintable():
            hint = "A name or a password is printable text on one line."
            raise UsageError(f"{_start(place)} holds what nobody can type.", hint)
        if not self.typed and not is_value(value):
            hint = "A secret is printable ASCII on one line, without blanks at its ends."
            raise UsageError(f"{_start(place)} holds what no HTTP header can carry.", hint)
        return Secret(value)

    def _named(self, place: str) -> str:
        return f"{place}, named by {self.where}," if self.where else place


def _start(place: str) -> str:
    return place[:1].upper() + place[1:]


def _path_shown(path: Path) -> str:
    return "(not shown)" if reads_as_secret(path.name) else shown(str(path))


def _without_last_line_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
