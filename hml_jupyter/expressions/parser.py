"""Tokens to nodes: a recursive descent, one method for each line of the grammar."""

from __future__ import annotations

import math
from typing import cast

from ..errors import near
from .lexer import Token
from .nodes import (
    And,
    Arithmetic,
    Comparison,
    Cut,
    Function,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Quantified,
    Sum,
    Window,
    depth,
    is_cut,
    used,
)
from .reading import Reader

__all__ = ["FUNCTIONS", "parse_cut", "parse_observable"]

#: name -> whether it takes several arguments
FUNCTIONS = {"abs": False, "sqrt": False, "log": False, "min": True, "max": True}
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
MAX_DEPTH = 60


def parse_cut(text: str) -> Cut:
    """Return the node of a cut.

    Parameters
    ----------
    text : str
        A cut in the grammar of :mod:`hml_jupyter.expressions`.

    Raises
    ------
    ExpressionError
        The text does not follow the grammar; the message shows the place.

    Examples
    --------
    >>> parse_cut("met > 50")
    Comparison(operands=(Observable(name='met', objects=()), Number(value=50.0)), operators=('>',))
    """
    parser = _Parser(text)
    if parser.now.kind == "end":
        parser.fail("the cut is empty; write one like 'jet0.pt > 30'", parser.now)
    node = parser.whole(parser.either())
    if not is_cut(node):
        parser.fail("a cut compares something: there is no <, <=, >, >=, ==, != or in", parser.now)
    if not used(node):
        parser.fail("a cut names at least one observable", parser.tokens[0])
    return cast(Cut, node)


def parse_observable(text: str) -> Sum:
    """Return the node of an observable, or of arithmetic of observables.

    Parameters
    ----------
    text : str
        An observable or arithmetic in the grammar of :mod:`hml_jupyter.expressions`.

    Raises
    ------
    ExpressionError
        The text does not follow the grammar, compares something, or names no observable; the message shows the place.

    Examples
    --------
    >>> parse_observable("FatJet0.mass")
    Observable(name='mass', objects=(Object(parts=(Part(branch='fatjet', filter=None, index=0),)),))
    >>> parse_observable("2 * met").operator
    '*'
    """
    parser = _Parser(text)
    first = parser.now
    if first.kind == "end":
        parser.fail("an observable is expected, like jet0.pt", first)
    node = parser.sum()
    if parser.now.kind == "symbol" and parser.now.text in (*COMPARISONS, "in", "and", "or"):
        parser.fail("an observable is a number; what compares or joins is a cut", parser.now)
    node = parser.whole(node)
    if is_cut(node):
        parser.fail("an observable is a number, not something true or false", first)
    if not used(node):
        parser.fail("an observable is expected, like jet0.pt", first)
    return cast(Sum, node)


