"""Metrics as HEP ML Lab defines them: of counts of simulated events, for comparison with its tables."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ..checks import number
from .ranking import checked

__all__ = ["max_significance_of_raw_counts", "rejection_of_raw_counts"]

#: HEP ML Lab's, of its rejection.
THRESHOLDS = 200


def max_significance_of_raw_counts(scores: npt.ArrayLike, is_signal: npt.ArrayLike) -> float:
    """Return TP / sqrt(TP + FP) of simulated events at the threshold 0.5: HEP ML Lab's ``MaxSignificance`` by default.

    It grows with the size of the simulated sample, knows neither cross sections nor luminosity, and is no maximum.

    Parameters
    ----------
    scores : array (n,)
        Probability of signal; above 0.5 is selected.
    is_signal : array of bool (n,)
        As for :func:`roc`.

    Returns
    -------
    float
        0 where nothing is selected.

    Examples
    --------
    >>> max_significance_of_raw_counts([0.9, 0.8, 0.7, 0.6, 0.1], [True, True, True, False, False])
    1.5
    """
    scores, is_signal, _ = checked(scores, is_signal, None)
    selected = int((scores > 0.5).sum())
    return int((is_signal & (scores > 0.5)).sum()) / math.sqrt(selected) if selected else 0.0


def rejection_of_raw_counts(scores: npt.ArrayLike, is_signal: npt.ArrayLike, efficiency: float = 0.5) -> float:
    """Return HEP ML Lab's ``RejectionAtEfficiency``: both outputs of a softmax as events of one sample, 200 thresholds.

    It is 1 / (1 - specificity), the largest one at which the sensitivity is at least `efficiency`. Background events at a low
    score count as signal of the other output, so it is no background rejection at a signal efficiency.

    Parameters
    ----------
    scores : array (n,)
        Probability of signal.
    is_signal : array of bool (n,)
        As for :func:`roc`.
    efficiency : float
        Sensitivity to keep, 0 to 1.

    Returns
    -------
    float
        inf where nothing false is left.

    Notes
    -----
    ``keras.metrics.SpecificityAtSensitivity(efficiency, num_thresholds=200)`` of ``[1 - score, score]`` and one-hot targets.

    Examples
    --------
    >>> rejection_of_raw_counts([0.9, 0.8, 0.7, 0.2], [True, True, False, False], 1.0)
    4.0
    """
    scores, is_signal, _ = checked(scores, is_signal, None)
    efficiency = number("efficiency", efficiency, 0.0, 1.0)
    right = np.sort(np.where(is_signal, scores, 1 - scores))
    wrong = np.sort(1 - right)
    thresholds = np.concatenate([[-1e-7], np.arange(1, THRESHOLDS - 1) / (THRESHOLDS - 1), [1 + 1e-7]])
    true, false = (1 - np.searchsorted(each, thresholds, side="right") / len(each) for each in (right, wrong))
    least = float(false[true >= efficiency].min(initial=1.0))
    return 1 / least if least > 0 else math.inf
