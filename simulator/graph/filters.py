"""$filter: a small recursive descent, typed against the schema; anything else is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.graph.problems import GraphError, unsupported
from simulator.schema import Kind

Test = Callable[[dict[str, Any]], bool]
LONGEST = 4_000
DEEPEST = 20
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})|"
                    r"(?P<word>[A-Za-z_@][\w.@]*(?:/[A-Za-z_$]\w*)*)|"
                    r"(?P<value>\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?|-?\d+)|(?P<mark>[(),:]))")  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a is not None and b is not None and a > b,
    "ge": lambda a, b: a is not None and b is not None and a >= b,
    "lt": lambda a, b: a is not None and b is not None and a < b,
    "le": lambda a, b: a is not None and b is not None and a <= b,
}
_NEEDS = {"gt": "ge", "lt": "le"}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {"startsWith": str.startswith, "endsWith": str.endswith}


@dataclass(frozen=True)
class Filter:
    """A parsed filter: the test, the properties it looks at, and whether it is an advanced query."""

    test: Test
    properties: frozenset[str]
    advanced: bool


def parse(text: str, kind: Kind) -> Filter:
    """The filter of an expression; 400 as the directory words it for what is not understood or not supported."""
    if len(text) > LONGEST:
        raise unsupported("The filter is too long.")
    parser = _Parser(_tokens(text), kind)
    test = parser.either(0)
    if parser.peek():
        raise _invalid(f"Syntax error at '{parser.peek()}'.")
    return Filter(test, frozenset(parser.seen), parser.advanced)


def _invalid(message: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid filter clause: {message}")


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _invalid(f"Syntax error at position {at} in '{text}'.")
        found.append(match.group().strip())
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str], kind: Kind) -> None:
        self.tokens, self.at, self.kind = tokens, 0, kind
        self.seen: set[str] = set()
        self.advanced = False

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wished: str = "") -> str:
        token = self.peek()
        if not token or (wished and token != wished):
            raise _invalid(f"'{wished or 'a value'}' expected, '{token}' found.")
        self.at += 1
        return token

    def either(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise unsupported("The filter is nested too deeply.")
        tests = [self.both(depth)]
        while self.peek() == "or":
            self.take()
            tests.append(self.both(depth))
        return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)

    def both(self, depth: int) -> Test:
        tests = [self.single(depth)]
        while self.peek() == "and":
            self.take()
            tests.append(self.single(depth))
        return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)

    def single(self, depth: int) -> Test:
        word = self.peek()
        if word == "not":
            self.take()
            self.advanced = True
            inner = self.single(depth + 1)
            return lambda item: not inner(item)
        if word == "(":
            self.take()
            inner = self.either(depth + 1)
            self.take(")")
            return inner
        if word in _FUNCTIONS:
            return self.function(self.take())
        return self.comparison()

    def function(self, name: str) -> Test:
        self.take("(")
        prop = self.property(name)
        self.take(",")
        wished, call = self.literal(), _FUNCTIONS[name]
        self.take(")")
        self.advanced = self.advanced or name == "endsWith"
        if not isinstance(wished, str):
            raise _invalid(f"{name} compares texts.")
        low = wished.lower()
        return lambda item: isinstance(item.get(prop), str) and call(item[prop].lower(), low)

    def comparison(self) -> Test:
        name = self.take()
        if "/" in name:
            return self.within(name)
        operator = self.take()
        if operator == "in":
            return self.one_of(self.property("in", name))
        if operator not in _COMPARE:
            raise _invalid(f"'{operator}' is no operator.")
        prop = self.property(operator, name)
        wished = self.literal(self.kind.properties[prop].type)
        self.advanced = self.advanced or operator == "ne"
        return _compared(prop, operator, wished)

    def one_of(self, prop: str) -> Test:
        self.take("(")
        wished = [_folded(self.literal())]
        while self.peek() == ",":
            self.take()
            wished.append(_folded(self.literal()))
        self.take(")")
        return lambda item: _folded(item.get(prop)) in wished

    def within(self, path: str) -> Test:
        """`groupTypes/any(c:c eq 'Unified')` and `assignedLicenses/any(x:x/skuId eq guid)`: one comparison."""
        name, _slash, word = path.partition("/")
        if word.lower() != "any":
            raise unsupported(f"Unsupported or invalid query filter clause specified for property '{name}'.")
        prop = self.property("any", name)
        self.take("(")
        variable = self.take()
        self.take(":")
        inner = self.take().removeprefix(variable).lstrip("/")
        operator = self.take()
        if operator != "eq":
            raise unsupported("Only 'eq' is supported inside 'any'.")
        wished = _folded(self.literal())
        self.take(")")
        return lambda item: any(_folded(part[inner] if inner else part) == wished for part in item.get(prop) or [])

    def property(self, operator: str, name: str = "") -> str:
        name = name or self.take()
        known = self.kind.properties.get(name)
        if known is None:
            raise GraphError(400, "BadRequest",
                             f"Invalid filter clause: Could not find a property named '{name}' on type "
                             f"'{self.kind.type}'.")  # fmt: skip
        if _NEEDS.get(operator, operator) not in known.filters:
            raise unsupported(f"Unsupported or invalid query filter clause specified for property '{name}' of resource "
                              f"'{self.kind.type.rpartition('.')[2].capitalize()}'.")  # fmt: skip
        self.seen.add(name)
        return name

    def literal(self, type_name: str = "string") -> Any:
        token = self.take()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in {"null", "true", "false"}:
            return {"null": None, "true": True, "false": False}[token]
        if type_name.startswith("int") and token.lstrip("-").isdigit():
            return int(token)
        if re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:.]+Z)?", token) or re.fullmatch(r"[\w-]{36}", token):
            return token
        raise _invalid(f"'{token}' is no value.")


def _compared(prop: str, operator: str, wished: Any) -> Test:
    compare, low = _COMPARE[operator], _folded(wished)
    return lambda item: compare(_folded(item.get(prop)), low)


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
