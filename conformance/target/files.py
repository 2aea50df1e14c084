"""Read the small files that a target names: no devices, no pipes, nothing without a bound."""

import contextlib
import stat
from pathlib import Path


class NotRead(Exception):
    """A file that was not read; the message continues the sentence `The file X ...`."""


class Exposed(NotRead):
    """A file that is there, and not for our eyes only."""


def read_small(path: Path, limit: int, *, private: bool = False) -> bytes:
    """
    Return the content of a regular file of at most `limit` bytes, else raise `NotRead`.

    A `private` one may be open to its owner alone.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            # A pipe or a device could block for ever or never end.
            raise NotRead("is not a regular file")
        if private and mode & 0o077:
            raise Exposed(f"is open to others: its mode is {stat.S_IMODE(mode):04o}")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError:
        raise NotRead("does not exist") from None
    except PermissionError:
        raise NotRead("may not be read") from None
    except (OSError, ValueError):
        raise NotRead("cannot be read") from None
    if len(content) > limit:
        raise NotRead(f"is larger than {limit} bytes")
    return content


def path_from(text: str, folder: Path) -> Path:
    """Return the path that `text` means, seen from `folder`; a leading `~` is the home folder."""
    path = Path(text)
    with contextlib.suppress(RuntimeError):  # no such home: the reader then misses the file
        path = path.expanduser()
    return folder / path
