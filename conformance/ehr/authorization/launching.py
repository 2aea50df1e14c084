"""Launches from inside the EHR: by a person on a page, by a machine, or in Python."""

import json
from typing import Any
from urllib.parse import urlencode

from conformance.ehr.authorization.answers import OAuthError, PageError
from conformance.ehr.authorization.choices import name_of
from conformance.ehr.authorization.records import Launch, Session
from conformance.ehr.authorization.registry import same
from conformance.ehr.authorization.sessions import LOST
from conformance.ehr.authorization.setup import Client, User
from conformance.ehr.authorization.tokens import Tokens
from conformance.ehr.messages import Request, Response


class Launching(Tokens):
    """Start applications in the context of a chart."""

    def mint_launch(
        self, *, client_id: str, username: str, patient: str, encounter: str = ""
    ) -> str:
        """Return a new `launch` value: who opens which chart for which application."""
        launch = self.mint("launch")
        self.records.launches[launch] = Launch(
            client_id=client_id,
            username=username,
            patient=patient,
            encounter=encounter,
            expires=self.now() + self.authorization.launch_seconds,
        )
        return launch

    def launch_address(self, request: Request, launch_uri: str, launch: str) -> str:
        """Return where the browser is sent to start an application."""
        joint = "&" if "?" in launch_uri else "?"
        return f"{launch_uri}{joint}{urlencode({'iss': request.base, 'launch': launch})}"

    def launcher(self, request: Request) -> Response:
        """Show the charts and what can be launched from each, or launch it."""
        session = self.session_of(request)
        if session is None or session.user is None:
            here = f"{self.origin(request)}/ehr/launcher"
            return self.begin_walk(request, None, destination=here)
        parameters = dict(self.pairs_of(request))
        if request.method == "POST":
            return self.launch_from_page(request, session, session.user, parameters)
        return self.launcher_page(request, session, session.user, parameters.get("patient", ""))

    def launcher_page(
        self, request: Request, session: Session, user: User, chosen: str
    ) -> Response:
        """Return the page that starts a launch."""
        patients = {patient["id"]: name_of(patient) for patient in self.patients_for(user)}
        encounters = {
            encounter["id"]: f"{encounter['type'][0]['text']}, {encounter['period']['start'][:10]}"
            for encounter in self.store.of_patient("Encounter", chosen)
            if chosen in patients
        }
        values = {
            "action": f"{self.origin(request)}/ehr/launcher",
            "user": user.username,
            "csrf": session.csrf,
            "patients": patients,
            "chosen": chosen if chosen in patients else "",
            "encounters": encounters,
            "applications": [
                (f"{client.id} {uri}", client.title, uri)
                for client in self.authorization.clients
                for uri in client.launch_uris
            ],
        }
        return self.html_page(request, "launcher", values)

    def launch_from_page(
        self, request: Request, session: Session, user: User, parameters: dict[str, str]
    ) -> Response:
        """Send the browser to the application that was chosen."""
        if not same(session.csrf, parameters.get("csrf", "")):
            raise PageError(LOST, status=403)
        client_id, _, uri = parameters.get("application", "").partition(" ")
        client = self.client_named(client_id)
        patient, encounter = parameters.get("patient", ""), parameters.get("encounter", "")
        if client is None or uri not in client.launch_uris:
            raise PageError("The application cannot be launched.")
        if not self.may_open(user, patient, encounter):
            raise PageError("The chart cannot be opened.")
        launch = self.mint_launch(
            client_id=client_id, username=user.username, patient=patient, encounter=encounter
        )
        return self.redirect(self.launch_address(request, uri, launch))

    def may_open(self, user: User, patient: str, encounter: str) -> bool:
        """Tell whether a user may see a patient, and an encounter, if any, is the patient's."""
        if patient not in {each["id"] for each in self.patients_for(user)}:
            return False
        own = {each["id"] for each in self.store.of_patient("Encounter", patient)}
        return not encounter or encounter in own

    def launch_by_operator(self, request: Request) -> Response:
        """Mint a launch for whoever holds the operator's key."""
        self.check_operator(request)
        wanted = self.operator_wants(request)
        client, user = self.client_named(wanted["client_id"]), self.user_named(wanted["user"])
        if client is None or user is None:
            raise OAuthError("invalid_request", "There is no such client or no such user.")
        patient = wanted["patient"]
        encounter = wanted.get("encounter") or self.usual_encounter(patient)
        if not self.may_open(user, patient, encounter):
            raise OAuthError("invalid_request", "The user cannot open this chart.")
        launch = self.mint_launch(
            client_id=client.id, username=user.username, patient=patient, encounter=encounter
        )
        return self.json_answer(
            {"launch": launch, "iss": request.base, **self.launch_url(request, client, launch)},
            headers=self.no_store(request),
        )

    def launch_url(self, request: Request, client: Client, launch: str) -> dict[str, str]:
        """Return the member that says where a launch begins, if the client can be launched."""
        if not client.launch_uris:
            return {}
        return {"launch_url": self.launch_address(request, client.launch_uris[0], launch)}

    def usual_encounter(self, patient: str) -> str:
        """Return the encounter in which a chart is opened when none is named."""
        encounters = self.store.of_patient("Encounter", patient)
        return str(encounters[0]["id"]) if encounters else ""

    def check_operator(self, request: Request) -> None:
        """Refuse whoever does not hold the operator's key."""
        key = self.authorization.operator_key
        if not key or not same(key, self.token_of(request) or ""):
            raise OAuthError(
                "invalid_token",
                "The operator's key is missing or wrong.",
                status=401,
                headers=(("WWW-Authenticate", 'Bearer realm="operator"'),),
            )

    def operator_wants(self, request: Request) -> dict[str, Any]:
        """Return the JSON object, or the form, that an operator sends."""
        try:
            form = dict(self.pairs_of(request))
            wanted = form or json.loads(request.body)
            named = all(isinstance(wanted[name], str) for name in ("client_id", "user", "patient"))
            right = named and isinstance(wanted.get("encounter", ""), str)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            right = False
        if not right:
            raise OAuthError(
                "invalid_request",
                "The body must be a form or a JSON object: client_id, user, patient.",
            )
        return dict(wanted)

    def show_style(self, request: Request) -> Response:
        """Answer with the EHR's style, for applications that want to look like it."""
        return self.json_answer(self.style())

    def style(self) -> dict[str, str]:
        """Return the EHR's style."""
        return {
            "color_background": "#ffffff",
            "color_error": "#a4161a",
            "color_highlight": "#0b5cad",
            "color_modal_backdrop": "#1d252d",
            "color_success": "#1b6e3c",
            "color_text": "#16202a",
            "dim_border_radius": "4px",
            "dim_font_size": "16px",
            "dim_spacing_size": "16px",
            "font_family_body": "system-ui, sans-serif",
            "font_family_heading": "system-ui, sans-serif",
        }
