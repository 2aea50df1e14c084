"""Tell a parent process what happens, one JSON object a line on standard output."""

import json
import sys
from typing import Any


class Stream:
    """The outcome stream; silent unless it was asked for."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def tell(self, event: str, **facts: Any) -> None:
        """Write one event; facts are exact builtins."""
        if self._wanted:
            sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
            sys.stdout.flush()
