"""The folder of a run is new, its owner's only, and named so that it can be found again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.evidence.folder import default_folder, make_folder, refuse_unusable

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://ehr.example.org/fhir", "20261124T120000Z-ehr.example.org"),
        ("https://127.0.0.1:8443/fhir", "20261124T120000Z-127.0.0.1-8443"),
        ("https://[::1]:8443", "20261124T120000Z-1-8443"),
        ("https://" + "a" * 300, "20261124T120000Z-" + "a" * 100),
    ],
)
def test_it_is_named_by_time_and_host(tmp_path: Path, url: str, name: str) -> None:
    """In characters that every file system takes."""
    assert default_folder(tmp_path, url, NOON) == tmp_path / "reports" / name


def test_it_is_for_its_owner_and_not_for_git(tmp_path: Path) -> None:
    """Patients' data lie in it."""
    folder = tmp_path / "reports" / "run"
    make_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_run_is_never_written_over(tmp_path: Path) -> None:
    """Nor is what a dangling link stands for."""
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for taken in (tmp_path, tmp_path / "link"):
        with pytest.raises(UsageError, match="exists already"):
            make_folder(taken)


@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "file/run", "/proc/run/x"])
def test_what_cannot_be_made_is_a_sentence(tmp_path: Path, name: str) -> None:
    """Whatever the system calls it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot be made") as refused:
        make_folder(tmp_path / name)
    assert "--output" in refused.value.hint


@pytest.mark.parametrize("place", ["/proc", "/sys"])
def test_a_place_that_takes_no_folder_is_refused_beforehand(place: str) -> None:
    """Whoever may write everywhere may not write there; nobody has to be asked to find out."""
    with pytest.raises(UsageError, match=rf"cannot be made: {place} (takes no such|may not be)"):
        refuse_unusable(Path(place) / "run")


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    """The trial is taken away again."""
    refuse_unusable(tmp_path / "reports" / "run")
    assert not list(tmp_path.iterdir())
