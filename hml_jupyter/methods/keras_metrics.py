"""Metrics for Keras' ``fit``: significance and rejection from fixed fine bins of the score, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import checks
from ..datasets.described import pb_to_events
from ..errors import ArgumentError
from ..metrics import FLOOR, MOST_UNCERTAINTY
from ..metrics.rejections import check_efficiency
from ..registry import named
from .backend import keras

__all__ = ["BINS", "MaxSignificance", "RejectionAtEfficiency"]

#: Bins of equal width in the log-odds ln(p / (1 - p)) of the score, which resolve the ends of a trained score as well as its
#: middle, and where the first and the last begin: single precision ends there.
BINS, REACH = 2048, 16.0
MOST_CLASSES = 1000

Metric: Any = keras().metrics.Metric
ops: Any = keras().ops
registered = keras().saving.register_keras_serializable(package="hml_jupyter")


class _Binned(Metric):  # type: ignore[misc]
    """Sums of the weights and of their squares, for each class in bins of the score."""

    def __init__(self, classes: int, class_id: int, name: str, dtype: Any) -> None:
        super().__init__(name=name, dtype=dtype)
        self.classes = checks.whole("classes", classes, 2, MOST_CLASSES)
        self.class_id = checks.whole("class_id", class_id, 0, classes - 1)
        self.sums = self.add_variable(shape=(classes, BINS, 2), initializer="zeros", name="sums")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true : tensor, shape (n,), (n, 1) or (n, k)
            Class of each event, or one column for each class.
        y_pred : tensor, shape (n,), (n, 1) or (n, k)
            Signal score, or a column for each class; 0 to 1.
        sample_weight : tensor, shape (n,), optional
            Weights; inside a class they count as they are given.
        """
        labels, scores = ops.convert_to_tensor(y_true), ops.cast(y_pred, self.dtype)
        labels = (
            ops.argmax(labels, -1) if len(labels.shape) > 1 and labels.shape[-1] > 1 else ops.reshape(labels, (-1,))
        )
        scores = (
            scores[:, self.class_id] if len(scores.shape) > 1 and scores.shape[-1] > 1 else ops.reshape(scores, (-1,))
        )
        weights = ops.ones_like(scores) if sample_weight is None else ops.reshape(sample_weight, (-1,))
        weights = ops.cast(weights, self.dtype)
        odds = ops.log(scores) - ops.log1p(-scores)
        place = ops.clip((odds / REACH + 1) * (BINS / 2), 0, BINS - 1)
        index = ops.cast(labels, "int32") * BINS + ops.cast(place, "int32")
        found = ops.segment_sum(ops.stack([weights, weights * weights], -1), index, num_segments=self.classes * BINS)
        self.sums.assign_add(ops.reshape(found, (self.classes, BINS, 2)))

    def _above(self) -> tuple[Any, Any]:
        """Return the sums (classes, BINS) of weights and of squared weights at or above each bin."""
        above = ops.flip(ops.cumsum(ops.flip(self.sums, 1), 1), 1)
        return above[..., 0], above[..., 1]


@registered
class MaxSignificance(_Binned):
    """Largest Asimov significance over thresholds of the score, with cross sections and luminosity.

    Parameters
    ----------
    cross_sections : sequence of float
        Of each class, in the order of their labels, pb, after what the events have passed already. Inside a class events
        share it by their sample weights, so that weights balanced per class do no harm.
    luminosity : float
        fb^-1.
    class_id : int
        The label of the signal; all others are background.
    uncertainty : float
        Relative uncertainty of the background.
    floor : float
        Effective background events that a threshold must leave.

    Raises
    ------
    ArgumentError, UnknownNameError
        What is outside of its range, or an option that there is not.

    Notes
    -----
    The value, and its source, is that of :func:`hml_jupyter.metrics.max_significance`, with thresholds at the edges of 2048 bins of
    ln(p / (1 - p)) from -16 to 16 only: never above the exact maximum, and below it by what the significance changes inside
    a bin, in which odds grow by 1.6 %. NaN where no threshold leaves enough background.

    Examples
    --------
    >>> metric = MaxSignificance([1.0, 0.1], luminosity=1.0)
    >>> metric.update_state([0.0] * 40 + [1.0] * 10, [0.3] * 20 + [0.7] * 30)
    >>> round(float(metric.result()), 2)
    0.83
    """

    def __init__(
        self,
        cross_sections: Sequence[float],
        luminosity: float = 139.0,
        *,
        class_id: int = 1,
        uncertainty: float = 0.0,
        floor: float = FLOOR,
        name: str = "max_significance",
        dtype: Any = None,
    ) -> None:
        each = _cross_sections(cross_sections)
        super().__init__(len(each), class_id, name, dtype)
        self.cross_sections = each
        pb_to_events(luminosity)  # refuses what is none
        self.luminosity = float(luminosity)
        self.uncertainty = checks.number("uncertainty", uncertainty, 0.0, MOST_UNCERTAINTY)
        self.floor = checks.number("floor", floor, 0.0)

    __init__ = named(__init__, "MaxSignificance")

    def result(self) -> Any:
        """Return the significance."""
        weights, squares = self._above()
        total = weights[:, :1]
        expected = ops.reshape(ops.convert_to_tensor(self.cross_sections, self.dtype), (-1, 1)) * 1000 * self.luminosity
        scale = ops.where(total > 0, expected / ops.where(total > 0, total, 1.0), 0.0)
        signal = ops.reshape(ops.arange(self.classes) == self.class_id, (-1, 1))
        s = ops.sum(ops.where(signal, scale * weights, 0.0), 0)
        b = ops.sum(ops.where(signal, 0.0, scale * weights), 0)
        variance = ops.sum(ops.where(signal, 0.0, scale**2 * squares), 0)
        allowed = (b > 0) & (variance > 0) & (s >= 0) & (b**2 >= self.floor * (1 - 1e-6) * variance)
        b, variance = ops.where(allowed, b, 1.0), ops.where(allowed, variance, 1.0)
        z = _asimov(ops.maximum(s, 0.0), b, variance + (self.uncertainty * b) ** 2)
        best = ops.max(ops.where(allowed, z, -1.0))
        return ops.where(best >= 0, best, float("nan"))

    def get_config(self) -> dict[str, Any]:
        """Return the options."""
        own = {
            name: getattr(self, name) for name in ("cross_sections", "luminosity", "class_id", "uncertainty", "floor")
        }
        return {**super().get_config(), **own}


