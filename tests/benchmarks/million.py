"""What `conformance validate --jobs 2` costs on 100,000, 300,000 and 1,000,000 resources."""

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from conformance.ehr.cohort import cohort
from tests.support.command import WORDS, plain_environment

SIZES = (100_000, 300_000, 1_000_000)
JOBS = 2
ASKED = 512
_PATIENTS = 60
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


def million() -> None:
    """Measure and print: seconds, resources a second, processor, memory, and how straight it is."""
    first: float | None = None
    print(f"{'resources':>10}{'MB':>7}{'seconds':>9}{'a second':>10}{'us of CPU':>11}", end="")
    print(f"{'MB parent':>11}{'MB others':>11}{'MB all':>8}{'to the first':>14}")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / "cohort.ndjson"
            with path.open("wb") as out:
                out.writelines(_lines(size))
            before = _processor()
            seconds, parent, others, together = _validated(path)
            each = (_processor() - before) / size
            first = first or each
            row = f"{size:>10,}{path.stat().st_size / 2**20:>7.0f}{seconds:>9.1f}"
            row += f"{size / seconds:>10,.0f}{each * 1e6:>11.0f}{parent:>11.0f}{others:>11.0f}"
            print(f"{row}{together:>8.0f}{each / first:>13.2f}x", flush=True)
    print(f"asked for: less than {ASKED} MB, and 1.00x (as long for each resource)")


def _processor() -> float:
    """Return the seconds of processor of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _lines(size: int) -> Iterator[bytes]:
    """Yield resources of the reference EHR's cohort, again and again with ids of their own."""
    texts = [json.dumps(one).encode() for one in cohort(_PATIENTS)]
    ids = [json.dumps(one["id"]).encode() for one in cohort(_PATIENTS)]
    for number in range(size):
        place = number % len(texts)
        yield texts[place].replace(ids[place], b'"r%d"' % number, 1) + b"\n"


def _validated(path: Path) -> tuple[float, float, float, float]:
    """Return the seconds, and the most MB of the parent, of the others and of all at one time."""
    began = time.perf_counter()
    words = [*WORDS, "validate", "--jobs", str(JOBS), "--quiet", str(path)]
    with subprocess.Popen(
        words, env=plain_environment(), stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        parent = others = together = 0.0
        while process.poll() is None:
            sizes = _sizes(process.pid)
            own = sizes.pop(process.pid, 0.0)
            rest = sum(sizes.values())
            parent, others = max(parent, own), max(others, rest)
            together = max(together, own + rest)
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        told = process.stdout.read().decode().splitlines() if process.stdout else []
    print(f"  exit {process.returncode}: {told[0] if told else ''}")
    return seconds, parent, others, together


def _sizes(group: int) -> dict[int, float]:
    """Return the resident MB of each process of a group."""
    found: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if int((entry / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                pages = int((entry / "statm").read_text().split()[1])
                found[int(entry.name)] = pages * _PAGE_KB / 1024
        except (OSError, IndexError):
            continue
    return found
