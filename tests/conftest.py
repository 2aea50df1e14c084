"""
What holds for all tests.

Children of the tests can be interrupted, whoever started the tests: a signal that is ignored stays
ignored in every child, and in the background, or under nohup, tests of Ctrl-C would wait for ever.
A handler of our own is reset to the default in a child.
"""

import signal

from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Nothing depends on how fast this machine is, or on what an earlier run left behind.
settings.register_profile(
    "tests", database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")
