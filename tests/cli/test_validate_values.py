"""What stands in a resource never shows, unless a person asks for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.validating import PATIENT, XHTML, Validate, patient, written

CANARY = "Qzx7 canary"
URL = "https://e.example/Qzx7canary"


def _hidden() -> Iterator[dict[str, Any]]:
    """Yield resources that are wrong in every kind of way, with a canary in the wrong place."""
    ones = [CANARY, [CANARY], {CANARY: CANARY}, {"id": CANARY}, f"{CANARY}\x00"]
    for one in ones:
        for name in (*patient(), "active", "birthDate", "deceasedBoolean", "contact", "photo"):
            if name != "resourceType":
                yield patient(**{name: one})
                yield patient(**{f"_{name}": one})
        yield patient(contained=[one], meta=one, language=one, extension=[one])
        yield patient(meta={"profile": [one], "tag": [one], "versionId": one})
        yield patient(maritalStatus={"coding": [{"system": "http://loinc.org", "code": one}]})
        yield patient(generalPractitioner=[{"reference": one, "type": one}])
        yield patient(extension=[{"url": one, "valueString": CANARY, "valueCode": CANARY}])
        yield patient(deceasedBoolean=False, deceasedDateTime=CANARY)
        yield patient(telecom=[{"system": one, "value": one, "use": one}])
        yield {"resourceType": CANARY, "id": CANARY}
        yield {"resourceType": one, "id": CANARY}
        yield {"resourceType": "Bundle", "type": CANARY, "entry": [{"resource": one}, one]}
        yield {"resourceType": "Observation", "status": one, "code": {"text": one}}
    yield patient(**{CANARY: 1, f"{CANARY}\n": 2, "x" * 80 + CANARY: 3, f"_{CANARY}": None})
    yield patient(text={"status": CANARY, "div": f"<div {XHTML}><script>{CANARY}</script></div>"})
    yield patient(text={"status": "generated", "div": f"<p class='{CANARY}'>{CANARY}"})
    codes = [{"system": "http://loinc.org", "code": f"{CANARY}-1", "display": CANARY}]
    yield {"resourceType": "Observation", "status": "final", "code": {"coding": codes}}


def _texts(tmp_path: Path) -> str:
    lines = [json.dumps(one) for one in _hidden()]
    twice = f'{{"{CANARY}": NaN, "{CANARY}": [Infinity], "x": "{CANARY}\\ud800"}}'
    lines += [f'{{"resourceType": "Patient", "name": {twice}}}', CANARY, f'"{CANARY}"', twice]
    path = tmp_path / "hidden.ndjson"
    path.write_text("\n".join(lines))
    return str(path)


@pytest.mark.parametrize("form", ["text", "ndjson"])
def test_no_value_shows_by_itself(validate: Validate, tmp_path: Path, form: str) -> None:
    done = validate("--format", form, "--profile", PATIENT, _texts(tmp_path))
    assert done.code == 1
    assert "Qzx7" not in done.out + done.err


@pytest.mark.parametrize("form", ["text", "ndjson"])
def test_values_show_when_asked_for(validate: Validate, tmp_path: Path, form: str) -> None:
    name = written(tmp_path / "p.json", patient(gender=CANARY, birthDate="\x1b[31m"))
    done = validate("--format", form, "--show-values", name)
    assert CANARY in done.out
    assert "\x1b" not in done.out


def test_names_and_canonicals_are_no_values(validate: Validate, tmp_path: Path) -> None:
    """What is formed like an element's name or a profile's URL is shown, to be found."""
    odd = patient(Qzx7canary=1, meta={"profile": [URL]}, _Qzx7other={})
    done = validate("--format", "ndjson", written(tmp_path / "p.json", odd))
    found = json.loads(done.out)["findings"]
    assert (found[0]["path"], found[0]["profile"]) == ("Patient.meta.profile[0]", URL)
    assert {"Patient.Qzx7canary", "Patient._Qzx7other"} <= {one["path"] for one in found}
    name = written(tmp_path / "q.json", patient(**{CANARY: 1}))
    assert "Patient.?" in validate(name).out
    assert CANARY in validate("--show-values", name).out
