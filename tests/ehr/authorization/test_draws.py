"""With clock and chance given, a flow is the same on every run."""

from collections import Counter
from typing import Any

from conformance.ehr.authorization.demo import demo
from tests.support.exports import Exporter
from tests.support.oauth import start_client

REGISTRY = demo()


def counting() -> Any:
    drawn: Counter[str] = Counter()

    def mint(kind: str) -> str:
        drawn[kind] += 1
        return f"{kind}-{drawn[kind]}-{'x' * 32}"

    return mint


def told() -> list[Any]:
    client = start_client("demo-symmetric", registry=REGISTRY, mint=counting())
    first = client.launch()
    second = client.refresh(first["refresh_token"]).json
    exporter = Exporter(client.as_client("demo-system"))
    manifest = exporter.finish(exporter.start())
    return [first, second, exporter.token, manifest]


def test_the_same_draws_give_the_same_answers() -> None:
    assert told() == told()


def test_without_given_draws_nothing_comes_twice() -> None:
    client = start_client("demo-symmetric")
    tokens = [client.launch() for _ in range(5)]
    for name in ("access_token", "refresh_token", "id_token"):
        values = {each[name] for each in tokens}
        assert len(values) == 5
        assert min(map(len, values)) >= 43
