"""docs/rulebooks.md says what ships."""

import re
from pathlib import Path

from conformance.ig.book_file import shipped_book, shipped_books, shipped_path

PAGE = Path(__file__).parents[2] / "docs" / "rulebooks.md"


def test_the_table_lists_what_ships_with_its_size() -> None:
    rows = re.findall(r"^\| (\S+#\S+) \| (\d+) KB \| (\d+) \|$", PAGE.read_text(), re.MULTILINE)
    assert [name for name, _, _ in rows] == list(shipped_books())
    for name, size, definitions in rows:
        assert round(shipped_path(name).stat().st_size / 1000) == int(size)
        assert len(shipped_book(name).definitions) == int(definitions)
