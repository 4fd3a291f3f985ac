"""Jets out of particles: pure functions on arrays.

Particles are flat arrays (`Momenta`), or awkward records ``Momentum4D{px, py, pz, E}``, one list an event, whose other fields
travel along; GeV.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt
import vector

from .angles import wrap_phi

__all__ = [
    "Found",
    "Kinematics",
    "Momenta",
    "cluster",
    "find_jets",
    "flat",
    "kinematics",
    "load_fastjet",
    "particles",
    "phi_float32",
    "ranges",
    "sizes_of",
    "to_lists",
    "to_momenta",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Momenta(NamedTuple):
    """Four-momenta in flat arrays, GeV."""

    px: Floats
    """Momentum along x."""
    py: Floats
    """Momentum along y."""
    pz: Floats
    """Momentum along the beam."""
    E: Floats
    """Energy."""


class Found(NamedTuple):
    """Jets of many events in flat arrays, and what they are made of."""

    p: Momenta
    """The jets."""
    event: Ints
    """Index of the event of each jet; rising."""
    parts: Ints
    """Places of the particles of all jets, jet by jet."""
    sizes: Ints
    """Number of particles of each jet."""

    def take(self, which: Ints) -> Found:
        """Return the jets at the places `which`, in that order."""
        parts = self.parts[ranges((np.cumsum(self.sizes) - self.sizes)[which], self.sizes[which])]
        return Found(Momenta(*(field[which] for field in self.p)), self.event[which], parts, self.sizes[which])


class Kinematics(NamedTuple):
    """The collider coordinates of four-momenta."""

    pt: Any
    """Transverse momentum, GeV."""
    eta: Any
    """Pseudorapidity."""
    phi: Any
    """Azimuth in [-pi, pi)."""
    mass: Any
    """Invariant mass, GeV; negative squares from rounding count as 0."""


def phi_float32(phi: Any) -> Any:
    """Return azimuths in [-pi, pi) as float32 values that stay inside when they become float64 again.

    Examples
    --------
    >>> bool(phi_float32(np.array([np.pi, -np.pi])).astype(np.float64).max() < np.pi)
    True
    """
    largest = np.nextafter(np.float32(np.pi), np.float32(0))
    inside = np.maximum(np.minimum(wrap_phi(phi), largest), -largest)
    return (
        ak.values_astype(inside, np.float32) if isinstance(inside, ak.Array) else np.asarray(inside, dtype=np.float32)
    )


def kinematics(p: ak.Array) -> Kinematics:
    """Return pT, eta, phi and mass of the four-momenta `p`, in the same nesting."""
    pt = np.hypot(p.px, p.py)
    mass2 = p.E**2 - pt**2 - p.pz**2
    eta = np.arcsinh(p.pz / np.maximum(pt, 1e-30))
    return Kinematics(pt, eta, wrap_phi(np.arctan2(p.py, p.px)), np.sqrt(np.maximum(mass2, 0.0)))


def particles(pt: Any, eta: Any, phi: Any, mass: Any, **more: Any) -> ak.Array:
    """Return four-momenta from collider coordinates.

    Parameters
    ----------
    pt, eta, phi, mass : array
        Same nesting; GeV and radians.
    **more : array
        Further fields that travel along, such as ``charge``.

    Examples
    --------
    >>> p = particles(ak.Array([[3.0]]), ak.Array([[0.0]]), ak.Array([[0.0]]), ak.Array([[4.0]]))
    >>> float(p.E[0, 0])
    5.0
    """
    px, py, pz = pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)
    energy = np.sqrt((pt * np.cosh(eta)) ** 2 + mass**2)
    fields = {"px": px, "py": py, "pz": pz, "E": energy, **more}
    vector.register_awkward()
    return ak.zip(fields, with_name="Momentum4D")


def find_jets(p: Momenta, counts: Ints, *, radius: float, pt_min: float, eta_max: float = np.inf) -> Found:
    """Cluster the particles of each event with anti-kT (E scheme), in flat arrays.

    Parameters
    ----------
    p : Momenta
        Visible particles of all events, GeV.
    counts : array of int, (events,)
        How many of them each event has.
    radius : float
        Jet radius R.
    pt_min, eta_max : float
        Only jets with pT > `pt_min` (GeV) and abs(eta) < `eta_max` are returned.

    Returns
    -------
    Found
        Event by event, sorted by falling pT; so are the particles of each jet.

    Notes
    -----
    Cacciari, Salam, Soyez, arXiv:0802.1189 (anti-kT) and arXiv:1111.6097 (FastJet).
    """
    fastjet = load_fastjet()
    sequence = fastjet.ClusterSequence(to_lists(p, counts), fastjet.JetDefinition(fastjet.antikt_algorithm, radius))
    jets = sequence.inclusive_jets(min_pt=pt_min)
    index = sequence.constituent_index(min_pt=pt_min).layout
    found = Momenta(*(flat(jets[name]) for name in Momenta._fields))
    event = np.repeat(np.arange(len(counts)), _counts(jets.layout))
    sizes = _counts(index.content)
    parts = np.asarray(index.content.content.data)[: sizes.sum()] + np.repeat(
        (np.cumsum(counts) - counts)[event], sizes
    )
    falling = np.lexsort((-np.hypot(p.px, p.py)[parts], np.repeat(np.arange(len(sizes)), sizes)))
    k = kinematics(found)
    kept = np.flatnonzero((k.pt > pt_min) & (np.abs(k.eta) < eta_max))
    return Found(found, event, parts[falling], sizes).take(kept[np.lexsort((-k.pt[kept], event[kept]))])


def cluster(p: ak.Array, *, radius: float, pt_min: float, eta_max: float = np.inf) -> tuple[ak.Array, ak.Array]:
    """Cluster the particles of each event as `find_jets` does.

    Parameters
    ----------
    p : awkward array, events * var * Momentum4D
        Visible particles, GeV.
    radius, pt_min, eta_max : float
        As for `find_jets`.

    Returns
    -------
    jets : events * var * Momentum4D
        Sorted by falling pT.
    constituents : events * var * var * particle
        The particles of each jet, in the order of falling pT.
    """
    each = ak.flatten(p, axis=1)
    found = find_jets(to_momenta(each), np.asarray(ak.num(p, axis=1)), radius=radius, pt_min=pt_min, eta_max=eta_max)
    counts = np.bincount(found.event, minlength=len(p))
    return to_lists(found.p, counts), ak.unflatten(ak.unflatten(each[found.parts], found.sizes), counts)


def ranges(starts: Ints, sizes: Ints) -> Ints:
    """Return the places ``start, start + 1 ... start + size - 1`` of each range after each other.

    Examples
    --------
    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    return np.asarray(np.arange(sizes.sum()) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes))


