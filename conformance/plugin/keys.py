"""Where the plugin keeps its session in pytest's config."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.plugin.session import Session

SESSION: "pytest.StashKey[Session]" = pytest.StashKey()
