"""
Run one target in a child pytest process, live or from a recorded run, and follow what it says.

The child is a process of its own because pytest configures the interpreter it runs in, and because
a run that breaks must not take its caller along. The parent never judges: it starts the child,
passes on a person's wish to stop, and reads `results.json`.
"""
