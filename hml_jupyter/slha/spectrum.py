"""A spectrum of supersymmetric particles as numbers, and its text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..errors import ProcessError
from ..particles import MODELS
from ..settings import card_entry

__all__ = ["MODEL", "Channel", "Decay", "Spectrum", "is_own", "named"]

#: MadGraph's model of these particles.
MODEL = "MSSM_SLHA2"
#: PDG ids of the products of a decay, rising.
Channel = tuple[int, ...]
#: Particles of the standard model whose masses and decays Pythia8 takes from an SLHA file: those above 100 GeV, and all further Higgs.
_TAKEN = (6, 25, 35, 36, 37)
_BY_ID = {pdg: name for name, pdg in MODELS[MODEL].items()}


def named(pdg: int) -> str:
    """Return a particle with MadGraph's name and its PDG id.

    Examples
    --------
    >>> named(-1000006), named(1000039)
    ('t1~ (-1000006)', '1000039')
    """
    return f"{_BY_ID[pdg]} ({pdg})" if pdg in _BY_ID else str(pdg)


def is_own(pdg: int) -> bool:
    """Tell whether mass and decays of a particle are those of the SLHA file; the others' are Pythia8's."""
    return abs(pdg) in _TAKEN or abs(pdg) > 1_000_000


@dataclass(frozen=True)
class Decay:
    """How a particle decays."""

    width: float | None
    """GeV; None where the file leaves it to a program (``Auto``)."""
    channels: tuple[tuple[float, Channel], ...] = ()
    """Branching ratios with the products."""


@dataclass(frozen=True)
class Spectrum:
    """What an SLHA file says, as far as it is used."""

    blocks: Mapping[str, Mapping[tuple[int, ...], float]]
    """Name of a block, in capitals -> its entries by their numbers. Masses in GeV."""
    decays: Mapping[int, Decay]
    """PDG id of a particle (not of an antiparticle) -> its decays."""

    def block(self, name: str) -> Mapping[tuple[int, ...], float]:
        """Return the entries of a block; none if it is not there."""
        return self.blocks.get(name, {})

    def mass(self, pdg: int) -> float | None:
        """Return a mass in GeV, without the sign that neutralinos may have; None where there is none."""
        value = self.block("MASS").get((abs(pdg),))
        return None if value is None else abs(value)

    @property
    def channels(self) -> dict[int, tuple[Channel, ...]]:
        """PDG id -> products of each channel, for the particles whose decays are taken from here."""
        tables = {pdg: tuple(c for _, c in decay.channels) for pdg, decay in self.decays.items() if is_own(pdg)}
        return {pdg: channels for pdg, channels in tables.items() if channels}

    def replaced(self, parameters: Mapping[str, Any]) -> Spectrum:
        """Return the spectrum with other masses and widths.

        Parameters
        ----------
        parameters : mapping
            ``{"mass 1000021": 1800, "decay 1000021": 5}``, GeV. Branching ratios stay.

        Raises
        ------
        ProcessError
            Another entry, or one that the file does not have.
        """
        masses, decays = dict(self.block("MASS")), dict(self.decays)
        for name, value in parameters.items():
            block, _, number = card_entry(name).partition(" ")
            pdg = int(number) if number.isdigit() else 0
            if (
                value == "auto"
                or not is_own(pdg)
                or pdg not in (decays if block == "decay" else {k[0] for k in masses})
            ):
                msg = (
                    f"the embedded Pythia8 does not honour the parameter {name!r} = {value!r}: of an SLHA file it takes 'mass' and "
                    "'decay' of supersymmetric particles, top and Higgs, with numbers, that the file has; change others in the file"
                )
                raise ProcessError(msg)
            if block == "mass":
                masses[(pdg,)] = float(value) * (-1 if masses[(pdg,)] < 0 else 1)
            else:
                decays[pdg] = replace(decays[pdg], width=float(value))
        return Spectrum({**self.blocks, "MASS": masses}, decays)

    def render(self, opened: Mapping[int, Collection[Channel]]) -> str:
        """Return the text of an SLHA file in which particles have only the channels of `opened`, if they are in it.

        Parameters
        ----------
        opened : mapping
            PDG id of a particle -> products of the channels that stay open, for its antiparticle too.

        Notes
        -----
        Nothing but numbers that were read stands in it. A negative branching ratio closes a channel of Pythia8.
        """
        lines = ["Block MODSEL", " 1 0"]
        for name, entries in self.blocks.items():
            lines += [f"Block {name}", *(f" {' '.join(map(str, key))} {value!r}" for key, value in entries.items())]
        for pdg, decay in self.decays.items():
            if not is_own(pdg) or (abs(pdg) <= 25 and not decay.channels):
                continue
            lines.append(f"DECAY {pdg} {(decay.width or 0.0) if decay.channels else 0.0!r}")
            for ratio, products in decay.channels if decay.width else ():
                sign = "" if pdg not in opened or products in opened[pdg] else "-"
                lines.append(f" {sign}{ratio!r} {len(products)} {' '.join(map(str, products))}")
        return "".join(f"{line}\n" for line in lines)
