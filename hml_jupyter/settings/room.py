"""Whether cuts leave room for events: below what the beams have, and below their own upper limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ProcessError
from .run_card import RUN_CARD

__all__ = ["check_room"]

#: How the names of cuts on masses and on sums of pT begin: all particles together have the whole energy.
_WHOLE = ("dsqrt", "mm", "mxx", "ht", "iht")
#: Cuts on the energy of a particle in the laboratory.
_ENERGIES = ("ej", "eb", "ea", "el", "e_min_pdg")


def check_room(settings: Mapping[str, Any], ecm: float, total: float) -> None:
    """Refuse smallest values that no event has.

    Parameters
    ----------
    settings : mapping
        Settings of the run card that have been checked one by one.
    ecm : float
        Collision energy, GeV.
    total : float
        Sum of the energies of the beams, GeV.

    Raises
    ------
    ProcessError
        A cut above the energy of the beams, or not below the upper limit that is given with it.

    Examples
    --------
    >>> check_room({"dsqrt_shat": 20_000}, 13_000, 13_000)
    Traceback (most recent call last):
    hml_jupyter.errors.ProcessError: 'dsqrt_shat': 20000 GeV leaves nothing: ecm is 13000 GeV; lower the cut, or raise ecm (all in GeV)
    """
    for name, value in settings.items():
        setting = RUN_CARD[name]
        if setting.kind == "per_pdg" and "_min_" in name:
            for pdg, low in value.items():
                of = f"{name!r}: {{{pdg}: {low:.12g}}}{_unit(name)}"
                _check_energy(of, name, low, ecm, total)
                _check_limit(
                    of, low, name.replace("_min_", "_max_"), settings.get(name.replace("_min_", "_max_"), {}).get(pdg)
                )
        elif setting.kind == "cut":
            of = f"{name!r}: {value:.12g}{_unit(name)}"
            _check_energy(of, name, value, ecm, total)
            upper = _upper(name)
            _check_limit(of, value, upper, settings.get(upper))


def _unit(name: str) -> str:
    return " GeV" if RUN_CARD[name].unit == "GeV" else ""


def _check_energy(of: str, name: str, low: float, ecm: float, total: float) -> None:
    if RUN_CARD[name].unit != "GeV":
        return
    if name in _ENERGIES:
        most, why = total, f"the beams have {total:.12g} GeV together"
    elif name.startswith(_WHOLE):
        most, why = ecm, f"ecm is {ecm:.12g} GeV"
    else:
        most, why = ecm / 2, f"a pT is at most half of ecm, {ecm / 2:.12g} GeV"
    if low > most:
        msg = f"{of} leaves nothing: {why}; lower the cut, or raise ecm (all in GeV)"
        raise ProcessError(msg)


def _upper(name: str) -> str:
    """Return the name of the upper limit of what a cut is about; that of ``etajmin`` is ``etaj``."""
    stem = name.removesuffix("min")
    return f"{stem}max" if f"{stem}max" in RUN_CARD else stem


def _check_limit(of: str, low: float, name: str, high: Any) -> None:
    if high is not None and 0 < high <= low and RUN_CARD[name].kind in ("limit", "per_pdg"):
        msg = f"{of} leaves nothing: {name!r} is {high:.12g}{_unit(name)}"
        raise ProcessError(msg)
