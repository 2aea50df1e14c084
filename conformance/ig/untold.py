"""The reason why the codes of a value set cannot be told from the packages at hand."""


class Untold(Exception):
    """Raised inside the expansion; its text is a clause without a full stop."""
