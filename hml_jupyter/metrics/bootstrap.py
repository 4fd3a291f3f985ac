"""Statistical errors of anything that is computed from events, by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..checks import seed as checked_seed
from ..checks import whole
from ..errors import ArgumentError

__all__ = ["RESAMPLES", "bootstrap"]

#: How often the events are drawn again; the error of an error is 5 %.
RESAMPLES = 200
MOST_RESAMPLES = 1_000_000
#: Relative spread below which there is none.
ROUNDING = 1e-12


def bootstrap(
    statistic: Callable[[npt.NDArray[np.float64]], npt.ArrayLike],
    groups: npt.ArrayLike,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Any:
    """Return the standard error of a statistic: its spread over samples that are drawn from the events themselves.

    Parameters
    ----------
    statistic : callable
        Gets how often each event is drawn (n,), 0 or more, by which the event's weight is to be multiplied; returns a number
        or an array of numbers, NaN where it cannot be estimated.
    groups : array (n,)
        Process of each event: as many events of each are drawn as there are.
    resamples : int
        How often, at least 2.
    seed : int
        Of the draws.

    Returns
    -------
    float or array
        In the shape of what `statistic` returns; NaN where fewer than half of the samples give a number, 0 where all give the same.

    Raises
    ------
    ArgumentError
        Fewer than two resamples, or groups of another shape.

    Notes
    -----
    B. Efron, "Bootstrap methods: another look at the jackknife", Ann. Statist. 7 (1979) 1; drawn within each process (Davison
    and Hinkley, "Bootstrap Methods and their Application" (1997), section 3.2), as their numbers were chosen and are no outcome.
    scipy.stats.bootstrap has neither groups nor weights, and would sort the events anew for each sample.

    Examples
    --------
    >>> values = np.arange(100.0)
    >>> error = bootstrap(lambda counts: np.average(values, weights=counts), np.zeros(100))
    >>> bool(abs(error / (values.std() / 10) - 1) < 0.15)
    True
    """
    resamples, rng = whole("resamples", resamples, 2, MOST_RESAMPLES), np.random.default_rng(checked_seed(seed))
    group = np.asarray(groups)
    if group.ndim != 1 or not len(group):
        msg = f"groups gives the process of each event, shape (n,); got the shape {group.shape}"
        raise ArgumentError(msg)
    places = [np.flatnonzero(group == each) for each in np.unique(group)]
    counts = np.empty(len(group))
    found = []
    for _ in range(resamples):
        for place in places:
            counts[place] = np.bincount(rng.integers(len(place), size=len(place)), minlength=len(place))
        found.append(np.asarray(statistic(counts), np.float64))
    values = np.ma.masked_invalid(np.stack(found))
    enough = values.count(axis=0) >= max(resamples / 2, 2)
    spread, mean = (np.ma.filled(each, np.nan) for each in (values.std(axis=0, ddof=1), values.mean(axis=0)))
    # what is the same in each sample differs by the last digits of its sums
    spread = np.where(enough, np.where(spread <= ROUNDING * np.abs(mean), 0.0, spread), np.nan)
    return float(spread) if spread.ndim == 0 else spread
