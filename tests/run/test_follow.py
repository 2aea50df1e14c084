"""A child is followed to its end, and what came of it is said whatever the end."""

import json
import sys
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.run import follow as following
from conformance.run.events import Checked, Started
from conformance.run.follow import Conclusion, follow
from conformance.run.request import Replay


class Notes:
    """A watcher that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def started(self, event: Started) -> None:
        """Note the number of checks."""
        self.told.append(f"start {event.checks}")

    def checked(self, event: Checked) -> None:
        """Note a check."""
        self.told.append(f"check {event.id}")

    def stopping(self) -> None:
        """Note the wish."""
        self.told.append("stopping")


def played(
    monkeypatch: pytest.MonkeyPatch, folder: Path, program: str
) -> tuple[Conclusion, list[str]]:
    """Follow a child that runs a small program in place of pytest."""
    monkeypatch.setattr(following, "command", lambda _: [sys.executable, "-c", program])
    notes = Notes()
    return follow(Replay(run=folder), folder, notes), notes.told


START = {
    "event": "start",
    "checks": 1,
    "base": "https://e.example",
    "fhir": True,
    "edition": "6.1.0",
    "edition_from": "metadata",
    "folder": ".",
}
TELL = f"""
import json, sys
def tell(**facts):
    print(json.dumps(facts), flush=True)
tell(**{START!r})
print("a library says hello")
tell(event="check", id="a.b.c", outcome="PASS", code="")
"""


def test_the_exit_code_is_the_verdicts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not the child's own, which counts failed tests."""
    (tmp_path / "results.json").write_text(json.dumps({"verdict": {"exit": 3}}))
    end = f'tell(event="end", exit=3, folder={str(tmp_path)!r}); sys.exit(1)'
    conclusion, told = played(monkeypatch, tmp_path, TELL + end)
    assert (conclusion.exit, conclusion.status) == (3, 1)
    assert told == ["start 1", "check a.b.c"]


def test_a_break_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An older results.json in the folder is not taken for this run's."""
    (tmp_path / "results.json").write_text(json.dumps({"verdict": {"exit": 0}}))
    conclusion, _ = played(monkeypatch, tmp_path, TELL + 'raise ValueError("secret")')
    assert conclusion.document is None
    assert conclusion.exit == 3
    assert "ValueError" in conclusion.errors


def test_a_signal_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By its number."""
    conclusion, _ = played(monkeypatch, tmp_path, "import os; os.kill(os.getpid(), 9)")
    assert (conclusion.exit, conclusion.status) == (3, -9)


def test_a_refusal_is_the_persons_to_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Sentence and hint of the child are raised here."""
    told = TELL + 'tell(event="refused", sentence="No.", hint="Yes."); sys.exit(4)'
    with pytest.raises(UsageError) as refused:
        played(monkeypatch, tmp_path, told)
    assert (refused.value.sentence, refused.value.hint) == ("No.", "Yes.")


def test_a_flood_of_errors_is_kept_to_its_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No pipe fills up, and no memory."""
    flood = 'import sys; sys.stderr.write("x" * 5_000_000 + "last"); sys.exit(1)'
    conclusion, _ = played(monkeypatch, tmp_path, flood)
    assert conclusion.errors.endswith("last")
    assert len(conclusion.errors) < 2_000_000


def test_a_wish_to_stop_is_passed_on_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The child counts the signals that it gets."""
    waiting = TELL + (
        "import os, signal, time\n"
        "got = []\n"
        "signal.signal(signal.SIGINT, lambda *_: got.append(1))\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "time.sleep(0.5)\n"
        'sys.stderr.write(f"got {len(got)}")\n'
    )
    conclusion, told = played(monkeypatch, tmp_path, waiting)
    assert conclusion.errors == "got 1"
    assert (conclusion.exit, conclusion.interrupted) == (130, True)
    assert told.count("stopping") == 1
