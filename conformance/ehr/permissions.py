"""What the token of a request opens: by scopes, and by the patients whose charts they are about."""

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.ehr.authorization.records import AccessToken
from conformance.ehr.authorization.scopes import ClinicalScope, Level, clinical
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Headers, Interaction, Request
from conformance.ehr.negotiation import Negotiation
from conformance.ehr.setup import Protection
from conformance.ehr.store import Resource

NEEDED = {
    Interaction.READ: "r",
    Interaction.VREAD: "r",
    Interaction.HISTORY: "r",
    Interaction.SEARCH: "s",
    Interaction.POST_SEARCH: "s",
}
SYSTEM_TYPES = frozenset({"Group"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """
    How far a request reaches.

    Without `limited` to everything. `patient` is the one that the application was given, `visible`
    are those that the user may see, None for all. `fhir_user` is the resource that describes the
    user, if the application may know who that is.
    """

    limited: bool = True
    client_id: str = ""
    scopes: tuple[ClinicalScope, ...] = ()
    patient: str = ""
    visible: tuple[str, ...] | None = None
    fhir_user: str = ""


EVERYTHING = Reach(limited=False)


class Permissions(Negotiation):
    """Hold each request to what its token was granted for."""

    def token_of(self, request: Request) -> str | None:
        """Return the bearer token in a request's header, or None; elsewhere none is looked for."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def is_live(self, token: str) -> bool:
        """Tell whether an access token was issued here, has not run out and was not ended."""
        known = self.records.access.get(token)
        return known is not None and not self.has_expired(known) and not self.was_ended(known)

    def has_expired(self, token: AccessToken) -> bool:
        """Tell whether an access token has run out."""
        return token.expires <= self.now()

    def was_ended(self, token: AccessToken) -> bool:
        """Tell whether what an access token came of was ended since."""
        return token.authorization.ended

    def reach(self, request: Request) -> Reach:
        """Return how far a request reaches that was let in."""
        token = self.token_of(request)
        known = self.records.access.get(token) if token is not None else None
        if known is None or self.setup.protection is not Protection.BEARER:
            return EVERYTHING
        return self.reach_of(known)

    def reach_of(self, token: AccessToken) -> Reach:
        """Return how far an access token reaches."""
        authorization = token.authorization
        return Reach(
            client_id=authorization.client_id,
            scopes=tuple(scope for scope in map(clinical, token.scopes) if scope),
            patient=authorization.patient,
            visible=authorization.visible,
            fhir_user=authorization.fhir_user if self.knows_user(token.scopes) else "",
        )

    def knows_user(self, scopes: Sequence[str]) -> bool:
        """Tell whether scopes let an application know who the user is."""
        return {"openid", "fhirUser"} <= set(scopes)

    def check_permission(self, request: Request, call: Call) -> None:
        """Refuse a call for whose type the token has no scope."""
        needed, reach = self.needed_permission(call), self.reach(request)
        if self.reads_own_user(reach, call):
            return
        if needed and not self.permits_type(reach, call.type, needed):
            raise Refusal(
                Fault.FORBIDDEN,
                "The token has no scope for this.",
                headers=self.insufficient_scope(request),
            )

    def reads_own_user(self, reach: Reach, call: Call) -> bool:
        """Tell whether a call reads the resource that describes the user, as `fhirUser` allows."""
        reading = call.interaction is Interaction.READ
        return reading and reach.fhir_user == f"{call.type}/{call.id}"

    def insufficient_scope(self, request: Request) -> Headers:
        """Return the headers that tell a client that its token is good but not for this."""
        return (("WWW-Authenticate", 'Bearer realm="fhir", error="insufficient_scope"'),)

    def needed_permission(self, call: Call) -> str:
        """Return the permission that a call needs, empty for none."""
        return NEEDED.get(call.interaction, "")

    def permits_type(self, reach: Reach, type_: str, permission: str) -> bool:
        """Tell whether any scope opens a type for `r` or `s`."""
        return not reach.limited or any(
            self.scope_opens(scope, type_, permission) for scope in reach.scopes
        )

    def scope_opens(self, scope: ClinicalScope, type_: str, permissions: str) -> bool:
        """Tell whether a scope opens a type for any of these permissions."""
        if type_ in SYSTEM_TYPES and scope.level is not Level.SYSTEM:
            return False
        return scope.type in ("*", type_) and any(p in scope.permissions for p in permissions)

    def permitted(
        self, request: Request, found: Sequence[Resource], permissions: str
    ) -> Sequence[Resource]:
        """Return those of the resources that the request's token opens."""
        reach = self.reach(request)
        if not reach.limited:
            return found
        return [resource for resource in found if self.permits(reach, resource, permissions)]

    def permits(self, reach: Reach, resource: Resource, permissions: str) -> bool:
        """Tell whether a resource is opened for any of these permissions."""
        return not reach.limited or any(
            self.scope_opens(scope, resource["resourceType"], permissions)
            and self.in_charts(scope, reach, resource)
            and self.in_query(scope, resource)
            for scope in reach.scopes
        )

    def in_charts(self, scope: ClinicalScope, reach: Reach, resource: Resource) -> bool:
        """Tell whether a resource is in a chart that a scope is about, or in nobody's."""
        charts = self.store.charts_of(resource)
        match scope.level:
            case Level.PATIENT:
                return not charts or reach.patient in charts
            case Level.USER:
                return not charts or reach.visible is None or not charts.isdisjoint(reach.visible)
            case Level.SYSTEM:
                return True

    def in_query(self, scope: ClinicalScope, resource: Resource) -> bool:
        """Tell whether a resource is one that the query of a scope finds."""
        return all(
            any(self.has_category(resource, text) for text in value.split(","))
            for name, value in scope.query
            if name == "category"
        )

    def has_category(self, resource: Resource, wanted: str) -> bool:
        """Tell whether a resource has the category `system|code`, or `code` of any system."""
        system, bar, code = wanted.rpartition("|")
        return any(
            coding.get("code") == code and (not bar or coding.get("system", "") == system)
            for category in resource.get("category", [])
            for coding in category.get("coding", [])
        )
