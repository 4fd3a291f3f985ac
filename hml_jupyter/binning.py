"""Bins that show numbers well."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .checks import whole

__all__ = ["LARGEST", "binning", "is_one"]

Floats = npt.NDArray[np.float64]

#: Larger numbers count as infinite: their differences could be.
LARGEST = 1e300

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def binning(values: npt.ArrayLike, *, bins: int = 40) -> Floats:
    """Return edges that show `values` well: round numbers, whole steps for whole numbers, far tails left out.

    Parameters
    ----------
    values : array (n,)
        NaN, infinities and sizes above 1e300 are ignored.
    bins : int
        About how many bins, 1 to 10000.

    Returns
    -------
    numpy.ndarray
        Rising edges. The largest value lies below the last edge unless it is in the highest 0.5 %.

    Examples
    --------
    >>> binning([1, 2, 2, 3])
    array([1., 2., 3., 4.])
    >>> binning(np.linspace(0, 199, 1000), bins=4)
    array([  0.,  50., 100., 150., 200.])
    """
    bins = whole("bins", bins, 1, 10_000)
    given = np.asarray(values, dtype=np.float64)
    finite = given[np.abs(given) <= LARGEST]
    if len(finite) == 0:
        return np.linspace(0.0, 1.0, bins + 1)
    low, high = _range(finite)
    is_whole = bool((finite == np.rint(finite)).all())
    if is_whole and high - low < max(2 * bins, 50) and abs(low) < 1e9:
        return np.arange(low, high + 2.0)
    if is_one(low, high):
        width = max(abs(low), 1.0)
        low, high = low - width / 2, high + width / 2
    step = _round_step((high - low) / bins)
    first, last = np.floor(low / step), np.floor(high / step) + 1
    # a quotient that is rounded down from a whole number leaves the largest value at the last edge, outside
    return np.arange(first, last + 1 + (last * step <= high)) * step


def is_one(low: float, high: float) -> bool:
    """Tell whether two numbers differ by rounding alone.

    Examples
    --------
    >>> is_one(0.3, 0.1 + 0.2), is_one(91.18, 91.19)
    (True, False)
    """
    return high - low <= max(1e-9 * max(abs(low), abs(high)), 1e-300)


def _range(values: Floats) -> tuple[float, float]:
    """Return the range without the far tails, unless they are near."""
    low, high = float(values.min()), float(values.max())
    inner_low, inner_high = (float(q) for q in np.quantile(values, [0.005, 0.995]))
    width = inner_high - inner_low
    if width <= 0:
        return low, high
    return (
        low if inner_low - low <= 0.2 * width else inner_low,
        high if high - inner_high <= 0.2 * width else inner_high,
    )


def _round_step(step: float) -> float:
    power = 10.0 ** np.floor(np.log10(step))
    return float(power * next(each for each in _STEPS if each * power >= step * (1 - 1e-9)))
