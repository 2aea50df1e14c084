"""Legal variations of launches, tokens, scopes and id_tokens: nothing may fail on them."""

from dataclasses import replace
from typing import Any

from joserfc.jwk import ECKey

from conformance.ehr.authorization.records import Authorization
from conformance.ehr.defects.declare import variation
from conformance.ehr.defects.launches import Telling
from conformance.ehr.defects.openid import Claiming, another_key
from conformance.ehr.messages import Headers, Request, Response
from conformance.ehr.server import Server

LOGIN_HOST = "login.ehr.example"
"""Another host under which the server of a variation can be asked."""

_NAME = """<!doctype html><title>Who are you?</title>
<form method="get" action="{action}"><input type="hidden" name="transaction" value="{transaction}">
<input type="email" name="identifier"><button>Next</button></form>"""
_PAGE = """<!doctype html><title>Notice</title><p>This is a test system.</p>
<form method="get" action="{action}"><input type="hidden" name="transaction" value="{transaction}">
<button name="seen" value="1">Continue</button></form>"""


@variation("launches", flows=True)
class RedirectsWithMoreParameters(Server):
    """Adds its issuer (RFC 9207) and a parameter of its own to the redirect."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Add parameters."""
        more = {"iss": "https://ehr.test/auth", "session_state": "1.2", **members}
        return super().back_to_client(redirect_uri, state, more)


@variation("launches", flows=True)
class SignsInElsewhere(Server):
    """Has its authorization server and issuer on another host, which the run is allowed to ask."""

    base = ""

    def respond(self, request: Request) -> Response:
        """Remember where the FHIR API lies."""
        if LOGIN_HOST in request.base:
            return super().respond(replace(request, base=self.base))
        self.base = request.base
        return super().respond(request)

    def authorization_server(self, request: Request) -> str:
        """Change the host."""
        return f"https://{LOGIN_HOST}/auth"


@variation("launches", flows=True)
class AsksForTheNameFirst(Server):
    """Asks for the name on one page, and for the password on the next."""

    def login(self, request: Request) -> Response:
        """Ask for the name whoever has not given one."""
        transaction, parameters = self.walked(request)
        if request.method != "GET" or "identifier" in parameters:
            return super().login(request)
        action = f"{self.authorization_server(request)}/login"
        page = _NAME.format(action=action, transaction=transaction.id)
        return Response(
            status=200, headers=(("Content-Type", "text/html; charset=utf-8"),), body=page.encode()
        )


@variation("launches", flows=True)
class ShowsANoticeFirst(Server):
    """Shows a page with a notice before the login."""

    def login(self, request: Request) -> Response:
        """Show the notice to whoever has not seen it."""
        transaction, parameters = self.walked(request)
        if request.method != "GET" or "seen" in parameters:
            return super().login(request)
        action = f"{self.authorization_server(request)}/login"
        page = _PAGE.format(action=action, transaction=transaction.id)
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return Response(status=200, headers=headers, body=page.encode())


@variation("launches", flows=True)
class OpensTheAppWithMoreParameters(Server):
    """Opens the app with a parameter of its own beside issuer and launch value."""

    def launch_address(self, request: Request, launch_uri: str, launch: str) -> str:
        """Add a parameter."""
        return f"{super().launch_address(request, launch_uri, launch)}&tenant=one"


@variation("tokens", flows=True)
class WritesBearerInLowerCase(Telling):
    """Writes the token type as bearer."""

    changes = {"token_type": "bearer"}  # noqa: RUF012


@variation("tokens", flows=True)
class TellsMoreThanAsked(Telling):
    """Adds further context, a tenant and members of its own to the token response."""

    changes = {  # noqa: RUF012
        "fhirContext": [{"reference": "ImagingStudy/1"}, {"identifier": {"value": "2"}}],
        "tenant": "one",
        "intent": "summary-timeline-view",
        "x_user": {"name": "someone"},
    }


@variation("tokens", flows=True)
class GivesJsonWebTokensForAccess(Server):
    """Gives access tokens that look like JSON Web Tokens."""

    def access_token(
        self, request: Request, authorization: Authorization, scopes: tuple[str, ...]
    ) -> str:
        """Return a token of three parts."""
        minted = super().access_token(request, authorization, scopes)
        return f"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.{minted}"


@variation("tokens", flows=True)
class ForbidsMoreThanKeeping(Server):
    """Adds further words to the headers that keep a token response out of caches."""

    def no_store(self, request: Request) -> Headers:
        """Say more."""
        return (("Cache-Control", "No-Store, max-age=0"), ("Pragma", "no-cache"))


@variation("scopes", flows=True)
class SplitsReadAndSearch(Server):
    """Tells reading and searching in scopes of their own."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Split `.rs` into `.r` and `.s`."""
        told: list[str] = []
        for scope in scopes:
            stem = scope.removesuffix(".rs")
            told += [scope] if stem == scope else [f"{stem}.r", f"{stem}.s"]
        return " ".join(told)


@variation("scopes", flows=True)
class TellsScopesInAnotherOrder(Server):
    """Tells the granted scopes in an order of its own."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Turn them around."""
        return " ".join(reversed(scopes))


@variation("scopes", flows=True)
class SpellsAllTypesOut(Server):
    """Tells a scope for each type where all types were asked for."""

    def scope_text(self, scopes: tuple[str, ...]) -> str:
        """Spell the types out."""
        told: list[str] = []
        for scope in scopes:
            level, wide, _ = scope.partition("/*.rs")
            types = [type_ for type_ in self.setup.types if type_ != "Group"]
            spelled = wide and level != "system"
            told += [f"{level}/{t}.rs" for t in types] if spelled else [scope]
        return " ".join(told)


@variation("openid", flows=True)
class BindsIdTokensToNoAccessToken(Claiming):
    """Leaves at_hash out of its id_tokens."""

    changes = {"at_hash": None}  # noqa: RUF012


@variation("openid", flows=True)
class IssuesToSeveral(Server):
    """Lists the client among several audiences of its id_tokens."""

    def id_claims(
        self, request: Request, authorization: Authorization, access_token: str
    ) -> dict[str, Any]:
        """List the audiences."""
        claims = super().id_claims(request, authorization, access_token)
        return {**claims, "aud": [claims["aud"], "another"], "azp": claims["aud"]}


@variation("openid", flows=True)
class ServesSeveralKeys(Server):
    """Serves keys of other kinds, and the key that comes next, beside the one that signs."""

    def public_keys(self) -> dict[str, Any]:
        """Add keys."""
        more = (ECKey.generate_key("P-256", auto_kid=True), another_key())
        return {"keys": [*(k.as_dict(private=False) for k in more), *super().public_keys()["keys"]]}


@variation("openid", flows=True)
class NamesTheUserWithoutABase(Server):
    """Names the user by type and id alone."""

    def fhir_user(self, request: Request, authorization: Authorization) -> str:
        """Leave the base out."""
        return authorization.fhir_user


@variation("openid", flows=True)
class EndsTheIssuerWithASlash(Server):
    """Has an issuer that ends with a slash."""

    def issuer(self, request: Request) -> str:
        """Add a slash."""
        return f"{super().issuer(request)}/"