class _Parser(Reader):
    def whole(self, node: Node) -> Node:
        if self.now.kind != "end":
            self.fail(f"{self.now.text!r} is not expected here", self.now)
        if depth(node) > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep; write it as several cuts", self.now)
        return node

    def either(self) -> Node:
        start = self.now
        terms = [self.both()]
        while self.accept("or"):
            terms.append(self.both())
        return terms[0] if len(terms) == 1 else Or(self.cuts(terms, start, "or"))

    def both(self) -> Node:
        start = self.now
        terms = [self.term()]
        while self.accept("and"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else And(self.cuts(terms, start, "and"))

    def cuts(self, terms: list[Node], start: Token, word: str) -> tuple[Cut, ...]:
        if not all(is_cut(term) for term in terms):
            self.fail(f"{word!r} joins comparisons; one side of it compares nothing", start)
        return tuple(cast(Cut, term) for term in terms)

    def term(self) -> Node:
        negation = self.accept("not", "veto")
        quantifier = self.accept("any", "all")
        prefix = quantifier or negation
        if prefix is None:
            return self.comparison()
        start = self.now
        if start.text in ("not", "veto", "any", "all"):
            self.fail(f"{start.text!r} cannot follow {prefix.text!r}; put it in parentheses", start)
        node = self.comparison()
        if not is_cut(node):
            self.fail(f"{prefix.text!r} is followed by a comparison", start)
        if self.now.text in ("and", "or") and not self.closed(start):
            word, joint = prefix.text, self.now.text
            ways = f"{word} ( ... ) {joint} ... or {word} ( ... {joint} ... )"
            self.fail(f"say with parentheses what {word!r} covers: {ways}", self.now)
        cut = cast(Cut, node)
        if quantifier:
            cut = Quantified(quantifier.text, cut)
        return Not(cut) if negation else cut

    def closed(self, start: Token) -> bool:
        """Whether what was read since `start` stands in one pair of parentheses."""
        level = 0
        first = self.tokens.index(start)
        for at in range(first, self.at):
            level += {"(": 1, ")": -1}.get(self.tokens[at].text, 0)
            if level == 0:
                return at == self.at - 1 and start.text == "("
        return False

    def comparison(self) -> Node:
        start = self.now
        operands = [self.sum()]
        operators: list[str] = []
        while token := self.accept(*COMPARISONS):
            operators.append(token.text)
            operands.append(self.sum())
        if not operators:
            return self.window(operands[0], start) if self.accept("in") else operands[0]
        return Comparison(tuple(self.number(o, start) for o in operands), tuple(operators))

    def window(self, value: Node, start: Token) -> Window:
        self.expect("[", "after in, as in [70, 110]")
        low = self.bound()
        self.expect(",", "between the ends of a window")
        high = self.bound()
        self.expect("]", "at the end of a window")
        if not low <= high:
            self.fail(f"the window [{low:g}, {high:g}] is empty", self.tokens[self.at - 1])
        return Window(self.number(value, start), low, high)

    def bound(self) -> float:
        sign = -1.0 if self.accept("-") else 1.0
        self.accept("+")
        if self.accept("inf"):
            return sign * math.inf
        token = self.now
        if token.kind != "number":
            self.fail("a number is expected", token)
        self.at += 1
        return sign * float(token.text)

    def number(self, node: Node, start: Token) -> Sum:
        if is_cut(node):
            self.fail("a number is expected here, not something true or false", start)
        return cast(Sum, node)

    def sum(self) -> Node:
        return self.chain(("+", "-"), 0)

    def chain(self, operators: tuple[str, ...], rank: int) -> Node:
        start = self.now
        node = self.below(rank)
        while token := self.accept(*operators):
            after = self.now
            node = Arithmetic(token.text, self.number(node, start), self.number(self.below(rank), after))
        return node

    def below(self, rank: int) -> Node:
        return self.chain(("*", "/"), 1) if rank == 0 else self.signed()

    def signed(self) -> Node:
        if self.accept("+"):
            return self.number(self.signed_once(), self.now)
        if self.accept("-"):
            start = self.now
            return Negative(self.number(self.signed_once(), start))
        return self.power()

    def signed_once(self) -> Node:
        self.deeper()
        node = self.signed()
        self.level -= 1
        return node

    def power(self) -> Node:
        start = self.now
        base = self.atom()
        if self.accept("**"):
            after = self.now
            return Arithmetic("**", self.number(base, start), self.number(self.signed_once(), after))
        return base

    def atom(self) -> Node:
        token = self.now
        if token.kind == "number":
            self.at += 1
            return Number(float(token.text))
        if token.kind == "word":
            return self.function() if self.tokens[self.at + 1].text == "(" else self.observable()
        if self.accept("inf"):
            return Number(math.inf)
        if not self.accept("("):
            what = "the text ends" if token.kind == "end" else f"{token.text!r} is found"
            self.fail(f"{what} where a number, an observable or '(' is expected", token)
        node = self.nested()
        self.expect(")", "to close the parenthesis")
        return node

    def function(self) -> Function:
        token = self.now
        if token.text not in FUNCTIONS:
            close = near(token.text, FUNCTIONS)
            self.fail(f"unknown function {token.text!r}; known: {', '.join(close or FUNCTIONS)}", token)
        several = FUNCTIONS[token.text]
        self.at += 2
        arguments = [self.argument(several)]
        while several and self.accept(","):
            arguments.append(self.argument(several))
        self.expect(")", f"after the {'arguments' if several else 'argument'} of {token.text}()")
        return Function(token.text, tuple(arguments))

    def argument(self, several: bool) -> Sum:
        start = self.now
        return self.number(self.nested(commas_join=not several), start)
