"""Tell a parent process what happens, one JSON object a line on standard output."""

import json
import sys
from typing import Any


class Stream:
    """The outcome stream; silent unless it was asked for."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def tell(self, event: str, **facts: Any) -> None:
        """
        Write one event; facts are exact builtins.

        Without a listener there is nobody to run for: that ends the run as Ctrl-C does.
        """
        if not self._wanted:
            return
        try:
            sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self._wanted = False
            raise KeyboardInterrupt from None
