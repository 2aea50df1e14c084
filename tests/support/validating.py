"""Call `conformance validate` in this process, and make what it is given."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, and what it wrote."""

    code: int
    out: str
    err: str


class Validate(Protocol):
    """Call `conformance validate` with some words, and bytes for standard input."""

    def __call__(self, *words: str, stdin: bytes = b"") -> Ended:
        """Run it to its end."""


def patient(**members: Any) -> dict[str, Any]:
    """Return a sound Patient, changed."""
    return {
        "resourceType": "Patient",
        "text": {"status": "generated", "div": f"<div {XHTML}>A patient</div>"},
        "identifier": [{"system": "urn:example:mrn", "value": "1"}],
        "name": [{"family": "Berg", "given": ["Ada"]}],
        "gender": "female",
    } | members


def written(path: Path, *resources: Any, end: str = "\n") -> str:
    """Write resources, one a line, and return the file's name."""
    path.write_text("".join(json.dumps(one) + end for one in resources), newline="")
    return str(path)
