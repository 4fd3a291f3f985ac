"""Observables of the user's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, overload

from .. import progress
from ..canonical import canonical, digest
from ..errors import ArgumentError, RecordError, UnknownNameError
from ..expressions import FUNCTIONS, KEYWORDS, Node
from ..registry import named
from .catalogue import CATALOGUE, rows
from .entries import Entry, Range
from .particles import Array

__all__ = ["check_registered", "own_observables", "register_observable"]

F = TypeVar("F", bound=Callable[..., Array])

GROUP = "your own"
#: What an observable can be of -> how it is used, and how many objects the function gets (None: any number).
KINDS: dict[str, tuple[str, int | None]] = {
    "one": ("jet0.{}", 1),
    "two": ("jet0,jet1.{}", 2),
    "singles": ("jet0,jet1.{}", None),
    "collection": ("jet.{}", 1),
    "event": ("{}", 1),
}
#: What options of `register_observable` look like.
EXAMPLES = {"unit": ", 'GeV' or '' for a pure number", "objects": ", 'two'", "name": ", 'pt_sum'"}


@overload
def register_observable(
    function: F,
    *,
    unit: str,
    objects: str,
    name: str | None = None,
    range: Range = (None, None),
    doc: str | None = None,
    source: str | None = None,
    aliases: Sequence[str] = (),
    constituents: bool = False,
) -> F: ...


@overload
def register_observable(
    *,
    unit: str,
    objects: str,
    name: str | None = None,
    range: Range = (None, None),
    doc: str | None = None,
    source: str | None = None,
    aliases: Sequence[str] = (),
    constituents: bool = False,
) -> Callable[[F], F]: ...


@named
def register_observable(
    function: Any = None,
    *,
    unit: str,
    objects: str,
    name: str | None = None,
    range: Range = (None, None),
    doc: str | None = None,
    source: str | None = None,
    aliases: Sequence[str] = (),
    constituents: bool = False,
) -> Any:
    """Enter an observable of your own into the table; cuts, datasets and the widget know it from then on.

    Parameters
    ----------
    function : callable
        Gets one :class:`~hml_jupyter.observables.Particles` for each object; ``jet["PT"]`` are the values of a field of the
        events, (n,) with NaN for a missing object, or jagged for a collection. Returns numbers of the same shape; for a
        ``collection`` or an ``event`` one for each event. The functions of ``hml_jupyter.observables.kinematics`` can be used in it.
        Without it, a decorator is returned.
    unit : str
        ``"GeV"``, ``"rad"``, ``"e"``; empty for a pure number.
    objects : str
        What it is of: ``one``, ``two``, ``singles`` (any number of single objects), ``collection``, or ``event``, which gets
        the events as :func:`read_events` gives them.
    name : str, optional
        The name of the function by default; letters, digits and ``_``.
    range : (float or None, float or None)
        The values that can be.
    doc : str, optional
        One sentence; by default the first line of the docstring.
    source : str, optional
        The formula and where it comes from.
    aliases : sequence of str
        Other names.
    constituents : bool
        Whether it needs the parts of its object.

    Returns
    -------
    callable
        `function`, or the decorator.

    Raises
    ------
    ArgumentError
        A name that is taken or cannot be one; no docstring; a function of another number of objects, one whose source
        cannot be read, or one that uses of a function around it what is neither number, text nor function.

    Notes
    -----
    The source of the function is part of the recipe of every dataset that uses it: where it changes, the dataset is built anew.
    A dataset with such a column is loaded only where its observable is registered. Register it in a file of your own, and
    import that file at the top of the notebook. Events are computed in pieces, so the value of an event depends on that event
    alone.

    Examples
    --------
    >>> @register_observable(unit="GeV", objects="two", range=(0, None), source="pt1 + pt2")
    ... def pt_sum_of_two(one, other):
    ...     "Sum of two transverse momenta."
    ...     return one["PT"] + other["PT"]
    >>> import awkward as ak
    >>> from hml_jupyter.observables import observable
    >>> observable(ak.Array([{"Jet": [{"PT": 50.0}, {"PT": 20.0}]}]), "jet0,jet1.pt_sum_of_two")
    array([70.])
    """

    def enter(function: F) -> F:
        _check_function(function, objects)
        called = function.__name__ if name is None else name
        meaning = (doc or inspect.getdoc(function) or "").strip().partition("\n")[0].removesuffix(".")
        if not meaning:
            msg = f"{called} says nothing of what it is: give the function a docstring, or doc="
            raise ArgumentError(msg)
        origin = {**_origin(function), "unit": unit, "objects": objects}
        entry = Entry(
            called,
            unit,
            objects,
            KINDS[objects][0].format(called),
            meaning,
            source or origin["function"],
            function,
            range=_range(range),
            aliases=others,
            group=GROUP,
            constituents=constituents,
            origin=origin,
            text=inspect.getsource(function),
        )
        _enter(entry)
        return function

    _check_options(constituents, unit=unit, objects=objects, name=name, doc=doc, source=source)
    if objects not in KINDS:
        raise UnknownNameError("value of objects=", objects, KINDS)
    others = _aliases(aliases)
    return enter if function is None else enter(function)


def own_observables(nodes: Iterable[Node]) -> dict[str, dict[str, str]]:
    """Return the user's own observables in `nodes`: name -> function, the sha256 of its source, unit and objects."""
    return {entry.name: dict(entry.origin) for entry in rows(nodes) if entry.origin is not None}


