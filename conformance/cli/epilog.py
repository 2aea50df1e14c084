"""What stands below a verb's options in its help: examples, then exit codes."""

EXIT_CODES = (
    "Exit codes: 0 what is required is met, 1 it is not, 2 wrong usage or configuration, "
    "3 undetermined or no verdict (a fault of this program among the reasons), 130 interrupted."
)


def epilog(*examples: str, then: str = "") -> str:
    """Return the text below the options; `examples` stand as they are, `then` is prose."""
    word = "Example:" if len(examples) == 1 else "Examples:"
    # \b keeps the help formatter from joining the lines of a paragraph.
    return "\n".join(["\b", word, *(f"  {line}" for line in examples), "", then])
