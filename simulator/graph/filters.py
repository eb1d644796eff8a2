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
_FUNCTIONS: dict[str, tuple[str, Callable[[str, str], bool]]] = {
    "startswith": ("startsWith", str.startswith), "endswith": ("endsWith", str.endswith),
}  # fmt: skip
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z)?")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


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
        if depth > DEEPEST:
            raise unsupported("The filter is nested too deeply.")
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
        if word.lower() in _FUNCTIONS:
            return self.function(self.take().lower())
        return self.comparison()

    def function(self, name: str) -> Test:
        operator, call = _FUNCTIONS[name]
        self.take("(")
        prop = self.property(operator)
        self.take(",")
        wished = self.literal("string")
        self.take(")")
        self.advanced = self.advanced or operator == "endsWith"
        low = wished.lower()
        return lambda item: isinstance(item.get(prop), str) and call(item[prop].lower(), low)

    def comparison(self) -> Test:
        name = self.take()
        if "/" in name:
            return self.within(name)
        operator = self.take()
        if operator == "in":
            return self.one_of(self.property("in", name), self.kind.properties[name].type)
        if operator not in _COMPARE:
            raise unsupported(f"Unsupported query filter: '{name}{operator}'.")
        prop = self.property(operator, name)
        wished = self.literal(self.kind.properties[prop].type)
        self.advanced = self.advanced or operator == "ne"
        return _compared(lambda item: item.get(prop), operator, wished)

    def one_of(self, prop: str, type_name: str) -> Test:
        self.take("(")
        wished = [_folded(self.literal(type_name))]
        while self.peek() == ",":
            self.take()
            wished.append(_folded(self.literal(type_name)))
        self.take(")")
        return lambda item: _folded(item.get(prop)) in wished

    def within(self, path: str) -> Test:
        """A lambda over a list, or a property of a complex value such as `signInActivity/lastSignInDateTime`."""
        name, _slash, word = path.partition("/")
        if word.lower() == "any":
            return self.any_of(self.property("any", name))
        known = self.kind.properties.get(name)
        operator = self.take()
        allowed = known.spec.get("paths", {}).get(word, ()) if known else ()
        if operator not in _COMPARE or _NEEDS.get(operator, operator) not in allowed:
            raise self.refused(path)
        self.seen.add(name)
        wished = self.literal("datetime")
        return _compared(lambda item: (item.get(name) or {}).get(word), operator, wished)

    def any_of(self, prop: str) -> Test:
        """`groupTypes/any(c:c eq 'Unified')` and `assignedLicenses/any(x:x/skuId eq guid)`: one comparison."""
        self.take("(")
        variable = self.take()
        self.take(":")
        root, _slash, inner = self.take().partition("/")
        if root != variable or inner not in self.kind.properties[prop].spec.get("inner", ("",)):
            raise self.refused(f"{prop}/{inner}")
        if self.take() != "eq":
            raise unsupported("Only 'eq' is supported inside 'any'.")
        wished = _folded(self.literal("text or guid"))
        self.take(")")
        return lambda item: any(_folded(part[inner] if inner else part) == wished for part in item.get(prop) or [])

    def property(self, operator: str, name: str = "") -> str:
        name = name or self.take()
        known = self.kind.properties.get(name)
        if known is None or _NEEDS.get(operator, operator) not in known.filters:
            raise self.refused(name)
        self.seen.add(name)
        return name

    def refused(self, name: str) -> GraphError:
        return unsupported(f"Unsupported or invalid query filter clause specified for property '{name}' of resource "
                           f"'{self.kind.noun}'.")  # fmt: skip

    def literal(self, type_name: str) -> Any:
        """A value of the type it is compared with; null for what may be null."""
        word, plain = self.take(), type_name.rstrip("?")
        if word == "null" and type_name.endswith("?"):
            return None
        if plain in {"string", "text or guid"} and word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if plain == "text or guid" and _GUID.fullmatch(word):
            return word
        if plain == "boolean" and word in {"true", "false"}:
            return word == "true"
        if plain == "int" and word.lstrip("-").isdigit():
            return int(word)
        date = _DATE.fullmatch(word) if plain == "datetime" else None
        if date is None:
            raise _invalid(f"'{word}' is no {plain}.")
        time = date[2] or "00:00:00"
        return f"{date[1]}T{time if len(time) > 5 else time + ':00'}Z"


def _compared(value: Callable[[dict[str, Any]], Any], operator: str, wished: Any) -> Test:
    compare, low = _COMPARE[operator], _folded(wished)
    return lambda item: compare(_folded(value(item)), low)


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
