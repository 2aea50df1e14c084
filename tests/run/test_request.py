"""What a child is asked stands on its command line word by word, and its environment is clean."""

import os
from pathlib import Path

import pytest

from conformance.resources import suites_root
from conformance.run.environment import child_environment, sheltered_environment
from conformance.run.request import Live, Replay, command
from conformance.target.load import Options

URL = "https://ehr.example.org/fhir"


def test_what_is_not_asked_is_not_said() -> None:
    """Defaults are the child's affair."""
    words = command(Live(url=URL))
    assert [word for word in words if word.startswith("--target")] == [
        "--target-stream",
        f"--target={URL}",
    ]
    assert str(suites_root()) in words


def test_each_value_is_one_word_with_its_option() -> None:
    """A value that looks like an option or the name of an @file stays a value."""
    options = Options(bearer_env="-x", patients=("@a", "--b"), rate=2.5, ca_file=Path("ca.pem"))
    live = Live(url=URL, options=options, keyword="tls", suites=("security",), timeout=3.0)
    words = command(live)
    expected = ["--target-bearer-env=-x", "--target-patient=@a", "--target-patient=--b"]
    assert set(expected) < set(words)
    assert {"--target-rate=2.5", "--target-ca-file=ca.pem", "--target-timeout=3.0"} < set(words)
    assert "-ktls" in words
    assert str(suites_root() / "security") in words
    assert str(suites_root()) not in words[: words.index("-c")]


def test_a_replay_names_the_run_only() -> None:
    """Everything else stands in its manifest."""
    words = command(Replay(run=Path("/run")))
    assert [word for word in words if word.startswith("--target")] == [
        "--target-stream",
        "--target-replay=/run",
    ]


def test_the_working_folder_is_not_on_the_import_path() -> None:
    """A file named like a module of ours could lie there."""
    words = command(Live(url=URL))
    assert words[1:4] == ["-P", "-m", "pytest"]
    assert str(suites_root() / "pytest.ini") in words


def test_settings_of_pytest_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """And plugins of the environment are not loaded."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x")
    monkeypatch.setenv("PYTEST_PLUGINS", "nope")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    environment = child_environment({"EXTRA": "1"})
    assert not {"PYTEST_ADDOPTS", "PYTEST_PLUGINS", "FORCE_COLOR"} & set(environment)
    assert environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] == "1"
    assert environment["EXTRA"] == "1"
    assert environment["HTTPS_PROXY"] == "http://proxy.example"
    assert environment["PATH"] == os.environ["PATH"]


def test_a_sheltered_run_has_no_proxy_and_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are meant for other servers."""
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    monkeypatch.setenv("CONFORMANCE_URL", URL)
    environment = sheltered_environment({"CONFORMANCE_DEMO_TOKEN": "t"})
    assert {name for name in environment if name.startswith("CONFORMANCE_")} == {
        "CONFORMANCE_DEMO_TOKEN"
    }
    assert not [name for name in environment if name.lower().endswith("_proxy")]
