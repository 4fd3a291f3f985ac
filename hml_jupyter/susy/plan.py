"""What the embedded Pythia8 is given for a process of supersymmetric particles and a spectrum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import ProcessError
from ..particles import Chain, Names
from ..slha import Channel, Spectrum, check_spectrum, hadronising, named, reached
from .decays import both_signs, check_elsewhere, own_chains, signed_channels, table_lines
from .pairs import Pair, made_by, pairs_of, selection

__all__ = ["Plan", "plan"]

#: On the mass shell: a Breit-Wigner shape is cut at five widths by Pythia8, which takes 12 % off a pair. Couplings as in MadGraph's model.
_ALWAYS = ("PhaseSpace:useBreitWigners = off", "SUSY:sin2thetaWMode = 3", "SigmaProcess:alphaEMorder = -1")
_READ = ("SLHA:readFrom = 2", "SLHA:verbose = 0")
_ALPHA = 127.9
_NEED = (
    "supersymmetric particles have their masses, mixings and decays from an SLHA file: give it as the param card, "
    "hml.generate(..., cards=['param_card.dat']); programs that compute spectra (SPheno, SOFTSUSY with SUSY-HIT) write one"
)


class Plan(NamedTuple):
    """What Pythia8 is given for a process and a spectrum."""

    lines: tuple[str, ...]
    """Settings that switch the pairs on and open the decays."""
    slha: str
    """Text of the SLHA file."""
    states: frozenset[Pair]
    """Final states of the hard process, PDG ids rising: no others are kept."""
    only: Mapping[int, frozenset[Channel]]
    """PDG id -> products that all particles of this kind have, where antiparticles have others."""
    own: Mapping[int, tuple[tuple[Channel, ...], ...]]
    """PDG id -> channels of each chain, where identical particles have each its own."""
    decaying: frozenset[int]
    """Particles of the file that come out, by decays too, and must decay; without sign."""
    early: tuple[str, ...]
    """Those that would form hadrons before they decay, which is left out."""
    masses: Mapping[str, float]
    """Masses of top and Higgs in the file, as entries of the param card; GeV."""


def plan(
    hard: Sequence[Chain],
    chains: Sequence[Chain],
    names: Names,
    spectrum: Spectrum | None,
    parameters: Mapping[str, Any],
    ecm: float,
) -> Plan:
    """Return what Pythia8 is given.

    Parameters
    ----------
    hard : sequence of Chain
        The lines of the process.
    chains : sequence of Chain
        Its decays.
    names : Names
        What particles are called.
    spectrum : Spectrum or None
        What the SLHA file says.
    parameters : mapping
        Masses and widths that replace the file's, GeV.
    ecm : float
        Collision energy, GeV.

    Raises
    ------
    ProcessError
        There is no spectrum, or one that does not do for this process; a decay that its tables do not have.
    """
    if spectrum is None:
        raise ProcessError(_NEED)
    spectrum = spectrum.replaced(parameters)
    check_spectrum(spectrum)
    switches = dict.fromkeys(line for h in hard for made in made_by(h.text, h, names) for line in made.lines)
    states = frozenset(pair for h in hard for pair in pairs_of(h))
    signed = signed_channels(chains, names, spectrum)
    opened, only = both_signs(signed, spectrum)
    found = reached(spectrum, (i for pair in states for i in pair), opened)
    _check_energy(states, spectrum, ecm)
    check_elsewhere(states, chains, signed, spectrum)
    alpha = spectrum.block("SMINPUTS").get((1,), _ALPHA)
    lines = (*switches, *selection(states), *_ALWAYS, f"StandardModel:alphaEMmZ = force {1 / alpha!r}", *_READ)
    tables = spectrum.channels
    masses = {f"mass {i}": m for i in (6, 25) if (m := spectrum.mass(i))}
    return Plan(
        (*lines, *table_lines({pdg: of for pdg, of in opened.items() if pdg not in tables})),
        spectrum.render(opened),
        states,
        only,
        own_chains(chains, names, spectrum, states),
        frozenset(i for i in found if i in tables and spectrum.decays[i].width),
        hadronising(spectrum, found),
        masses,
    )


def _check_energy(states: Iterable[Pair], spectrum: Spectrum, ecm: float) -> None:
    for pair in states:
        mass = sum(spectrum.mass(pdg) or 0.0 for pdg in pair)
        if mass >= ecm:
            msg = f"{' and '.join(map(named, pair))} have together {mass:g} GeV, more than ecm={ecm:g} GeV"
            raise ProcessError(msg)
