"""The personas of the demo: how each is asked, and the verdict that is documented for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.load import Options
from conformance.target.suggest import did_you_mean
from conformance.target.wording import listed, shown

TOKEN = "CONFORMANCE_DEMO_TOKEN"
"""The variable that hands the made-up credential to server and client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """
    One persona of the reference EHR.

    `title` says what it plays. `options` are those that a person would give for such a server.
    `system_class`, `rule` and `qualifier` are the verdict that has to come out.
    """

    persona: str
    title: str
    options: Options
    system_class: str
    rule: int
    qualifier: str

    @property
    def documented(self) -> str:
        """The documented verdict as one phrase."""
        named = ", ".join(part for part in (self.system_class, self.qualifier) if part)
        return f"{named} (rule {self.rule})"

    def came_out(self, document: Mapping[str, Any]) -> bool:
        """Tell whether a results document holds the documented verdict."""
        verdict = document["verdict"]
        found = (verdict["class"], verdict["rule"], verdict["qualifier"])
        return bool(found == (self.system_class, self.rule, self.qualifier))


DEMOS = {
    demo.persona: demo
    for demo in (
        Demo(
            persona="certified",
            title="a certified EHR with US Core data, asked with a bearer token",
            options=Options(bearer_env=TOKEN),
            system_class="undetermined",
            rule=9,
            qualifier="leaning certified",
        ),
        Demo(
            persona="clinic",
            title="a clinic's chart server, asked with an API key",
            options=Options(api_key_env=TOKEN),
            system_class="EMR-level",
            rule=6,
            qualifier="",
        ),
        Demo(
            persona="closed",
            title="a record system with a portal for people and no API, declared with --kind ehr",
            options=Options(kind="ehr"),
            system_class="EMR-level",
            rule=3,
            qualifier="no API",
        ),
    )
}


def demo_of(persona: str) -> Demo:
    """Return a persona's demo; `UsageError` for one that there is none of."""
    if persona not in DEMOS:
        hint = did_you_mean(persona, DEMOS) or f"There are {listed(list(DEMOS))}."
        raise UsageError(f"There is no persona {shown(persona)}.", hint)
    return DEMOS[persona]
