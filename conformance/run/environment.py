"""The environment of a child process: the person's, less what would change how it runs."""

import os
from collections.abc import Mapping

from conformance.resources import data_root

_PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_THEME")
_COLOUR = ("FORCE_COLOR", "PY_COLORS")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
OWN = "CONFORMANCE_"
"""What the names of our own variables begin with."""


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return the environment for a child pytest process, with `extra` on top.

    Other people's pytest options and plugins are left out: they are for other people's tests. A
    checkout that is not installed is put on the import path, so that the child finds what this
    process was found as. Hypothesis keeps nothing in the person's folder.
    """
    kept = {n: v for n, v in os.environ.items() if n not in (*_PYTEST, *_COLOUR)}
    quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1"}
    quiet["HYPOTHESIS_STORAGE_DIRECTORY"] = os.devnull  # no folder, so nothing is kept
    root = data_root()
    if (root / "conformance").is_dir():
        paths = [str(root), *filter(None, [kept.get("PYTHONPATH")])]
        quiet["PYTHONPATH"] = os.pathsep.join(paths)
    return {**kept, **quiet, **(extra or {})}


def sheltered_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return the environment for a run against a server of our own on loopback.

    The person's settings are meant for other servers, and no proxy reaches this one.
    """
    kept = {
        name: value
        for name, value in child_environment().items()
        if not name.startswith(OWN) and name.upper() not in _PROXIES
    }
    return {**kept, **(extra or {})}
