"""Which endpoint of the authorization server a request is for."""

from conformance.ehr.authorization.answers import OAuthError, PageError, RedirectError
from conformance.ehr.authorization.managing import Managing
from conformance.ehr.messages import Request, Response

ENDPOINTS: dict[str, tuple[str, ...]] = {
    "/auth/authorize": ("GET", "POST"),
    "/auth/login": ("GET", "POST"),
    "/auth/patient": ("GET", "POST"),
    "/auth/consent": ("GET", "POST"),
    "/auth/token": ("POST",),
    "/auth/jwks": ("GET", "HEAD"),
    "/auth/.well-known/openid-configuration": ("GET", "HEAD"),
    "/auth/introspect": ("POST",),
    "/auth/revoke": ("POST",),
    "/auth/manage": ("GET", "POST"),
    "/auth/style.json": ("GET", "HEAD"),
    "/ehr/launcher": ("GET", "POST"),
    "/ehr/launch": ("POST",),
}


class AuthorizationServer(Managing):
    """Answer whatever is asked of the authorization server."""

    def endpoint(self, request: Request) -> Response | None:
        """Answer at an endpoint, None where there is none."""
        methods = ENDPOINTS.get(request.path)
        if methods is None:
            return None
        try:
            if request.method not in methods:
                raise OAuthError(
                    "invalid_request",
                    "The method is not supported at this address.",
                    status=405,
                    headers=(("Allow", ", ".join(methods)),),
                )
            with self.records.lock:
                return self.at_endpoint(request)
        except OAuthError as error:
            return self.oauth_error(request, error)
        except PageError as error:
            return self.page_error(request, error)
        except RedirectError as error:
            return self.redirect_error(request, error)

    def at_endpoint(self, request: Request) -> Response:
        """Answer at the endpoint that a path names."""
        match request.path:
            case "/auth/authorize":
                return self.authorization_endpoint(request)
            case "/auth/login":
                return self.login(request)
            case "/auth/patient":
                return self.choose_patient(request)
            case "/auth/consent":
                return self.consent(request)
            case "/auth/token":
                return self.token_endpoint(request)
            case "/auth/jwks":
                return self.show_keys(request)
            case "/auth/introspect":
                return self.introspect(request)
            case "/auth/revoke":
                return self.revoke(request)
            case "/auth/manage":
                return self.manage(request)
            case "/auth/style.json":
                return self.show_style(request)
            case "/ehr/launcher":
                return self.launcher(request)
            case "/ehr/launch":
                return self.launch_by_operator(request)
            case _:
                return self.show_openid_configuration(request)
