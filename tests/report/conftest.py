"""The results documents that the tests of the renderers share."""

import json
from typing import Any

import pytest

from conformance.resources import fixtures_root


def _golden(name: str) -> dict[str, Any]:
    path = fixtures_root() / "golden" / f"results-{name}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@pytest.fixture
def example() -> dict[str, Any]:
    """Undetermined, leaning certified: most gates are unobserved."""
    return _golden("example")


@pytest.fixture
def certified() -> dict[str, Any]:
    """Certified-EHR-level: every gate is shown."""
    return _golden("certified")


@pytest.fixture
def emr() -> dict[str, Any]:
    """EMR-level: gates contradicted and absent, findings in several rows."""
    return _golden("emr")


@pytest.fixture
def hostile() -> dict[str, Any]:
    """Markup, escape sequences, controls, surrogates and huge words wherever a server can write."""
    return _golden("hostile")


@pytest.fixture(params=["example", "certified", "emr", "hostile"])
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each of the four documents in turn."""
    return _golden(request.param)


_WRONG: tuple[Any, ...] = (None, 3, "text", [1, None], {"key": [{}]})


@pytest.fixture(params=_WRONG, ids=repr)
def misshapen(request: pytest.FixtureRequest, emr: dict[str, Any]) -> list[dict[str, Any]]:
    """The EMR-level document many times, each with another part of a shape it must not have."""
    emr["checks"] = [check for check in emr["checks"] if check["outcome"] != "PASS"][:4]
    places: list[tuple[str | int, ...]] = [(name,) for name in emr]
    for name in ("checks", "looked"):
        places += [(name, 0), *((name, 0, key) for key in emr[name][0])]
    for name in ("tool", "catalogue", "rulebook", "transcript", "run", "target", "verdict"):
        places += [(name, key) for key in emr[name]]
    for name in ("gates", "dimensions", "distance"):
        places += [("verdict", name, 0, key) for key in emr["verdict"][name][0]]
    return [_replaced(emr, place, request.param) for place in places]


def _replaced(whole: Any, place: tuple[str | int, ...], wrong: Any) -> Any:
    if not place:
        return wrong
    copy = whole.copy()
    copy[place[0]] = _replaced(whole[place[0]], place[1:], wrong)
    return copy
