"""Defects of the data themselves: resources that break their profile."""

from typing import Any

from conformance.ehr.defects.declare import defect
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

FOLLOW = "fhir-api.profiles.data-follow-their-profiles"


class ServesOtherwise(Server):
    """Serves the resources of a type in another form, wherever they are asked for."""

    type = ""

    def shown(self, resource: Resource) -> Resource:
        """Return the resource as it goes out."""
        shown = super().shown(resource)
        return self.otherwise(shown) if resource["resourceType"] == self.type else shown

    def otherwise(self, resource: Resource) -> Resource:
        """Return it in its other form."""
        return resource


def _without(resource: Resource, name: str) -> Resource:
    return {key: value for key, value in resource.items() if key != name}


@defect("profiles", kills=(FOLLOW,))
class LeavesOutTheVaccine(ServesOtherwise):
    """Serves immunizations that do not say what was given."""

    type = "Immunization"

    def otherwise(self, resource: Resource) -> Resource:
        """Leave it out."""
        return _without(resource, "vaccineCode")


@defect("profiles", kills=(FOLLOW,))
class HasACodeOfItsOwn(ServesOtherwise):
    """Serves coverages whose status is a word of its own."""

    type = "Coverage"

    def otherwise(self, resource: Resource) -> Resource:
        """Say it in other words."""
        return {**resource, "status": "busy"}


@defect("profiles", kills=(FOLLOW,))
class PointsAtTheWrongType(ServesOtherwise):
    """Serves coverages that a place pays for."""

    type = "Coverage"

    def otherwise(self, resource: Resource) -> Resource:
        """Let a location pay."""
        return {**resource, "payor": [{"reference": "Location/location-1"}]}


@defect("profiles", kills=(FOLLOW,))
class WritesDatesItsOwnWay(ServesOtherwise):
    """Serves devices whose dates are written with points."""

    type = "Device"

    def otherwise(self, resource: Resource) -> Resource:
        """Write them so."""
        return {**resource, "manufactureDate": "10.05.2022"}


@defect("profiles", kills=(FOLLOW,))
class AddsElementsOfItsOwn(ServesOtherwise):
    """Serves service requests with an element that FHIR does not know."""

    type = "ServiceRequest"

    def otherwise(self, resource: Resource) -> Resource:
        """Add it."""
        return {**resource, "urgencyLevel": 3}


@defect("profiles", kills=(FOLLOW,))
class HasTheWrongKindOfValue(ServesOtherwise):
    """Serves dispenses whose amount is a text."""

    type = "MedicationDispense"

    def otherwise(self, resource: Resource) -> Resource:
        """Write it out."""
        return {**resource, "quantity": {**resource["quantity"], "value": "thirty"}}


@defect("profiles", kills=(FOLLOW,))
class BreaksARule(ServesOtherwise):
    """Serves coverages without any number of the member."""

    type = "Coverage"

    def otherwise(self, resource: Resource) -> Resource:
        """Leave the numbers out."""
        return _without(_without(resource, "identifier"), "subscriberId")


@defect("profiles", kills=(FOLLOW,))
class LosesHalfOfABloodPressure(ServesOtherwise):
    """Serves blood pressures without the diastolic one."""

    type = "Observation"

    def otherwise(self, resource: Resource) -> Resource:
        """Leave it out."""
        if resource["code"]["coding"][0]["code"] != "85354-9":
            return resource
        return {**resource, "component": resource["component"][:1]}


@defect("profiles", kills=(FOLLOW,))
class ServesEmptyObjects(ServesOtherwise):
    """Serves specimens with an empty object where there is nothing to say."""

    type = "Specimen"

    def otherwise(self, resource: Resource) -> Resource:
        """Add one."""
        collection: dict[str, Any] = {}
        return {**resource, "collection": collection}
