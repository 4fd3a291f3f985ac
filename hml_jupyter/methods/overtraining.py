"""Whether training and test events have the same scores."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["kolmogorov_smirnov"]


def kolmogorov_smirnov(
    a: npt.ArrayLike, b: npt.ArrayLike, a_weights: npt.ArrayLike, b_weights: npt.ArrayLike
) -> float | None:
    """Return the probability that two weighted samples of one distribution differ as much as these do, or more.

    Parameters
    ----------
    a, b : array, shapes (n,), (m,)
        Values.
    a_weights, b_weights : array, shapes (n,), (m,)
        Their weights; absolute values count.

    Returns
    -------
    float or None
        From 0 to 1; None where a sample has no weight.

    Notes
    -----
    The asymptotic law of Kolmogorov with Stephens' correction for finite samples (M. A. Stephens, J. R. Stat. Soc. B 32
    (1970) 115), the numbers of events replaced by the effective ones, (sum w)^2 / sum w^2.

    Examples
    --------
    >>> kolmogorov_smirnov([1, 2, 3, 4], [1, 2, 3, 4], [1] * 4, [1] * 4)
    1.0
    """
    from scipy.special import kolmogorov

    values = [np.asarray(each, float) for each in (a, b)]
    weights = [np.abs(np.asarray(each, float)) for each in (a_weights, b_weights)]
    if any(not w.sum() > 0 for w in weights):
        return None
    points = np.unique(np.concatenate(values))
    first, second = (_cumulative(v, w, points) for v, w in zip(values, weights, strict=True))
    n, m = (float(w.sum() ** 2 / (w**2).sum()) for w in weights)
    root = math.sqrt(n * m / (n + m))
    return float(kolmogorov((root + 0.12 + 0.11 / root) * np.abs(first - second).max()))


def _cumulative(
    values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], points: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    order = np.argsort(values, kind="stable")
    summed = np.concatenate([[0.0], np.cumsum(weights[order])])
    found: npt.NDArray[np.float64] = summed[np.searchsorted(values[order], points, side="right")] / summed[-1]
    return found
