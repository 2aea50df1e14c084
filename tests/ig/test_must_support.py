"""What each edition marks as must support, counted, and what its pages change of that."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from conformance.ig import must_support as module
from conformance.ig.definitions import Definition, ElementRule
from conformance.ig.must_support import Entry, flagged, missing, must_support
from conformance.ig.registry import shipped
from conformance.ig.rulebook import available_editions, load_rulebook
from conformance.ig.selection import asked_profiles

PAGES = tomllib.loads(Path(module.__file__).with_suffix(".toml").read_text("utf-8"))
RULES = [
    pytest.param(rule, edition, id=f"{kind}-{at}-{edition}")
    for kind in ("removal", "addition", "choice")
    for at, rule in enumerate(PAGES[kind])
    for edition in rule.get("editions", PAGES["editions"])
]
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


class Sizes(NamedTuple):
    """Elements, slices and extensions."""

    elements: int
    slices: int
    extensions: int


FLAGGED = {
    "3.1.1": Sizes(390, 34, 3),
    "4.0.0": Sizes(440, 39, 0),
    "5.0.1": Sizes(533, 55, 4),
    "6.1.0": Sizes(600, 64, 9),
    "7.0.0": Sizes(655, 70, 10),
    "8.0.0": Sizes(724, 72, 12),
}
ASKED = {
    "3.1.1": Sizes(342, 33, 3),
    "4.0.0": Sizes(382, 39, 3),
    "5.0.1": Sizes(473, 55, 7),
    "6.1.0": Sizes(525, 63, 7),
    "7.0.0": Sizes(581, 70, 8),
    "8.0.0": Sizes(654, 72, 10),
}
CHOICES = {"3.1.1": 4, "4.0.0": 6, "5.0.1": 7, "6.1.0": 12, "7.0.0": 13, "8.0.0": 16}
"""Over the profiles that servers are asked for; that of Encounter is not among those of 5.0.1."""

KIT = {
    "3.1.1": Sizes(323, 33, 3),
    "6.1.0": Sizes(506, 62, 7),
    "7.0.0": Sizes(571, 69, 8),
    "8.0.0": Sizes(639, 71, 10),
}
"""The sizes of the g10 kit, as far as they are known."""

NOT_IN_KIT = {
    "3.1.1": {"us-core-medication": 1, "us-core-location": 9, "us-core-practitionerrole": 9},
    "6.1.0": {"us-core-medication": 1, "us-core-location": 9, "us-core-vital-signs": 9},
    "7.0.0": {"us-core-medication": 1, "us-core-vital-signs": 9},
    "8.0.0": {"us-core-medication": 1, "us-core-vital-signs": 10},
}
"""Elements of profiles that the kit leaves out, as its numbers of profiles and groups suggest."""

UNEXPLAINED = {"3.1.1": 0, "6.1.0": 0, "7.0.0": 0, "8.0.0": 4}
"""Elements that the kit has fewer, without a known reason."""


@pytest.mark.parametrize("edition", available_editions())
def test_flags_are_counted(edition: str) -> None:
    """All flags of the definitions, before the pages."""
    assert _sizes([e for p in _profiles(edition) for e in flagged(p)]) == FLAGGED[edition]


@pytest.mark.parametrize("edition", available_editions())
def test_what_is_asked_is_counted(edition: str) -> None:
    """With the choices, removals and additions."""
    lists = [must_support(profile, edition) for profile in _profiles(edition)]
    assert _sizes([entry for entries in lists for entry in entries]) == ASKED[edition]
    groups = sum(len({e.choice for e in entries if e.choice}) for entries in lists)
    targets = sum(bool(e.target_choice) for entries in lists for e in entries)
    assert groups + targets == CHOICES[edition]


@pytest.mark.parametrize("edition", KIT)
def test_the_kit_asks_for_no_more(edition: str) -> None:
    """Each difference to the kit's sizes is a profile that it leaves out, but for what is named."""
    left_out = NOT_IN_KIT[edition]
    profiles = {profile.url.rpartition("/")[2]: profile for profile in _profiles(edition)}
    lists = {name: must_support(profiles[name], edition) for name in left_out}
    assert {name: _sizes(entries).elements for name, entries in lists.items()} == left_out
    out = _sizes([entry for entries in lists.values() for entry in entries])
    ours, kit = ASKED[edition], KIT[edition]
    assert ours.elements - out.elements - kit.elements == UNEXPLAINED[edition]
    assert ours.slices - out.slices == kit.slices
    assert ours.extensions - out.extensions == kit.extensions


@pytest.mark.parametrize("edition", available_editions())
def test_ids_are_told_apart(edition: str) -> None:
    """No profile has two entries with one id."""
    for profile in _profiles(edition):
        ids = [entry.id for entry in must_support(profile, edition)]
        assert len(ids) == len(set(ids)), profile.url


@pytest.mark.parametrize(("rule", "edition"), RULES)
def test_the_pages_name_what_there_is(rule: dict[str, Any], edition: str) -> None:
    """Each element that a rule names is in one of its profiles, and gone, there or a choice."""
    assert rule["reason"]
    profiles = [profile for profile in _definitions(edition) if _meant(rule, profile)]
    assert profiles
    ids = [*rule.get("ids", ()), *(i for ids in rule.get("alternatives", ()) for i in ids)]
    known = {id_ for profile in profiles for id_ in _ids(profile.root)}
    typed = {entry.id for profile in profiles for entry in flagged(profile)}
    ends = {"Patient.name.period.end", "Patient.address.period.end"}
    # Rules for several editions name the slices of each of them.
    mine = [id_ for id_ in ids if id_ in known | typed | ends]
    assert mine == ids or ("type" in rule and mine)
    lists = [must_support(profile, edition) for profile in profiles]
    if rule in PAGES["removal"]:
        assert set(mine) <= typed
        gone = set(rule.get("targets", ()))
        left = {e.id for es in lists for e in es if not gone or gone & set(map(_end, e.targets))}
        assert not left & set(mine)
    elif rule in PAGES["addition"]:
        assert all(len([e for e in es if e.path == _path(id_)]) for es in lists for id_ in ids)
    elif "targets" in rule:
        assert all(e.target_choice for es in lists for e in es if e.id in ids)
    else:
        places = [{e.alternative for e in es if e.choice == rule["name"]} for es in lists]
        assert places == [set(range(len(rule["alternatives"])))] * len(places)


