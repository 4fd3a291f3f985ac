"""Progress and notices: the science reports, whoever listens shows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Report", "listening", "notice", "part", "report", "within"]


@dataclass(frozen=True)
class Report:
    """One line of progress."""

    fraction: float | None
    """Done, from 0 to 1; None where it is not known."""
    text: str
    """What is being done, in a few words."""
    is_notice: bool = False
    """A remark that the user should keep, not a state that passes."""
    data: dict[str, Any] = field(default_factory=dict)
    """Numbers that go with it: ``done``, ``total``, ``unit``, ``curves``."""


class _Part(NamedTuple):
    first: float
    last: float
    text: str
    data: dict[str, Any]


_listeners: list[Callable[[Report], None]] = []
#: Those of this thread: what a worker does is told by who has sent for it.
_parts: ContextVar[tuple[_Part, ...]] = ContextVar("parts", default=())


def report(fraction: float | None, text: str, **data: Any) -> None:
    """Tell how far the running call is.

    Parameters
    ----------
    fraction : float or None
        Done, from 0 to 1; None where it is not known.
    text : str
        What is being done.
    **data
        ``done``, ``total`` and ``unit`` give a rate and the remaining time, or ``remaining`` is that time in seconds;
        ``curves`` a dict of lists.
    """
    for each in reversed(_parts.get()):
        fraction = None if fraction is None else each.first + fraction * (each.last - each.first)
        text = f"{each.text}: {text}" if each.text else text
        data |= each.data
    _tell(Report(fraction, text, False, data))


@contextmanager
def part(first: float, last: float, text: str = "", **data: Any) -> Iterator[None]:
    """Let the reports of the block be about a part of a longer call, so that its bar runs once from end to end.

    Parameters
    ----------
    first, last : float
        Where the part begins and ends, from 0 to 1.
    text : str
        What the part is, in front of what its reports say.
    **data
        Numbers of the longer call, in place of those that the reports have.

    Examples
    --------
    >>> heard = []
    >>> with listening(heard.append), part(0.5, 1.0, "second half", total=10):
    ...     report(0.5, "step 7", done=7)
    >>> heard[0].fraction, heard[0].text, heard[0].data
    (0.75, 'second half: step 7', {'done': 7, 'total': 10})
    """
    token = _parts.set((*_parts.get(), _Part(first, last, text, data)))
    try:
        yield
    finally:
        _parts.reset(token)


def within(fraction: float, text: str, **data: Any) -> None:
    """Report on the way through a part; where there is none, nobody has asked for it.

    Examples
    --------
    >>> heard = []
    >>> with listening(heard.append):
    ...     within(0.5, "batch 1 of 2")
    >>> heard
    []
    """
    if _parts.get():
        report(fraction, text, **data)


def notice(text: str) -> None:
    """Tell the user one line that should stay; it is printed where nobody listens."""
    if _listeners:
        _tell(Report(None, text, True))
    else:
        sys.stdout.write(f"{text}\n")


@contextmanager
def listening(callback: Callable[[Report], None]) -> Iterator[None]:
    """Hear every report while the block runs.

    Examples
    --------
    >>> heard = []
    >>> with listening(heard.append):
    ...     report(0.5, "half way")
    >>> heard[0].text
    'half way'
    """
    _listeners.append(callback)
    try:
        yield
    finally:
        _listeners.remove(callback)


def _tell(message: Report) -> None:
    for listener in tuple(_listeners):
        listener(message)
