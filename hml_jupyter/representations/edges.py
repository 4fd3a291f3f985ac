"""Neighbours of particles and what lies between two of them: pure functions on padded arrays.

n events of N places each; ``mask`` (n, N) tells where there is a particle, the first places of an event. Neighbours are places
(n, N, K) int16, -1 for none: never a place without a particle, never the particle itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..angles import delta_phi

__all__ = ["EDGE_FEATURES", "EdgeFeature", "complete", "edge_features", "nearest"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]

#: Bits of a place in the key that sorts neighbours.
BITS = np.uint64(16)


class EdgeFeature(NamedTuple):
    """One number for each edge, the same from both ends unless `doc` says otherwise."""

    unit: str
    """Unit; empty for a pure number."""
    needs: tuple[str, ...]
    """Features that both particles have to have; `compute` gets all of the particle, then all of its neighbour. Where differences
    matter they are ``delta_eta`` and ``delta_phi``, for which ``eta`` and ``phi`` do as well."""
    compute: Callable[..., Any]
    """Arrays in, one out."""
    doc: str
    """What it is, and where it comes from."""


def complete(mask: Mask) -> Places:
    """Return all other particles as neighbours, in the order of their places, (n, N, N - 1).

    Examples
    --------
    >>> complete(np.array([[True, True, False]]))[0].tolist()
    [[1, -1], [0, -1], [-1, -1]]
    """
    places = mask.shape[1]
    others = np.arange(max(places - 1, 0), dtype=np.int16) + np.zeros((places, 1), np.int16)
    others += others >= np.arange(places)[:, np.newaxis]
    there = mask[:, :, np.newaxis] & mask[:, others]
    return np.where(there, others, np.int16(-1))


def nearest(eta: Floats, phi: Floats, mask: Mask, *, count: int, radius: float = np.inf) -> Places:
    """Return the nearest other particles, the nearest first.

    Parameters
    ----------
    eta, phi : (n, N)
        Coordinates; phi in rad, differences are wrapped.
    mask : (n, N)
        Where there is a particle.
    count : int
        How many neighbours at most, K.
    radius : float
        Only those nearer than this or as far.

    Returns
    -------
    (n, N, count) int16
        Of several as far away (in float32), the one in the first place comes first.

    Examples
    --------
    >>> eta, phi = np.array([[0.0, 1.0, 0.2]]), np.array([[3.1, 3.1, -3.1]])
    >>> nearest(eta, phi, np.array([[True, True, True]]), count=2)[0].tolist()
    [[2, 1], [2, 0], [0, 1]]
    """
    places = mask.shape[1]
    count = min(count, max(places - 1, 0))
    if not mask.size or not count:
        return np.full((*mask.shape, count), -1, np.int16)
    away = np.abs(phi[:, :, np.newaxis] - phi[:, np.newaxis])
    np.minimum(away, np.abs(2 * np.pi - away), out=away)
    square = (away**2 + (eta[:, :, np.newaxis] - eta[:, np.newaxis]) ** 2).astype(np.float32)
    none = ~(mask[:, :, np.newaxis] & mask[:, np.newaxis]) | np.eye(places, dtype=bool) | (square > radius**2)
    square[none] = np.inf
    # positive floats sort as their bits do; the place below them breaks ties
    keys = (square.view(np.uint32).astype(np.uint64) << BITS) | np.arange(places, dtype=np.uint64)
    if count < places - 1:
        keys = np.partition(keys, count - 1, axis=2)[:, :, :count]
    keys.sort(axis=2)
    keys = keys[:, :, :count]
    found = (keys & np.uint64(0xFFFF)).astype(np.int16)
    infinite = np.float32(np.inf).view(np.uint32)
    return np.where((keys >> BITS) == np.uint64(infinite), np.int16(-1), found)


def edge_features(values: Mapping[str, Floats], neighbours: Places, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the features of all edges.

    Parameters
    ----------
    values : mapping
        Features of the particles, (n, N) each; see ``needs`` of `EdgeFeature`.
    neighbours : (n, N, K) int16
        Places, -1 for none.
    names : sequence of str
        Names of `EDGE_FEATURES`.

    Returns
    -------
    (n, N, K, len(names)) float32
        0 where there is no neighbour.

    Examples
    --------
    >>> values = {"delta_eta": np.array([[0.0, 0.3]]), "delta_phi": np.array([[0.0, 0.4]])}
    >>> edge_features(values, np.array([[[1], [0]]], np.int16), ["delta_r"]).ravel()
    array([0.5, 0.5], dtype=float32)
    """
    made = np.zeros((*neighbours.shape, len(names)), np.float32)
    if not made.size:
        return made
    there = neighbours >= 0
    events, places, _ = neighbours.shape
    flat = np.arange(events)[:, np.newaxis, np.newaxis] * places + np.maximum(neighbours, 0)
    for k, name in enumerate(names):
        feature = EDGE_FEATURES[name]
        own = [values[need][:, :, np.newaxis] for need in feature.needs]
        other = [values[need].ravel()[flat] for need in feature.needs]
        with np.errstate(divide="ignore", invalid="ignore"):
            found = feature.compute(*own, *other)
        made[..., k] = np.where(there & np.isfinite(found), found, 0.0)
    return made


