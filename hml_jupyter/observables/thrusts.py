"""Thrust of many sets of momenta: exact, without a loop over them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["thrust_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Triples (set, i, j) that are worked on at once: about 200 MB.
BLOCK = 1_000_000
#: Below this part of its size a momentum across another one is rounding.
ALONG = 1e-9


def thrust_of(momenta: Floats, counts: Ints) -> Floats:
    """Return the thrust of each set of momenta.

    Parameters
    ----------
    momenta : (sum of counts, 3)
        One set after the other, GeV.
    counts : (m,)
        How many momenta each set has.

    Returns
    -------
    (m,)
        ``max over n of sum abs(p . n) / sum abs(p)``, from 1/2 to 1; NaN for a set without momentum.

    Notes
    -----
    Brandt, Peyrou, Sosnowski, Wroblewski, Phys. Lett. 12 (1964) 57; Farhi, Phys. Rev. Lett. 39 (1977) 1587. The sum is the
    largest length of ``sum s p`` over the signs ``s`` that a plane gives. It is enough to turn a plane about each momentum and
    to sort the others by the angle at which they change sides: N^2 log N steps for N momenta (Wei, Naik, Harrow, Thaler,
    arXiv:1908.08949).

    Examples
    --------
    >>> three = np.array([[1.0, 0.0, 0.0], [-0.5, np.sqrt(0.75), 0.0], [-0.5, -np.sqrt(0.75), 0.0]])
    >>> thrust_of(three, np.array([3])).round(4)
    array([0.6667])
    """
    found = np.full(len(counts), np.nan)
    starts = np.cumsum(counts) - counts
    for n in np.unique(counts[counts > 0]):
        rows = np.flatnonzero(counts == n)
        for some in np.array_split(rows, -(-len(rows) * int(n) ** 2 // BLOCK)):
            found[some] = _thrust(momenta[starts[some, np.newaxis] + np.arange(n)])
    return found


def _thrust(p: Floats) -> Floats:
    """Return the thrust of sets of equal size, (r, n, 3)."""
    sizes = np.linalg.norm(p, axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        axes = p / sizes[:, :, np.newaxis]
        one, two = _across(axes)
        x, y = (np.einsum("rjk,rik->rij", p, each) for each in (one, two))
        along = np.hypot(x, y) <= ALONG * sizes[:, np.newaxis, :]
        # what lies along the axis goes with it, whatever the plane
        dots = np.einsum("rjk,rik->rij", p, axes)
        fixed = np.einsum("rij,rjk->rik", np.where(along, np.sign(dots), 0.0), p)
        swept = _swept(p, x, y, along)
        longest = np.fmax.reduce(
            [np.linalg.norm(swept + s * fixed[:, :, np.newaxis], axis=3).max(axis=(1, 2)) for s in (1.0, -1.0)]
        )
        return np.asarray(np.minimum(longest / sizes.sum(axis=1), 1.0))


def _across(axes: Floats) -> tuple[Floats, Floats]:
    """Return two unit vectors at right angles to each axis and to each other, (r, n, 3)."""
    helper = np.eye(3)[np.argmin(np.abs(axes), axis=2)]
    one = np.cross(axes, helper)
    one /= np.linalg.norm(one, axis=2, keepdims=True)
    return one, np.cross(axes, one)


def _swept(p: Floats, x: Floats, y: Floats, along: npt.NDArray[np.bool_]) -> Floats:
    """Return the signed sums that a plane which turns about axis i goes through, (r, i, n, 3)."""
    side = np.where((y > 0) | ((y == 0) & (x > 0)), 1.0, -1.0)
    order = np.argsort(np.arctan2(side * y, side * x), axis=2)
    signed = np.where(along, 0.0, side)[..., np.newaxis] * p[:, np.newaxis]
    turned = np.take_along_axis(signed, order[..., np.newaxis], axis=2)
    return np.asarray(2 * np.cumsum(turned, axis=2) - turned.sum(axis=2, keepdims=True))
