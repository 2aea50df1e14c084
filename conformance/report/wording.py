"""The sentences that explain a state, an outcome or a code to someone who never saw FHIR."""

from typing import Final

GATE_STATES: Final = {
    "shown": ("Shown", "It works as asked; the recorded answers show it."),
    "contradicted": (
        "Contradicted",
        "The server answered otherwise than it must, and did so again when asked once more.",
    ),
    "absent": (
        "Absent",
        "A specification fixes where this must be found, and it is not there.",
    ),
    "unobserved": (
        "Not observed",
        "It could not be seen from here. That says nothing against the server.",
    ),
}

STEP_STATES: Final = {
    "shown": ("Shown", "every part was seen to work"),
    "failed": ("Failed", "a part was answered wrongly"),
    "blocked": ("Blocked", "a check of it could not be carried out, so nothing is claimed"),
    "untested": ("Not tested yet", "this tool has no check for it, or covers it only in part"),
    "needs-human": ("Needs a person", "only an inspection or a statement can show it"),
    "not-bound": ("Does not bind", "belongs to another edition of the standard"),
}

MANY_STEPS: Final = {"needs-human": "need a person", "not-bound": "do not bind"}
"""How the word of a state goes on after a number of several steps, where it is a verb."""

TIERS: Final = {
    "Shown": "seen in the server's behaviour",
    "Declared": "the server says so in its own metadata",
    "Attested": "the operator says so, with name and date",
    "Not observed": "neither seen nor said",
}

OUTCOMES: Final = {
    "FAIL": "something that must be so is not",
    "ERROR": "the check itself could not be carried out",
    "WARN": "a recommendation not met, or a departure that clients live with",
    "SKIP": "could not be shown either way",
    "PASS": "shown",
    "N/A": "not asked for under this rule set",
}

LEVELS: Final = {
    "SHALL": ("Not met", "the standard says that it must be so"),
    "SHOULD": ("Advised", "the standard says that it should be so, and it is not"),
    "TOLERATED": ("Tolerated", "a departure that clients of the field live with"),
}

CODES: Final = {
    "no-data": "The server shows no record that the check could be tried on.",
    "no-credentials": "The check needs an access that was not given to this run.",
    "prerequisite-failed": "Another check that this one builds on failed first.",
    "unstable-data": "The records changed while they were being read.",
    "bounded": "A bound of this tool (size, pages, time) cut the answer short.",
    "foreign-host": "The answer points to another host, which this run may not contact.",
    "needs-human": "Only a person can carry this out.",
    "not-configured": "An address or a setting that must be given by hand was not given.",
    "not-checkable": "What is needed to judge this is not at hand offline.",
    "redacted": "The recording was masked for sharing, and the check needs what was masked.",
    "network": "The connection failed, also when tried again.",
    "timeout": "No answer came in time.",
    "unsafe-response": "The answer broke a safety bound of this tool and was not read.",
    "harness": "A fault of this tool.",
    "configuration": "A setting of this run does not fit.",
}

GLOSSARY: Final = (
    (
        "FHIR",
        "The standard by which health records are asked for over the web, as small documents.",
    ),
    (
        "US Core",
        "What a FHIR server in the United States has to offer: which records, which searches.",
    ),
    ("SMART", "How an application gets permission: the person signs in and agrees to the access."),
    ("Group export", "All records of a group of patients in one order, fetched as files."),
    ("Check", "One question put to the server, many times over where it repeats for each search."),
    ("Gate", "A capability or a protection that decides the class. Other departures only count."),
    ("Exchange", "One recorded question with its answer, by its number in the transcript."),
    ("Transcript", "All exchanges of the run, chained so that a later change is noticed."),
)
