"""What a child process is asked to do, and the command line that asks it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.resources import suites_root
from conformance.target.load import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """
    A run against a server.

    Values are as a person gave them, None or empty where not given; `conformance.run.preflight`
    judges them. `output` is the folder of the run, `suites` are folders below `suites/`.
    """

    url: str | None
    output: Path | None = None
    config: Path | None = None
    options: Options = field(default_factory=Options)
    timeout: float | None = None
    require: str | None = None
    baseline: Path | None = None
    keyword: str = ""
    suites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A recorded run, to be judged again without network."""

    run: Path


def command(request: Live | Replay) -> list[str]:
    """
    Return the command line of the child.

    The options that `suites/pytest.ini` adds stand here too, and its own are switched off: they ask
    for pytest's summary, and its terminal is not there to know that option. `-P` keeps the working
    folder off the import path, where a file named like a module of ours could lie.
    """
    suites = suites_root()
    chosen = request.suites if isinstance(request, Live) else ()
    return [
        *(sys.executable, "-P", "-m", "pytest"),
        *([str(suites / name) for name in chosen] or [str(suites)]),
        *("-c", str(suites / "pytest.ini"), "--rootdir", str(suites), "-o", "addopts="),
        *("-p", "conformance.plugin", "-p", "no:terminal", "-p", "no:cacheprovider"),
        *("--import-mode=importlib", "--strict-markers", "--strict-config", "--capture=no"),
        "--target-stream",
        *(_live(request) if isinstance(request, Live) else [f"--target-replay={request.run}"]),
    ]


def _live(request: Live) -> Sequence[str]:
    asked = request.options
    values: dict[str, object] = {
        "target": request.url,
        "target-output": request.output,
        "target-config": request.config,
        "target-bearer-env": asked.bearer_env,
        "target-api-key-env": asked.api_key_env,
        "target-api-key-header": asked.api_key_header,
        "target-ca-file": asked.ca_file,
        "target-us-core": asked.us_core,
        "target-kind": asked.kind,
        "target-access": asked.access,
        "target-persona": asked.persona,
        "target-rate": asked.rate,
        "target-threads": asked.threads,
        "target-timeout": request.timeout,
        "target-require": request.require,
        "target-baseline": request.baseline,
    }
    # One word an option, so that no value is taken for an option or for the name of an @file.
    words = [f"--{name}={value}" for name, value in values.items() if value is not None]
    words += [f"--target-patient={patient}" for patient in asked.patients]
    return [*words, f"-k{request.keyword}"] if request.keyword else words
