"""What a person sees: live progress on a terminal, plain lines elsewhere, no foreign sequences."""

import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping
from fcntl import ioctl
from pathlib import Path

import pytest

from conformance.ehr.serve import Served, serving
from tests.support.command import WORDS, Command, called, plain_environment
from tests.support.hostile import SIGNS, hostile_app
from tests.support.validating import patient, written

COLUMNS = 80
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_COLOUR = re.compile(r"\x1b\[(3|4|9)[0-9;]*m")


def on_a_terminal(folder: Path, *words: object, env: Mapping[str, str] | None = None) -> str:
    """Return all that the command writes to a terminal of 80 columns."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [*WORDS, *map(str, words)],
        cwd=folder,
        env=plain_environment({"TERM": "xterm-256color", **(env or {})}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    written = b""
    try:
        while piece := os.read(master, 1 << 16):
            written += piece
    except OSError:
        pass  # how Linux says that the other end is closed
    finally:
        os.close(master)
    process.wait(20)
    return written.decode()


def words_for(served: Served) -> list[object]:
    """Return the words of a short run."""
    return ["run", served.url, "--ca-file", served.ca_file, "-k", "tls", "-o", "run"]


def test_a_terminal_shows_progress_and_colour(tmp_path: Path, closed: Served) -> None:
    """A bar while it runs, and no line wider than the terminal but the last."""
    seen = on_a_terminal(tmp_path, *words_for(closed))
    lines = _SEQUENCE.sub("", seen).replace("\r", "\n").split("\n")
    assert "━" in seen
    assert _COLOUR.search(seen)
    assert [line for line in lines if len(line) > COLUMNS and "exit 3" not in line] == []
    assert "no certification" in next(line for line in reversed(lines) if line.strip())


@pytest.mark.slow
def test_no_color_is_heeded(tmp_path: Path, closed: Served) -> None:
    """Progress is drawn in place, in no colour."""
    seen = on_a_terminal(tmp_path, *words_for(closed), env={"NO_COLOR": "1"})
    assert "━" in seen
    assert not _COLOUR.search(seen)


@pytest.mark.slow
def test_a_dumb_terminal_gets_plain_lines(tmp_path: Path, closed: Served) -> None:
    """Where a cursor cannot be moved nothing tries to."""
    assert "\x1b" not in on_a_terminal(tmp_path, *words_for(closed), env={"TERM": "dumb"})


def test_a_pipe_gets_plain_lines(command: Command, closed: Served) -> None:
    """First line and verdict on standard output, a few lines of progress beside it."""
    done = command(*words_for(closed))
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[0].startswith(f"{closed.url}: no FHIR API found; judged by")
    assert re.search(r"^\d+ of \d+ checks: ", done.stderr, re.M)
    assert len(done.stderr.splitlines()) < 10


@pytest.mark.slow
def test_forced_colour_brings_no_bar_into_a_file(command: Command, closed: Served) -> None:
    """Colour can be wanted in a log, a cursor that moves cannot."""
    done = command(*words_for(closed), env={"FORCE_COLOR": "1"})
    assert _COLOUR.search(done.stdout)
    assert "━" not in done.stderr
    assert "\x1b[2K" not in done.stderr


@pytest.mark.slow
def test_quiet_prints_the_last_line_only(command: Command, closed: Served) -> None:
    """One line for scripts, nothing on standard error."""
    done = command(*words_for(closed), "--quiet")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.slow
def test_a_narrow_encoding_is_no_error(command: Command, closed: Served) -> None:
    """What cannot be written is shown as an escape."""
    done = command(*words_for(closed), env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 3
    assert done.stdout.isascii()


@pytest.mark.slow
def test_what_a_server_writes_cannot_act(tmp_path: Path) -> None:
    """Escape sequences, markup and bidirectional controls of a server reach no terminal."""
    with serving("certified", app=hostile_app()) as served:
        words = ["run", served.url, "--ca-file", served.ca_file, "-k", "capabilities", "-o", "run"]
        seen = on_a_terminal(tmp_path, *words)
    assert "exit" in seen
    assert [sign for sign in SIGNS if sign in seen] == []


@pytest.mark.slow
def test_validation_fits_a_terminal_and_makes_way_for_results(tmp_path: Path) -> None:
    """A bar for long work, that no result is written into, and colour that a pipe does not get."""
    sound = [patient(id="a" * 64)] * 18_000
    name = written(tmp_path / "a.ndjson", *[patient(gender="F")] * 3, *sound)
    seen = on_a_terminal(tmp_path, "validate", Path(name).name)
    lines = _SEQUENCE.sub("", seen).replace("\r", "\n").split("\n")
    assert "━" in seen
    assert _COLOUR.search(seen)
    assert [line for line in lines if len(line) > COLUMNS] == []
    assert lines.count("a.ndjson line 2 Patient: 1 error, 0 warnings") == 1
    assert "18,003 resources: 18,000 valid, 3 not. 3 errors, 0 warnings." in lines
    plain = called(["validate", "--quiet", name], cwd=tmp_path)
    assert "\x1b" not in plain.stdout + plain.stderr
