"""A board as one page that needs nothing else: still draggable, without a kernel and without a network."""

from __future__ import annotations

import base64
import html
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..checks import place
from ..errors import ArgumentError
from ..places import written
from .codes import codes, select_text
from .state import index_value

if TYPE_CHECKING:
    from .board import Board

__all__ = ["save_html", "save_picture"]

#: Kinds of pictures that can be written.
PICTURES = (".png", ".svg", ".pdf")
_STATIC = Path(__file__).parent.parent / "static"
#: What the browser may do on the page: run what stands in it, and nothing else.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_MARK = '<meta name="generator" content="hml_jupyter board">'


def save_html(board: Board, path: str | os.PathLike[str], observables: Sequence[str] | None = None) -> Path:
    """Write a board as a page in which thresholds can be dragged; see :meth:`Board.save_html`."""
    where = place("the page of a board", path)
    if isinstance(observables, str | bytes) or not isinstance(observables, Sequence | None):
        msg = f"observables is a list of columns, ['fatjet0.mass', 'met'], not {observables!r}"
        raise ArgumentError(msg)
    given = board.layout.observables if observables is None else map(board.dataset.column_name, observables)
    names = list(dict.fromkeys(given))
    page = _page(board, names)

    def write(half: Path) -> None:
        half.write_text(page, encoding="utf-8")

    return written(where, _is_ours, write)


def save_picture(board: Board, path: str | os.PathLike[str]) -> Path:
    """Write the picture of a board; see :meth:`Board.save`."""
    from ..plots import plot

    where = place("the picture of a board", path)
    if where.suffix not in PICTURES:
        msg = f"a picture is {', '.join(PICTURES)}, by the end of its name, not {where.name!r}"
        raise ArgumentError(msg)
    figure = plot(board)

    def write(half: Path) -> None:
        figure.savefig(half, format=where.suffix[1:])

    return written(where, lambda _: True, write)


def _page(board: Board, names: Sequence[str]) -> str:
    indexes = []
    for name in names:
        found = board.index(name)
        reply, buffers = index_value(found, list(found.views))
        reply["code"] = codes(board, reply, select_text)
        indexes.append({"reply": reply, "buffers": [base64.b64encode(buffer).decode() for buffer in buffers]})
    boxes = [{"x": x, "y": y, "buffer": _numbers(board.box(x, y))} for x, y in board.layout.maps]
    # nothing in the numbers and names can end the element that holds them
    content = json.dumps(
        {"state": {**board.state(), "code": select_text(list(board.cuts))}, "indexes": indexes, "boxes": boxes},
        allow_nan=False,
    ).replace("<", "\\u003c")
    title = html.escape(f"{', '.join(board.dataset.classes)}: {', '.join(board.layout.observables)}")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            _MARK,
            f"<title>{title}</title>",
            f"<style>{(_STATIC / 'page.css').read_text(encoding='utf-8')}</style>",
            "</head>",
            "<body>",
            f'<script id="hml-board" type="application/json">{content}</script>',
            f"<script>{(_STATIC / 'page.js').read_text(encoding='utf-8')}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _numbers(found: npt.ArrayLike) -> str:
    return base64.b64encode(np.ascontiguousarray(found, "<f4").tobytes()).decode()


def _is_ours(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as opened:
        return _MARK in opened.read(2000)
