"""Which columns of the events are used while something is computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["touch", "touched"]

_touched: ContextVar[set[str] | None] = ContextVar("touched", default=None)


def touch(column: str) -> None:
    """Note that a column, ``Jet.PT``, or a whole branch, ``Jet``, is used."""
    found = _touched.get()
    if found is not None:
        found.add(column)


@contextmanager
def touched() -> Iterator[set[str]]:
    """Give the columns that are used in the block.

    Examples
    --------
    >>> with touched() as columns:
    ...     touch("Jet.PT")
    >>> columns
    {'Jet.PT'}
    """
    found: set[str] = set()
    token = _touched.set(found)
    try:
        yield found
    finally:
        _touched.reset(token)
