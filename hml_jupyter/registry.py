"""Names and what they stand for: aliases, misspelt ones, and how results show themselves."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Generic, ParamSpec, TypeVar

from .errors import ArgumentError, UnknownNameError

__all__ = ["SHOWS", "Registry", "Shown", "named"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """A visible table of names; an unknown one raises with its near names.

    Parameters
    ----------
    kind : str
        What the names are, in the words of an error message.

    Examples
    --------
    >>> colours = Registry("colour")
    >>> colours.add("grey", "#999", aliases=("gray",))
    >>> colours["gray"]
    '#999'
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}
        self._aliases: dict[str, str] = {}

    def add(self, name: str, value: T, *, aliases: tuple[str, ...] = ()) -> None:
        """Enter `value` under `name` and its aliases; a name is given once."""
        for key in (name, *aliases):
            if key in self._entries or key in self._aliases:
                msg = f"the {self.kind} {key!r} exists already"
                raise ArgumentError(msg)
        self._entries[name] = value
        self._aliases.update(dict.fromkeys(aliases, name))

    def __getitem__(self, name: str) -> T:
        """Return what `name` or its alias stands for."""
        if name not in self:
            raise UnknownNameError(self.kind, name, [*self._entries, *self._aliases])
        return self._entries[self._aliases.get(name, name)]

    def __contains__(self, name: object) -> bool:
        """Tell whether `name` is a name or an alias."""
        return isinstance(name, str) and (name in self._entries or name in self._aliases)

    def __iter__(self) -> Iterator[str]:
        """Go through the names, without aliases."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Count the names, without aliases."""
        return len(self._entries)


def named(
    function: Callable[P, R], name: str | None = None, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> Callable[P, R]:
    """Make a public function say how it is called when an option is misspelt or given without its name.

    Parameters
    ----------
    function : callable
        A function, or ``__init__`` of the class `name`.
    name : str, optional
        That class.
    elsewhere : mapping
        Options that it may be mistaken to have -> where they belong.

    Examples
    --------
    >>> @named
    ... def generate(process, *, events=10_000): ...
    >>> generate("p p > z z", event=100)
    Traceback (most recent call last):
    hml_jupyter.errors.UnknownNameError: unknown option of generate 'event'; near names: events
    """
    called = name or function.__name__
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    known = [p.name for p in parameters]
    first = [
        f"[{p.name}]" if str(p.annotation).startswith("Sequence") else p.name
        for p in parameters
        if p.kind is not p.KEYWORD_ONLY
    ]
    needed = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    places = len(first) + (name is not None)

    @functools.wraps(function)
    def checked(*args: P.args, **options: P.kwargs) -> R:
        for option in options:
            if option not in known:
                hint = f"it belongs to {elsewhere[option]}" if option in elsewhere else ""
                raise UnknownNameError(f"option of {called}", option, known, hint=hint)
        if len(args) > places:
            how = ", ".join([*first, *(f"{option}=..." for option in known[len(first) :])])
            msg = (
                f"{called} takes {len(first) or 'no'} argument{'s'[len(first) == 1 :]} without a name: {called}({how})"
            )
            raise ArgumentError(msg)
        missing = [option for option in needed if option not in options]
        if missing:
            msg = f"{called} needs {' and '.join(f'{option}=...' for option in missing)}"
            raise ArgumentError(msg)
        return function(*args, **options)

    return checked


#: How a result shows itself: class name -> function that gives a mime bundle. Filled by `hml_jupyter.display`.
SHOWS: dict[str, Callable[[Any], dict[str, Any]]] = {}


class Shown:
    """A result that a notebook shows as table, picture and record."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        show = SHOWS.get(type(self).__name__)
        return show(self) if show else {"text/plain": repr(self)}

    def __str__(self) -> str:
        """Return the plain table."""
        return str(self._repr_mimebundle_()["text/plain"])
