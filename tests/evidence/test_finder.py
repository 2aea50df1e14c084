"""Many texts are found in data, each as if it were the only one."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.evidence.finder import Finder

TEXTS = st.lists(st.text('ab."é ', min_size=4, max_size=24).map(str.encode), max_size=6)


@given(TEXTS, st.text('ab."é ', max_size=80).map(str.encode))
def test_what_stands_there_is_found_and_nothing_else(texts: list[bytes], data: bytes) -> None:
    finder = Finder()
    finder.add(texts)
    assert finder.stands_in(data) == any(text in data for text in texts)


@pytest.mark.parametrize("count", [1, 30, 1000])
@pytest.mark.parametrize("around", [b"", b"x" * 30, b"x" * 100_000, b'{"a": "'])
def test_a_text_is_found_among_many_whatever_stands_around(count: int, around: bytes) -> None:
    dice = random.Random(7)
    finder = Finder()
    texts = [f"{dice.getrandbits(256):064x}".encode() for _ in range(count)]
    finder.add(texts)
    assert not finder.stands_in(around + texts[-1][1:] + around)
    assert finder.stands_in(around + texts[-1] + around)
    assert finder.stands_in(texts[0])


def test_the_price_hardly_grows_with_the_number_of_texts() -> None:
    line = b'{"resourceType": "Condition", "subject": {"reference": "Patient/patient-1"}}' * 20
    dice = random.Random(7)

    def price(count: int) -> float:
        finder = Finder()
        finder.add(f"{dice.getrandbits(256):064x}".encode() for _ in range(count))
        started = time.process_time()
        for _ in range(300):
            assert not finder.stands_in(line)
        return time.process_time() - started

    assert price(2000) < 20 * price(20)
