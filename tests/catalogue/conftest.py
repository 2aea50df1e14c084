"""A small catalogue in a folder, to break one line at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "catalogue.toml": """
version = "1"

[[dimension]]
id = "compliance"
title = "Compliance"
question = "Is it safe?"
""",
    "requirements/spec.toml": """
[defaults]
actor = "server"
dimensions = ["compliance"]
citation = { document = "A specification", version = "1", url = "https://example.org/spec" }

[[requirement]]
id = "spec#one"
title = "The first thing holds"
text = "The first thing, in a sentence."
coverage = "full"
citation = { section = "1" }

[[requirement]]
id = "spec#two"
title = "The second thing holds"
text = "The second thing, in a sentence."
level = "SHOULD"
coverage = "none"
untested = { reason = "planned", detail = "X-1" }
citation = { section = "2", url = "https://example.org/two" }
""",
    "requirements/g10.toml": """
[defaults]
actor = "product"
dimensions = ["compliance"]
citation = { document = "A procedure", version = "1", url = "https://example.org/steps" }

[[requirement]]
id = "g10#STEP-1"
title = "The first step holds"
text = "The first step, in a sentence."
paragraph = "1(a)"
testable = "client"
shown_by = ["spec#one"]
coverage = "partial"
citation = { section = "step 1" }
""",
    "gates.toml": """
[[gate]]
id = "first"
title = "Does the first thing"
kind = "hard"
authorization = false
requirements = ["spec#one"]
shown = "does it"
contradicted = "does it wrongly"
absent = "does not do it"
needs = "Something."
mend = "Do it."
""",
    "rule_sets/rules.toml": """
id = "rules"
title = "Rules"
dated = "2026-11-22"
fhir = "4.0.1"
bulk = ["2.0.0"]
default_edition = "6.1.0"
gates = ["first"]
clinical_types = ["Condition"]
payer_types = ["InsurancePlan"]
formulary_types = ["List"]

[thresholds]
failed_rows = 0.05
executed_rows = 0.8
proposal = true

[integration_types]
laboratory = ["Specimen"]

[[edition]]
us_core = "6.1.0"
current = true
smart = "2"
search_types = ["Patient"]
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """
    Write the small catalogue; `file`, `old` and `new` replace a text in one of its files.

    A file whose new text is None is left out, an unknown file is added.
    """

    def make(file: str = "", old: str = "", new: str | None = "") -> Path:
        for name, text in FILES.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name == file and new is None:
                continue
            if name == file:
                assert old in text, f"{old!r} does not stand in {name}"
                assert new is not None
                text = text.replace(old, new, 1)
            path.write_text(text, encoding="utf-8")
        if file and file not in FILES and new is not None:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new, encoding="utf-8")
        return tmp_path

    return make
