"""
Let children of the tests be interrupted, whoever started the tests.

A signal that is ignored stays ignored in every child. Run in the background, or under nohup, tests
of Ctrl-C would wait for ever; a handler of our own is reset to the default in a child.
"""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
