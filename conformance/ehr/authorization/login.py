"""The pages: sign in, choose a patient, consent."""

from typing import Any

from conformance.ehr.authorization.answers import PageError, RedirectError
from conformance.ehr.authorization.choices import Choice, choices_for, name_of
from conformance.ehr.authorization.records import (
    Authorization,
    AuthorizationRequest,
    Code,
    Transaction,
)
from conformance.ehr.authorization.sessions import LOST, Sessions
from conformance.ehr.authorization.setup import User
from conformance.ehr.messages import Request, Response


class Login(Sessions):
    """Lead a person from an application's request to its answer."""

    def authorization_endpoint(self, request: Request) -> Response:
        """Begin with a request that is right; GET and POST mean the same."""
        return self.begin_walk(request, self.authorization_request(request))

    def walked(self, request: Request) -> tuple[Transaction, dict[str, str]]:
        """Return the walk that a page belongs to, and what its form holds."""
        parameters = dict(self.pairs_of(request))
        transaction = self.transaction_of(request, parameters)
        if request.method == "POST":
            self.check_csrf(transaction, parameters)
        return transaction, parameters

    def step_page(
        self, request: Request, transaction: Transaction, step: str, values: dict[str, Any]
    ) -> Response:
        """Return a page of a walk, with what its form needs to come back."""
        asked = transaction.request
        client = self.client_named(asked.client_id) if asked else None
        base = {
            "action": f"{self.authorization_server(request)}/{step}",
            "transaction": transaction.id,
            "csrf": transaction.csrf,
            "application": client.title if client else "",
        }
        return self.html_page(request, step, {**base, **values})

    def go_on(self, request: Request, transaction: Transaction) -> Response:
        """Send the browser to the page that comes next."""
        return self.redirect(self.address_of(request, self.next_step(transaction), transaction))

    def login(self, request: Request) -> Response:
        """Show the login page, or take what was typed there."""
        transaction, parameters = self.walked(request)
        if request.method != "POST":
            return self.login_page(request, transaction, "")
        user = self.signed_in(parameters.get("username", ""), parameters.get("password", ""))
        if user is None:
            return self.login_page(request, transaction, "User name or password is wrong.")
        if not self.may_walk(transaction, user):
            return self.login_page(request, transaction, "Somebody else began this launch.")
        session = self.new_session(user)
        transaction.session, transaction.user = session.id, user
        transaction.patient = self.given_patient(transaction)
        return self.redirect(
            self.address_of(request, self.next_step(transaction), transaction),
            headers=self.session_cookie(request, session),
        )

    def login_page(self, request: Request, transaction: Transaction, error: str) -> Response:
        """Return the login page, perhaps with what was wrong."""
        return self.step_page(request, transaction, "login", {"error": error})

    def choose_patient(self, request: Request) -> Response:
        """Show the patients to choose from, or take the chosen one; one alone needs no choice."""
        transaction, parameters = self.walked(request)
        user, _ = self.parties(transaction)
        patients = {patient["id"]: name_of(patient) for patient in self.patients_for(user)}
        chosen = parameters.get("patient", "") if request.method == "POST" else ""
        if len(patients) == 1:
            (chosen,) = patients
        if not patients:
            raise PageError("There is no patient whose chart you may see.")
        if chosen in patients:
            transaction.patient = chosen
            return self.go_on(request, transaction)
        return self.step_page(request, transaction, "patient", {"patients": patients})

    def parties(self, transaction: Transaction) -> tuple[User, AuthorizationRequest]:
        """Return who signed in and what the application asked."""
        if transaction.user is None or transaction.request is None:
            raise PageError(LOST)
        return transaction.user, transaction.request

    def consent(self, request: Request) -> Response:
        """Show what the application asks for, or take what the user allows of it."""
        transaction, parameters = self.walked(request)
        user, asked = self.parties(transaction)
        if self.next_step(transaction) != "consent":
            return self.go_on(request, transaction)
        choices = self.choices(asked)
        if request.method != "POST":
            patient = self.store.get("Patient", transaction.patient)
            values: dict[str, Any] = {"choices": choices, "user": user.username}
            values["other"] = self.address_of(request, "login", transaction)
            values["patient"] = name_of(patient) if patient else ""
            return self.step_page(request, transaction, "consent", values)
        self.records.transactions.pop(transaction.id, None)
        ticked = {value for name, value in self.pairs_of(request) if name == "scope"}
        allowed = self.allowed(choices, ticked)
        if parameters.get("decision") != "allow" or not allowed:
            raise RedirectError(
                asked.redirect_uri, asked.state, "access_denied", "The user did not allow it."
            )
        authorization = self.allow(transaction, user, asked, allowed)
        self.records.authorizations[authorization.id] = authorization
        code = self.new_code(authorization, asked)
        return self.back_to_client(asked.redirect_uri, asked.state, {"code": code})

    def choices(self, asked: AuthorizationRequest) -> list[Choice]:
        """Return what the user can say yes or no to."""
        return choices_for(asked.scopes, self.setup.smart_edition)

    def allowed(self, choices: list[Choice], ticked: set[str]) -> tuple[str, ...]:
        """Return the scopes that a user allows: narrower ones only where the whole is not."""
        allowed: list[str] = []
        for choice in choices:
            if choice.scope in ticked:
                allowed.append(choice.scope)
            else:
                allowed += [part.scope for part in choice.parts if part.scope in ticked]
        return tuple(dict.fromkeys(allowed))

    def allow(
        self,
        transaction: Transaction,
        user: User,
        asked: AuthorizationRequest,
        scopes: tuple[str, ...],
    ) -> Authorization:
        """Note what a user allows an application."""
        launch = asked.launch if "launch" in scopes else None
        return Authorization(
            id=self.mint("id"),
            client_id=asked.client_id,
            subject=user.username,
            fhir_user=user.fhir_user,
            visible=user.patients,
            scopes=scopes,
            patient=transaction.patient,
            encounter=launch.encounter if launch else "",
            from_ehr=launch is not None,
            nonce=asked.nonce,
            begun=self.now(),
        )

    def new_code(self, authorization: Authorization, asked: AuthorizationRequest) -> str:
        """Return a new code for what was allowed."""
        code = self.mint("code")
        self.records.codes[code] = Code(
            authorization=authorization,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            method=asked.method,
            expires=self.now() + self.authorization.code_seconds,
        )
        return code
