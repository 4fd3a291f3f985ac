"""Making a board."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence

from ..datasets import Dataset
from ..datasets.checking import check_dataset
from ..registry import named
from .board import Board
from .chosen import Chosen, read_cuts
from .layout import check_flag, read_layout

__all__ = ["LUMINOSITY", "board"]

#: fb^-1 of a board that is made without one.
LUMINOSITY = 139.0
#: The cuts of linked boards, by the dataset's fingerprint; they are kept as long as one of the boards is.
_LINKED: weakref.WeakValueDictionary[str, Chosen] = weakref.WeakValueDictionary()


@named
def board(
    dataset: Dataset,
    observables: Sequence[str] | None = None,
    *,
    cuts: Sequence[str] = (),
    luminosity: float | None = LUMINOSITY,
    uncertainty: float = 0.0,
    bins: int | Mapping[str, int] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    maps: Sequence[tuple[str, str]] = (),
    how: str = "normalised",
    below: str = "significance",
    log: bool = False,
    snap: bool = False,
    linked: bool = False,
) -> Board:
    """Return live histograms of a dataset: in a notebook every edge has a handle, and dragging one moves all the others.

    Parameters
    ----------
    dataset : Dataset
        A built dataset, a selection or a region; thresholds stand on its columns and side columns.
    observables : list of str, optional
        The columns that are shown, in this order, or arithmetic of columns, ``"gn2.p_b / (gn2.p_c + gn2.p_u)"``; by default
        the first six columns.
    cuts : list of str
        Cuts to begin with.
    luminosity : float or None
        fb^-1; None for classes without a cross section, of which only shapes can be drawn.
    uncertainty : float
        Relative uncertainty of the background in the significance, 0.1 for 10 %, beside its Monte-Carlo error.
    bins : int or dict, optional
        How many bins all histograms have, or column -> how many: at most 48; about 40 by default.
    ranges : dict, optional
        Column -> (lowest, highest) edge; by default round numbers around the values.
    maps : list of pairs
        Pairs of columns that are shown in two dimensions, with a box to be dragged.
    how : str
        ``"normalised"`` shapes, ``"stacked"`` or ``"overlaid"`` expected events.
    below : str
        Below each histogram the ``"significance"`` against the threshold, a ``"ratio"``, or ``"none"``; nothing for signal alone.
    log : bool
        Logarithmic vertical axes.
    snap : bool
        Whether thresholds stop at the edges of bins only.
    linked : bool
        Whether it shares its cuts with all other linked boards of this dataset.

    Returns
    -------
    Board
        With ``.cuts``, ``.histograms``, ``.cutflow`` and ``.significance`` as they are at any moment.

    Raises
    ------
    ArgumentError, UnknownNameError
        Something that is no dataset; columns, bins, ranges or looks that cannot be; a luminosity for classes without a
        cross section, or expected events without one.
    EmptySelectionError
        No event passes the cuts.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> live = hml.board(example(), ["fatjet0.mass"], luminosity=None)
    >>> live.move([("fatjet0.mass", "lower", 70.0)])
    >>> live.cuts, live.cutflow.rows[-1].counts["qcd"].events
    (('fatjet0.mass >= 70.0',), 5)
    """
    check_dataset(dataset, "board")
    look = {"how": how, "below": below, "log": log, "snap": snap}
    asked = {"observables": observables, "bins": bins, "ranges": ranges, "maps": maps, **look}
    layout = read_layout(dataset, asked)
    check_flag("linked", linked)
    chosen = _LINKED.setdefault(dataset.fingerprint, Chosen()) if linked else Chosen()
    made = Board(dataset, layout, chosen, luminosity, uncertainty)
    first = read_cuts(cuts)
    if first or not linked:
        made.set(first)
    return made
