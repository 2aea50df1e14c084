"""A folder with a target file, and calls of `load_target` in it."""

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from conformance.core.errors import UsageError
from conformance.target.load import Options, load_target
from conformance.target.model import Target

URL = "https://ehr.example.org/fhir"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CONFORMANCE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EHR_TOKEN", "token-of-a-test")


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Target]:
    """Load the target at `url` with the text of a `conformance.toml` and some options."""

    def call(
        toml: str | None = None,
        *,
        url: str | None = URL,
        config: Path | None = None,
        resolve: bool = True,
        **options: Any,
    ) -> Target:
        if toml is not None:
            (tmp_path / "conformance.toml").write_text(toml, encoding="utf-8")
        before = sorted(tmp_path.rglob("*"))
        try:
            return load_target(
                url, config=config, cwd=tmp_path, options=Options(**options), resolve=resolve
            )
        finally:
            assert sorted(tmp_path.rglob("*")) == before, "something was written"

    return call


@pytest.fixture
def refused(load: Callable[..., Target]) -> Callable[..., UsageError]:
    """Return the error of a call that must be refused, after a look at its form."""

    def call(*args: Any, **options: Any) -> UsageError:
        with pytest.raises(UsageError) as caught:
            load(*args, **options)
        error = caught.value
        assert error.exit_code == 2
        assert error.sentence.endswith(".")
        assert str(error).isprintable()
        # A chained cause would show the file's content in a traceback.
        assert error.__cause__ is None
        return error

    return call


@pytest.fixture(scope="session")
def private_jwk() -> dict[str, Any]:
    """Give a private key for ES384."""
    return ECKey.generate_key("P-384", {"kid": "of-a-test"}).as_dict(private=True)


@pytest.fixture
def key_file(tmp_path: Path, private_jwk: dict[str, Any]) -> Path:
    """Write `keys/backend.json`, open to its owner alone."""
    path = tmp_path / "keys" / "backend.json"
    path.parent.mkdir()
    path.touch(0o600)
    path.write_text(json.dumps({"keys": [private_jwk]}))
    return path


START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
END = START + datetime.timedelta(days=36_500)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test authority")])


@pytest.fixture(scope="session")
def certificate() -> bytes:
    """Give a self-signed certificate in PEM form."""
    key = ec.generate_private_key(ec.SECP256R1())
    built = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), 1, START, END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="session")
def revocation_list() -> bytes:
    """Give a revocation list in PEM form: valid, and no certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    built = x509.CertificateRevocationListBuilder(NAME, START, END).sign(key, hashes.SHA256())
    return built.public_bytes(serialization.Encoding.PEM)
