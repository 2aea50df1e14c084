"""One defect of each area on a real socket: what the matrix shows is no artefact of the process."""

import pytest

from conformance.ehr.defects import DEFECTS, Defect
from conformance.ehr.serve import serving
from conformance.transport.connections import Connections
from conformance.transport.sender import trust
from tests.support.in_process import open_run
from tests.support.matrix import FIRED, plain_checks

CHOSEN = (
    "alternatives.refuses-several-codes",
    "bad-requests.shows-a-java-trace",
    "capabilities.states-fhir-r5",
    "completeness.hides-what-is-finished",
    "dates.takes-after-for-from",
    "declarations.declares-no-operations",
    "declared.crashes-in-an-operation",
    "discovery.offers-plain-proof-keys",
    "errors.crashes-on-malformed-dates",
    "flaky.crashes-on-the-first-read",
    "formats.ignores-the-format-parameter",
    "further-searches.ignores-clinical-status",
    "paging.leads-nowhere-with-a-count",
    "profiles.leaves-out-the-vaccine",
    "provenance.brings-provenance-of-others",
    "read-forms.crashes-on-long-ids",
    "reads.refuses-conditional-reads",
    "refusal.takes-any-token-for-one-type",
    "search-forms.ignores-the-form-of-a-post",
    "searches.gives-other-patients-data",
    "versions.looks-at-no-version",
)


def test_every_area_has_one() -> None:
    """No area of the FHIR side is proved in process alone."""
    areas = {defect.id.partition(".")[0] for defect in DEFECTS.values() if not defect.flows}
    assert {name.partition(".")[0] for name in CHOSEN} == areas


@pytest.mark.slow
@pytest.mark.parametrize("defect", [DEFECTS[name] for name in CHOSEN], ids=CHOSEN)
def test_a_defect_is_caught_on_a_real_socket(defect: Defect) -> None:
    """The checks that must catch the defect catch it over TLS and HTTP as well."""
    checks = [check for check in plain_checks() if check.function_id in defect.kills]
    with (
        serving("certified", server_class=defect.server_class) as served,
        Connections(trust(served.ca_file), 8) as transport,
    ):
        run = open_run(_none, transport=transport, base=served.url, token=served.token)
        results = run.run(checks).values()
    fired = {result.function for result in results if result.outcome in FIRED}
    assert fired == defect.kills


async def _none(*_: object) -> None:
    """Stand for the application that a run in process would drive."""
