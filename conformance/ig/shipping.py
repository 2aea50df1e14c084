"""
Make the books that ship: `python -m conformance.ig.shipping` compiles all from their packages.

Packages named (`hl7.fhir.us.core#6.1.0`) are compiled alone. What ships are facts: names, codes,
canonicals, paths and expressions, none of the packages' texts for people.
"""

import os
import sys

from conformance.core.errors import HarnessError
from conformance.ig.base import BASE_ID
from conformance.ig.book_file import encode_books, shipped_path
from conformance.ig.library import Library

SHIPPED = (
    BASE_ID,
    *(f"hl7.fhir.us.core#{v}" for v in ("3.1.1", "4.0.0", "5.0.1", "6.1.0", "7.0.0", "8.0.0")),
)
SOURCES = frozenset((*SHIPPED, "hl7.terminology.r4#7.0.1"))
"""What they are compiled from; it stands in for the older terminology that US Core asks for."""


def main(arguments: list[str]) -> int:
    """Rewrite the books named, or all of them, beside the old ones and then in their place."""
    library = Library(only=SOURCES)
    for name in arguments or SHIPPED:
        package, _, version = name.partition("#")
        content = encode_books([library.named(package, version)])
        path = shipped_path(name)
        draft = path.with_suffix(".draft")
        draft.write_bytes(content)
        os.replace(draft, path)
        sys.stdout.write(f"{path.name}: {len(content):,} bytes\n")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except HarnessError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from None
