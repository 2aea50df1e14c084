"""Whatever happens in a verb, it ends in one of the exit codes and in words."""

from pathlib import Path

import pytest
import typer

from conformance.cli.conclusion import conclude
from conformance.cli.guard import DEBUG, guarded
from conformance.cli.screen import Screen
from conformance.core.errors import CatalogueError, EvidenceError, UsageError
from conformance.run.follow import Conclusion

SECRET = "token-that-an-exception-quotes"


def code_of(error: BaseException) -> int:
    """Return the exit code of a verb that raises an error."""

    @guarded
    def verb() -> None:
        raise error

    with pytest.raises(typer.Exit) as end:
        verb()
    return end.value.exit_code


@pytest.fixture(autouse=True)
def _no_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEBUG, raising=False)


@pytest.mark.parametrize("kind", [UsageError, EvidenceError, CatalogueError])
def test_what_a_person_can_mend_is_2(
    kind: type[UsageError], capsys: pytest.CaptureFixture[str]
) -> None:
    """Sentence, then hint, on standard error."""
    assert code_of(kind("It is wrong.", "Mend it.")) == 2
    assert capsys.readouterr().err == "Error: It is wrong.\n  Mend it.\n"


def test_a_fault_of_ours_is_3(capsys: pytest.CaptureFixture[str]) -> None:
    """Its kind and place and where to report it; neither its text nor a traceback."""
    assert code_of(ValueError(SECRET)) == 3
    told = capsys.readouterr().err
    assert "ValueError in verb, line" in told
    assert "report it" in told
    assert "Traceback" not in told
    assert SECRET not in told


def test_a_fault_is_shown_whole_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For whoever mends it."""
    monkeypatch.setenv(DEBUG, "1")
    assert code_of(ValueError("what it was")) == 3
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "what it was" in told


def test_a_person_who_stops_a_verb_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a traceback."""
    assert code_of(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_reader_who_left_is_no_error() -> None:
    """As with every command in a pipe."""
    assert code_of(BrokenPipeError()) == 0


@pytest.mark.parametrize(
    ("errors", "status", "told"),
    [
        (f"Traceback\n  File x\nValueError: {SECRET}\n", 1, "status 1 by ValueError."),
        (f"INTERNALERROR> httpx.ReadError: {SECRET}\n", 3, "status 3 by httpx.ReadError."),
        (f"ValueError: first\n{SECRET}\n", 1, "status 1 by ValueError."),
        ("ERROR: pytest.ini: 'minversion' requires pytest-8.4\n", 4, "requires pytest-8.4"),
        ("", -15, "SIGTERM"),
        ("", 5, "status 5."),
    ],
)
def test_the_last_words_of_a_child_hold_no_secret(
    errors: str, status: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The kind of an exception is told, its text may quote a credential and is not."""
    broken = Conclusion(
        folder=tmp_path, document=None, exit=3, interrupted=False, status=status, errors=errors
    )
    conclude(Screen(), broken)
    said = capsys.readouterr().err
    assert told in said
    assert SECRET not in said
    assert "Nothing was recorded." in said
