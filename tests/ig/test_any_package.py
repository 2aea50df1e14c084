"""Whatever stands in a package, compiling it ends in a book, and the book in a file."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.core.errors import PackageError
from conformance.ig.book_file import book_json, decode_books, encode_books
from conformance.ig.books import compile_book
from conformance.ig.contents import read_contents
from conformance.ig.package import Package

PACKAGE = Package(path=Path(), name="any", version="1", sha256=None)

_words = st.sampled_from(
    [
        "Patient",
        "Patient.a",
        "Patient.a.b",
        "Patient.value[x]",
        "Patient.valueCode",
        "a",
        "a/b",
        "*",
        "0",
        "1",
        "u",
        "u|1",
        "complete",
        "is-a",
        "concept",
        "=",
        "resource",
        "required",
    ]
)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=6,
)


def _object(**keys: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with some of these keys, each as it should be or anything else."""
    return st.fixed_dictionaries({}, optional={key: value | _values for key, value in keys.items()})


def _listed(value: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(value, max_size=3)


_binding = _object(strength=_words, valueSet=_words, extension=_listed(_object(url=_words)))
_element = _object(
    id=_words,
    path=_words,
    sliceName=_words,
    min=st.integers(),
    max=_words,
    base=_object(path=_words, max=_words),
    type=_listed(_object(code=_words, profile=_listed(_words), extension=_listed(_values))),
    binding=_binding,
    constraint=_listed(_object(key=_words, severity=_words)),
    slicing=_object(rules=_words, discriminator=_listed(_object(type=_words, path=_words))),
    contentReference=_words,
    maxLength=st.integers(),
    patternCode=_values,
)
_definition = _object(
    kind=_words,
    type=_words,
    version=_words,
    snapshot=_object(element=_listed(_element).map(lambda more: [{"path": "Patient"}, *more])),
)
_include = _object(
    system=_words,
    valueSet=_listed(_words),
    concept=_listed(_object(code=_words)),
    filter=_listed(_object(property=_words, op=_words, value=_words)),
)
_value_set = _object(
    version=_words,
    compose=_object(include=_listed(_include), exclude=_listed(_include)),
    expansion=_object(contains=_listed(_object(system=_words, code=_words)), total=st.integers()),
)
_code_system = _object(
    content=_words,
    concept=_listed(_object(code=_words, property=_listed(_object(code=_words, valueCode=_words)))),
    property=_listed(_object(code=_words, type=_words)),
    hierarchyMeaning=_words,
)
_bound = {
    "kind": "resource",
    "type": "Patient",
    "snapshot": {
        "element": [
            {"path": "Patient"},
            {"path": "Patient.a", "binding": {"strength": "required", "valueSet": "u"}},
        ]
    },
}


@settings(max_examples=300, deadline=None)
@given(_definition, _value_set, _code_system)
def test_compiling_ends_in_a_book(
    definition: dict[str, Any], value_set: dict[str, Any], code_system: dict[str, Any]
) -> None:
    resources = (
        {"resourceType": "StructureDefinition", "url": "d"} | definition,
        {"resourceType": "StructureDefinition", "url": "e"} | _bound,
        {"resourceType": "ValueSet", "url": "u"} | value_set,
        {"resourceType": "CodeSystem", "url": "a"} | code_system,
    )
    files = [(f"{n}.json", json.dumps(entry).encode()) for n, entry in enumerate(resources)]
    book = compile_book(PACKAGE, read_contents(files, "any"))
    assert set(book.definitions) | {entry.name for entry in book.not_checked} >= {"e"}
    (again,) = decode_books(encode_books([book]), "any")
    assert len([*again.definitions.values()]) == len(book.definitions)
    assert book_json(again) == book_json(book)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_book_or_refused(content: bytes) -> None:
    try:
        decode_books(content, "any")
    except PackageError:
        return
    raise AssertionError("chance wrote a rulebook")
