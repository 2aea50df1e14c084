"""What a token response holds."""

from typing import Any

from conformance.ehr.authorization.openid import OpenId
from conformance.ehr.authorization.records import AccessToken, Authorization, RefreshToken
from conformance.ehr.authorization.scopes import Level, clinical
from conformance.ehr.messages import Request, Response


class Issue(OpenId):
    """Make tokens, and say what they are for."""

    def token_answer(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None = None,
    ) -> Response:
        """Return the answer that gives tokens for what was allowed."""
        document = self.token_response(request, authorization, scopes, refreshed)
        return self.json_answer(document, headers=self.no_store(request))

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Return the members of a token response."""
        seconds = self.lifetime(authorization)
        token = self.access_token(request, authorization, scopes)
        self.records.access[token] = AccessToken(
            authorization=authorization,
            scopes=scopes,
            issued=self.now(),
            expires=self.now() + seconds,
        )
        document: dict[str, Any] = {
            "access_token": token,
            "token_type": self.token_type(),
            "expires_in": seconds,
            "scope": self.scope_text(scopes),
            **self.launch_context(request, authorization),
        }
        refresh_token = self.refresh_token(authorization, refreshed)
        if refresh_token is not None:
            document["refresh_token"] = refresh_token
        if refreshed is None and "openid" in scopes:
            document["id_token"] = self.id_token(request, authorization, token)
        return document

    def access_token(
        self, request: Request, authorization: Authorization, scopes: tuple[str, ...]
    ) -> str:
        """Return a new access token: nothing that a client could read anything from."""
        return self.mint("access")

    def token_type(self) -> str:
        """Return the type of an access token."""
        return "Bearer"

    def lifetime(self, authorization: Authorization) -> int:
        """Return for how many seconds an access token is good."""
        setup = self.authorization
        usual = setup.access_seconds if authorization.fhir_user else setup.system_seconds
        client = self.client_named(authorization.client_id)
        return client.access_seconds or usual if client else usual

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Return the scopes as a token response and introspection tell them."""
        return " ".join(scopes)

    def refresh_token(
        self, authorization: Authorization, refreshed: RefreshToken | None
    ) -> str | None:
        """Return a new refresh token, None where the user did not allow one."""
        if "offline_access" not in authorization.scopes:
            return None
        if refreshed is not None and not self.rotates_refresh_tokens():
            return None
        token = self.mint("refresh")
        expires = self.now() + self.authorization.refresh_seconds
        self.records.refresh[token] = RefreshToken(authorization=authorization, expires=expires)
        return token

    def rotates_refresh_tokens(self) -> bool:
        """Tell whether the use of a refresh token gives another one in its place."""
        return True

    def launch_context(self, request: Request, authorization: Authorization) -> dict[str, Any]:
        """Return what an application is told of where it was launched."""
        context: dict[str, Any] = {}
        if self.has_patient(authorization):
            context["patient"] = authorization.patient
        if authorization.encounter:
            context["encounter"] = authorization.encounter
        if authorization.patient or authorization.from_ehr:
            context["need_patient_banner"] = self.needs_banner(authorization)
        if authorization.from_ehr:
            context["smart_style_url"] = self.style_address(request)
        return context

    def has_patient(self, authorization: Authorization) -> bool:
        """Tell whether an application is told the patient."""
        return bool(authorization.patient) and any(
            scope in ("launch", "launch/patient")
            or ((each := clinical(scope)) is not None and each.level is Level.PATIENT)
            for scope in authorization.scopes
        )

    def needs_banner(self, authorization: Authorization) -> bool:
        """Tell whether the application must show whose chart it is: not inside the EHR."""
        return not authorization.from_ehr

    def style_address(self, request: Request) -> str:
        """Return where the EHR's style can be read."""
        return f"{self.authorization_server(request)}/style.json"
