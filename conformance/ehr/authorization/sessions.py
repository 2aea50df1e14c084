"""Browsers: their session cookie, and their walk through the pages."""

from http.cookies import CookieError, SimpleCookie

from conformance.ehr.authorization.answers import PageError
from conformance.ehr.authorization.records import AuthorizationRequest, Session, Transaction
from conformance.ehr.authorization.registry import same
from conformance.ehr.authorization.requests import Requests
from conformance.ehr.authorization.setup import User
from conformance.ehr.messages import Headers, Request, Response

COOKIE = "ehr_session"
LOST = "This page is out of date. Go back to the application and begin again."


class Sessions(Requests):
    """Tell browsers apart, and keep each to the walk that it began."""

    def session_of(self, request: Request) -> Session | None:
        """Return the session that a browser's cookie names, or None."""
        cookies = SimpleCookie()
        try:
            cookies.load(request.headers.get("cookie", ""))
        except CookieError:
            return None
        morsel = cookies.get(COOKIE)
        session = self.records.sessions.get(morsel.value) if morsel else None
        return session if session and session.expires > self.now() else None

    def new_session(self, user: User | None = None) -> Session:
        """Begin a session; at sign-in too, so that no one can plant the id of a signed-in one."""
        expires = self.now() + self.authorization.session_seconds
        session = Session(
            id=self.mint("session"), csrf=self.mint("csrf"), expires=expires, user=user
        )
        self.records.sessions[session.id] = session
        return session

    def session_cookie(self, request: Request, session: Session) -> Headers:
        """Return the header that gives a browser its session."""
        secure = "; Secure" if request.base.startswith("https:") else ""
        value = f"{COOKIE}={session.id}; Path=/; HttpOnly; SameSite=Lax{secure}"
        return (("Set-Cookie", value),)

    def begin_walk(
        self, request: Request, asked: AuthorizationRequest | None, destination: str = ""
    ) -> Response:
        """Begin a walk through the pages: to an application, or to a page of the EHR."""
        session = self.session_of(request) or self.new_session()
        transaction = Transaction(
            id=self.mint("transaction"),
            csrf=self.mint("csrf"),
            session=session.id,
            expires=self.now() + self.authorization.session_seconds,
            request=asked,
            destination=destination,
        )
        transaction.patient = self.given_patient(transaction)
        self.records.transactions[transaction.id] = transaction
        if session.user and self.may_walk(transaction, session.user):
            transaction.user = session.user
        return self.redirect(
            self.address_of(request, self.next_step(transaction), transaction),
            headers=self.session_cookie(request, session),
        )

    def given_patient(self, transaction: Transaction) -> str:
        """Return the patient whose chart was open when the application was launched, or none."""
        asked = transaction.request
        return asked.launch.patient if asked and asked.launch else ""

    def may_walk(self, transaction: Transaction, user: User) -> bool:
        """Tell whether a user may go on: a launch from the EHR belongs to who began it."""
        launch = transaction.request.launch if transaction.request else None
        return launch is None or launch.username == user.username

    def next_step(self, transaction: Transaction) -> str:
        """Return the page that comes next: login, patient or consent; empty at the end."""
        if transaction.user is None:
            return "login"
        if transaction.request is None:
            return ""
        if self.needs_patient(transaction) and not transaction.patient:
            return "patient"
        return "consent"

    def needs_patient(self, transaction: Transaction) -> bool:
        """Tell whether the scopes of a request are about one patient."""
        asked = transaction.request
        return asked is not None and any(
            scope == "launch/patient" or scope.startswith("patient/") for scope in asked.scopes
        )

    def address_of(self, request: Request, step: str, transaction: Transaction) -> str:
        """Return the address of a page of a walk."""
        if not step:
            return transaction.destination
        return f"{self.authorization_server(request)}/{step}?transaction={transaction.id}"

    def transaction_of(self, request: Request, parameters: dict[str, str]) -> Transaction:
        """Return the walk that a page belongs to, if this browser began it."""
        transaction = self.records.transactions.get(parameters.get("transaction", ""))
        session = self.session_of(request)
        if transaction is None or session is None or transaction.session != session.id:
            raise PageError(LOST)
        if transaction.expires <= self.now():
            raise PageError(LOST)
        return transaction

    def check_csrf(self, transaction: Transaction, parameters: dict[str, str]) -> None:
        """Refuse a form that this server did not give this browser."""
        if not same(transaction.csrf, parameters.get("csrf", "")):
            raise PageError(LOST, status=403)
