"""What a particle or a jet is: tags, charges, ids, isolation, and the score that a method gives an event."""

from __future__ import annotations

from typing import NoReturn

from ..errors import ArgumentError
from .entries import Entry, Table
from .particles import Array, Particles

__all__ = ["ENTRIES", "OUTPUT"]

ENTRIES = Table("tags and counts")

_JETS = ("jet",)
_PDG = "Particle Data Group, Review of Particle Physics, Monte Carlo Particle Numbering Scheme"


@ENTRIES.row("", "jet.size", "count", objects="collection", aliases=("Size",), range=(0, None))
def size(particles: Particles) -> Array:
    """Count of the elements."""
    return particles.count


@ENTRIES.row("", "jet0.b_tag", "the field BTag", aliases=("BTag",), range=(0, None), branches=_JETS)
def b_tag(jet: Particles) -> Array:
    """1 for a jet that is tagged as b."""
    return jet["BTag"]


@ENTRIES.row("", "jet0.tau_tag", "the field TauTag", aliases=("TauTag",), range=(0, None), branches=_JETS)
def tau_tag(jet: Particles) -> Array:
    """1 for a jet that is tagged as tau."""
    return jet["TauTag"]


@ENTRIES.row("e", "jet0.charge", "the field Charge; of a jet the sum over its constituents", aliases=("Charge",))
def charge(particle: Particles) -> Array:
    """Electric charge."""
    return particle["Charge"]


@ENTRIES.row(
    "",
    "muon0.isolation",
    "the field IsolationVar; Delphes 3, arXiv:1307.6346",
    aliases=("IsolationVar", "isolation_var"),
    range=(0, None),
    branches=("electron", "muon", "photon"),
)
def isolation(particle: Particles) -> Array:
    """Transverse momentum of what is around it over its own."""
    return particle["IsolationVar"]


@ENTRIES.row(
    "",
    "jet0.flavor",
    f"the field Flavor; {_PDG}",
    aliases=("Flavor", "flavour"),
    branches=("jet", "genjet"),
    group="truth",
)
def flavor(jet: Particles) -> Array:
    """PDG id of the parton that the jet comes from, 0 if there is none."""
    return jet["Flavor"]


@ENTRIES.row(
    "", "particle0.pid", f"the field PID; {_PDG}", aliases=("PID", "pdg_id"), branches=("particle",), group="truth"
)
def pid(particle: Particles) -> Array:
    """PDG id of a generated particle."""
    return particle["PID"]


@ENTRIES.row(
    "",
    "particle0.status",
    "the field Status: of HepMC 1 final, 2 decayed; of LHE 1 out, -1 in, 2 intermediate (arXiv:hep-ph/0609017)",
    aliases=("Status",),
    branches=("particle",),
    group="truth",
)
def status(particle: Particles) -> Array:
    """Status code of a generated particle."""
    return particle["Status"]


_SCORE = "a column that hml.score adds; of a network with several outputs one for each, theirs.p_b"


@ENTRIES.row("", "mlp.score", _SCORE, objects="method", range=(0, 1), group="methods")
def score(method: Particles) -> NoReturn:
    """Score of a trained method, 1 for signal."""
    msg = (
        f"'{method.text}.score' is no observable of events but a column of a dataset: "
        f"hml.score(dataset, {method.text}, name={method.text!r}) makes it"
    )
    raise ArgumentError(msg)


#: What stands for every output of a network with several: its name is in a card, and in no table.
OUTPUT = Entry("output", "", "method", "theirs.p_b", "Output of a network", _SCORE, score)
