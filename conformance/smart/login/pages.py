"""Read the forms of an HTML page, as far as a person filling them in would see them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_HIDDEN_VALUES = frozenset({"submit", "image", "reset", "button"})
_PAGE_BOUND = 2_000_000


@dataclass(slots=True)
class Field:
    """An input, select or button. `options` are a select's values with their texts."""

    name: str
    type: str
    value: str = ""
    chosen: bool = False
    text: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A form: where it goes, how, and what it holds, in document order."""

    action: str = ""
    method: str = "get"
    fields: list[Field] = field(default_factory=list)

    def of_type(self, *types: str) -> list[Field]:
        """Return the fields of some types."""
        return [entry for entry in self.fields if entry.type in types]


def read_forms(page: str) -> list[Form]:
    """Return a page's forms; never raises."""
    reader = _Reader()
    reader.feed(page[:_PAGE_BOUND])
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._option: list[str] | None = None
        self._button: Field | None = None
        self._label: list[str] | None = None
        self._labelled: list[Field] = []

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over what begins with `<![`, as a browser does; the parser raises on most of it."""
        return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(
                action=given.get("action", ""), method=given.get("method", "get").lower()
            )
            self.forms.append(self._form)
        elif tag == "label":
            self._label, self._labelled = [], []
        elif self._form is None:
            return
        elif tag == "input":
            self._add(given, given.get("type", "text").lower(), given.get("value"))
        elif tag == "textarea":
            self._add(given, "textarea", "")
        elif tag == "select":
            self._select = self._add(given, "select", "")
        elif tag == "option" and self._select is not None:
            value = given.get("value", "")
            self._option = [value]
            if "selected" in given or not self._select.value:
                self._select.value = value
        elif tag == "button":
            self._button = self._add(given, given.get("type", "submit").lower(), None)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "option" and self._select is not None and self._option is not None:
            value, *texts = self._option
            self._select.options.append((value, " ".join(texts).strip()))
            self._option = None
        elif tag == "select":
            self._select = None
        elif tag == "button":
            self._button = None
        elif tag == "label" and self._label is not None:
            text = " ".join(self._label).strip()
            for entry in self._labelled:
                entry.text = entry.text or text
            self._label, self._labelled = None, []

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if not text:
            return
        if self._option is not None:
            self._option.append(text)
        elif self._button is not None:
            self._button.text = f"{self._button.text} {text}".strip()
        elif self._label is not None:
            self._label.append(text)

    def _add(self, given: dict[str, str], type_: str, value: str | None) -> Field:
        default = "on" if type_ in ("checkbox", "radio") else ""
        entry = Field(
            name=given.get("name", ""),
            type=type_,
            value=given.get("value", default) if value is None else value,
            chosen="checked" in given,
            text=given.get("value", "") if type_ in _HIDDEN_VALUES else "",
        )
        if type_ in ("checkbox", "radio") and value == "":
            entry.value = default
        assert self._form is not None
        self._form.fields.append(entry)
        if self._label is not None:
            self._labelled.append(entry)
        return entry
