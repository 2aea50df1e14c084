"""
What runs cost, printed and never asserted: `python -m tests.benchmarks.run_ahead`.

Run ahead with 1 and 8 threads on a server that takes 20 ms, requests a second in process, what the
recorder does to each body, and how long a person waits for `--help` and for the demo. Figures
depend on what else the machine does; the shortest of three is printed where that is cheap.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.checks.context import WRONG, build_context
from conformance.ehr.personas import build_app
from conformance.ehr.serve import serving
from conformance.evidence.aliases import Aliases
from conformance.evidence.transcript import TranscriptWriter
from conformance.plugin.ahead import RunAhead
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.recorder import Credential, Recorder
from conformance.transport.sender import HttpSender
from tests.support.command import WORDS, plain_environment
from tests.support.in_process import BASE, AsgiTransport, all_checks, open_run
from tests.support.noise import slow

TOKEN = "token-of-the-benchmark"
LATENCY = 0.02


def main() -> None:
    """Measure and print, one line for each figure."""
    if sys.argv[1:] == ["serve"]:
        _serve()
        return
    serial, busy_alone, requests = _run_ahead(1)
    parallel, busy_together, _ = _run_ahead(8)
    _tell(f"{requests} requests to a server that takes {LATENCY * 1000:.0f} ms")
    _tell(f"  1 thread            {serial:7.2f} s ({busy_alone:.2f} s of processor)")
    _tell(f"  8 threads           {parallel:7.2f} s ({busy_together:.2f} s of processor)")
    _tell(f"  ratio               {serial / parallel:7.1f}")
    seconds, requests = _in_process()
    _tell(f"all checks in process {seconds:7.2f} s, {requests / seconds:.0f} requests a second")
    _tell(f"scrubbing a body      {_scrub():7.2f} ms for 30 kB and three credentials")
    _tell(f"conformance --help    {_shortest(lambda: _command('--help')):7.2f} s")
    first, whole = _demo()
    _tell(f"demo, first line      {first:7.2f} s")
    _tell(f"demo, whole           {whole:7.2f} s")


def _tell(line: str) -> None:
    print(line, flush=True)


def _shortest(act: Callable[[], float], times: int = 3) -> float:
    return min(act() for _ in range(times))


def _run_ahead(threads: int) -> tuple[float, float, int]:
    """Return the seconds of all checks over sockets, by clock and processor, and the requests."""
    aliases = Aliases()
    alias = aliases.register("bearer:default", TOKEN)
    with _slow_server() as (url, ca_file), tempfile.TemporaryDirectory() as folder:
        sender = HttpSender(Bounds(), at_once=threads, ca_file=ca_file)
        writer = TranscriptWriter(Path(folder) / "transcript", {})
        recorder = Recorder(
            sender,
            writer,
            aliases,
            HostRule(url),
            Pace(None, threads),
            credentials={
                "bearer:default": Credential(
                    header="Authorization", value=f"Bearer {TOKEN}", alias=alias
                ),
                WRONG: Credential(header="Authorization", value="Bearer wrong", alias="«wrong»"),
            },
        )
        begun, busy = time.perf_counter(), time.process_time()
        context = build_context(recorder, url, credential="bearer:default", credential_headers={})
        checks = sorted(all_checks(), key=lambda check: check.declaration.turn)
        ahead = RunAhead(context, threads)
        ahead.start(checks)
        for check in checks:
            ahead.result(check)
        ahead.stop()
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy
        sender.close()
        writer.close()
        return seconds, busy, writer.count


def _serve() -> None:
    """Serve until the parent closes our input: a server in its process would take its time."""
    app = slow(build_app("certified", token=TOKEN), LATENCY)
    with serving(app=app, token=TOKEN) as served:
        _tell(f"{served.url} {served.ca_file}")
        sys.stdin.read()


@contextmanager
def _slow_server() -> Iterator[tuple[str, Path]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.run_ahead", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        url, _, ca_file = server.stdout.readline().strip().partition(" ")
        yield url, Path(ca_file)
        server.communicate()


def _in_process() -> tuple[float, int]:
    """Return the seconds of all checks over an application in this process, and its requests."""
    app = build_app("certified", token="in-process-token-0123456789", base_url=BASE)
    begun = time.perf_counter()
    run = open_run(app, transport=AsgiTransport(app))
    run.run(all_checks())
    return time.perf_counter() - begun, run.writer.count


def _scrub() -> float:
    """Return the milliseconds that looking for credentials takes in an ordinary body."""
    aliases = Aliases()
    for number in range(3):
        aliases.register(f"bearer:{number}", f"a-credential-of-the-benchmark-{number}")
    app = build_app("certified", token="in-process-token-0123456789", base_url=BASE)
    run = open_run(app)
    samples = run.context.pool.of("Observation").samples
    whole = b"".join(run.context.evidence.ask(sample.source).content for sample in samples)[:30_000]
    begun = time.perf_counter()
    for _ in range(20):
        aliases.scrub(whole)
    return (time.perf_counter() - begun) / 20 * 1000 * 30_000 / len(whole)


def _command(*words: str) -> float:
    begun = time.perf_counter()
    subprocess.run([*WORDS, *words], env=plain_environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def _demo() -> tuple[float, float]:
    """Return the seconds to the first line of the demo and to its end."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*WORDS, "demo", "--output", str(Path(folder) / "run")],
            env=plain_environment(),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        with process.stdout as lines:
            lines.readline()
            first = time.perf_counter() - begun
            lines.read()
        process.wait()
        return first, time.perf_counter() - begun


if __name__ == "__main__":
    main()
