"""How every picture looks: colours, lines, letters, and a figure of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "colour", "colours_of", "figure_of", "line", "plain", "with_unit"]

#: Okabe and Ito's colours that can be told apart on white with any colour vision; each goes with its own line.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
#: Of classes, as the Lab draws them (js/src/widgets/theme.css): signals, and backgrounds.
SIGNALS = (COLOURS[0], COLOURS[5])
BACKGROUNDS = (*COLOURS[1:5], "#8A8A8A", "#B8A800")
LINES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
#: White with dark text reads on a light and on a dark notebook; ticks as the field draws them.
STYLE: dict[Any, Any] = {
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.titlesize": 9,
    "figure.facecolor": "white",
    "font.size": 9,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.6,
    "xtick.direction": "in",
    "xtick.labelsize": 8,
    "xtick.minor.visible": True,
    "xtick.top": True,
    "ytick.direction": "in",
    "ytick.labelsize": 8,
    "ytick.minor.visible": True,
    "ytick.right": True,
}


@contextmanager
def figure_of(
    width: float, height: float, rows: int, columns: int, **options: Any
) -> Iterator[tuple[Figure, Sequence[Axes]]]:
    """Give a figure that belongs to no global state, in our style; `options` are those of ``Figure.subplots``."""
    import matplotlib as mpl

    from .figure import Picture

    with mpl.rc_context(STYLE):
        figure = Picture(width, height)
        yield figure, list(figure.subplots(rows, columns, squeeze=False, **options).flat)


def colour(i: int) -> str:
    """Return the colour of class `i`."""
    return COLOURS[i % len(COLOURS)]


def colours_of(classes: Iterable[str], signal: Collection[str] = ()) -> dict[str, str]:
    """Return the colour of each class; without a signal they have the colours of their places.

    Examples
    --------
    >>> colours_of(["qcd", "zz", "tt"], signal=["zz"])
    {'qcd': '#D55E00', 'zz': '#0072B2', 'tt': '#009E73'}
    """
    names = list(classes)
    if not signal:
        return {name: colour(i) for i, name in enumerate(names)}
    signals, backgrounds = cycle(SIGNALS), cycle(BACKGROUNDS)
    return {name: next(signals if name in signal else backgrounds) for name in names}


def line(i: int) -> Any:
    """Return the line style of class `i`."""
    return LINES[i % len(LINES)]


def plain(text: str) -> str:
    r"""Return a text that matplotlib shows as it is: dollars begin no formula, and a legend leaves out no leading ``_``.

    Examples
    --------
    >>> plain("a$b")
    'a\\$b'
    """
    escaped = text.replace("$", r"\$")
    return f"\N{HAIR SPACE}{escaped}" if text.startswith("_") else escaped


def with_unit(name: str, unit: str) -> str:
    """Return the label of an axis.

    Examples
    --------
    >>> with_unit("met", "GeV")
    'met [GeV]'
    """
    return plain(f"{name} [{unit}]" if unit else name)
