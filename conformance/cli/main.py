"""Where the command `conformance` begins."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C is no traceback even while it loads."""
    try:
        from conformance.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        # A Ctrl-C inside of exec (a dataclass being made) leaves CPython set to end by the signal,
        # caught or not, until it executes another text.
        exec("")


if __name__ == "__main__":
    main()