def test_only_flagged_types_and_targets_are_asked_for() -> None:
    """Each flagged type of a choice on its own; of the targets of a reference the flagged ones."""
    lab = _asked("us-core-observation-lab")
    values = {e.id: e.types for e in lab.values() if e.path == "Observation.value[x]"}
    assert values == {
        "Observation.valueQuantity": ("Quantity",),
        "Observation.valueCodeableConcept": ("CodeableConcept",),
        "Observation.valueString": ("string",),
    }
    payor = _asked("us-core-coverage")["Coverage.payor"]
    assert payor.targets == (US_CORE + "us-core-organization",)
    assert lab["Observation.subject"].targets == ()


def test_slices_and_extensions_are_named() -> None:
    """A slice by its name, what lies in one as well, an extension by its canonical."""
    coverage = _asked("us-core-coverage")
    value = coverage["Coverage.class:group.value"]
    assert (value.path, value.slice, value.is_slice) == ("Coverage.class.value", "group", False)
    assert coverage["Coverage.class:group"].is_slice
    race = _asked("us-core-patient")["Patient.extension:race"]
    assert race == Entry(
        id="Patient.extension:race",
        path="Patient.extension",
        slice="race",
        extension=US_CORE + "us-core-race",
        uscdi=True,
    )


def test_one_alternative_is_enough() -> None:
    """Nothing of a choice is missing when one of its alternatives is whole."""
    entries = must_support(_profile("us-core-encounter"), "6.1.0")
    ids = {entry.id for entry in entries}
    place = {"Encounter.location", "Encounter.location.location"}
    assert missing(entries, ids - place - {"Encounter.reasonReference"}) == ()
    lacking = missing(entries, ids - {"Encounter.serviceProvider", "Encounter.location"})
    assert {e.id for e in lacking} == {"Encounter.serviceProvider", "Encounter.location"}
    status = missing(entries, ids - {"Encounter.status"})
    assert [entry.id for entry in status] == ["Encounter.status"]


def test_targets_may_be_a_choice() -> None:
    """Of some targets one is enough."""
    member = _asked("us-core-careteam")["CareTeam.participant.member"]
    assert member.target_choice == (
        US_CORE + "us-core-practitioner",
        US_CORE + "us-core-practitionerrole",
    )
    assert US_CORE + "us-core-relatedperson" in member.targets


def test_additions_take_the_place_of_flags() -> None:
    """The date of death is asked for instead of any `deceased`; a former name has its use."""
    patient = _asked("us-core-patient")
    assert "Patient.deceased[x]" not in patient
    assert patient["Patient.deceasedDateTime"].types == ("dateTime",)
    assert patient["Patient.name.use"].pattern == "old"
    assert "Patient.extension:genderIdentity" not in patient
    smoking = _asked("us-core-smokingstatus")
    assert smoking["Observation.effective[x]"].types == ()
    assert "Observation.effective[x]:effectiveDateTime" not in smoking


def test_the_lists_are_plain() -> None:
    """They go through JSON and come back as they were."""
    entries = must_support(_profile("us-core-patient"), "6.1.0")
    assert msgspec.json.decode(msgspec.json.encode(entries), type=tuple[Entry, ...]) == entries


@cache
def _definitions(edition: str) -> tuple[Definition, ...]:
    books = shipped(f"hl7.fhir.us.core#{edition}").books
    named = {url for url, _, _ in asked_profiles(load_rulebook(edition))}
    own = [d for b in books[:1] for d in b.definitions.values() if d.derivation == "constraint"]
    return (*own, *(p for p in _profiles(edition) if p.url in named and p not in own))


@cache
def _profiles(edition: str) -> tuple[Definition, ...]:
    """Return the profiles that a server is asked for and that are at hand."""
    registry = shipped(f"hl7.fhir.us.core#{edition}")
    found = (registry.definition(url) for url, _, _ in asked_profiles(load_rulebook(edition)))
    return tuple(profile for profile in found if profile is not None)


def _profile(name: str) -> Definition:
    return next(p for p in _profiles("6.1.0") if p.url == US_CORE + name)


def _asked(name: str) -> dict[str, Entry]:
    return {entry.id: entry for entry in must_support(_profile(name), "6.1.0")}


def _sizes(entries: list[Entry] | tuple[Entry, ...]) -> Sizes:
    extensions = sum(bool(entry.extension) for entry in entries)
    slices = sum(entry.is_slice for entry in entries)
    return Sizes(len(entries) - slices - extensions, slices, extensions)


def _end(canonical: str) -> str:
    return canonical.rpartition("/")[2]


def _path(id_: str) -> str:
    return ".".join(step.partition(":")[0] for step in id_.split("."))


def _meant(rule: dict[str, Any], profile: Definition) -> bool:
    name = profile.url.rpartition("/")[2]
    if "profiles" in rule:
        return name in rule["profiles"]
    return profile.type == rule["type"] and name not in rule.get("but", ())


def _ids(rule: ElementRule) -> Iterator[str]:
    yield rule.id
    for below in (*rule.slices, *rule.children):
        yield from _ids(below)