def _distance(eta: Floats, phi: Floats, eta2: Floats, phi2: Floats) -> Any:
    return np.hypot(eta2 - eta, delta_phi(phi2, phi))


def _kt(pt: Floats, eta: Floats, phi: Floats, pt2: Floats, eta2: Floats, phi2: Floats) -> Any:
    return np.minimum(pt, pt2) * _distance(eta, phi, eta2, phi2)


def _mass(*both: Floats) -> Any:
    """Return the mass from rapidities and transverse masses, in a form in which nothing large cancels."""
    (pt, eta, phi, mass), (pt2, eta2, phi2, mass2) = both[:4], both[4:]
    transverse, transverse2 = np.hypot(mass, pt), np.hypot(mass2, pt2)
    apart = np.arcsinh(pt * np.sinh(eta) / transverse) - np.arcsinh(pt2 * np.sinh(eta2) / transverse2)
    angles = transverse * transverse2 * np.sinh(apart / 2) ** 2 + pt * pt2 * np.sin((phi - phi2) / 2) ** 2
    # transverse * transverse2 - pt * pt2
    rest = ((mass * transverse2) ** 2 + (pt * mass2) ** 2) / (transverse * transverse2 + pt * pt2)
    return np.sqrt(mass**2 + mass2**2 + 4 * angles + 2 * rest)


#: The paper has rapidities; nodes have pseudorapidities, which are the same for particles without mass.
_PARTICLE_TRANSFORMER = "Qu, Li, Qian, arXiv:2202.03772, with eta for the rapidity, and without the logarithm"

#: Features of edges.
EDGE_FEATURES: dict[str, EdgeFeature] = {
    "delta_eta": EdgeFeature("", ("delta_eta",), lambda a, b: b - a, "eta of the neighbour minus the particle's"),
    "delta_phi": EdgeFeature(
        "rad", ("delta_phi",), lambda a, b: delta_phi(b, a), "phi of the neighbour minus the particle's, wrapped"
    ),
    "delta_r": EdgeFeature("", ("delta_eta", "delta_phi"), _distance, "sqrt(delta_eta^2 + delta_phi^2)"),
    "kt": EdgeFeature("GeV", ("pt", "delta_eta", "delta_phi"), _kt, f"min(pt1, pt2) delta_r; {_PARTICLE_TRANSFORMER}"),
    "z": EdgeFeature(
        "", ("pt",), lambda a, b: np.minimum(a, b) / (a + b), f"min(pt1, pt2) / (pt1 + pt2); {_PARTICLE_TRANSFORMER}"
    ),
    "invariant_mass": EdgeFeature("GeV", ("pt", "eta", "delta_phi", "mass"), _mass, "mass of the two together"),
}
