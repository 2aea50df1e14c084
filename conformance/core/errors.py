"""
Errors that reach a user as one sentence, and what ends a check early.

HarnessError
├── UsageError           wrong call, option or configuration; exit 2
├── CatalogueError       requirements, gates or checks that contradict each other
├── PackageError         a FHIR package that is missing or cannot be read
└── EvidenceError        a transcript that is cut, altered, re-ordered or of another format

CheckEnded
├── Failed               a SHALL is unmet and nothing after it could be judged
├── Skipped              the requirement could not be shown; carries a SKIP code
├── NotApplicable        the requirement does not bind here
└── Errored              our fault or the network's; carries an ERROR code
"""


class HarnessError(Exception):
    """
    A fault that a person can mend.

    `sentence` says what is wrong and where, `hint` how to mend it; both are shown as they stand, so
    neither may hold a credential or a patient's data.
    """

    exit_code = 2

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


class UsageError(HarnessError):
    """A wrong call, option, target file or environment."""


class CatalogueError(HarnessError):
    """The catalogue and the checks do not fit each other."""


class PackageError(HarnessError):
    """A FHIR package is missing or cannot be read."""


class EvidenceError(HarnessError):
    """A transcript that cannot be trusted or read."""


class CheckEnded(Exception):
    """End a check at once with an outcome of its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Failed(CheckEnded):
    """The finding is noted already; nothing after it can be judged."""


class Skipped(CheckEnded):
    """What the check wants to show could not be shown."""


class NotApplicable(CheckEnded):
    """The requirement does not bind this server."""


class Errored(CheckEnded):
    """Neither the server's conformance nor its fault could be seen."""
