"""The page on which a person sees who has access, and ends it."""

from datetime import UTC, datetime

from conformance.ehr.authorization.answers import PageError
from conformance.ehr.authorization.introspection import Introspection
from conformance.ehr.authorization.records import Authorization, Session
from conformance.ehr.authorization.registry import same
from conformance.ehr.authorization.sessions import LOST
from conformance.ehr.authorization.setup import User
from conformance.ehr.messages import Request, Response


class Managing(Introspection):
    """Let people take back what they allowed."""

    def manage(self, request: Request) -> Response:
        """Show what a person allowed, or end one of it."""
        here = f"{self.authorization_server(request)}/manage"
        session = self.session_of(request)
        if session is None or session.user is None:
            return self.begin_walk(request, None, destination=here)
        if request.method == "POST":
            self.end_by_user(session, session.user, dict(self.pairs_of(request)))
            return self.redirect(here)
        return self.manage_page(request, session, session.user)

    def manage_page(self, request: Request, session: Session, user: User) -> Response:
        """Return the page that lists what a person allowed."""
        allowed = [
            {
                "id": each.id,
                "application": self.title_of(each.client_id),
                "since": datetime.fromtimestamp(each.begun, UTC).strftime("%Y-%m-%d %H:%M UTC"),
                "scopes": each.scopes,
            }
            for each in self.allowed_by(user)
        ]
        values = {
            "action": f"{self.authorization_server(request)}/manage",
            "csrf": session.csrf,
            "user": user.username,
            "allowed": allowed,
        }
        return self.html_page(request, "manage", values)

    def title_of(self, client_id: str) -> str:
        """Return the name of an application."""
        client = self.client_named(client_id)
        return client.title if client else client_id

    def allowed_by(self, user: User) -> list[Authorization]:
        """Return what a person allowed and did not end, the latest first."""
        known = reversed(self.records.authorizations.values())
        return [each for each in known if each.subject == user.username and not each.ended]

    def end_by_user(self, session: Session, user: User, parameters: dict[str, str]) -> None:
        """End one of the things that a person allowed."""
        if not same(session.csrf, parameters.get("csrf", "")):
            raise PageError(LOST, status=403)
        for each in self.allowed_by(user):
            if each.id == parameters.get("authorization"):
                self.end(each)
