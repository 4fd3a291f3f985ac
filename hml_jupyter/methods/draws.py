"""What a draw is made of: random numbers that belong to an event, and the ranks of scores."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from .backend import single

__all__ = ["Ranks", "noise"]

Array = npt.NDArray[Any]

#: Steps and multipliers of SplitMix64.
GOLDEN, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
#: Between the two scores of a jump, in standard deviations: single precision has ten steps in it.
JUMP = 1e-5
#: Scores that more than this share of the events have are kept as they are.
ATOM = 1 / 512
#: From the ranks of all others to the middle of those of the lowest or highest score, and how far these are spread.
APART, WIDTH = 2.0, 0.25
#: Points between which a rank becomes a score along a straight line.
POINTS = 256


def noise(X: npt.ArrayLike, seed: int) -> Array:
    """Return two random numbers for each event, which depend on its inputs and the seed alone.

    So an event has the same ones in any order, batch or selection. Events with equal inputs, as the model sees them in single
    precision, are told apart by their order.

    Parameters
    ----------
    X : array, shape (n, k)
        Inputs.
    seed : int
        From 0 to 4294967295.

    Returns
    -------
    array, shape (n, 2)
        The first is uniform between 0 and 1, the second normal, of mean 0 and standard deviation 1.

    Notes
    -----
    The bits of the inputs go through SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, figure 17), one column after the other.

    Examples
    --------
    >>> one, other = noise([[90.0, 0.3], [91.0, 0.3]], 1), noise([[91.0, 0.3], [90.0, 0.3]], 1)
    >>> bool((one == other[::-1]).all()), bool((one == noise([[90.0, 0.3], [91.0, 0.3]], 2)).any())
    (True, False)
    """
    # -0 is 0
    bits = np.ascontiguousarray(single(np.asarray(X, np.float64)) + np.float32(0)).view(np.uint32)
    state = _mixed(np.full(len(bits), seed, np.uint64))
    for column in bits.T:
        state = _mixed(state ^ column)
    state = _mixed(state ^ _occurrence(state))
    uniform, normal = (_uniform(_mixed(state ^ np.uint64(which))) for which in (1, 2))
    return np.column_stack([uniform, ndtri(normal)])


def _mixed(state: Array) -> Array:
    state = state + GOLDEN
    state = (state ^ (state >> np.uint64(30))) * FIRST
    state = (state ^ (state >> np.uint64(27))) * SECOND
    return np.asarray(state ^ (state >> np.uint64(31)))


def _uniform(state: Array) -> Array:
    """Return numbers between 0 and 1 that single precision has exactly."""
    return np.asarray(((state >> np.uint64(41)).astype(np.float64) + 0.5) / 2**23)


def _occurrence(state: Array) -> Array:
    """Return how many equal values come before each."""
    order = np.argsort(state, kind="stable")
    ordered = state[order]
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(state) else np.zeros(0, bool)
    places = np.arange(len(state))
    found = np.empty(len(state), np.uint64)
    found[order] = places - np.maximum.accumulate(np.where(first, places, 0))
    return found


class Ranks(NamedTuple):
    """The distribution of a score, m different values between its ends.

    A rank is the share of the weights below a score, as the quantile of a normal distribution. Equal scores share a range of
    ranks, so that a rank drawn from it is one draw of a continuous variable. The lowest score of all, where many events have it as
    behind cuts, is not among the values: its ranks are apart, below all others, and those of such a highest score above.
    """

    values: Array
    """(m,) increasing."""
    upto: Array
    """(m,) share of the weights up to each, its own included."""
    limit: float
    """Ranks of the values lie between minus this and this."""
    low: float
    """The lowest score, if many events have it; else minus infinity."""
    high: float
    """The highest score, if many events have it; else infinity."""

    @classmethod
    def of(cls, scores: npt.ArrayLike, weights: npt.ArrayLike) -> Ranks:
        """Return the distribution of two or more different scores with positive weights, (n,) each.

        Examples
        --------
        >>> found = Ranks.of([0.0, 0.0, 0.3, 0.4], np.ones(4))
        >>> found.low, found.values.tolist(), found.high
        (0.0, [0.3, 0.4], inf)
        """
        values, places, counts = np.unique(np.asarray(scores, np.float64), return_inverse=True, return_counts=True)
        shares = np.bincount(places, np.asarray(weights, np.float64))
        many = (shares > ATOM * shares.sum()) & (counts > 1)
        low, high = values[0] if many[0] else -np.inf, values[-1] if many[-1] else np.inf
        kept = (values > low) & (values < high)
        upto = np.cumsum(shares[kept])
        limit = -ndtri(0.5 / max(counts[kept].sum(), 2))
        return cls(values[kept], upto / upto[-1:], float(limit), float(low), float(high))

    def __call__(self, scores: npt.ArrayLike, uniform: npt.ArrayLike) -> Array:
        """Return the rank of each score, (n,); where scores are equal, numbers between 0 and 1 choose inside their range."""
        scores, uniform = np.asarray(scores), np.asarray(uniform)
        edges = np.concatenate([[0.0], self.upto])
        first, last = (edges[np.searchsorted(self.values, scores, side)] for side in ("left", "right"))
        ranks = np.clip(ndtri(first + uniform * (last - first)), -self.limit, self.limit)
        around = (self.limit + APART) * np.where(scores <= self.low, -1, 1) + WIDTH * np.clip(ndtri(uniform), -3, 3)
        return np.asarray(np.where((scores <= self.low) | (scores >= self.high), around, ranks))

    def curve(self) -> tuple[Array, Array]:
        """Return points, increasing ranks and their scores, with straight lines between them: the way back to a score."""
        below = np.concatenate([[0.0], self.upto])[:-1]
        many = self.upto - below > ATOM
        ranks = np.column_stack([self._rank(below) + JUMP, self._rank(self.upto) - JUMP])
        ranks[~many] = self._rank((below + self.upto) / 2)[~many, None]
        # in single precision, as the model computes: a point is then where a score that many have begins or ends
        ranks, grid = single(ranks), single(np.linspace(-self.limit, self.limit, POINTS))
        # and what is next to them
        kept = many | np.roll(many, 1) | np.roll(many, -1)
        points = np.unique(np.concatenate([grid, ranks[kept].ravel()])).astype(np.float64)
        if not len(self.values):
            return np.array([-JUMP, JUMP]), np.array([self.low, self.high])
        back = np.interp(points, ranks.ravel(), np.repeat(self.values, 2))
        edge = self.limit + APART / 2
        ends = [(-edge - JUMP, self.low), (-edge + JUMP, back[0])], [(edge - JUMP, back[-1]), (edge + JUMP, self.high)]
        (lower, upper), inner = (end if np.isfinite(end).all() else [] for end in ends), zip(points, back, strict=True)
        found = np.array([*lower, *inner, *upper])
        return found[:, 0], found[:, 1]

    def _rank(self, share: Array) -> Array:
        return np.asarray(np.clip(ndtri(np.minimum(share, 1.0)), -self.limit, self.limit))
