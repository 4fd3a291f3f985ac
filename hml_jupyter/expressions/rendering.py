"""Nodes to text: one text for one meaning."""

from __future__ import annotations

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
    Object,
    Observable,
    Or,
    Part,
    Quantified,
    Sum,
    Window,
)

__all__ = ["render"]

_RANKS = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
_SIGN = 3
_ATOM = 5


def render(node: Node | Object) -> str:
    """Return the canonical text of `node`; parsing it gives `node` again.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut
    >>> render(parse_cut("Jet0.pt>30.0 & (veto any jet.b_tag==1)"))
    'jet0.pt > 30 and not any (jet.b_tag == 1)'
    """
    match node:
        case Object(parts=parts):
            return ".".join(map(_part, parts))
        case And(terms=terms):
            return " and ".join(_term(term, (And, Or)) for term in terms)
        case Or(terms=terms):
            return " or ".join(_term(term, (Or,)) for term in terms)
        case Not(term=term):
            return f"not {_after_prefix(term, (Not, And, Or))}"
        case Quantified(quantifier=word, term=term):
            return f"{word} {_after_prefix(term, (Not, And, Or, Quantified))}"
        case Comparison(operands=operands, operators=operators):
            rest = (f" {symbol} {_sum(operand)}" for symbol, operand in zip(operators, operands[1:], strict=True))
            return _sum(operands[0]) + "".join(rest)
        case Window(value=value, low=low, high=high):
            return f"{_sum(value)} in [{_number(low)}, {_number(high)}]"
    return _sum(node)


def _term(term: Cut, in_parentheses: tuple[type, ...]) -> str:
    if isinstance(term, Not | Quantified):
        return _closed_prefix(term)
    return f"({render(term)})" if isinstance(term, in_parentheses) else render(term)


def _closed_prefix(term: Cut) -> str:
    """Say with parentheses what a prefix covers, since and / or follows it."""
    match term:
        case Not(term=Quantified() as inner):
            return f"not {_closed_prefix(inner)}"
        case Not(term=inner):
            return f"not ({render(inner)})"
        case Quantified(quantifier=word, term=inner):
            return f"{word} ({render(inner)})"
    return render(term)


def _after_prefix(term: Cut, in_parentheses: tuple[type, ...]) -> str:
    return f"({render(term)})" if isinstance(term, in_parentheses) else render(term)


def _sum(node: Sum, least: int = 0) -> str:
    text, rank = _ranked(node)
    return f"({text})" if rank < least else text


def _ranked(node: Sum) -> tuple[str, int]:
    match node:
        case Number(value=value):
            return _number(value), _ATOM
        case Observable(name=name, objects=objects):
            return ".".join([",".join(map(render, objects)), name] if objects else [name]), _ATOM
        case Function(name=name, arguments=arguments):
            return f"{name}({', '.join(_argument(name, a) for a in arguments)})", _ATOM
        case Negative(operand=operand):
            return f"-{_sum(operand, _SIGN)}", _SIGN
        case Arithmetic(operator="**", left=left, right=right):
            return f"{_sum(left, _ATOM)} ** {_sum(right, _SIGN)}", _RANKS["**"]
        case Arithmetic(operator=symbol, left=left, right=right):
            rank = _RANKS[symbol]
            return f"{_sum(left, rank)} {symbol} {_sum(right, rank + 1)}", rank


def _argument(function: str, node: Sum) -> str:
    text = _sum(node)
    # a comma separates the arguments of min and max
    return f"({text})" if function in ("min", "max") and _has_bare_comma(node) else text


def _has_bare_comma(node: Sum) -> bool:
    match node:
        case Observable(objects=objects):
            return len(objects) > 1
        case Negative(operand=operand):
            return _has_bare_comma(operand)
        case Arithmetic(left=left, right=right):
            return _has_bare_comma(left) or _has_bare_comma(right)
    return False


def _part(part: Part) -> str:
    condition = "" if part.filter is None else f"[{render(part.filter)}]"
    return f"{part.branch}{condition}{_index(part.index)}"


def _index(index: int | tuple[int | None, int | None] | None) -> str:
    if isinstance(index, tuple):
        start, stop = index
        return f"{'' if start is None else start}:{'' if stop is None else stop}"
    return "" if index is None else str(index)


def _number(value: float) -> str:
    text = repr(float(value))
    return text.removesuffix(".0")
