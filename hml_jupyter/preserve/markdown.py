"""Pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["quoted", "table"]


def quoted(cuts: Sequence[str]) -> str:
    """Return cuts as code.

    Examples
    --------
    >>> quoted(["met > 10", "jet.size > 0"])
    '`met > 10` and `jet.size > 0`'
    """
    return " and ".join(f"`{cut}`" for cut in cuts)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table.

    Examples
    --------
    >>> list(table(["cut"], [["a || b"]]))
    ['| cut |', '| --- |', '| a &#124;&#124; b |']
    """
    for row in [header, ["---"] * len(header), *rows]:
        yield f"| {' | '.join(each.replace('|', '&#124;') for each in row)} |"
