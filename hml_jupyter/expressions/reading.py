"""Going through tokens, and reading observables from them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import NoReturn, cast

from ..errors import ExpressionError
from .lexer import Token, tokens
from .nodes import Cut, Node, Object, Observable, Part, is_cut

__all__ = ["MAX_NESTING", "Reader"]

#: Digits of an index; no event has more objects.
LONGEST = 9

MAX_NESTING = 30


class Reader(ABC):
    """The tokens of one text, and the lines of the grammar that read observables."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.level = 0
        self.commas_join = True

    @property
    def now(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at]

    def fail(self, message: str, token: Token) -> NoReturn:
        """Raise an error that points at `token`."""
        raise ExpressionError(message, text=self.text, position=token.position)

    def accept(self, *symbols: str) -> Token | None:
        """Read one of `symbols` if it comes next."""
        token = self.now
        if token.kind == "symbol" and token.text in symbols:
            self.at += 1
            return token
        return None

    def expect(self, symbol: str, why: str) -> None:
        """Read `symbol`, or fail."""
        if not self.accept(symbol):
            self.fail(f"{symbol!r} is expected {why}", self.now)

    @abstractmethod
    def either(self) -> Node:
        """Read a cut or a sum, as far as it goes."""

    def nested(self, *, commas_join: bool = True) -> Node:
        """Read what stands inside a bracket."""
        self.deeper()
        outside, self.commas_join = self.commas_join, commas_join
        node = self.either()
        self.commas_join = outside
        self.level -= 1
        return node

    def deeper(self) -> None:
        """Count one more level of nesting."""
        self.level += 1
        if self.level > MAX_NESTING:
            self.fail(f"nested more than {MAX_NESTING} deep; write it as several cuts", self.now)

    def observable(self) -> Observable:
        """Read ``[objects "."] name``."""
        start = self.now
        objects: list[Object] = []
        parts = self.parts()
        while self.commas_join and self.accept(","):
            objects.append(self.object(parts, start))
            parts = self.parts()
        name = parts[-1][1]
        if name is None or (objects and len(parts) == 1):
            hint = "" if self.commas_join else "; in min() and max() write (jet0,jet1.delta_r) in parentheses"
            self.fail(f"a '.' and the name of an observable are expected{hint}", self.now)
        if len(parts) > 1:
            objects.append(self.object(parts[:-1], start))
        return Observable(name, tuple(objects))

    def object(self, parts: list[tuple[Part, str | None]], start: Token) -> Object:
        """Make an object of dotted parts."""
        if len(parts) > 2:
            self.fail("an object has at most one part of its own, as in fatjet0.constituents", start)
        return Object(tuple(part for part, _ in parts))

    def parts(self) -> list[tuple[Part, str | None]]:
        """Read parts joined by dots."""
        found = [self.part()]
        while self.accept("."):
            found.append(self.part())
        return found

    def part(self) -> tuple[Part, str | None]:
        """Read one dotted part; also its plain word, if it can be the name of an observable."""
        token = self.now
        if token.kind != "word":
            self.fail("a name is expected", token)
        self.at += 1
        branch, digits = cast("re.Match[str]", re.fullmatch(r"(.*?)(\d*)", token.text)).groups()
        condition = None
        if self.now.text == "[":
            if digits:
                self.fail(f"a filter comes before the index: {branch}[ ... ]{digits}", self.now)
            condition = self.filter()
            digits = self.digits()
        if len(digits) > LONGEST:
            self.fail(f"an index has at most {LONGEST} digits", token)
        if not self.accept(":"):
            part = Part(branch.lower(), condition, int(digits) if digits else None)
            return part, None if condition else token.text
        return Part(branch.lower(), condition, self.range(digits, token)), None

    def range(self, start: str, token: Token) -> tuple[int | None, int | None] | None:
        """Read the end of a range whose beginning was read."""
        stop = self.digits()
        if len(stop) > LONGEST:
            self.fail(f"an index has at most {LONGEST} digits", token)
        if stop and int(start or 0) >= int(stop):
            self.fail(f"the range {start}:{stop} is empty", token)
        if not start and not stop:
            return None
        return int(start) if start else None, int(stop) if stop else None

    def filter(self) -> Cut:
        """Read ``"[" cut "]"``."""
        self.expect("[", "before a filter")
        start = self.now
        node = self.nested()
        if not is_cut(node):
            self.fail("a filter compares something, as in jet[abs(eta) < 2.5]", start)
        self.expect("]", "after a filter")
        return cast(Cut, node)

    def digits(self) -> str:
        """Read the digits of an index; empty if there are none."""
        token = self.now
        if token.kind != "number" or not token.text.isdigit():
            return ""
        self.at += 1
        return token.text
