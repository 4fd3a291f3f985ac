"""The steps of an image, one pure function each: translate, rotate, flip, pixelate, normalise.

Particles of n events lie in flat arrays (m,), event by event; ``counts`` (n,) tells how many each event has. The plane has x along
eta and y along phi.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..angles import delta_phi, wrap_phi

__all__ = ["Points", "centroid", "flip", "normalise", "pixelate", "principal_axis", "rotate", "translate"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Window = tuple[tuple[float, float], tuple[float, float]]

#: A particle so little of a pixel below an edge lies on it: what is at the origin must not jump by rounding.
EDGE = 1e-6
#: A particle nearer than this to the line of a flip lies on it.
LINE = 1e-6


class Points(NamedTuple):
    """Where particles, or one point each event, lie in the plane."""

    x: Floats
    """Along eta."""
    y: Floats
    """Along phi, rad."""


def centroid(eta: Floats, phi: Floats, pt: Floats, counts: Ints) -> Points:
    """Return the mean direction of the particles of each event, weighted with pT.

    Parameters
    ----------
    eta, phi, pt : (m,)
        Pseudorapidity, azimuth (rad), transverse momentum (GeV).
    counts : (n,)
        Particles of each event.

    Returns
    -------
    Points
        (n,) eta and phi, phi in [-pi, pi); NaN for an event without particles. Azimuths count from the direction of the summed
        momentum, so that those on both sides of pi are near each other.

    Examples
    --------
    >>> two = centroid(np.array([0.0, 1.0]), np.array([3.1, -3.1]), np.array([30.0, 10.0]), np.array([2]))
    >>> two.x, two.y.round(4)
    (array([0.25]), array([3.1208]))
    """
    total = _sums(pt, counts)
    towards = np.arctan2(_sums(pt * np.sin(phi), counts), _sums(pt * np.cos(phi), counts))
    with np.errstate(invalid="ignore"):
        away = _sums(pt * delta_phi(phi, np.repeat(towards, counts)), counts) / total
        return Points(_sums(pt * eta, counts) / total, wrap_phi(towards + away))


def translate(eta: Floats, phi: Floats, counts: Ints, origin: Points) -> Points:
    """Move the origin of each event's plane to a direction.

    Parameters
    ----------
    eta, phi : (m,)
        Pseudorapidity and azimuth (rad).
    counts : (n,)
        Particles of each event.
    origin : Points
        (n,) eta and phi of the new origin.

    Returns
    -------
    Points
        (m,) eta - eta0, and phi - phi0 wrapped into [-pi, pi).

    Examples
    --------
    >>> moved = translate(np.array([1.0]), np.array([-3.1]), np.array([1]), Points(np.array([0.25]), np.array([3.1])))
    >>> moved.x, moved.y.round(4)
    (array([0.75]), array([0.0832]))
    """
    return Points(eta - np.repeat(origin.x, counts), delta_phi(phi, np.repeat(origin.y, counts)))


def principal_axis(points: Points, pt: Floats, counts: Ints) -> Points:
    """Return the direction along which the particles of each event spread most, towards its harder half.

    Parameters
    ----------
    points : Points
        (m,) particles, seen from the origin.
    pt : (m,)
        Their weights, GeV.
    counts : (n,)
        Particles of each event.

    Returns
    -------
    Points
        (n,) unit vectors; NaN where no direction is preferred (one particle at the origin, or none).

    Notes
    -----
    The first principal component of the pT around the origin, as in de Oliveira et al., arXiv:1511.05190: the angle is
    ``atan2(2 sum pT x y, sum pT x^2 - sum pT y^2) / 2``.

    Examples
    --------
    >>> line = Points(np.array([0.1, -0.1]), np.array([0.1, -0.1]))
    >>> axis = principal_axis(line, np.array([1.0, 2.0]), np.array([2]))
    >>> axis.x.round(4), axis.y.round(4)
    (array([-0.7071]), array([-0.7071]))
    """
    across = _sums(2.0 * pt * points.x * points.y, counts)
    along = _sums(pt * (points.x**2 - points.y**2), counts)
    spread = _sums(pt * (points.x**2 + points.y**2), counts)
    angle = np.arctan2(across, along) / 2.0
    axis = Points(np.cos(angle), np.sin(angle))
    ahead = points.x * np.repeat(axis.x, counts) + points.y * np.repeat(axis.y, counts)
    sign = np.where(_balance(ahead, pt, counts) < 0, -1.0, 1.0)
    sign[np.hypot(across, along) <= 1e-9 * spread] = np.nan
    return Points(axis.x * sign, axis.y * sign)


def rotate(points: Points, counts: Ints, axis: Points, orientation: float) -> Points:
    """Turn each event around the origin until its axis points to `orientation`.

    Parameters
    ----------
    points : Points
        (m,) particles, seen from the origin.
    counts : (n,)
        Particles of each event.
    axis : Points
        (n,) where the axis goes through; an event with NaN stays as it is.
    orientation : float
        Degrees, anticlockwise from the x axis; -90 is down.

    Returns
    -------
    Points
        (m,) particles. pT and distances from the origin stay; a jet's mass does not.

    Examples
    --------
    >>> right = Points(np.array([0.5]), np.array([0.0]))
    >>> turned = rotate(right, np.array([1]), right, -90.0)
    >>> turned.x.round(9) + 0.0, turned.y
    (array([0.]), array([-0.5]))
    """
    angle = np.radians(orientation) - np.arctan2(axis.y, axis.x)
    angle = np.where(np.isnan(angle), 0.0, angle)
    cos, sin = np.repeat(np.cos(angle), counts), np.repeat(np.sin(angle), counts)
    return Points(cos * points.x - sin * points.y, sin * points.x + cos * points.y)


def flip(points: Points, pt: Floats, counts: Ints, orientation: float = -90.0) -> Points:
    """Mirror events at the line of their axis such that the half with more pT is anticlockwise from it.

    Parameters
    ----------
    points : Points
        (m,) particles, seen from the origin.
    pt : (m,)
        GeV.
    counts : (n,)
        Particles of each event.
    orientation : float
        Where the axis points, degrees; with -90, down, the harder half comes to the right, x > 0.

    Returns
    -------
    Points
        (m,) particles; halves that are equal stay where they are, and particles on the line are in neither.

    Examples
    --------
    >>> flip(Points(np.array([-0.2, 0.1]), np.array([0.3, 0.3])), np.array([5.0, 3.0]), np.array([2])).x
    array([ 0.2, -0.1])
    """
    beside = Points(-np.sin(np.radians([orientation])), np.cos(np.radians([orientation])))
    away = points.x * beside.x + points.y * beside.y
    mirrored = np.repeat(_balance(away, pt, counts) < 0, counts)
    twice = np.where(mirrored, 2.0 * away, 0.0)
    return Points(points.x - twice * beside.x, points.y - twice * beside.y)


def pixelate(
    points: Points, weights: Sequence[Floats], counts: Ints, *, size: tuple[int, int], window: Window
) -> npt.NDArray[np.float32]:
    """Sum weights in pixels.

    Parameters
    ----------
    points : Points
        (m,) particles.
    weights : sequence of (m,)
        One array for each of the c channels.
    counts : (n,)
        Particles of each event.
    size : (int, int)
        Pixels along x and y.
    window : ((float, float), (float, float))
        Ends in x and in y; the lower end is inside, the upper one is not.

    Returns
    -------
    (n, size[0], size[1], c) float32
        Particles outside the window are in no pixel.

    Examples
    --------
    >>> one = Points(np.array([0.1, 0.9]), np.array([-0.5, 0.5]))
    >>> pixelate(one, [np.array([2.0, 3.0])], np.array([2]), size=(2, 2), window=((0, 1), (-1, 1)))[0, :, :, 0]
    array([[2., 0.],
           [0., 3.]], dtype=float32)
    """
    pixels = size[0] * size[1]
    place = np.repeat(np.arange(len(counts)) * pixels, counts)
    inside = np.ones(len(place), bool)
    for values, number, (low, high), step in zip(points, size, window, (size[1], 1), strict=True):
        index = np.floor((values - low) * (number / (high - low)) + EDGE)
        inside &= (index >= 0) & (index < number)
        place += np.where(inside, index, 0.0).astype(np.int64) * step
    images = np.empty((len(counts) * pixels, len(weights)), np.float32)
    for channel, values in enumerate(weights):
        images[:, channel] = np.bincount(place[inside], values[inside], len(images))
    return images.reshape(len(counts), *size, len(weights))


def normalise(images: npt.NDArray[np.float32], scale: str | None) -> npt.NDArray[np.float32]:
    """Scale the pixels of each event and channel.

    Parameters
    ----------
    images : (n, w, h, c)
        Pixels.
    scale : str or None
        ``"log"``: log(1 + v), of negative ones -log(1 - v). ``"max"`` and ``"sum"``: v over the largest, and over the sum of,
        the absolute values of the event's channel. None leaves them.

    Returns
    -------
    (n, w, h, c) float32
        Empty pixels stay 0, and so does an empty image.

    Examples
    --------
    >>> normalise(np.array([1.0, 3.0], np.float32).reshape(1, 2, 1, 1), "sum").ravel()
    array([0.25, 0.75], dtype=float32)
    """
    if scale is None:
        return images
    size = np.abs(images)
    if scale == "log":
        return np.asarray(np.copysign(np.log1p(size), images), np.float32)
    total = size.max(axis=(1, 2), keepdims=True) if scale == "max" else size.sum(axis=(1, 2), keepdims=True)
    return np.asarray(images / np.where(total == 0, 1, total), np.float32)


def _sums(values: Floats, counts: Ints) -> Floats:
    return np.asarray(np.bincount(np.repeat(np.arange(len(counts)), counts), values, len(counts)), np.float64)


def _balance(away: Floats, pt: Floats, counts: Ints) -> Floats:
    """Return the pT on the positive side of a line minus that on the negative one."""
    return _sums(pt * np.where(np.abs(away) > LINE, np.sign(away), 0.0), counts)
