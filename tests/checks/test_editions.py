"""What is asked of a SMART configuration follows the edition that a run judges by."""

from typing import Any

import pytest

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.messages import Request
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from tests.support.in_process import TOKEN, InProcessRun, all_checks, open_run

DISCOVERY = "patient-access.discovery."
MEMBERS = DISCOVERY + "members-are-complete"
LISTED = DISCOVERY + "capabilities-are-listed"
S256 = DISCOVERY + "s256-is-offered-and-plain-is-not"
OPENID = DISCOVERY + "openid-connect-names-issuer-and-keys"
EXPIRED = ("3.1.1", "4.0.0", "5.0.1")
NEWER = {
    "client-confidential-asymmetric",
    "permission-v1",
    "permission-v2",
    "authorize-post",
    "context-ehr-encounter",
}
KEPT = ("authorization_endpoint", "token_endpoint", "capabilities")


class AnnouncesSmartOne(Server):
    """Announces what SMART App Launch 1.0 asks for, and nothing that came later."""

    def smart_configuration(self, request: Request) -> dict[str, Any]:
        whole = super().smart_configuration(request)
        told = {name: whole[name] for name in KEPT}
        return {
            **told,
            "capabilities": [name for name in told["capabilities"] if name not in NEWER],
        }


class AnnouncesLess(AnnouncesSmartOne):
    """Leaves out what 1.0 asks for as well."""

    def smart_configuration(self, request: Request) -> dict[str, Any]:
        told = super().smart_configuration(request)
        del told["token_endpoint"]
        return {**told, "capabilities": ["launch-standalone"]}


def opened(edition: str, server_class: type[Server]) -> InProcessRun:
    """Open a run that judges by that edition."""
    app = build_app("certified", token=TOKEN, server_class=server_class)
    return open_run(app, edition=edition)


def judged(edition: str, server_class: type[Server] = AnnouncesSmartOne) -> dict[str, CheckResult]:
    wanted = [check for check in all_checks(edition) if check.id.startswith(DISCOVERY)]
    return opened(edition, server_class).run(wanted)


@pytest.mark.parametrize("edition", EXPIRED)
def test_the_members_of_smart_one_suffice_where_smart_one_binds(edition: str) -> None:
    """Grant types, proof keys and the capabilities of 2.0 are not asked of such an edition."""
    results = judged(edition)
    assert {results[name].outcome for name in (MEMBERS, LISTED)} == {Outcome.PASS}
    assert {results[name].outcome for name in (S256, OPENID)} == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("edition", ["6.1.0", "7.0.0", "8.0.0"])
def test_they_do_not_suffice_where_smart_two_binds(edition: str) -> None:
    """The same server falls short of a current edition."""
    results = judged(edition)
    assert {results[name].outcome for name in (MEMBERS, LISTED, S256)} == {Outcome.FAIL}


def test_what_smart_one_asks_for_is_still_asked_for() -> None:
    """An endpoint and a capability of 1.0 are missed under its editions too."""
    results = judged("3.1.1", AnnouncesLess)
    assert results[MEMBERS].findings[0].path == "token_endpoint"
    assert results[LISTED].outcome is Outcome.FAIL
