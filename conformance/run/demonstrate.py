"""Run the demo: the reference EHR beside a run that judges it."""

from datetime import UTC, datetime
from pathlib import Path

from conformance.evidence.folder import default_folder
from conformance.run.demos import Demo
from conformance.run.environment import sheltered_environment
from conformance.run.follow import Conclusion, Watcher, follow
from conformance.run.reference_ehr import reference_ehr
from conformance.run.request import Live


def demonstrate(demo: Demo, output: Path | None, cwd: Path, watcher: Watcher) -> Conclusion:
    """
    Serve a persona, judge it, stop the server, and return what came of the run.

    The run takes nothing from the working folder or the person's settings: those are for other
    servers. Whatever is secret lies in files of the server, which its target file names. `output`
    is the folder of the run, by default a new one below `cwd`.
    """
    with reference_ehr(demo.plays) as server:
        folder = output or default_folder(cwd, server.url, datetime.now(UTC))
        request = Live(
            url=server.url, output=folder, config=server.target_file, options=demo.options
        )
        return follow(
            request,
            folder,
            watcher,
            environment=sheltered_environment(),
            cwd=server.target_file.parent,
        )
