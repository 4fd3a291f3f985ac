"""Cuts of a process by MadGraph's names: what they act on, and when they would silently do nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .errors import ArgumentError, ProcessError, UnknownNameError
from .particles import Chain, expand, is_single

__all__ = ["SETTINGS", "FinalState", "check_setting", "final_state", "is_positive"]

#: Setting -> what it cuts on.
SETTINGS = {
    "ptj": "smallest pT of every jet, GeV",
    "htjmin": "smallest sum of the pT of the jets, GeV",
    "misset": "smallest missing pT, the sum over neutrinos, GeV",
    "pt_min_pdg": "smallest pT of particles of the undecayed process by PDG id, {23: 200}, GeV",
    "pt_max_pdg": "largest pT of particles of the undecayed process by PDG id, {23: 300}, GeV",
}
#: Cuts by one number -> PDG ids they look at.
_ACT_ON = {
    "ptj": frozenset(expand("j")),
    "htjmin": frozenset(expand("j")),
    "misset": frozenset((12, 14, 16, -12, -14, -16)),
}
_WORDS = {"ptj": "jets", "htjmin": "jets", "misset": "neutrinos"}


class FinalState(NamedTuple):
    """What cuts act on: with a chain the products, otherwise the particles of the hard process."""

    hard: tuple[str, ...]
    """Particles of the hard process that do not decay in a chain."""
    products: tuple[str, ...]
    """Particles out of decays that are written as a chain."""


def final_state(hard: Sequence[str], inline: Iterable[Chain]) -> FinalState:
    """Return what is left of a hard process after the chains that are written with it.

    Examples
    --------
    >>> from .particles import parse_process
    >>> process, chains = parse_process("p p > z j, z > vl vl~")
    >>> final_state(process.products, chains)
    FinalState(hard=('j',), products=('vl', 'vl~'))
    """
    chains = tuple(inline)
    mothers = {chain.mother for chain in chains}
    products = tuple(p for chain in chains for p in chain.products if p not in mothers)
    return FinalState(tuple(p for p in hard if p not in mothers), products)


def is_positive(value: object) -> bool:
    """Tell whether a value is a positive, finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def count(setting: str, names: Iterable[str]) -> int:
    """Return how many of the particles a setting looks at."""
    return sum(bool(_ACT_ON[setting].intersection(expand(name))) for name in names)


def check_setting(name: str, value: Any, hard: Chain, inline: Sequence[Chain]) -> None:
    """Refuse a setting that is unknown, malformed, or would silently do nothing.

    Raises
    ------
    UnknownNameError
        No such setting; near names are listed.
    ArgumentError
        Not a positive number, or not a dictionary of them.
    ProcessError
        It would do nothing; the message says what works instead.
    """
    if name not in SETTINGS:
        raise UnknownNameError("setting", name, SETTINGS)
    if name in _ACT_ON:
        _check_number(name, value, hard, inline)
        return
    if not isinstance(value, Mapping) or not value or not all(is_positive(v) for v in value.values()):
        msg = f"settings: {name!r} must be a dictionary of PDG id and positive pT in GeV, {{23: 200}}, not {value!r}"
        raise ArgumentError(msg)
    for pdg in value:
        _check_pdg(name, pdg, hard, inline)


def _check_number(name: str, value: Any, hard: Chain, inline: Sequence[Chain]) -> None:
    if not is_positive(value):
        msg = f"settings: {name!r} must be a positive pT in GeV, not {value!r}"
        raise ArgumentError(msg)
    left = final_state(hard.products, inline)
    if not count(name, (*left.hard, *left.products)):
        msg = (
            f"{name!r} does nothing here: {hard.text!r} has no {_WORDS[name]} before its particles decay; "
            f"cut on those with 'pt_min_pdg', or write the decays as a chain, '{hard.text}, ...', to cut on their products"
        )
        raise ProcessError(msg)


def _check_pdg(name: str, pdg: Any, hard: Chain, inline: Sequence[Chain]) -> None:
    present = {abs(i): p for p in hard.products for i in (expand(p) if is_single(p) else ())}
    if not isinstance(pdg, int) or isinstance(pdg, bool) or pdg not in present:
        known = ", ".join(f"{i} ({p})" for i, p in sorted(present.items())) or "none; use 'ptj' for jets"
        msg = f"{name!r} of {pdg!r} does nothing here: {hard.text!r} has the single particles {known}"
        raise ProcessError(msg)
    if present[pdg] in {chain.mother for chain in inline}:
        msg = (
            f"{name!r} of {pdg} ({present[pdg]}) is silently ignored by MadGraph for particles that decay in a chain; "
            f"write Process({hard.text!r}, decays=[...], settings={{{name!r}: ...}}) instead, where it acts"
        )
        raise ProcessError(msg)
