"""Binomial intervals of efficiencies."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["interval"]

Floats = npt.NDArray[np.float64]


def interval(passed: npt.ArrayLike, total: npt.ArrayLike) -> tuple[Any, Any]:
    """Return the central interval of 68.3 % of efficiencies.

    Parameters
    ----------
    passed, total : array (n,)
        Numbers of objects, or effective numbers of weighted ones, ``0 <= passed <= total`` and ``total > 0``.

    Notes
    -----
    Clopper and Pearson, Biometrika 26 (1934) 404, as quantiles of beta distributions, which take effective numbers too.

    Examples
    --------
    >>> low, high = interval(3.0, 4.0)
    >>> round(float(low), 4), round(float(high), 4)
    (0.3816, 0.9577)
    """
    from scipy.stats import beta, norm

    k, n = np.asarray(passed, dtype=np.float64), np.asarray(total, dtype=np.float64)
    tail = norm.sf(1.0)
    low = np.where(k > 0, beta.ppf(tail, np.where(k > 0, k, 1.0), n - k + 1), 0.0)
    # of a millionth of an object the quantile is the smallest number there is
    low = np.where(low > np.finfo(float).tiny, low, 0.0)
    high = np.where(k < n, beta.isf(tail, k + 1, np.where(k < n, n - k, 1.0)), 1.0)
    return low, high
