"""Which mutants are tried: of every rule a few, from the examples in the order of their names."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from tests.support.mutants.library import CORE, US_CORE, Example, package
from tests.support.mutants.mutant import Mutant, Study

Mutator = Callable[[Study], Iterator[Mutant]]


def of_all(
    mutators: Iterable[Mutator], studies: Iterable[Study], each: int = 2
) -> Iterator[Mutant]:
    """
    Yield what the mutators make of the examples, at most `each` of a rule.

    Each example may give one mutant of a rule, so that a second one comes from another.
    """
    tried: Counter[tuple[str, str]] = Counter()
    for study in studies:
        for mutator in mutators:
            seen: set[tuple[str, str]] = set()
            for mutant in mutator(study):
                rule = (mutant.kind, mutant.rule)
                if rule in seen or tried[rule] >= each:
                    continue
                seen.add(rule)
                tried[rule] += 1
                yield mutant


def studies(packages: Iterable[str] = US_CORE, every: int = 1) -> Iterator[Study]:
    """Yield the studies of the examples of packages, or of each so many-th of them."""
    for name in packages:
        for example in package(name).examples[::every]:
            yield Study(example)


def core(*types: str, most: int = 3) -> Iterator[Study]:
    """Yield studies of definitional resources of the base package, a few of each type."""
    counted: Counter[str] = Counter()
    for example in package(CORE).resources:
        kind = example.name.partition("-")[0]
        if kind in types and counted[kind] < most and len(example.text) < 40_000:
            counted[kind] += 1
            yield Study(example)


def own(name: str, text: str, package_: str = CORE, profiles: tuple[str, ...] = ()) -> Study:
    """Return the study of a resource of our own."""
    return Study(Example(package_, name, text), profiles)
