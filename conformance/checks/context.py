"""What a run has in common: evidence, rulebook, pool and the questions that checks can ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.catalogue import Edition
from conformance.catalogue.load import load_catalogue
from conformance.checks.bulk import Bulk
from conformance.checks.declare import Declaration
from conformance.checks.fhir import Fhir
from conformance.checks.profiles import Profiles
from conformance.checks.rows import Row
from conformance.checks.smart import Flows, Smart
from conformance.checks.tls import Tls
from conformance.evidence.exchange import Evidence
from conformance.fhir.client import FhirClient
from conformance.fhir.pool import Pool
from conformance.fhir.settle import Settled, settle
from conformance.ig.rulebook import Rulebook, load_rulebook

RULE_SET = "onc-2026"
WRONG = "wrong"
"""The name under which a credential that no server accepts is registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """
    The session-wide context of a run.

    `questions` are the objects that checks take as arguments, by argument name.
    """

    evidence: Evidence
    settled: Settled
    rulebook: Rulebook
    pool: Pool
    fhir: Fhir
    profiles: Profiles
    questions: dict[str, object]
    edition: Edition

    def binds(self, declaration: Declaration) -> bool:
        """Tell whether any requirement that a check speaks for binds in the edition of the run."""
        known, edition = load_catalogue().requirements, self.edition
        return any(
            known[name].binds(edition.us_core, edition.smart) for name in declaration.requirements
        )

    def arguments(
        self, function: Callable[..., None], declaration: Declaration, row: Row | None
    ) -> dict[str, Any]:
        """Return the arguments of a check: questions by name, and its row."""
        names = argument_names(function)
        given: dict[str, Any] = {n: self.questions[n] for n in names if n in self.questions}
        if row is not None:
            given[declaration.argument] = row
        return given


def argument_names(function: Callable[..., None]) -> tuple[str, ...]:
    """Return the names of a check's arguments that the run provides (not those that are drawn)."""
    code = getattr(function, "__signature__", None)
    if code is not None:
        return tuple(code.parameters)
    plain = function.__code__
    return plain.co_varnames[: plain.co_argcount + plain.co_kwonlyargcount]


QUESTIONS = ("fhir", "smart", "tls", "bulk", "profiles")
"""The argument names that checks may take."""


def build_context(
    evidence: Evidence,
    url: str,
    *,
    credential: str,
    credential_headers: dict[str, str],
    patients: tuple[str, ...] = (),
    edition: str | None = None,
    edition_from: str = "rule-set",
    flows: Flows | None = None,
) -> Context:
    """
    Settle where the API is and by which edition to judge, and build what checks need.

    `credential` is the name of the registered credential that plain requests carry, "" for none;
    `credential_headers` maps each registered name to its header line for curl.
    """
    settled = settle(evidence, url, credential, edition=edition, edition_from=edition_from)
    rulebook = load_rulebook(settled.edition)
    client = FhirClient(evidence, settled.base, credential)
    pool = Pool(client, rulebook, patients)
    fhir = Fhir(
        client, rulebook, pool, credential_headers, wrong_credential=WRONG, found=settled.found
    )
    chosen = load_catalogue().rule_sets[RULE_SET].edition(rulebook.version)
    smart = Smart(fhir, evidence, flows or Flows(), version=chosen.smart)
    profiles = Profiles(fhir)
    questions: dict[str, object] = {
        "fhir": fhir,
        "smart": smart,
        "tls": Tls(evidence, settled.base),
        "bulk": Bulk(fhir, smart, evidence),
        "profiles": profiles,
    }
    return Context(
        evidence=evidence,
        settled=settled,
        rulebook=rulebook,
        pool=pool,
        fhir=fhir,
        profiles=profiles,
        questions=questions,
        edition=chosen,
    )
