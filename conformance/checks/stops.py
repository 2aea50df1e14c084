"""What ends a check without a verdict, in the words of outcomes (DESIGN 2)."""

from typing import NoReturn

from conformance.core.errors import NotApplicable, Skipped


class Stops:
    """The reasons for which a check may say nothing of the server."""

    def not_applicable(self, reason: str) -> NoReturn:
        """End the check: the requirement does not bind this server."""
        raise NotApplicable("not-applicable", reason)

    def no_data(self, reason: str) -> NoReturn:
        """End the check: the server holds nothing that could show it."""
        raise Skipped("no-data", reason)

    def not_open(self, reason: str) -> NoReturn:
        """End the check: what would show it is not open to the credential of the run."""
        raise Skipped("no-credentials", reason)

    def bounded(self, reason: str) -> NoReturn:
        """End the check: a bound of ours cut what would show it."""
        raise Skipped("bounded", reason)

    def not_configured(self, reason: str) -> NoReturn:
        """End the check: the target file does not give what would show it."""
        raise Skipped("not-configured", reason)

    def prerequisite_failed(self, reason: str, check: str) -> NoReturn:
        """End the check: what it rests on is the finding of another check, named by its id."""
        raise Skipped("prerequisite-failed", f"{reason} ({check}).")
