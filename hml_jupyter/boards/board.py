"""The board: live histograms of a dataset, and the cuts that stand on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bounds import moved
from ..checks import number
from ..cuts import Cut
from ..datasets import Dataset
from ..datasets.described import MOST_LUMINOSITY, pb_to_events
from ..errors import ArgumentError, EmptySelectionError, UnknownNameError
from ..histograms import check_side, fill
from ..metrics import MOST_UNCERTAINTY, Significance
from ..registry import Shown
from ..selection import Cutflow, cutflow
from .axes import Axis
from .best import Best, best_threshold
from .chosen import Chosen, read_cuts, read_moves
from .indexing import Index, box, index, totals
from .layout import Layout, check_scale
from .samples import samples_of
from .state import (
    flow_rows,
    listed,
    look_state,
    map_edges,
    measures_state,
    samples_state,
    view_states,
)

if TYPE_CHECKING:
    import hist

__all__ = ["Board"]


class Board(Shown):
    """Live histograms of a dataset with the cuts that stand on them; made by :func:`board`.

    In a notebook its thresholds are dragged; everywhere else it shows its picture and its cutflow.
    """

    def __init__(
        self, dataset: Dataset, layout: Layout, chosen: Chosen, luminosity: float | None, uncertainty: float
    ) -> None:
        self.dataset, self.layout = dataset, layout
        self.samples = samples_of(dataset)
        """The events, class by class."""
        self.luminosity, self.uncertainty = luminosity, uncertainty
        self._chosen = chosen
        self._chosen.listeners.add(self)
        self.listeners: list[Callable[[], Callable[[], None] | None]] = []
        """Weak references to what is called when the board has changed."""
        self._version = 0

    @property
    def luminosity(self) -> float | None:
        """fb^-1; None for counts only."""
        return self._luminosity

    @luminosity.setter
    def luminosity(self, luminosity: float | None) -> None:
        if luminosity is not None:
            self.dataset.check_cross_sections()
            luminosity = number("luminosity", luminosity, 1e-6, MOST_LUMINOSITY)
        check_scale(self.layout, luminosity)
        self._luminosity = luminosity

    @property
    def uncertainty(self) -> float:
        """Relative uncertainty of the background."""
        return self._uncertainty

    @uncertainty.setter
    def uncertainty(self, uncertainty: float) -> None:
        self._uncertainty = number("uncertainty", uncertainty, 0.0, MOST_UNCERTAINTY)

    @property
    def cuts(self) -> tuple[str, ...]:
        """The cuts that are switched on, in order, as :func:`select` takes them."""
        return tuple(text for text, is_on in self._chosen.cuts if is_on)

    @property
    def all_cuts(self) -> tuple[tuple[str, bool], ...]:
        """Every cut in order, and whether it is switched on."""
        return self._chosen.cuts

    @property
    def cutflow(self) -> Cutflow:
        """What is left after each cut that is switched on."""
        return cutflow(self.dataset, self.cuts, luminosity=self.luminosity, uncertainty=self.uncertainty)

    @property
    def significance(self) -> Significance | None:
        """The expected significance after all cuts; None without a luminosity."""
        return self.cutflow.rows[-1].significance

    @property
    def histograms(self) -> dict[str, hist.Hist[Any]]:
        """Column -> histogram of what passes all cuts, axes ``class`` and the column, weights in pb."""
        passing = np.logical_and.reduce([Cut(cut)(self.dataset) for cut in self.cuts]) if self.cuts else None
        return {name: fill(self.dataset, name, each.edges, passing=passing) for name, each in self.axes.items()}

    def set(self, cuts: Sequence[str | tuple[str, bool]]) -> None:
        """Take other cuts: texts, or texts with whether they are switched on.

        Raises
        ------
        ArgumentError, ExpressionError, UnknownNameError
            No list of cuts, or one that cannot be read.
        EmptySelectionError
            No event would be left.
        """
        self._chosen.set(self.checked(cuts))

    def show(self, cuts: Sequence[tuple[str, bool]]) -> None:
        """Take cuts that were checked before."""
        if tuple(cuts) != self._chosen.cuts:
            self._chosen.set(cuts)

    def move(self, moves: Sequence[tuple[str, str, float | None]]) -> None:
        """Put thresholds, (column, ``"lower"`` or ``"upper"``, where); None takes the cut away."""
        self.set(self.after(moves))

    def after(self, moves: Sequence[tuple[str, str, float | None]]) -> tuple[tuple[str, bool], ...]:
        """Return the cuts with thresholds moved; those that are switched off stay where they are."""
        cuts = self._chosen.cuts
        for observable, side, value in read_moves(moves):
            cuts = moved(cuts, self.dataset.column_name(observable), side, value)
        return cuts

    def checked(self, cuts: Sequence[str | tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
        """Return cuts as texts with whether they are on; see `set` for what is refused."""
        found = read_cuts(cuts)
        for text, _ in found:
            for name in Cut(text).needs(self.dataset.column_names):
                self.dataset.column_name(name)
        on = [text for text, is_on in found if is_on]
        if on and not totals(self.samples, on)[0, : len(self.dataset.classes)].any():
            msg = f"no event of {self.dataset.n_events} is left with {' and '.join(on)}"
            raise EmptySelectionError(msg)
        return found

    def save_html(self, path: str | os.PathLike[str], observables: Sequence[str] | None = None) -> Path:
        """Write one page in which the board can still be dragged: no kernel, no network, nothing beside it.

        Parameters
        ----------
        path : str or path
            Where it goes; an earlier page of a board is replaced.
        observables : list of str, optional
            Whose thresholds can be dragged in it; all of them by default. Each takes up to a megabyte.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        PathError
            The folder does not exist, or `path` is another file.
        UnknownNameError
            An observable has no histogram on the board.
        """
        from .pages import save_html

        return save_html(self, path, observables)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture of the board, ``.png``, ``.svg`` or ``.pdf``; :func:`hml_jupyter.plot` gives the figure itself.

        A file that is there already is replaced.

        Raises
        ------
        ArgumentError
            Another kind of file.
        PathError
            The folder does not exist.
        """
        from .pages import save_picture

        return save_picture(self, path)

    # what a page needs ---------------------------------------------------------------------------------------------

    @property
    def axes(self) -> dict[str, Axis]:
        """Column -> bins and places of its histogram."""
        return {name: self._axis(name) for name in self.layout.observables}

    @property
    def scale(self) -> float:
        """Expected events of a weight of 1 pb; 1 without a luminosity."""
        return 1.0 if self.luminosity is None else pb_to_events(self.luminosity)

    def state(self) -> dict[str, Any]:
        """Return the board as plain numbers."""
        rows, fixed = flow_rows(self.dataset, self.samples, self.cuts)
        axes = self.axes
        return {
            "version": self._version,
            "counted": self.counted,
            "samples": samples_state(self.samples),
            "compared": self.samples.compared,
            "blind": list(self.dataset.blind),
            **measures_state(self.luminosity, self.scale, self.uncertainty),
            "layout": look_state(self.layout),
            "views": view_states(self.dataset, self.samples, axes, self.cuts),
            "maps": [
                {
                    "x": x,
                    "y": y,
                    "xedges": map_edges(self._axis(x)).tolist(),
                    "yedges": map_edges(self._axis(y)).tolist(),
                }
                for x, y in self.layout.maps
            ],
            "cuts": listed(self._chosen.cuts),
            "regions": [{"name": name, "text": text} for name, text in self.dataset.regions.items()],
            "cutflow": rows,
            "fixed": fixed,
            "catalogue": [
                {"name": name, "unit": self.dataset.unit(name)}
                for name in self.dataset.column_names
                if name not in self.layout.observables
            ],
            "code": None,
        }

    @property
    def counted(self) -> str:
        """What indexes and maps are counted for; another look or luminosity leaves it as it is."""
        look = self.layout
        return repr((self.cuts, look.observables, dict(look.bins), dict(look.ranges), look.maps))

    def index(self, observable: str) -> Index:
        """Return what every place of the thresholds on one of the histograms would leave."""
        if observable not in self.layout.observables:
            raise UnknownNameError("histogram of the board", observable, self.layout.observables)
        return index(self.samples, observable, self.axes, self.cuts)

    def best(self, observable: str, side: str) -> Best:
        """Return the threshold with the largest significance, all other cuts applied; every value of an event is tried.

        Raises
        ------
        ArgumentError
            The board has no luminosity, or its dataset no background.
        UnknownNameError
            There is no such column or side.
        EmptySelectionError
            No threshold leaves signal and enough background.
        """
        if self.luminosity is None:
            msg = "the best threshold needs a luminosity, and so the cross section of each class"
            raise ArgumentError(msg)
        self.dataset.check_background("the best threshold")
        check_side(side)
        name = self.dataset.column_name(observable)
        return best_threshold(self.samples, name, side, self.cuts, self.scale, uncertainty=self.uncertainty)

    def box(self, x: str, y: str) -> Any:
        """Return a map of two of the columns, (3, m, 50, 50); see `hml_jupyter.boards.indexing.box`."""
        x, y = (self.dataset.column_name(name) for name in (x, y))
        edges = (map_edges(self._axis(x)), map_edges(self._axis(y)))
        return box(self.samples, x, y, edges, self.cuts)

    def changed(self) -> None:
        """Tell whoever shows the board that it has changed."""
        self._version += 1
        self.listeners = [held for held in self.listeners if held()]
        for held in self.listeners:
            if listener := held():
                listener()

    def _axis(self, name: str) -> Axis:
        return self.samples.axis(name, self.layout.bins.get(name), self.layout.ranges.get(name))

    def __repr__(self) -> str:
        """Return one line."""
        cuts = " and ".join(self.cuts) or "no cuts"
        return f"<board of {', '.join(self.layout.observables)}; {cuts}>"
