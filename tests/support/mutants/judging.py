"""Hold mutants against the validator: was each found, and nothing that it did not break."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from conformance.ig.registry import shipped
from conformance.validation.issue import Issue
from conformance.validation.validator import Validator
from tests.support.mutants.library import CORE, Example
from tests.support.mutants.mutant import Mutant

Found = Counter[tuple[str, str]]
"""Codes and paths of errors, each as often as it was found."""


@cache
def validator(package: str) -> Validator:
    """Return the validator of a package over the base."""
    return Validator(shipped(package) if package != CORE else shipped())


class Judging(Protocol):
    """What judges resources."""

    def validate(
        self, resource: object, profiles: Sequence[str] = (), *, claims: bool = True
    ) -> list[Issue]:
        """Return what is wrong."""


@dataclass(slots=True)
class Judge:
    """
    Judges mutants, by `judge` or by the validators of their packages.

    `missed` are mutants that were not found as stated, in words; `counts` counts all by kind.
    """

    judge: Judging | None = None
    missed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _originals: dict[tuple[str, tuple[str, ...]], Found] = field(default_factory=dict)
    _unseen: Counter[str] = field(default_factory=Counter)

    def all(self, mutants: Iterable[Mutant]) -> "Judge":
        """Judge every one."""
        for mutant in mutants:
            if (mutant.code, mutant.path) in self._before(mutant.example, mutant.profiles):
                # The example itself has this fault.
                continue
            self.counts[mutant.kind] += 1
            fault = self.fault(mutant)
            if fault:
                self._unseen[mutant.kind] += 1
                self.missed.append(f"{mutant.id}: {fault}")
        return self

    def table(self) -> dict[str, list[int]]:
        """Return of each kind how many there were and how many were missed."""
        return {kind: [n, self._unseen[kind]] for kind, n in self.counts.items()}

    def before(self, mutant: Mutant) -> Found:
        """Return what is wrong with the resource that a mutant is made from."""
        return self._before(mutant.example, mutant.profiles)

    def errors_of(self, example: Example) -> Found:
        """Return what is wrong with an example."""
        return self._before(example, ())

    def fault(self, mutant: Mutant) -> str:
        """Return what is wrong with what is found in a mutant, "" when nothing is."""
        before = self._before(mutant.example, mutant.profiles)
        after = self._errors(mutant.example.package, mutant.resource(), mutant.profiles)
        new = after - before
        if mutant.code and (mutant.code, mutant.path) not in new:
            return f"{mutant.code} at {mutant.path} was not found, but {_shown(new)}"
        strange = [one for one in new if one[0] != mutant.code]
        if strange and mutant.companions:
            allowed = mutant.companions.reasons()
            strange = [one for one in strange if one[0] not in allowed]
        elsewhere = [one for one in new if one[0] == mutant.code and one[1] != mutant.path]
        if elsewhere and not _beside(mutant):
            strange += elsewhere
        return f"besides {_shown(strange)} was found" if strange else ""

    def _before(self, example: Example, profiles: tuple[str, ...]) -> Found:
        key = example.key, profiles
        if key not in self._originals:
            self._originals[key] = self._errors(example.package, example.read(), profiles)
        return self._originals[key]

    def _errors(self, package: str, resource: object, profiles: tuple[str, ...]) -> Found:
        judge = self.judge or validator(package)
        issues = judge.validate(resource, profiles, claims=True)
        return Counter((issue.code, issue.path) for issue in issues if issue.level == "error")


def _beside(mutant: Mutant) -> bool:
    """Say whether the code may also come at another path."""
    return mutant.companions is not None and mutant.code in mutant.companions.reasons()


def _shown(found: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{code} at {path}" for code, path in list(found)[:5]) or "nothing"
