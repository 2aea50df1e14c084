"""`conformance where`: print the folder of the suites."""

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog('pytest "$(conformance where)" --target https://ehr.example.org/fhir')


@guarded
def where() -> None:
    """Print the folder of the suites, for use with pytest alone."""
    from conformance.cli.screen import Screen
    from conformance.resources import suites_root

    Screen().raw(str(suites_root()))