def check_registered(what: str, own: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse something that was made with observables of a user's own which are not registered now.

    Parameters
    ----------
    what : str
        For messages, ``study/data/set``.
    own : mapping
        What :func:`own_observables` gave when it was made.

    Raises
    ------
    UnknownNameError
        One is not registered. A function that has changed is told in a notice.
    """
    now = {entry.name: entry.origin for entry in CATALOGUE if entry.origin is not None}
    for name, origin in own.items():
        module, _, function = origin["function"].partition(":")
        if name not in now:
            how = "run the cell that registers it" if module == "__main__" else f"import {module}"
            hint = f"{what} was made with it, by {function} of {module}: {how} first (hml.register_observable)"
            raise UnknownNameError("observable", name, now, hint=hint)
        if now[name] != origin:
            progress.notice(f"{what}: the observable {name} ({origin['function']}) has changed since this was made")


def _check_function(function: Any, objects: str) -> None:
    if not inspect.isfunction(function):
        msg = f"an observable is a function, not {function!r}"
        raise ArgumentError(msg)
    count = KINDS[objects][1]
    try:
        inspect.signature(function).bind(*[None] * (2 if count is None else count))
    except TypeError:
        wanted = "any number of objects, def f(*objects)" if count is None else f"{count} argument{'s'[count == 1 :]}"
        msg = f"an observable of objects={objects!r} is a function of {wanted}; {function.__name__} takes others"
        raise ArgumentError(msg) from None


def _origin(function: Callable[..., Any]) -> dict[str, str]:
    """Return what tells one function from another: its name, its source, and what it takes from a function around it."""
    try:
        origin: dict[str, str] = canonical(function)
    except (OSError, TypeError):
        msg = f"the source of {function.__name__} cannot be read; write it in a cell of the notebook, or in a file that is imported"
        raise ArgumentError(msg) from None
    outer = inspect.getclosurevars(function).nonlocals
    try:
        return {**origin, "values": digest(outer)} if outer else origin
    except RecordError as error:
        msg = f"{function.__name__} uses {', '.join(outer)} of the function around it, which its source does not tell ({error}); write it into it"
        raise ArgumentError(msg) from error


def _check_options(constituents: Any, *, unit: Any, objects: Any, **optional: Any) -> None:
    """Refuse options of `register_observable` that are no texts, some of which may be None, and a flag that is none."""
    if not isinstance(constituents, bool):
        msg = f"constituents= of register_observable is True or False, not {constituents!r}"
        raise ArgumentError(msg)
    given = {"unit": unit, "objects": objects, **{k: v for k, v in optional.items() if v is not None}}
    for option, value in given.items():
        if not isinstance(value, str):
            msg = f"{option}= of register_observable is a text{EXAMPLES.get(option, '')}, not {value!r}"
            raise ArgumentError(msg)


def _aliases(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        msg = f"aliases= of register_observable is a list of other names, ['PtSum'], not {given!r}"
        raise ArgumentError(msg)
    return tuple(given)


def _range(given: Any) -> Range:
    try:
        low, high = given
        ordered = low is None or high is None or low < high
    except (TypeError, ValueError):
        ordered = False
    if not ordered:
        msg = f"range={given!r} must be the smallest and the largest value, None where there is no bound: (0, None)"
        raise ArgumentError(msg)
    return (low, high)


def _enter(entry: Entry) -> None:
    """Put `entry` into the table; one of the same name and module, of a cell that is run again, makes place."""
    known = next((each for each in CATALOGUE if each.name == entry.name and _module(each) == _module(entry)), None)
    for name in (entry.name, *entry.aliases):
        _check_name(name)
        taken = next(
            (each for each in CATALOGUE if each is not known and (each.match(name) or each.name == name)), None
        )
        if taken is not None:
            whose = "of hml_jupyter" if taken.origin is None else f"of {taken.origin['function']}"
            msg = f"there is an observable {name!r} {whose} already ({taken.doc}); take another name"
            raise ArgumentError(msg)
    if known is None:
        CATALOGUE.append(entry)
    else:
        CATALOGUE[CATALOGUE.index(known)] = entry


def _module(entry: Entry) -> str | None:
    return None if entry.origin is None else entry.origin["function"].partition(":")[0]


def _check_name(name: str) -> None:
    if name in KEYWORDS or name in FUNCTIONS:
        msg = f"{name!r} cannot be the name of an observable: it means something in the grammar"
        raise ArgumentError(msg)
    if not name.isidentifier() or not name.isascii():
        msg = f"{name!r} cannot be the name of an observable: it has letters, digits and _, and begins with a letter"
        raise ArgumentError(msg)
