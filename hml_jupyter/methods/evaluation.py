"""What an evaluation and a comparison hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..metrics import BestSignificance, Calibration, Confusion, Rejection, Roc
from ..registry import Shown

__all__ = ["Comparison", "Evaluation", "Importance", "RawCounts", "Scores", "Shape"]

Shape = tuple[tuple[float, ...], tuple[float, ...]]


class Scores(NamedTuple):
    """Distributions of the score, unit area."""

    edges: tuple[float, ...]
    """Bins, (v + 1,)."""
    train: dict[str, Shape]
    """``"signal"`` and ``"background"``: densities and their errors, (v,) each, of training events."""
    test: dict[str, Shape]
    """The same of test events."""


class Importance(NamedTuple):
    """What a model loses without an input."""

    name: str
    """The input."""
    value: float
    """By how much the AUC falls where the input's values are shuffled among the test events, mean of the repeats."""
    error: float
    """Standard deviation of the repeats."""


class RawCounts(NamedTuple):
    """Metrics of counts of simulated test events, as HEP ML Lab defines them."""

    significance: float
    """TP / sqrt(TP + FP) at the threshold 0.5."""
    rejection: float
    """1 / (1 - specificity at sensitivity 0.5) over both outputs; inf where nothing false is left."""


@dataclass(frozen=True)
class Evaluation(Shown):
    """What a training can do, on events that it has not seen; errors are statistical ones, by the bootstrap."""

    name: str
    """The last part of the training's path, or its method."""
    method: str
    """Name of the method."""
    selection: tuple[str, ...]
    """Cuts that the test events pass."""
    n_train: int
    """Events it was trained on."""
    n_test: int
    """Test events, or with `folds` all."""
    loss: float
    """Binary cross-entropy, signal and background balanced."""
    accuracy: float
    """Fraction on the right side of 0.5, signal and background balanced."""
    accuracy_error: float | None
    """Error of `accuracy`."""
    auc: float
    """Area under the ROC curve, physics weights."""
    auc_error: float | None
    """Error of `auc`."""
    rejection: Rejection
    """R50: one over the background efficiency where half of the signal is kept, physics weights."""
    rejections: dict[str, Rejection]
    """The same of each background process, at the same threshold; errors are binomial."""
    significance: BestSignificance | None
    """Largest Asimov Z over thresholds, or why there is none; None where no luminosity was given."""
    luminosity: float | None
    """fb^-1."""
    uncertainty: float
    """Relative uncertainty of the background in the significance."""
    each_background: bool
    """Whether every background process had to leave enough events."""
    ks_signal: float | None
    """Kolmogorov-Smirnov probability that training and test signal have the same scores."""
    ks_background: float | None
    """The same for the background."""
    calibration: Calibration
    """Scores against fractions of signal, signal and background balanced."""
    confusion: Confusion
    """Test events of each process on both sides of 0.5; efficiencies with physics weights."""
    confusion_at_best: Confusion | None
    """The same at the threshold of the significance; None where there is none."""
    raw_counts: RawCounts
    """HEP ML Lab's metrics, for comparison."""
    importance: tuple[Importance, ...] | None
    """Of each input, the largest first; None where it was not asked for."""
    roc: Roc = field(compare=False)
    """The ROC curve at 201 signal efficiencies: those that are reached for 0, 0.005, ... 1; physics weights."""
    significances: npt.NDArray[np.float64] | None = field(compare=False)
    """Z at the points of `roc`, NaN where too few background events are left; None where there is no significance."""
    scores: Scores
    """The distributions behind the probabilities."""
    folds: int | None = None
    """How many models have scored all events, each those that it has not seen; None for one model and the test events."""


@dataclass(frozen=True)
class Comparison(Shown):
    """Several trainings, each on the same or on its own events."""

    rows: tuple[Evaluation, ...]
    """One for each training, in the given order."""
    luminosity: float | None
    """fb^-1."""
    raw_counts: bool = False
    """Whether HEP ML Lab's metrics of raw counts are shown too."""

    @property
    def same_events(self) -> bool:
        """Whether all rows were measured on the same selection, on its test events or on all."""
        return len({(row.selection, row.folds is None) for row in self.rows}) <= 1
