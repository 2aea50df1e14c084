"""Tokens to a tree, by binding strength (FHIRPath N1, section 6.8: operator precedence)."""

from conformance.validation.fhirpath.nodes import NotEvaluable
from conformance.validation.fhirpath.syntax import (
    Binary,
    Call,
    Index,
    Kind,
    Literal,
    Member,
    Negative,
    Node,
    TypeTest,
    Variable,
)
from conformance.validation.fhirpath.tokens import Token, tokens

DEEPEST = 60
"""How far brackets and operators may nest; the deepest expression of R4 and US Core needs 14."""

STRENGTH = {
    "implies": 1,
    **dict.fromkeys(("or", "xor"), 2),
    "and": 3,
    **dict.fromkeys(("in", "contains"), 4),
    **dict.fromkeys(("=", "~", "!=", "!~"), 5),
    **dict.fromkeys(("<", "<=", ">", ">="), 6),
    "|": 7,
    **dict.fromkeys(("is", "as"), 8),
    **dict.fromkeys(("+", "-", "&"), 9),
    **dict.fromkeys(("*", "/", "div", "mod"), 10),
}
SIGN_STRENGTH = 11

UNITS = {
    unit + plural
    for unit in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for plural in ("", "s")
}
TYPE_FUNCTIONS = ("is", "as", "ofType")


def parse(expression: str) -> Node:
    """The tree of an expression; raises NotEvaluable where it is no FHIRPath."""
    return _Parser(expression).whole()


class _Parser:
    def __init__(self, expression: str) -> None:
        self.tokens = tokens(expression)
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.expression(0)
        if self.now.kind != "end":
            raise self.error()
        return node

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def error(self) -> NotEvaluable:
        return NotEvaluable(f"The expression is no FHIRPath at character {self.now.at + 1}.")

    def next(self) -> Token:
        token = self.now
        if token.kind == "end":
            raise self.error()
        self.at += 1
        return token

    def sign(self, text: str) -> bool:
        """Take this sign if it stands here."""
        if self.now.kind == "sign" and self.now.text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.sign(text):
            raise self.error()

    def expression(self, weakest: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotEvaluable(f"The expression nests deeper than {DEEPEST}.")
        left = self.operand()
        while self.now.kind in ("sign", "word"):
            operator = self.now.text
            strength = STRENGTH.get(operator, -1)
            if strength <= weakest:
                break
            self.next()
            if operator in ("is", "as"):
                left = TypeTest(operator, left, self.type_name())
            else:
                left = Binary(operator, left, self.expression(strength))
        self.depth -= 1
        return left

    def operand(self) -> Node:
        if self.sign("-"):
            return Negative(self.expression(SIGN_STRENGTH))
        if self.sign("+"):
            return self.expression(SIGN_STRENGTH)
        return self.postfix(self.term())

    def postfix(self, node: Node) -> Node:
        while True:
            if self.sign("."):
                token = self.next()
                if token.kind == "special":
                    raise self.error()
                node = self.named(token, node)
            elif self.sign("["):
                node = Index(node, self.expression(0))
                self.expect("]")
            else:
                return node

    def term(self) -> Node:
        token = self.next()
        match token.kind:
            case "string":
                return Literal(Kind.STRING, token.text)
            case "number":
                return self.number(token.text)
            case "date":
                return Literal(Kind.DATE, token.text)
            case "datetime":
                return Literal(Kind.DATE_TIME, token.text)
            case "time":
                return Literal(Kind.TIME, token.text)
            case "special" | "variable":
                return Variable(token.text)
            case "sign" if token.text == "(":
                node = self.expression(0)
                self.expect(")")
                return node
            case "sign" if token.text == "{":
                self.expect("}")
                return Literal(Kind.EMPTY, "")
            case "word" if token.text in ("true", "false"):
                return Literal(Kind.BOOLEAN, token.text)
        return self.named(token, None)

    def number(self, text: str) -> Node:
        if self.now.kind == "string" or (self.now.kind == "word" and self.now.text in UNITS):
            return Literal(Kind.QUANTITY, text, self.next().text)
        return Literal(Kind.NUMBER, text)

    def named(self, token: Token, target: Node | None) -> Node:
        """A member or a call of a function."""
        if token.kind not in ("word", "quoted"):
            self.at -= 1
            raise self.error()
        if token.kind == "quoted" or not self.sign("("):
            return Member(target, token.text)
        if token.text in TYPE_FUNCTIONS:
            type_ = self.type_name()
            self.expect(")")
            return TypeTest(token.text, target, type_)
        arguments: list[Node] = []
        if not self.sign(")"):
            arguments.append(self.expression(0))
            while self.sign(","):
                arguments.append(self.expression(0))
            self.expect(")")
        return Call(target, token.text, tuple(arguments))

    def type_name(self) -> str:
        """`Patient`, `FHIR.Patient`, `System.String`; a FHIR prefix says nothing and is dropped."""
        token = self.next()
        if token.kind not in ("word", "quoted"):
            self.at -= 1
            raise self.error()
        name = token.text
        if name in ("FHIR", "System") and self.sign("."):
            inner = self.next().text
            return inner if name == "FHIR" else f"System.{inner}"
        return name