def load_fastjet() -> Any:
    """Return the library with its banner, which would land in every notebook, switched off; the README cites it."""
    import fastjet

    fastjet._swig.ClusterSequence.set_fastjet_banner_stream(None)
    return fastjet


def to_lists(p: Momenta, counts: Ints) -> ak.Array:
    """Return flat momenta as lists of `counts` particles each, without a copy."""
    vector.register_awkward()
    columns = [ak.contents.NumpyArray(np.ascontiguousarray(field, dtype=np.float64)) for field in p]
    record = ak.contents.RecordArray(columns, list(p._fields), parameters={"__record__": "Momentum4D"})
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ak.Array(ak.contents.ListOffsetArray(ak.index.Index64(offsets), record))


def to_momenta(p: ak.Array) -> Momenta:
    """Return awkward momenta of any nesting as flat arrays."""
    return Momenta(*(flat(getattr(p, name)) for name in Momenta._fields))


def flat(values: ak.Array) -> Floats:
    """Return the numbers of an awkward array of any nesting."""
    return np.asarray(ak.to_numpy(ak.flatten(values, axis=None)), dtype=np.float64)


def sizes_of(lists: ak.Array) -> Ints:
    """Return how many each list holds."""
    return np.asarray(ak.to_numpy(ak.num(lists, axis=1)), dtype=np.int64)


def _counts(layout: Any) -> Ints:
    return np.diff(np.asarray(layout.offsets.data)).astype(np.int64)
