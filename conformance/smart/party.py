"""Who takes part in a launch: a persona of the target with its client and its way to log in."""

from dataclasses import dataclass

from conformance.smart.client import Client
from conformance.smart.login.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """
    A persona as flows need it.

    `role` is `patient`, `limited`, `practitioner` or `system`; `launch` is `standalone`, `ehr` or
    `backend`. `patient` is the id that a launch must end with, "" where the server chooses.
    `refuse` are scopes that the person unticks. `token` and `refresh_token` are aliases of
    credentials given in place of a login; `scopes` are then those that were granted, "" where
    nobody says. `group` is the id of the Group to export.
    """

    name: str
    role: str
    client: Client
    recipe: Recipe
    scopes: str = ""
    launch: str = "standalone"
    patient: str = ""
    refuse: tuple[str, ...] = ()
    token: str = ""
    refresh_token: str = ""
    group: str = ""

    @property
    def given(self) -> bool:
        """Whether a token stands in place of its login, so that no launch of it is ever seen."""
        return bool(self.token or self.refresh_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """How a machine asks the EHR to start an EHR launch; `key` is an alias, "" url for none."""

    url: str = ""
    key: str = ""
