"""The target file that the reference EHR writes is one that a run takes, and holds no secret."""

from pathlib import Path

import pytest

from conformance.ehr.personas import PERSONAS
from conformance.ehr.serve import serving
from conformance.ehr.target_file import write_target_file
from conformance.target.load import Options, load_target
from conformance.target.model import Role, Target
from conformance.target.references import references_of


def written(persona: str, folder: Path) -> Target:
    """Return the target that a served persona writes."""
    with serving(persona, tls=None) as served:
        path = write_target_file(folder, served)
        target = load_target(None, config=path, cwd=folder, options=Options())
        assert target.url == served.url
    return target


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_run_takes_it_and_no_secret_stands_in_it(tmp_path: Path, persona: str) -> None:
    """Every secret is a file that only its owner can read, and is found nowhere else."""
    target = written(persona, tmp_path)
    text = (tmp_path / "conformance.toml").read_text()
    for reference in references_of(target):
        assert reference.file is not None
        assert reference.file.stat().st_mode & 0o077 == 0
        if not reference.file.name.endswith("-name"):
            assert reference.resolve().reveal() not in text


def test_the_certified_one_names_everybody_that_checks_ask_for(tmp_path: Path) -> None:
    """Two patients, every kind of client, one who refuses, a practitioner, a system by key."""
    target = written("certified", tmp_path)
    patients = target.personas_of(Role.PATIENT)
    assert len({one.patient for one in patients}) == 2
    assert {str(target.clients[one.client].kind) for one in patients} == {
        "public",
        "symmetric",
        "asymmetric",
    }
    assert target.personas_of(Role.LIMITED)
    assert target.personas_of(Role.PRACTITIONER)
    systems = target.personas_of(Role.SYSTEM)
    assert [target.clients[one.client].algorithm for one in systems] == ["RS384", "ES384"]
    assert target.endpoints.launch is not None


def test_the_expired_one_is_asked_in_words_that_it_knows(tmp_path: Path) -> None:
    """SMART 1 has no `.rs`."""
    target = written("expired", tmp_path)
    scopes = [one.scopes for one in target.personas.values() if one.role is not None]
    assert all(".read" in asked and ".rs" not in asked for asked in scopes)


def test_what_is_open_needs_no_credential(tmp_path: Path) -> None:
    """Nobody is named for the sandbox and the portal."""
    for persona in ("open-sandbox", "closed"):
        assert not written(persona, tmp_path).personas
