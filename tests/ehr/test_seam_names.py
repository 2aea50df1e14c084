"""One name is one seam: no topic of the server takes another's place by accident."""

from collections import Counter

from conformance.ehr.server import Server

COMPLETED_LATER = {"client_by_assertion"}


def test_no_two_topics_define_the_same_method() -> None:
    defined = Counter(
        name
        for class_ in Server.__mro__[:-1]
        for name, member in vars(class_).items()
        if not name.startswith("_") and callable(member)
    )
    assert {name for name, times in defined.items() if times > 1} == COMPLETED_LATER
