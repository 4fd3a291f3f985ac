"""Decay chains one by one, as the embedded generator and the cuts look at them."""

from __future__ import annotations

from dataclasses import dataclass

from .lines import Line
from .names import STANDARD, Names

__all__ = ["Chain", "chains_of", "hard_of"]


@dataclass(frozen=True)
class Chain:
    """``mother > products``; a hard process is one too, with two mothers."""

    mother: str
    """What goes in."""
    products: tuple[str, ...]
    """What comes out."""
    ids: tuple[tuple[int, ...], ...] = ()
    """PDG ids of each product, all that its name stands for; empty for a particle of an unknown model."""

    def __post_init__(self) -> None:
        """Look the names up in the standard model where no ids are given."""
        if not self.ids:
            object.__setattr__(self, "ids", tuple(STANDARD.ids(_bare(p)) for p in self.products))

    @property
    def text(self) -> str:
        """The chain as it is written."""
        return f"{self.mother} > {' '.join(self.products)}"


def hard_of(line: Line, names: Names = STANDARD) -> Chain:
    """Return the process itself, without the decays that are written with it."""
    return Chain(" ".join(line.incoming), line.products, tuple(names.ids(_bare(p)) for p in line.products))


def chains_of(line: Line, names: Names = STANDARD) -> tuple[Chain, ...]:
    """Return the decays of a line and their decays, in the order in which they are written.

    Examples
    --------
    >>> from .lines import parse_line
    >>> [chain.text for chain in chains_of(parse_line("p p > t t~, (t > w+ b, w+ > j j), t~ > w- b~"))]
    ['t > w+ b', 'w+ > j j', 't~ > w- b~']
    """
    return tuple(chain for decay in line.decays for chain in decays_of(decay, names))


def decays_of(decay: Line, names: Names = STANDARD) -> tuple[Chain, ...]:
    """Return a decay and those of its products; a group of mothers decays one by one."""
    own = hard_of(decay, names)
    mothers = names.members(decay.incoming[0]) if len(decay.incoming) == 1 else decay.incoming
    return (*(Chain(mother, own.products, own.ids) for mother in mothers), *chains_of(decay, names))


def _bare(name: str) -> str:
    return name.partition("{")[0]
