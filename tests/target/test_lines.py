"""On which line a key of a document is said to stand."""

import pytest

from conformance.target.lines import line_of

DOCUMENT = '''# a comment

title = "x"
[target]
url = """
rate = 1
"""  # the line above is text
rate = 5
patients = [
  "a",
  "b",
]
headers.X-Tenant = "n"

[persona.nurse]
bearer = { env = "T" }
[persona."a b"]
header = "[target]"
[[many]]
one = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 3),
        (("target",), 4),
        (("target", "url"), 5),
        (("target", "rate"), 8),
        (("target", "patients"), 9),
        (("target", "patients", 1), 9),
        (("target", "headers"), 13),
        (("target", "headers", "X-Tenant"), 13),
        (("persona",), 15),
        (("persona", "nurse", "bearer", "env"), 16),
        (("persona", "a b"), 17),
        (("many",), 19),
        (("target", "patients", 2), None),
        (("target", "rate", "deeper"), None),
        (("absent",), None),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_key_is_found_on_its_line(
    path: tuple[str | int, ...], line: int | None, line_end: str
) -> None:
    assert line_of(DOCUMENT.replace("\n", line_end), path) == line


def test_a_statement_of_very_many_lines_ends_the_search() -> None:
    text = "a = [\n" + "1,\n" * 100_000 + "]\nb = 1\n"
    assert line_of(text, ("b",)) is None
