"""Tables as plain text and as HTML that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Table", "to_html", "to_text"]


@dataclass(frozen=True)
class Table:
    """A small table; every cell is text already."""

    title: str
    """One line above it."""
    columns: tuple[str, ...]
    """Heads; all empty for a list of facts."""
    rows: Sequence[Sequence[str]]
    """Cells, as many as there are columns."""
    notes: tuple[str, ...] = ()
    """Lines below it."""
    left: int = 1
    """How many columns, from the left, hold words."""


def to_text(table: Table) -> str:
    """Return a table in columns.

    Examples
    --------
    >>> print(to_text(Table("runs", ("name", "events"), [["zz", "100"]])))
    runs
    name  events
    zz       100
    """
    lines = [table.columns, *table.rows] if any(table.columns) else list(table.rows)
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    aligned = [
        "  ".join(
            cell.ljust(w) if i < table.left else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return "\n".join(line.rstrip() for line in [table.title, *aligned, *table.notes])


def to_html(table: Table, picture: str | None = None) -> str:
    """Return a table as HTML, with its picture (PNG, base64) below; all text is escaped.

    A notebook shows one form of an output, so the picture stands in the HTML too.

    Examples
    --------
    >>> "pt &gt; 30" in to_html(Table("cuts", ("cut",), [["pt > 30"]]))
    True
    """
    head = f"<thead>{_row('th', table.columns, table.left)}</thead>" if any(table.columns) else ""
    body = "".join(_row("td", row, table.left) for row in table.rows)
    notes = "".join(f'<div style="margin-top:0.3em">{escape(note)}</div>' for note in table.notes)
    caption = f'<div style="font-weight:600;margin-bottom:0.3em">{escape(table.title)}</div>'
    grid = f'<table style="border-collapse:collapse;margin:0">{head}<tbody>{body}</tbody></table>'
    source = f"data:image/png;base64,{picture}"
    image = (
        f'<img style="max-width:100%;margin-top:0.6em" alt="{escape(table.title)}" src="{source}">' if picture else ""
    )
    return f'<div class="hml-result">{caption}{grid}{notes}{image}</div>'


def _row(tag: str, cells: Sequence[str], left: int) -> str:
    def cell(i: int, text: str) -> str:
        side = "left" if i < left else "right"
        return (
            f'<{tag} style="text-align:{side};white-space:nowrap;padding:0.15em 0.8em 0.15em 0">{escape(text)}</{tag}>'
        )

    return f"<tr>{''.join(cell(i, text) for i, text in enumerate(cells))}</tr>"