@registered
class RejectionAtEfficiency(_Binned):
    """Background rejection 1 / efficiency of the tightest cut on the score that keeps a signal efficiency.

    Parameters
    ----------
    efficiency : float
        Signal efficiency, above 0, at most 1.
    class_id : int
        The label of the signal.
    background : int, optional
        The label of the background; all classes but the signal, by their sample weights, if not given.
    classes : int
        How many labels there are.

    Raises
    ------
    ArgumentError, UnknownNameError
        What is outside of its range, or an option that there is not.

    Notes
    -----
    As :func:`hml_jupyter.metrics.rejection_at_efficiency`, with thresholds at the edges of the bins of :class:`MaxSignificance`: never above
    the exact rejection, below it by the background in one bin. NaN where no background event is left.

    Examples
    --------
    >>> metric = RejectionAtEfficiency(0.5)
    >>> metric.update_state([1, 1, 0, 0], [0.9, 0.6, 0.7, 0.1])
    >>> metric.update_state([0, 0], [0.95, 0.2])
    >>> float(metric.result())
    4.0
    """

    def __init__(
        self,
        efficiency: float = 0.5,
        *,
        class_id: int = 1,
        background: int | None = None,
        classes: int = 2,
        name: str = "rejection_at_efficiency",
        dtype: Any = None,
    ) -> None:
        super().__init__(classes, class_id, name, dtype)
        self.efficiency = check_efficiency(efficiency)
        self.background = None if background is None else checks.whole("background", background, 0, classes - 1)
        if background == class_id:
            msg = f"background={background!r} is the signal, class_id={class_id}: give the label of a background"
            raise ArgumentError(msg)

    __init__ = named(__init__, "RejectionAtEfficiency")

    def result(self) -> Any:
        """Return the rejection."""
        weights, _ = self._above()
        labels = ops.arange(self.classes)
        chosen = labels != self.class_id if self.background is None else labels == self.background
        signal = weights[self.class_id]
        background = ops.sum(ops.where(ops.reshape(chosen, (-1, 1)), weights, 0.0), 0)
        kept = signal >= self.efficiency * (1 - 1e-6) * signal[0]
        passed = background[ops.max(ops.where(kept, ops.arange(BINS), 0))]
        left = (passed > 0) & (signal[0] > 0)
        return ops.where(left, background[0] / ops.where(left, passed, 1.0), float("nan"))

    def get_config(self) -> dict[str, Any]:
        """Return the options."""
        own = {name: getattr(self, name) for name in ("efficiency", "class_id", "background", "classes")}
        return {**super().get_config(), **own}


def _cross_sections(given: Any) -> list[float]:
    """Return the cross sections of the classes."""
    try:
        found = [checks.number("each of cross_sections", each, 0.0) for each in given]
    except TypeError:
        found = []
    if isinstance(given, str | Mapping) or len(found) < 2:
        msg = f"cross_sections has one number of pb for each label, [30.0, 0.4]; got {given!r}"
        raise ArgumentError(msg)
    return found


def _asimov(s: Any, b: Any, variance: Any) -> Any:
    """Return :func:`hml_jupyter.metrics.asimov` of tensors; b and variance are positive."""
    share = variance / (variance + b)
    best = b + s * share
    counting = best * _excess((s - s * share) / best)
    control = b / variance * best * _excess(-s * share / best)
    return ops.sqrt(2.0 * ops.maximum(counting + control, 0.0))


def _excess(u: Any) -> Any:
    """Return (1 + u) ln(1 + u) - u, by its series where single precision would cancel."""
    series = u**2 * (1 / 2 - u * (1 / 6 - u * (1 / 12 - u * (1 / 20 - u / 30))))
    return ops.where(ops.abs(u) < 0.05, series, (1 + u) * ops.log1p(u) - u)
