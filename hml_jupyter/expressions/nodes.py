"""The frozen nodes that a text is parsed into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeAlias, TypeVar, cast

__all__ = [
    "And",
    "Arithmetic",
    "Comparison",
    "Cut",
    "Function",
    "Negative",
    "Node",
    "Not",
    "Number",
    "Object",
    "Observable",
    "Or",
    "Part",
    "Quantified",
    "Sum",
    "Window",
    "depth",
    "is_cut",
    "mapped",
    "mentioned",
    "replaced",
    "used",
]


@dataclass(frozen=True)
class Number:
    """A number that is not negative; ``inf`` is one."""

    value: float


@dataclass(frozen=True)
class Part:
    """A collection of the event or of an object: ``jet``, ``jet0``, ``jet1:3``, ``jet[abs(eta) < 2.5]0``."""

    branch: str
    """Name of the collection, lower case."""
    filter: Cut | None = None
    """What an element must fulfil to be counted; bare names are observables of the element."""
    index: int | tuple[int | None, int | None] | None = None
    """One element, a range with its end left out, or None for all."""


@dataclass(frozen=True)
class Object:
    """What an observable is of: a part, and at most one part of it (``fatjet0.constituents``)."""

    parts: tuple[Part, ...]

    @property
    def is_single(self) -> bool:
        """Whether there is at most one of it in an event."""
        return all(isinstance(part.index, int) for part in self.parts)


@dataclass(frozen=True)
class Observable:
    """``jet0,jet1.delta_r``: a name and the objects it is of; none for ``met``."""

    name: str
    objects: tuple[Object, ...] = ()


@dataclass(frozen=True)
class Negative:
    """``-x``."""

    operand: Sum


@dataclass(frozen=True)
class Arithmetic:
    """``left operator right``, with one of ``+ - * / **``."""

    operator: str
    left: Sum
    right: Sum


@dataclass(frozen=True)
class Function:
    """``abs sqrt log`` of one argument, ``min max`` of several, or of one over the elements of a collection."""

    name: str
    arguments: tuple[Sum, ...]


@dataclass(frozen=True)
class Comparison:
    """``a < b <= c``: n operators between n + 1 sums."""

    operands: tuple[Sum, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """``value in [low, high]``, both ends included."""

    value: Sum
    low: float
    high: float


@dataclass(frozen=True)
class Not:
    """``not x``; ``veto x`` reads the same."""

    term: Cut


@dataclass(frozen=True)
class Quantified:
    """``any x`` or ``all x``: one scope, in which a collection means the same element."""

    quantifier: str
    term: Cut


@dataclass(frozen=True)
class And:
    """Two or more terms that must all hold."""

    terms: tuple[Cut, ...]


@dataclass(frozen=True)
class Or:
    """Two or more terms of which one must hold."""

    terms: tuple[Cut, ...]


Sum: TypeAlias = Number | Observable | Negative | Arithmetic | Function
Cut: TypeAlias = Comparison | Window | Not | Quantified | And | Or
Node: TypeAlias = Sum | Cut


N = TypeVar("N", bound=Node)


def is_cut(node: Node) -> bool:
    """Whether `node` is true or false, not a number."""
    return isinstance(node, Comparison | Window | Not | Quantified | And | Or)


def terms(cut: Cut) -> tuple[Cut, ...]:
    """Return the cuts that must all hold, in order.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, render
    >>> [render(each) for each in terms(parse_cut("met > 100 and (ht > 300 and jet.size > 1)"))]
    ['met > 100', 'ht > 300', 'jet.size > 1']
    """
    return tuple(one for each in cut.terms for one in terms(each)) if isinstance(cut, And) else (cut,)


def used(node: Node) -> tuple[Observable, ...]:
    """Return the observables of `node`, in order, each once; those inside a filter belong to their object.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, render
    >>> [render(o) for o in used(parse_cut("jet0.pt > 30 and abs(jet0.eta) < 2.5 and jet0.pt < 900"))]
    ['jet0.pt', 'jet0.eta']
    """
    return _found(node, lambda now: tuple(_children(now)))


def mentioned(node: Node) -> tuple[Observable, ...]:
    """Return the observables of `node` and of the filters in it, in order, each once.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, render
    >>> [render(o) for o in mentioned(parse_cut("jet[pt > met]0.eta > 2"))]
    ['jet[pt > met]0.eta', 'pt', 'met']
    """
    return _found(node, lambda now: (*_children(now), *_filters(now)))


def mapped(node: N, change: Callable[[Observable], Observable]) -> N:
    """Return `node` with every observable changed; filters are the business of `change`.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, render
    >>> render(mapped(parse_cut("2 * m > 3"), lambda observable: Observable("mass")))
    '2 * mass > 3'
    """
    return cast(N, _mapped(node, lambda value: change(value) if isinstance(value, Observable) else None))


def replaced(node: N, table: Mapping[Sum, Observable]) -> N:
    """Return `node` with every part of it that stands in `table` replaced, the largest first.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_cut, parse_observable, render
    >>> render(replaced(parse_cut("abs(a / b) > c"), {parse_observable("a / b"): Observable("ratio")}))
    'abs(ratio) > c'
    """
    return cast(N, _mapped(node, lambda value: table.get(value) if isinstance(value, Sum) else None))


def _found(node: Node, below: Callable[[Node], tuple[Node, ...]]) -> tuple[Observable, ...]:
    found: dict[Observable, None] = {}
    waiting = [node]
    while waiting:
        now = waiting.pop()
        if isinstance(now, Observable):
            found[now] = None
        waiting.extend(reversed(below(now)))
    return tuple(found)


def _mapped(value: Any, change: Callable[[Any], Observable | None]) -> Any:
    changed = change(value)
    if changed is not None:
        return changed
    if isinstance(value, Observable):
        return value
    if isinstance(value, tuple):
        return tuple(_mapped(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(_mapped(getattr(value, field.name), change) for field in fields(value)))
    return value


def depth(node: Node) -> int:
    """Return how deep `node` is nested, filters included; without recursion."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        now, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in (*_children(now), *_filters(now)))
    return deepest


def _children(node: Node) -> Iterator[Node]:
    match node:
        case And(terms=several) | Or(terms=several) | Comparison(operands=several) | Function(arguments=several):
            yield from several
        case Not(term=one) | Quantified(term=one) | Negative(operand=one) | Window(value=one):
            yield one
        case Arithmetic(left=left, right=right):
            yield left
            yield right


def _filters(node: Node) -> Iterator[Node]:
    if isinstance(node, Observable):
        yield from (part.filter for each in node.objects for part in each.parts if part.filter is not None)
