"""The folder of a run: its name, what it must not be, and how it is made."""

import contextlib
import os
import re
from datetime import datetime
from errno import ENOENT
from pathlib import Path
from urllib.parse import urlsplit

from conformance.core.errors import UsageError

_MEND = "Name a place that you may write to with --output."


def default_folder(cwd: Path, url: str, started: datetime) -> Path:
    """Return `reports/<UTC time>-<host>` below `cwd`, numbered when that is taken."""
    host = re.sub(r"[^A-Za-z0-9.]+", "-", urlsplit(url).netloc).strip("-")[:100]
    name = f"{started:%Y%m%dT%H%M%SZ}-{host}"
    reports, number = cwd / "reports", 1
    while os.path.lexists(reports / name):
        number += 1
        name = f"{started:%Y%m%dT%H%M%SZ}-{host}-{number}"
    return reports / name


def refuse_unusable(folder: Path) -> None:
    """Raise `UsageError` when a run cannot be kept in `folder`; nothing is left there."""
    try:
        taken = os.path.lexists(folder)
        above = next(parent for parent in folder.parents if parent.exists())
        usable = above.is_dir() and os.access(above, os.W_OK | os.X_OK)
    except (OSError, ValueError) as error:
        raise _unmade(folder, error) from None
    if taken:
        raise UsageError(
            f"The folder {folder} exists already.", "Name a new one with --output; runs are kept."
        )
    if not usable:
        what = "may not be written to" if above.is_dir() else "is not a folder"
        raise UsageError(f"The folder {folder} cannot be made: {above} {what}.", _MEND)
    _try_below(above, folder)


def _try_below(above: Path, folder: Path) -> None:
    """Make the first folder that is missing and take it away: some places only look writable."""
    first = above / folder.relative_to(above).parts[0]
    try:
        first.mkdir(mode=0o700)
    except ValueError as error:
        raise _unmade(folder, error) from None
    except FileExistsError:
        return  # Another run has made it in between.
    except OSError as error:
        # Where no file system could hold it, the system says that there is nothing there.
        why = f" ({error.strerror})" if error.errno != ENOENT else ""
        raise UsageError(
            f"The folder {folder} cannot be made: {above} takes no such folder{why}.", _MEND
        ) from None
    with contextlib.suppress(OSError):  # Another run has begun to use it.
        first.rmdir()


def make_folder(folder: Path) -> None:
    """Make the folder of a run, for its owner only; raise `UsageError` when it cannot be had."""
    refuse_unusable(folder)
    try:
        folder.mkdir(mode=0o700, parents=True)
        (folder / ".gitignore").write_text("*\n")
    except (OSError, ValueError) as error:
        raise _unmade(folder, error) from None


def _unmade(folder: Path, error: OSError | ValueError) -> UsageError:
    reason = (error.strerror if isinstance(error, OSError) else "") or "no valid name"
    return UsageError(f"The folder {folder} cannot be made ({reason}).", _MEND)
