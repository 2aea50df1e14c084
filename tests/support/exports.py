"""Ask the reference EHR for a bulk export, as a backend service would."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.browser import Answer, Browser
from tests.support.oauth import Application

EXPORT = "/fhir/Group/everybody/$export"


class Exporter:
    """A backend service with a token."""

    def __init__(self, client: Application, scope: str = "system/*.rs") -> None:
        self.client = client
        answer = client.token(grant_type="client_credentials", scope=scope)
        self.token: str = answer.json["access_token"]

    def ask(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """Send a request with the token, unless other headers say otherwise."""
        given = {"authorization": f"Bearer {self.token}"} if headers is None else headers
        return Browser(self.client.app).ask(url, method, headers=given, **more)

    def start(self, url: str = EXPORT, method: str = "GET", **more: Any) -> Answer:
        """Start an export."""
        headers = {
            "authorization": f"Bearer {self.token}",
            "prefer": "respond-async",
            "accept": "application/fhir+json",
            **{name.replace("_", "-"): value for name, value in more.pop("headers", {}).items()},
        }
        return self.ask(url, method, headers, **more)

    def finish(self, started: Answer) -> Any:
        """Return the manifest of an export."""
        assert started.status == 202, started.text
        status = started.headers["content-location"]
        answer = self.ask(status)
        while answer.status == 202:
            answer = self.ask(status)
        assert answer.status == 200
        return answer.json

    def resources(self, manifest: Any) -> list[dict[str, Any]]:
        """Return every resource in the files of an export."""
        found = []
        for output in manifest["output"]:
            answer = self.ask(output["url"])
            assert answer.status == 200
            lines = answer.text.splitlines()
            assert len(lines) == output["count"]
            found += [json.loads(line) for line in lines]
            assert {each["resourceType"] for each in found[-len(lines) :]} == {output["type"]}
        return found

    def whole(self, url: str = EXPORT, **more: Any) -> list[dict[str, Any]]:
        """Return every resource of an export."""
        return self.resources(self.finish(self.start(url, **more)))
