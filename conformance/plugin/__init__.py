"""
The pytest plugin: `--target URL` turns the suites into a run with transcript, results and verdict.

It is loaded into every pytest session of an environment it is installed in, so without `--target`
it does nothing and imports next to nothing.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("--target", "URL", {"help": "Judge the server with this FHIR base URL."}),
    ("--target-output", "DIR", {"help": "New folder for the run [reports/<time>-<host>]."}),
    ("--target-config", "FILE", {"help": "Target file [conformance.toml, if for this host]."}),
    ("--target-bearer-env", "VAR", {"help": "Variable that holds an access token."}),
    ("--target-api-key-env", "VAR", {"help": "Variable that holds an API key."}),
    ("--target-api-key-header", "H", {"help": "Header for the API key [X-API-Key]."}),
    ("--target-ca-file", "FILE", {"help": "PEM file of the CA that signed the server."}),
    ("--target-us-core", "VERSION", {"help": "US Core edition to judge by."}),
    ("--target-patient", "ID", {"help": "Patient to look at; repeat it.", "action": "append"}),
    ("--target-kind", "KIND", {"help": "'ehr': a record system by declaration."}),
    ("--target-access", "ACCESS", {"help": "'protected' or 'open-sandbox'."}),
    ("--target-persona", "NAME", {"help": "Persona of the target file to speak as."}),
    (
        "--target-rate",
        "N",
        {"help": "Requests a second [10; none on loopback].", "type": float},
    ),
    ("--target-threads", "N", {"help": "Checks run ahead at once [8].", "type": int}),
    ("--target-timeout", "S", {"help": "Seconds for one answer [35].", "type": float}),
    ("--target-require", "WHAT", {"help": "What the exit code asks for."}),
    ("--target-baseline", "FILE", {"help": "results.json with known failures."}),
    ("--target-replay", "RUN", {"help": "Judge a run folder again, without network."}),
    ("--target-stream", "", {"help": "Write outcomes to standard output as NDJSON."}),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run; all begin with `--target`."""
    group = parser.getgroup("conformance", "health-record system conformance")
    for name, metavar, extra in _OPTIONS:
        if not metavar:
            group.addoption(name, action="store_true", help=extra["help"])
        else:
            group.addoption(name, metavar=metavar, default=None, **extra)


def pytest_configure(config: pytest.Config) -> None:
    """Start a run when a target or a run folder is given."""
    if config.option.target is None and config.option.target_replay is None:
        return
    from conformance.core.errors import HarnessError
    from conformance.plugin import fixtures
    from conformance.plugin.hooks import RunHooks
    from conformance.plugin.session import open_session
    from conformance.plugin.stream import Stream

    if _is_spread(config):
        raise pytest.UsageError("A run cannot be spread over xdist workers. Leave out -n.")
    if config.option.target_stream and config.option.capture != "no":
        raise pytest.UsageError("--target-stream needs --capture=no: pytest would keep the stream.")
    if config.option.collectonly:
        return
    try:
        session = open_session(config)
    except HarnessError as error:
        if config.option.target_stream:
            Stream(True).tell("refused", sentence=error.sentence, hint=error.hint)
        raise pytest.UsageError(_in_pytest_words(str(error))) from None
    config.pluginmanager.register(fixtures, "conformance-questions")
    config.pluginmanager.register(RunHooks(config, session), "conformance-run")


def _is_spread(config: pytest.Config) -> bool:
    """Tell whether xdist spreads the session: every worker would make a run of its own."""
    option = config.option
    asked = getattr(option, "numprocesses", None) or getattr(option, "tx", None)
    spread = config.pluginmanager.hasplugin("xdist") and bool(asked)
    return spread or hasattr(config, "workerinput")


def _in_pytest_words(sentence: str) -> str:
    """Name the options as pytest's command line has them: with `--target-` before the word."""
    for name, _, _ in _OPTIONS[1:]:
        sentence = sentence.replace(f"--{name.removeprefix('--target-')}", name)
    return sentence


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat a check over the rows of the run's edition."""
    if not hasattr(metafunc.function, "__conformance__"):
        return
    from conformance.plugin.rows import repeat

    repeat(metafunc)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: "Sequence[pytest.Item]") -> None:
    """Refuse to run checks without a target: nothing executed is never green."""
    idle = not (config.option.target or config.option.target_replay or config.option.collectonly)
    if idle and any(hasattr(getattr(i, "function", None), "__conformance__") for i in items):
        raise pytest.UsageError("These are conformance checks: say of what with --target URL.")
