"""An answer of the token endpoint that many checks look at."""

from dataclasses import dataclass
from typing import Any

from conformance.core.errors import Skipped
from conformance.evidence.response import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """
    What a token request brought; credentials are aliases.

    `about` is the id of the check that is about this answer; others that need the token name it.
    """

    response: Response
    about: str

    @property
    def access_token(self) -> str:
        """The access token's alias, "" when none came."""
        return self.member("access_token") if self.response.status in (200, 201) else ""

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body; ends the check where it holds no token."""
        self.require_token()
        return self.response.resource

    def member(self, name: str) -> str:
        """Return a text member of the answer, "" for none."""
        value = self.response.resource.get(name)
        return value if isinstance(value, str) else ""

    def require_token(self) -> str:
        """Return the access token's alias; ends the check where none came."""
        if not self.access_token:
            raise Skipped("prerequisite-failed", f"No token came ({self.about}).")
        return self.access_token
