"""Find the folders that ship beside the code: `suites/` and `fixtures/`."""

from pathlib import Path


def data_root() -> Path:
    """
    Return the folder that holds `suites/` and `fixtures/`.

    In a checkout (also an editable install) that is the repository: copies that a build forced into
    site-packages would go stale there. In a wheel it is `conformance/_bundled`.
    """
    package = Path(__file__).resolve().parent
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "suites").is_dir():
        return checkout
    return package / "_bundled"


def suites_root() -> Path:
    """Return the folder of the check suites."""
    return data_root() / "suites"


def fixtures_root() -> Path:
    """Return the folder of the data that checks, demos and tests read."""
    return data_root() / "fixtures"
