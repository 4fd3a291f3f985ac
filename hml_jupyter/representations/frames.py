"""Where the particles of an image lie, after its origin, its axis and its flip."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import numpy as np

from ..jets import Momenta
from ..subjets import Subjets, leading_subjets
from .clouds import LARGEST, Axis, Cloud
from .steps import Points, centroid, flip, principal_axis, rotate, translate

__all__ = ["AXES", "ORIGINS", "Frame", "framed"]

#: What an image can be centred on.
ORIGINS = ("jet", "subjet0", "centroid")
#: What an image can be turned by.
AXES = ("subjet1", "principal")


class Frame(Protocol):
    """The options of an image that decide where its particles lie."""

    @property
    def subjets(self) -> tuple[str, float, float] | None:
        """Algorithm, radius, least pT (GeV)."""

    @property
    def origin(self) -> str | None:
        """One of `ORIGINS`."""

    @property
    def axis(self) -> str | None:
        """One of `AXES`."""

    @property
    def orientation(self) -> float:
        """Where the axis points, degrees."""

    @property
    def flip(self) -> bool:
        """Whether the harder half is on one side."""


def framed(frame: Frame, cloud: Cloud, jet: Axis | None, told: Counter[str]) -> Points:
    """Return where particles lie in the plane of an image.

    Parameters
    ----------
    frame : Frame
        What to do.
    cloud : Cloud
        m particles of n events; with their mass where subjets are wanted.
    jet : Axis or None
        The jet that they are parts of.
    told : Counter
        Text -> number of events; what could not be done is added.

    Returns
    -------
    Points
        (m,) along eta and phi (rad), phi wrapped before anything is turned.
    """
    pt, eta, phi = (cloud.values[name] for name in ("pt", "eta", "phi"))
    if frame.origin is None:
        return Points(eta, phi)
    subjets = _subjets(cloud, frame.subjets) if frame.subjets else None
    origin = _origin(frame.origin, cloud, jet, subjets, told)
    points = translate(eta, phi, cloud.counts, origin)
    if frame.axis is not None:
        axis = _axis(points, cloud, origin, subjets if frame.axis == "subjet1" else None, told)
        points = rotate(points, cloud.counts, axis, frame.orientation)
    return flip(points, pt, cloud.counts, frame.orientation) if frame.flip else points


def _subjets(cloud: Cloud, how: tuple[str, float, float]) -> Subjets:
    pt, eta, phi, mass = (cloud.values[name] for name in ("pt", "eta", "phi", "mass"))
    mass = np.where(np.abs(mass) < LARGEST, mass, 0.0)
    energy = np.sqrt(mass**2 + (pt * np.cosh(eta)) ** 2)
    p = Momenta(pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), energy)
    algorithm, radius, pt_min = how
    return leading_subjets(p, cloud.counts, algorithm=algorithm, radius=radius, pt_min=pt_min)


def _origin(name: str, cloud: Cloud, jet: Axis | None, subjets: Subjets | None, told: Counter[str]) -> Points:
    if name == "jet" and jet is not None:
        return Points(jet.eta, jet.phi)
    middle = centroid(cloud.values["eta"], cloud.values["phi"], cloud.values["pt"], cloud.counts)
    if subjets is None or name != "subjet0":
        return middle
    none = np.isnan(subjets.pt[:, 0])
    told["have no subjet of that pT: their origin is the centroid"] += int((none & (cloud.counts > 0)).sum())
    return Points(np.where(none, middle.x, subjets.rapidity[:, 0]), np.where(none, middle.y, subjets.phi[:, 0]))


def _axis(points: Points, cloud: Cloud, origin: Points, subjets: Subjets | None, told: Counter[str]) -> Points:
    axis = principal_axis(points, cloud.values["pt"], cloud.counts)
    if subjets is not None:
        once = np.ones(len(cloud.counts), np.int64)
        second = translate(subjets.rapidity[:, 1], subjets.phi[:, 1], once, origin)
        none = np.isnan(second.x)
        told["have no second subjet: they are turned by their principal axis"] += int((none & (cloud.counts > 0)).sum())
        axis = Points(np.where(none, axis.x, second.x), np.where(none, axis.y, second.y))
    told["have no axis, all being in one point: they are not turned"] += int(
        (np.isnan(axis.x) & (cloud.counts > 0)).sum()
    )
    return axis
