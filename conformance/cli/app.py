"""The verbs put together; each is a module of its own that loads what it needs when called."""

from typing import Annotated

import typer

from conformance import __version__
from conformance.cli import (
    demo,
    ehr,
    explain,
    init,
    judge,
    listing,
    register,
    rulebook,
    run,
    token,
    trace,
    validate,
    where,
)
from conformance.cli.epilog import EXIT_CODES, epilog

EPILOG = epilog(
    "conformance demo",
    "conformance run https://ehr.example.org/fhir --bearer-env EHR_TOKEN",
    "conformance judge reports/20261124T080000Z-ehr.example.org",
    "conformance explain searches",
    then=EXIT_CODES,
)

app = typer.Typer(
    name="conformance",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
)
app.command(epilog=run.EPILOG)(run.run)
app.command(epilog=demo.EPILOG)(demo.demo)
app.command(epilog=judge.EPILOG)(judge.judge)
app.command("list", epilog=listing.EPILOG)(listing.list_)
app.command(epilog=explain.EPILOG)(explain.explain)
app.command(epilog=trace.EPILOG)(trace.trace)
app.command(epilog=init.EPILOG)(init.init)
app.command(epilog=register.EPILOG)(register.register)
app.command(epilog=token.EPILOG)(token.token)
app.command(epilog=validate.EPILOG)(validate.validate)
app.command(epilog=where.EPILOG)(where.where)

reference = typer.Typer(no_args_is_help=True, epilog=ehr.EPILOG)
reference.command(epilog=ehr.EPILOG)(ehr.serve)
app.add_typer(reference, name="ehr", help="The reference EHR, a sound server to try things on.")

books = typer.Typer(no_args_is_help=True, epilog=rulebook.EPILOG)
books.command(epilog=rulebook.BUILD_EPILOG)(rulebook.build)
books.command(epilog=rulebook.SHOW_EPILOG)(rulebook.show)
books.command("list", epilog=rulebook.LIST_EPILOG)(rulebook.list_)
app.add_typer(books, name="rulebook", help="What packages ask: build, show and list rulebooks.")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ehr-conformance {__version__}")
        raise typer.Exit


@app.callback()
def conformance(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Tell whether a health-record system behaves at EMR level or at certified-EHR level."""
    del version
