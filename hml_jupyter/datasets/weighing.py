"""What the events of a dataset count: weights, expected numbers, and which events a yield may use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .described import check_known, pb_to_events, shares
from .exporting import Exportable
from .observed import locked
from .table import PARTS, variation_column

if TYPE_CHECKING:
    from .dataset import Dataset
    from .store import Arrays

__all__ = ["Weighed"]


class Weighed(Exportable):
    """A dataset as it is counted; n events of m classes.

    Yields of a dataset with scores are those of its test events, scaled up: the methods have seen the others. Where all scores
    are of cross-trainings of its own, no event was seen by what scored it, and all are counted.
    """

    _arrays: Arrays

    if TYPE_CHECKING:

        @property
        def root(self) -> Dataset:  # noqa: D102 (it is that of a Dataset)
            ...

    @property
    def y(self) -> npt.NDArray[np.int64]:
        """(n,) index of the class in `classes`."""
        return locked(self._arrays["class"])

    @property
    def split(self) -> npt.NDArray[np.int8]:
        """(n,) 0 train, 1 validation, 2 test; fixed when the dataset was built."""
        return locked(self._arrays["split"])

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """(n,) pb: cross section times event weight over the sum of generated weights."""
        return locked(self._arrays["weight"])

    @cached_property
    def counted(self) -> npt.NDArray[np.bool_]:
        """(n,) which events a yield may use: all, or with scores the test events."""
        return locked(self.unseen(crossed=not self.test_only))

    @cached_property
    def expected(self) -> npt.NDArray[np.float64]:
        """(n,) pb: what each event stands for in a yield; `weights`, or with scores those of test events scaled up, 0 for others."""
        return locked(np.where(self.counted, self.scaled(crossed=not self.test_only), 0.0))

    def unseen(self, *, crossed: bool) -> npt.NDArray[np.bool_]:
        """Return which events no model has seen that scores them, (n,): the test events, or if all are `crossed` all."""
        return np.ones(len(self.y), bool) if crossed else self.part("test")

    def scaled(self, *, crossed: bool) -> npt.NDArray[np.float64]:
        """Return what each event stands for if those of `unseen` are counted, (n,) pb."""
        return self.weights if crossed else np.asarray(self.weights / self.share("test"))

    @property
    def fractions(self) -> dict[str, tuple[float, ...]]:  # noqa: D102 (as it is described)
        whole = self.root
        return super().fractions if self.per is None else shares(self.classes, whole.y, whole.split, whole.weights)

    def part(self, name: str) -> npt.NDArray[np.bool_]:
        """Return which events are in ``"train"``, ``"validation"`` or ``"test"``, (n,)."""
        check_known("part of a dataset", name, PARTS)
        return np.asarray(self.split == PARTS.index(name))

    def share(self, part: str) -> npt.NDArray[np.float64]:
        """Return the share of its class's summed weights that a part has, for each event, (n,); NaN where it has none.

        Examples
        --------
        >>> from hml_jupyter.datasets import example
        >>> example().share("test")[:2].round(2).tolist()
        [0.2, 0.2]
        """
        found = np.array([self.fractions[c][PARTS.index(part)] for c in self.classes])
        return np.asarray(np.where(found > 0, found, np.nan)[self.y])

    def weights_of(self, variation: str) -> npt.NDArray[np.float64]:
        """Return the weights of a systematic variation, (n,) pb.

        Raises
        ------
        UnknownNameError
            The dataset was built without it.
        """
        return np.asarray(self.weights * self._factors(variation))

    def yields(self, luminosity: float, variation: str | None = None) -> npt.NDArray[np.float64]:
        """Return the expected number of events that each event stands for, (n,); see `expected`.

        Parameters
        ----------
        luminosity : float
            fb^-1.
        variation : str, optional
            A systematic variation.

        Raises
        ------
        ArgumentError
            The cross section of a class is not known.
        UnknownNameError
            There is no such variation.
        """
        self.check_cross_sections()
        factors = 1.0 if variation is None else self._factors(variation)
        return np.asarray(self.expected * factors * pb_to_events(luminosity))

    def _factors(self, variation: str) -> npt.NDArray[np.float64]:
        hint = "Variations are given to build_dataset(variations=...)"
        check_known("variation", variation, self.variations, hint=hint)
        return np.asarray(self._arrays[variation_column(variation)])
