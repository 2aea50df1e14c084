"""`conformance init`: print a commented sample of the target file."""

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog("conformance init > conformance.toml")


@guarded
def init() -> None:
    """Print a commented sample of the target file."""
    from conformance.cli.screen import Screen
    from conformance.target.sample import sample_text

    Screen().raw(sample_text())
