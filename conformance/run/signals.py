"""Take a person's wish to stop as a call, not as an exception at any point of the program."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ALWAYS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """
    Call `stop` for every Ctrl-C, SIGTERM or lost terminal while the context lasts.

    A run started under `nohup` outlives its terminal. Outside of the main thread nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = list(_ALWAYS)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
