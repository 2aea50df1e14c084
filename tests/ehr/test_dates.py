import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.ehr.dates import compares, date_range, element_range

DAY = 86_400_000_000
ranges = st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair)))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-12", "2023-12-01", "2023-12-31"),
        ("9998", "9998-01-01", "9998-12-31"),
    ],
)
def test_a_date_covers_what_it_leaves_open(text: str, first: str, last: str) -> None:
    assert date_range(text) == (date_range(first)[0], date_range(last)[1])


def test_offsets_and_fractions_are_heeded() -> None:
    at_ten = date_range("2024-01-01T10:00:00Z")
    assert date_range("2024-01-01T12:00:00+02:00") == at_ten
    assert date_range("2024-01-01T05:30:00-04:30") == at_ten
    assert date_range("2024-01-01T10:00:00") == at_ten
    assert date_range("2024-01-01T10:00Z")[0] == at_ten[0]
    low, high = date_range("2024-01-01T10:00:00.250Z")
    assert (low - at_ten[0], high - low) == (250_000, 1_000)


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-00", "2023-02-29", "2024-01-01T24:00Z", "2024-01-01T10:00+15:00", "２０２４"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        date_range(text)


def test_a_period_without_an_end_is_open() -> None:
    low, high = element_range({"start": "2024-01-01"})
    assert low == date_range("2024-01-01")[0]
    assert high > date_range("9998")[1]
    assert element_range({"end": "2024-01-01"})[1] == low + DAY


@given(actual=ranges, wanted=ranges)
def test_comparators_agree_with_one_another(
    actual: tuple[int, int], wanted: tuple[int, int]
) -> None:
    eq, gt, lt = (compares(comparator, actual, wanted) for comparator in ("eq", "gt", "lt"))
    assert compares("ne", actual, wanted) is not eq
    assert compares("ge", actual, wanted) is (gt or eq)
    assert compares("le", actual, wanted) is (lt or eq)
    assert eq is not (gt or lt)
    if compares("sa", actual, wanted):
        assert gt
        assert not lt
    if compares("eb", actual, wanted):
        assert lt
        assert not gt
    assert compares("ap", actual, wanted) is bool(set(range(*actual)).intersection(range(*wanted)))
