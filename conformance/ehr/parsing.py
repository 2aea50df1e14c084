"""Understand the parameters of a search."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from conformance.ehr.dates import date_range
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Request
from conformance.ehr.queries import (
    Condition,
    DateValue,
    Include,
    MissingValue,
    Query,
    ReferenceValue,
    TextValue,
    TokenValue,
    Wanted,
)
from conformance.ehr.reading import Reading
from conformance.ehr.search_tables import INCLUDES, SEARCH_TABLES, Kind, SearchParameter

COMPARATORS = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})
IGNORED = frozenset({"_format", "_pretty"})
MOST_PER_PAGE = 100
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TYPE = re.compile(r"[A-Z][A-Za-z]+")

Pairs = list[tuple[str, str]]


def decode(text: str) -> Pairs:
    """Return the pairs of a query string or form, empty values included."""
    return parse_qsl(text, keep_blank_values=True, errors="replace")


class Parsing(Reading):
    """Turn pairs of names and values into a query, or refuse them."""

    def strict(self, request: Request) -> bool:
        """Tell whether the client asked that unknown parameters be refused."""
        preferences = request.headers.get("prefer", "").lower().replace(" ", "")
        return "handling=strict" in re.split("[,;]", preferences)

    def parse(self, request: Request, type_: str, pairs: Iterable[tuple[str, str]]) -> Query:
        """Return the query that the pairs make for a type."""
        conditions: list[Condition] = []
        includes: list[Include] = []
        used: Pairs = []
        with_provenance, count = False, self.setup.page_size
        for name, value in pairs:
            if name in IGNORED:
                continue
            if name == "_count":
                count = self.parse_count(value)
            elif name == "_revinclude" and value in self.reverse_includes(type_):
                with_provenance = True
            elif name == "_include" and (include := self.parse_include(type_, value)):
                includes.append(include)
            elif condition := self.parse_condition(request, type_, name, value):
                conditions.append(condition)
            else:
                self.unknown_parameter(request, name)
                continue
            used.append((name, value))
        return Query(
            type=type_,
            conditions=tuple(conditions),
            includes=tuple(includes),
            with_provenance=with_provenance,
            count=count,
            used=tuple(used),
        )

    def unknown_parameter(self, request: Request, name: str) -> None:
        """Ignore a parameter that means nothing here, or refuse it if the client asked for that."""
        if self.strict(request):
            raise Refusal(
                Fault.UNKNOWN_PARAMETER,
                "The parameter is not known here, or not with this value.",
                place=f"http.{name}",
            )

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Return the condition of one parameter, None for a name that is unknown."""
        code, _, modifier = name.partition(":")
        parameter = self.search_parameters(type_).get(code)
        if parameter is None:
            return None
        if not self.knows_modifier(parameter, modifier):
            raise Refusal(
                Fault.MALFORMED_VALUE, "The modifier is not supported.", place=f"http.{name}"
            )
        try:
            values = tuple(
                self.parse_value(request, parameter, modifier, text)
                for text in self.alternatives(value)
            )
        except ValueError as error:
            raise Refusal(
                Fault.MALFORMED_VALUE, f"The value is {error}.", place=f"http.{name}"
            ) from error
        return Condition(name=code, modifier=modifier, parameter=parameter, values=values)

    def knows_modifier(self, parameter: SearchParameter, modifier: str) -> bool:
        """Tell whether a modifier is supported for a parameter."""
        if parameter.kind is Kind.STRING and modifier in {"exact", "contains"}:
            return True
        if parameter.kind is Kind.REFERENCE and modifier in SEARCH_TABLES:
            return True
        return modifier in {"", "missing"}

    def alternatives(self, value: str) -> list[str]:
        """Return the values of which any may hold: split by commas that no backslash escapes."""
        parts, start, escaped = [], 0, False
        for position, char in enumerate(value):
            if char == "," and not escaped:
                parts.append(value[start:position])
                start = position + 1
            escaped = char == "\\" and not escaped
        return [*parts, value[start:]]

    def parse_value(
        self, request: Request, parameter: SearchParameter, modifier: str, text: str
    ) -> Wanted:
        """Return one wanted value; ValueError, its text ending "The value is", for a wrong one."""
        if not text:
            raise ValueError("missing")
        if modifier == "missing":
            return self.parse_missing(text)
        match parameter.kind:
            case Kind.TOKEN:
                return self.parse_token(text)
            case Kind.STRING:
                return self.parse_string(text)
            case Kind.DATE:
                return self.parse_date(text)
            case Kind.REFERENCE:
                return self.parse_reference(text, request.base, modifier or parameter.target)

    def parse_missing(self, text: str) -> MissingValue:
        """Return the value of a parameter with the modifier `:missing`."""
        if text not in {"true", "false"}:
            raise ValueError("neither true nor false")
        return MissingValue(missing=text == "true")

    def parse_token(self, text: str) -> TokenValue:
        """Return a token of the forms `code`, `system|code`, `|code`, `system|`."""
        system, bar, code = (unescape(part) for part in split_token(text))
        if not bar:
            return TokenValue(system=None, code=code)
        if not system and not code:
            raise ValueError("neither a system nor a code")
        return TokenValue(system=system, code=code or None)

    def parse_string(self, text: str) -> TextValue:
        """Return a string."""
        return TextValue(text=unescape(text))

    def parse_date(self, text: str) -> DateValue:
        """Return a date with its comparator."""
        comparator = text[:2] if text[:2] in COMPARATORS else ""
        try:
            wanted = date_range(text.removeprefix(comparator))
        except ValueError:
            raise ValueError("not a date") from None
        return DateValue(comparator=comparator or "eq", range=wanted)

    def parse_reference(self, text: str, base: str, target: str) -> ReferenceValue:
        """Return a reference: `id`, `Type/id` or absolute; `target` is the one type it may have."""
        reference = unescape(text).removeprefix(f"{base}/")
        if "://" in reference or reference.startswith("urn:"):
            return ReferenceValue(type=None, id=reference)
        type_, _, id_ = reference.rpartition("/")
        if not _ID.fullmatch(id_) or (type_ and not _TYPE.fullmatch(type_)):
            raise ValueError("not a reference")
        return ReferenceValue(type=type_ or target or None, id=id_)

    def parse_count(self, text: str) -> int:
        """Return how many matches a page may hold; more than the server gives is cut to that."""
        if not re.fullmatch("[0-9]{1,9}", text):
            raise Refusal(Fault.MALFORMED_VALUE, "The value is not a count.", place="http._count")
        return min(int(text), MOST_PER_PAGE)

    def parse_include(self, type_: str, text: str) -> Include | None:
        """Return what `_include` asks to follow, None when it cannot be followed here."""
        source, _, rest = text.partition(":")
        name, _, target = rest.partition(":")
        if source != type_ or name not in self.included_names(type_):
            return None
        return Include(path=INCLUDES[type_][name], target=target)


def split_token(text: str) -> tuple[str, str, str]:
    r"""Return system, bar and code of a token; a bar after a backslash is part of either."""
    match = re.fullmatch(r"((?:[^|\\]|\\.|\\$)*)(\|?)(.*)", text, re.DOTALL)
    if match is None:
        return "", "", text
    first, bar, rest = match.groups()
    return (first, bar, rest) if bar else ("", "", first)


def unescape(text: str) -> str:
    r"""Return a value without the backslashes that escape `,`, `|`, `$` and the backslash."""
    return re.sub(r"\\([,|$\\])", r"\1", text) if "\\" in text else text
