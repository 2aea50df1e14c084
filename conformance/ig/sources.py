"""What the compiler looks up in a US Core package and the core package beneath it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.core.errors import PackageError
from conformance.ig.package import Package, iter_resources
from conformance.ig.rows import Code, Expectation
from conformance.ig.snapshots import Snapshots, bound_sets, fixed_codes
from conformance.ig.value_sets import ValueSets

_KINDS = ("CapabilityStatement", "CodeSystem", "SearchParameter", "StructureDefinition", "ValueSet")
_EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    The packages' definitions, by canonical URL.

    `server` is the CapabilityStatement that says what is asked of a server.
    """

    server: dict[str, Any]
    parameters: Mapping[str, dict[str, Any]]
    profiles: Mapping[str, dict[str, Any]]
    snapshots: Snapshots
    value_sets: ValueSets

    def codes(self, type_: str, path: str, profiles: tuple[str, ...]) -> tuple[Code, ...]:
        """
        Return the codes known for a coded element: those the profiles fix, else the core binding's.

        A profile that fixes none is reached by the codes of its own binding. Empty when the
        packages at hand do not tell.
        """
        codes: list[Code] = []
        for url in profiles:
            profile = self.profiles.get(url, {})
            fixed = list(fixed_codes(profile, f"{type_}.{path}"))
            for found in fixed or bound_sets(profile, f"{type_}.{path}"):
                if isinstance(found, Code):
                    codes.append(found)
                else:
                    codes += self.value_sets.expand(found) or ()
        if not codes:
            value_set = self.snapshots.place(type_, path).value_set
            codes += self.value_sets.expand(value_set) or ()
        return tuple(dict.fromkeys(codes))


def read_sources(us_core: Package, core: Package) -> Sources:
    """Read both packages; PackageError when one cannot be read or misses its server statement."""
    own, base = _by_kind(us_core), _by_kind(core)
    servers = [
        statement
        for statement in own["CapabilityStatement"].values()
        if [rest.get("mode") for rest in statement.get("rest", [])] == ["server"]
    ]
    if len(servers) != 1:
        raise PackageError(f"{us_core.path} holds {len(servers)} server CapabilityStatements.")
    types = {
        entry["type"]: entry
        for entry in base["StructureDefinition"].values()
        if entry.get("derivation") != "constraint"
    }
    return Sources(
        server=servers[0],
        parameters=base["SearchParameter"] | own["SearchParameter"],
        profiles=own["StructureDefinition"],
        snapshots=Snapshots(types),
        value_sets=ValueSets(
            base["ValueSet"] | own["ValueSet"], base["CodeSystem"] | own["CodeSystem"]
        ),
    )


def expectation(
    holder: Mapping[str, Any] | None, unsaid: Expectation = Expectation.MAY
) -> Expectation:
    """Return what a part of a CapabilityStatement asks for; `unsaid` where it does not say."""
    for extension in (holder or {}).get("extension", []):
        if extension.get("url") == _EXPECTATION:
            return Expectation(extension["valueCode"])
    return unsaid


def expectations(
    holder: Mapping[str, Any], key: str, unsaid: Expectation = Expectation.MAY
) -> Iterator[tuple[str, Expectation]]:
    """Yield the values of a list of primitives with what the sibling `_key` asks of each."""
    values, siblings = holder.get(key, []), holder.get(f"_{key}", [])
    for index, value in enumerate(values):
        yield value, expectation(siblings[index] if index < len(siblings) else None, unsaid)


def _by_kind(package: Package) -> dict[str, dict[str, dict[str, Any]]]:
    kinds: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in _KINDS}
    for resource in iter_resources(package.path, tuple(f"{kind}-" for kind in _KINDS)):
        if resource["resourceType"] in kinds and isinstance(resource.get("url"), str):
            kinds[resource["resourceType"]][resource["url"]] = resource
    return kinds
