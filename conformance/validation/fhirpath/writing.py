"""Names and constants of one piece of generated code."""

from typing import Any

from conformance.validation.fhirpath.kinds import TypeModel


class Writer:
    """Hands out variable names, keeps constants, and knows the types."""

    def __init__(self, model: TypeModel) -> None:
        self.model = model
        self.constants: dict[str, Any] = {}
        self.unknown = ""
        """A name of the expression that no type has where it stands."""
        self._names = 0

    def name(self) -> str:
        """A variable that no other part of the code uses."""
        self._names += 1
        return f"x{self._names}"

    def constant(self, value: Any) -> str:
        """The name that stands for a value in the code."""
        for name, known in self.constants.items():
            if type(known) is type(value) and known == value:
                return name
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name
