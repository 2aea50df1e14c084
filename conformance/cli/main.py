"""Where the command `conformance` begins."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C is no traceback even while it loads."""
    try:
        from conformance.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
