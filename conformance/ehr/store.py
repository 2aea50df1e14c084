"""The cohort indexed once: by type, by id, by patient, with each resource's JSON."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from conformance.ehr.encoding import dumps
from conformance.ehr.search_tables import SEARCH_TABLES, SearchParameter

Resource = dict[str, Any]


class Store:
    """
    Resources that never change.

    A caller that wants a changed resource copies it: the store knows its resources by identity, and
    the bytes it keeps are those of the day it was filled.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_type: dict[str, list[Resource]] = {}
        self._by_id: dict[tuple[str, str], Resource] = {}
        self._of_patient: dict[tuple[str, str], list[Resource]] = {}
        self._targeting: dict[str, list[Resource]] = {}
        self._charts: dict[int, frozenset[str]] = {}
        self._text: dict[int, str] = {}
        self._values: dict[tuple[int, SearchParameter], tuple[Any, ...]] = {}
        for resource in resources:
            self._add(resource)

    def _add(self, resource: Resource) -> None:
        type_, id_ = resource["resourceType"], resource["id"]
        self._by_type.setdefault(type_, []).append(resource)
        self._by_id[type_, id_] = resource
        self._text[id(resource)] = dumps(resource)
        parameter = SEARCH_TABLES.get(type_, {}).get("patient")
        for path in parameter.paths if parameter else ():
            owners = resource.get(path, [])
            for owner in owners if isinstance(owners, list) else [owners]:
                owner_type, _, patient = owner["reference"].rpartition("/")
                if owner_type == "Patient":
                    self._of_patient.setdefault((type_, patient), []).append(resource)
        if type_ == "Provenance":
            for target in resource["target"]:
                self._targeting.setdefault(target["reference"], []).append(resource)

    def all(self, type_: str) -> Sequence[Resource]:
        """Return every resource of a type, in the order of the cohort."""
        return self._by_type.get(type_, [])

    def get(self, type_: str, id_: str) -> Resource | None:
        """Return one resource, or None."""
        return self._by_id.get((type_, id_))

    def of_patient(self, type_: str, patient: str) -> Sequence[Resource]:
        """Return a patient's resources of a type, in the order of the cohort."""
        return self._of_patient.get((type_, patient), [])

    def charts_of(self, resource: Resource) -> frozenset[str]:
        """Return the ids of the patients in whose charts a resource stands: none if shared."""
        if id(resource) not in self._text:
            return self._charts_named_in(resource)
        if id(resource) not in self._charts:
            self._charts[id(resource)] = self._charts_named_in(resource)
        return self._charts[id(resource)]

    def _charts_named_in(self, resource: Resource) -> frozenset[str]:
        type_ = resource["resourceType"]
        if type_ == "Patient":
            return frozenset({resource["id"]})
        parameter = SEARCH_TABLES.get(type_, {}).get("patient")
        charts: set[str] = set()
        for path in parameter.paths if parameter else ():
            owners = resource.get(path, [])
            for owner in owners if isinstance(owners, list) else [owners]:
                owner_type, _, id_ = owner.get("reference", "").rpartition("/")
                if owner_type == "Patient":
                    charts.add(id_)
                elif type_ == "Provenance" and (about := self.get(owner_type, id_)):
                    # what is said of a resource belongs where the resource belongs
                    charts |= self.charts_of(about)
        return frozenset(charts)

    def targeting(self, reference: str) -> Sequence[Resource]:
        """Return the Provenance resources that speak of `Type/id`."""
        return self._targeting.get(reference, [])

    def text(self, resource: Any) -> str | None:
        """Return the JSON of a resource of the store, None for anything else, copies included."""
        return self._text.get(id(resource))

    def encoded(self, resource: Resource) -> bytes | None:
        """Return the JSON bytes of a resource of the store, None for anything else."""
        text = self._text.get(id(resource))
        return None if text is None else text.encode()

    def values(
        self,
        resource: Resource,
        parameter: SearchParameter,
        extract: Callable[[Resource, SearchParameter], tuple[Any, ...]],
    ) -> tuple[Any, ...]:
        """Return what a parameter finds in a resource; extracted once for one of the store."""
        if id(resource) not in self._text:
            return extract(resource, parameter)
        key = (id(resource), parameter)
        if key not in self._values:
            self._values[key] = extract(resource, parameter)
        return self._values[key]
