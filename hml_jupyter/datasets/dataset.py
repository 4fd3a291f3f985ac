"""A dataset, and a selection of one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..errors import ArgumentError
from .described import check_known
from .observed import Observed, locked, passing
from .store import Arrays, Joined, Masked, Store
from .table import BLINDED, Description
from .weighing import Weighed

if TYPE_CHECKING:
    from .describing import DatasetNumbers

__all__ = ["Dataset"]


class Dataset(Weighed):
    """Numbers for each event: columns, classes, weights and a fixed split; built, or selected from another one.

    Made by :func:`build_dataset` and :func:`select`. n events (or jets, see `per`), k columns, m classes.

    Examples
    --------
    >>> from hml_jupyter.datasets import example
    >>> dataset = example()
    >>> dataset.names, dataset.units, dataset.classes, dataset.X.shape
    (('fatjet0.mass',), ('GeV',), ('zz', 'qcd'), (20, 1))
    >>> dataset.column("fatjet0.mass")[dataset.is_signal & dataset.part("test")]
    array([ 90., 115.])
    """

    parent: Dataset | None
    """What this was selected from; None for a built dataset."""
    cuts: tuple[str, ...]
    """The cuts from `parent` to here, canonical; empty for a built dataset."""

    mask: npt.NDArray[np.bool_] | None
    """Which events of `parent` were selected; None for a built dataset."""

    def __init__(
        self,
        description: Description,
        arrays: Arrays,
        observed: Arrays | None = None,
        *,
        parent: Dataset | None = None,
        cuts: tuple[str, ...] = (),
        mask: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        super().__init__(description)
        self._arrays, self._observed = arrays, observed
        self.parent, self.cuts = parent, cuts
        self.mask = None if mask is None else locked(mask)

    @classmethod
    def passing(cls, parent: Dataset, cuts: Sequence[Cut], mask: npt.NDArray[np.bool_] | None = None) -> Dataset:
        """Return the events of `parent` that pass all cuts; `mask` is which those are, if it is known."""
        if mask is None:
            mask = np.ones(parent.n_events, bool)
            for cut in cuts:
                mask &= cut(parent)
        texts = tuple(map(str, cuts))
        observed = None if parent._observed is None else passing(parent.observed, parent._observed, cuts)
        return cls(parent._description, Masked(parent._arrays, mask), observed, parent=parent, cuts=texts, mask=mask)

    @classmethod
    def with_columns(
        cls, parent: Dataset, description: Description, columns: Store, observed: Store | None = None
    ) -> Dataset:
        """Return all events of `parent` with more columns, which `description` names; `observed` are theirs of observed events."""
        seen = None if parent._observed is None or observed is None else Joined(observed, parent._observed)
        everything = np.ones(parent.n_events, bool)
        return cls(description, Joined(columns, parent._arrays), seen, parent=parent, mask=everything)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Dataset:
        """Return a saved dataset or selection; a selection loads its parent too.

        Parameters
        ----------
        path : str or path
            Its folder.

        Raises
        ------
        PathError, DamagedError
            It is no path, there is none, its files changed, or the parent of a selection was made anew since.
        UnknownNameError
            It was made with an observable of your own that is not registered here.
        """
        from .loading import load

        return load(path)

    @classmethod
    def from_heplab(
        cls,
        file: str | os.PathLike[str],
        *,
        signal: str | Sequence[str],
        classes: Mapping[int, str] | None = None,
        split: Sequence[float] | None = None,
        seed: int | None = None,
        path: str | None = None,
    ) -> Dataset:
        """Open a dataset of HEP ML Lab (``.ds``) that `SetDataset.save` wrote.

        Parameters
        ----------
        file : str or path
            The file.
        signal : str or list of str
            Which classes are signal.
        classes : dict, optional
            Class number -> name, ``{0: "qcd", 1: "zz"}``, in the order of `classes` here; by default ``"0"``, ``"1"`` ...
        split, seed : (float, float, float) and int, optional
            As for :func:`build_dataset`, for a file that was never split: it needs a seed. One that was split keeps its own.
        path : str, optional
            Where to keep it, relative to the working folder; without it the dataset lives in memory.

        Returns
        -------
        Dataset
            Its columns with our names; one that is none of our observables is ``column.<name>``. Such a file has no cross
            sections and no weights: those of each class sum to 1.

        Raises
        ------
        PathError
            There is no such file, or `path` belongs to something else.
        FileFormatError
            It is damaged, empty, or has a part that lacks a class.
        ArgumentError, UnknownNameError
            It holds images; classes or a split that do not fit the file.
        """
        from .heplab import open_heplab

        return open_heplab(file, signal, classes, split, seed, path)

    def check_unchanged(self) -> None:
        """Refuse a dataset whose folder, or that of what it was selected from, has changed since it was loaded."""
        super().check_unchanged()
        if self.parent is not None:
            self.parent.check_unchanged()

    @property
    def root(self) -> Dataset:
        """The built dataset that this one comes from."""
        return self if self.parent is None else self.parent.root

    @property
    def all_cuts(self) -> tuple[str, ...]:
        """The cuts from the built dataset to here, in order."""
        return self.cuts if self.parent is None else self.parent.all_cuts + self.cuts

    @property
    def is_selection(self) -> bool:
        """Whether it is what cuts, perhaps none, have left of another one; with scores added it is more than that."""
        return self.parent is not None and self.scores == self.parent.scores

    @property
    def n_events(self) -> int:
        """Number of rows n: events, or jets where each jet has a row (`per`)."""
        return self._arrays.n_rows if self.mask is None else int(self.mask.sum())

    @cached_property
    def X(self) -> Any:
        """What a method sees, n rows.

        Of a Set (n, k) float64 columns, NaN where an object is missing. Of an Image (n, x, y, channels) float32. Of a Graph
        a :class:`hml_jupyter.representations.Graphs`: nodes, mask, neighbours and edges.
        """
        if self.kind != "set":
            return self.representation.expand(self.arrays)
        X = np.empty((self.n_events, len(self.names)), order="F")
        for k, name in enumerate(self.names):
            X[:, k] = self._arrays[name]
        return locked(X)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The stored arrays of an Image (``image``) or a Graph (``nodes``, ``count``), (n, ...) each; none of a Set."""
        return {name: locked(self._arrays[name]) for name in self._description.arrays}

    @cached_property
    def is_signal(self) -> npt.NDArray[np.bool_]:
        """(n,) whether the class is signal."""
        return locked(np.isin(self.classes, self.signal)[self.y])

    @property
    def event(self) -> npt.NDArray[np.int64]:
        """(n,) number of the event in its source; jets of one event have the same."""
        return locked(self._arrays["event"])

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return the values of a column or side column, or of arithmetic of them, (n,).

        Raises
        ------
        UnknownNameError
            There is no such column.
        """
        return locked(self._values(name, self._arrays))

    @cached_property
    def observed(self) -> Observed:
        """The observed events.

        Raises
        ------
        ArgumentError
            The dataset was built without any.
        """
        if self._observed is None:
            msg = "this dataset has no observed data: build it with observed={'data': ...}"
            raise ArgumentError(msg)
        return Observed(self, self._observed)

    @property
    def blinded(self) -> npt.NDArray[np.bool_]:
        """(n,) which simulated events pass one of the cuts that blind data; they have no data to be compared with."""
        return locked(self._arrays[BLINDED]) if self.blind else np.zeros(self.n_events, bool)

    def region(self, name: str) -> Dataset:
        """Return the events of a region, a selection in memory; an unknown name raises."""
        check_known("region", name, self.regions, hint="Regions are given to build_dataset(regions=...)")
        from .selecting import selected

        return selected(self, [Cut(self.regions[name])], None)

    def describe(self) -> DatasetNumbers:
        """Return each column's mean, spread and range for signal and background, missing values, and separation."""
        from .describing import describe

        return describe(self)

    def __repr__(self) -> str:
        """Return one line."""
        kind = "selection" if self.all_cuts else "dataset"
        classes = ", ".join(f"{name}{'*' if name in self.signal else ''}" for name in self.classes)
        what = f"columns {', '.join(self.names)}" if self.names else f"one {self.kind} each"
        return f"<{kind} of {self.n_events} {self.row}, {what}, classes {classes} (* signal)>"
