"""
End every verb in one of the exit codes, whatever happens in it.

0 done, or what was required is met; 1 it is not; 2 wrong usage or configuration; 3 no verdict could
be reached, a fault of this program among the reasons; 130 stopped by a person.
"""

import functools
import os
import traceback
from collections.abc import Callable
from typing import ParamSpec

import typer

from conformance.cli.screen import Screen
from conformance.core.errors import HarnessError

P = ParamSpec("P")

DEBUG = "CONFORMANCE_DEBUG"
REPORT = (
    "Please report it with the command you gave and the output of `conformance --version` at the"
    f" project's issue tracker; {DEBUG}=1 shows where it happened."
)
FAULT, INTERRUPTED = 3, 130


def debugging() -> bool:
    """Tell whether the person wants to see our own faults in full."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def guarded(verb: Callable[P, int | None]) -> Callable[P, None]:
    """
    Return a verb that ends in an exit code and never in a traceback.

    The verb returns its exit code, None for 0.
    """

    @functools.wraps(verb)
    def ending(*args: P.args, **kwargs: P.kwargs) -> None:
        raise typer.Exit(_code_of(lambda: verb(*args, **kwargs)))

    return ending


def _code_of(verb: Callable[[], int | None]) -> int:
    try:
        return verb() or 0
    except HarnessError as error:
        Screen().complain(error.sentence, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        Screen().note("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 - a fault of ours is a sentence, not a traceback
        if debugging():
            traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {place.name}, line {place.lineno} of {place.filename}"
        Screen().complain(f"A fault of ehr-conformance: {where}.", REPORT)
        return FAULT
