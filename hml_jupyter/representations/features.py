"""What is known of a particle of an image or a graph: its observables, and what is relative to its jet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..angles import delta_phi
from ..errors import ArgumentError, UnknownNameError
from ..expressions import Object, Observable, render
from ..observables import Events, canonical_observable, observables, unit_of
from ..registry import Registry
from .clouds import LARGEST, Axis, Cloud, is_somewhere, parent, read_axis, read_cloud

__all__ = [
    "FEATURES",
    "UNDEFINED",
    "Feature",
    "Featured",
    "canonical_features",
    "needed",
    "read_features",
    "read_values",
    "unit_of_feature",
]

Floats = npt.NDArray[np.float64]

#: What is told of values that do not exist.
UNDEFINED = "have particles without a value, which counts as 0"


class Feature(NamedTuple):
    """One number of each particle, beside the observables."""

    unit: str
    """Unit; empty for a pure number."""
    needs: tuple[str, ...]
    """Observables of the particle, and of its jet with ``jet.`` before them; the arguments of `compute`."""
    compute: Callable[..., Any]
    """Arrays (m,) in, one out."""
    doc: str
    """What it is."""


class Featured(NamedTuple):
    """The particles of n events with their features."""

    cloud: Cloud
    """The particles."""
    axis: Axis | None
    """The jet that they are parts of, where there is one."""
    features: tuple[Floats, ...]
    """(m,) each, finite."""
    undefined: int
    """How many events have a particle without a finite value (tau21 of a jet with tau1 = 0, log of 0), which is 0 in `features`."""


#: Features beside the catalogue's observables of one object; those of ParticleNet (arXiv:1902.08570, table 1), and the charged and
#: neutral pixels of Komiske, Metodiev, Schwartz (arXiv:1612.01551).
FEATURES: Registry[Feature] = Registry("feature of a particle")
FEATURES.add("delta_eta", Feature("", ("eta", "jet.eta"), np.subtract, "pseudorapidity minus that of the jet"))
FEATURES.add("delta_phi", Feature("rad", ("phi", "jet.phi"), delta_phi, "azimuth minus that of the jet, wrapped"))
FEATURES.add(
    "delta_r",
    Feature(
        "",
        ("eta", "jet.eta", "phi", "jet.phi"),
        lambda eta, eta0, phi, phi0: np.hypot(eta - eta0, delta_phi(phi, phi0)),
        "distance from the axis of the jet",
    ),
)
FEATURES.add("log_pt", Feature("log(GeV)", ("pt",), np.log, "logarithm of the transverse momentum"))
FEATURES.add("log_energy", Feature("log(GeV)", ("energy",), np.log, "logarithm of the energy"))
FEATURES.add("pt_fraction", Feature("", ("pt", "jet.pt"), np.divide, "transverse momentum over that of the jet"))
FEATURES.add("energy_fraction", Feature("", ("energy", "jet.energy"), np.divide, "energy over that of the jet"))
FEATURES.add(
    "log_pt_fraction",
    Feature("", ("pt", "jet.pt"), lambda pt, total: np.log(pt / total), "logarithm of pt_fraction"),
)
FEATURES.add(
    "log_energy_fraction",
    Feature("", ("energy", "jet.energy"), lambda e, total: np.log(e / total), "logarithm of energy_fraction"),
)
FEATURES.add("multiplicity", Feature("", ("pt",), np.ones_like, "1 for each particle"))
FEATURES.add("charged_multiplicity", Feature("", ("charge",), lambda q: 1.0 * (q != 0), "1 for each charged particle"))
FEATURES.add(
    "charged_pt",
    Feature("GeV", ("pt", "charge"), lambda pt, q: np.where(q != 0, pt, 0.0), "transverse momentum if it is charged"),
)
FEATURES.add(
    "neutral_pt",
    Feature("GeV", ("pt", "charge"), lambda pt, q: np.where(q == 0, pt, 0.0), "transverse momentum if it is neutral"),
)


def canonical_features(names: str | Sequence[str], objects: Sequence[Object], where: str) -> tuple[str, ...]:
    """Return the canonical names of features.

    Parameters
    ----------
    names : str or sequence of str
        Names of `FEATURES`, and of observables of one object.
    objects : sequence of Object
        What the particles are.
    where : str
        What messages call the option, ``"Image(channel=...)"``.

    Raises
    ------
    UnknownNameError
        There is no such feature.
    ArgumentError
        One twice, or one that needs the jet that the particles are in, and they are in none.
    """
    several = [names] if isinstance(names, str) else names
    if not isinstance(several, list | tuple) or not several or not all(isinstance(name, str) for name in several):
        msg = f"{where} is a list of features, such as ['pt', 'charge']; got {names!r}"
        raise ArgumentError(msg)
    canonical = tuple(_canonical(name, objects, where) for name in several)
    for name in canonical:
        if canonical.count(name) > 1:
            msg = f"{where} has {name!r} twice; once is enough"
            raise ArgumentError(msg)
    return canonical


def unit_of_feature(name: str, objects: Sequence[Object]) -> str:
    """Return the unit of a feature; empty for a pure number."""
    return FEATURES[name].unit if name in FEATURES else unit_of(f"{render(objects[0])}.{name}")


def needed(objects: Sequence[Object], names: Iterable[str] = ()) -> tuple[Observable, ...]:
    """Return what has to be read of the events for particles with these features."""
    jet = parent(objects)
    of_jet = () if jet is None else tuple(Observable(name, (jet,)) for name in Axis._fields)
    wanted = dict.fromkeys(["pt", "eta", "phi", *_observables(names)])
    return tuple(Observable(name, (each,)) for each in objects for name in wanted) + of_jet


def read_features(
    events: Events, objects: Sequence[Object], names: Sequence[str], more: Iterable[str] = ()
) -> Featured:
    """Return the particles of `objects` with the features `names`; `more` are observables that the cloud has to have."""
    cloud, axis, values = read_values(events, objects, names, more)
    features, undefined = [], np.zeros(len(cloud.kind), bool)
    for each in values:
        finite = np.abs(each) < LARGEST
        undefined |= ~finite
        features.append(np.where(finite, each, 0.0))
    return Featured(cloud, axis, tuple(features), len(np.unique(cloud.event[undefined])))


def read_values(
    events: Events, objects: Sequence[Object], names: Sequence[str], more: Iterable[str] = ()
) -> tuple[Cloud, Axis | None, list[Floats]]:
    """Return the particles of `objects`, their jet, and the features `names` as they are, (m,) each, undefined ones not finite."""
    cloud = read_cloud(events, objects, [*_observables(names), *more])
    jet = parent(objects)
    axis = None if jet is None else read_axis(events, jet)
    if axis is not None:  # a jet that is nowhere is none
        there = is_somewhere(0.0, axis.eta, axis.phi)
        cloud = cloud.take(np.flatnonzero(there[cloud.event]))._replace(missing=~there)
    arrays = dict(cloud.values)
    if axis is not None:
        arrays |= {f"jet.{name}": np.repeat(each, cloud.counts) for name, each in axis._asdict().items()}
    with np.errstate(all="ignore"):
        values = [
            FEATURES[name].compute(*map(arrays.get, FEATURES[name].needs)) if name in FEATURES else arrays[name]
            for name in names
        ]
    return cloud, axis, values


def _observables(names: Iterable[str]) -> list[str]:
    """Return the observables of a particle behind features, each once."""
    found = [each for name in names for each in (FEATURES[name].needs if name in FEATURES else (name,))]
    return [name for name in dict.fromkeys(found) if not name.startswith("jet.")]


def _canonical(name: str, objects: Sequence[Object], where: str) -> str:
    if name in FEATURES:
        if parent(objects) is None and any(each.startswith("jet.") for each in FEATURES[name].needs):
            msg = (
                f"{where}: {name!r} is relative to the jet that particles are in, and {render(objects[0])!r} is in none"
            )
            raise ArgumentError(msg)
        return name
    known = [*FEATURES, *(row.name for row in observables().rows if "one" in row.kinds)]
    if not name.isidentifier():
        raise UnknownNameError(f"feature in {where}", name, known)
    try:
        return canonical_observable(Observable(name, (objects[0],))).name
    except UnknownNameError:
        raise UnknownNameError(f"feature in {where}", name, known) from None
