"""A figure that every front end shows."""

from __future__ import annotations

from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["Picture", "png"]

#: Dots an inch of a PNG.
DPI = 110


class Picture(Figure):
    """A figure that belongs to no global state; as the last line of a cell it is a picture, with any backend or none."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__((width, height), layout="constrained")
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        return png(self)


def png(figure: Figure) -> bytes:
    """Return a figure as PNG; the same numbers give the same bytes."""
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()
