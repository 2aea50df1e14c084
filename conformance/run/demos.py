"""The personas of the demo: how each is asked, and the verdict that is documented for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.load import Options
from conformance.target.suggest import did_you_mean
from conformance.target.wording import listed, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """
    One persona of the reference EHR, as a person may come upon it.

    `plays` is the persona of the server, which may stand in several demos; `title` says what it is.
    Credentials come from the target file that the server writes; `options` are what a person would
    declare besides. `system_class`, `rule` and `qualifier` are the verdict that has to come out.
    """

    persona: str
    plays: str
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
            plays="certified",
            title="a certified EHR with US Core data, its apps and its people",
            options=Options(),
            system_class="undetermined",
            rule=9,
            qualifier="leaning certified",
        ),
        Demo(
            persona="expired",
            plays="expired",
            title="an EHR of an edition that has expired (US Core 3.1.1, SMART 1)",
            options=Options(),
            system_class="undetermined",
            rule=9,
            qualifier="leaning certified",
        ),
        Demo(
            persona="open-sandbox",
            plays="open-sandbox",
            title="a sandbox open to all, declared with --access open-sandbox",
            options=Options(access="open-sandbox"),
            system_class="undetermined",
            rule=5,
            qualifier="open sandbox",
        ),
        Demo(
            persona="open-undeclared",
            plays="open-sandbox",
            title="the same API open to all, and nobody says that it is a sandbox",
            options=Options(),
            system_class="EMR-level",
            rule=6,
            qualifier="open access undeclared",
        ),
        Demo(
            persona="clinic",
            plays="clinic",
            title="a clinic's chart server, asked with an API key",
            options=Options(),
            system_class="EMR-level",
            rule=6,
            qualifier="",
        ),
        Demo(
            persona="closed",
            plays="closed",
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
