"""Values of the param card: masses, widths and couplings by MadGraph's names, or by block and number.

Source: ``parameters.py`` and ``restrict_default.dat`` of the model sm of MadGraph5_aMC@NLO 3.5.7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import ArgumentError, ProcessError, UnknownNameError
from .checks import is_number

__all__ = ["PARAMETERS", "card_entry", "check_parameters"]

#: Parameters of the standard model -> block and number in the param card.
PARAMETERS: dict[str, str] = {
    "aewm1": "sminputs 1",
    "gf": "sminputs 2",
    "as": "sminputs 3",
    "mb": "mass 5",
    "mt": "mass 6",
    "mta": "mass 15",
    "mz": "mass 23",
    "mh": "mass 25",
    "wt": "decay 6",
    "wz": "decay 23",
    "ww": "decay 24",
    "wh": "decay 25",
    "ymb": "yukawa 5",
    "ymt": "yukawa 6",
    "ymtau": "yukawa 15",
}
#: Words that MadGraph's card editor takes in the place of a parameter.
RESERVED = ("default", "all", "param_card", "run_card", "scan", "auto", "mass", "decay")
#: Parameters that only exist where a restriction of the model leaves them in.
_RESTRICTED = {
    "mc": "mass 4",
    "me": "mass 11",
    "mm": "mass 13",
    "ymc": "yukawa 4",
    "yme": "yukawa 11",
    "ymm": "yukawa 13",
    **{f"{name}ws": f"wolfenstein {n}" for n, name in enumerate(("lam", "a", "rho", "eta"), 1)},
}
#: PDG ids of particles that are heavy, and a mass in GeV below which one of them was meant in TeV.
HEAVY, LIGHTEST = (6, 23, 24, 25, 32, 34, 5100039), 30.0
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_ENTRY = re.compile(r"[A-Za-z][A-Za-z0-9_]*( -?\d+){1,3}\Z")
#: Entries that follow from others in the standard model -> from which.
_DEPENDENT = {"mass 24": "aewm1, gf and mz", "mw": "aewm1, gf and mz"}


def card_entry(name: str) -> str:
    """Return the block and number of a parameter of the standard model; other names as they are.

    Examples
    --------
    >>> card_entry("MT"), card_entry("mass  25"), card_entry("cW")
    ('mass 6', 'mass 25', 'cW')
    """
    plain = " ".join(name.split())
    entry = {**PARAMETERS, **_RESTRICTED}.get(plain.lower(), plain)
    return entry.lower() if _ENTRY.match(entry) else entry


def check_parameters(parameters: Any, model: str, *, hadrons: bool) -> dict[str, Any]:
    """Return the values of the param card with plain names, checked.

    Raises
    ------
    ArgumentError
        Not a dictionary of names and numbers (or ``"auto"`` for a width).
    UnknownNameError
        The standard model has no such parameter; near names are listed.
    ProcessError
        It would do nothing: it follows from others, or the parton densities decide it.
    """
    if not isinstance(parameters, Mapping):
        msg = f"parameters must be a dictionary such as {{'mt': 173.0}} or {{'mass 6': 173.0}}, not {parameters!r}"
        raise ArgumentError(msg)
    checked: dict[str, Any] = {}
    for name, value in parameters.items():
        plain = " ".join(name.split()) if isinstance(name, str) and name.isascii() and name.isprintable() else ""
        if not (_NAME.match(plain) or _ENTRY.match(plain)):
            msg = f"parameters: {name!r} is not a name such as 'mt' or 'mass 6'"
            raise ArgumentError(msg)
        if plain.lower() in RESERVED:
            msg = f"parameters: {name!r} is a word of MadGraph's card editor, not a parameter"
            raise ArgumentError(msg)
        auto = isinstance(value, str) and value == "auto" and card_entry(plain).startswith("decay ")
        if not (is_number(value) or auto):
            msg = f"parameters: {name!r} must be a number (a width may be 'auto'), not {value!r}"
            raise ArgumentError(msg)
        _check_known(plain, model, hadrons)
        _check_size(plain, value)
        checked[plain] = value
    entries = [card_entry(name) for name in checked]
    twice = next((name for name in checked if entries.count(card_entry(name)) > 1), None)
    if twice is not None:
        msg = f"parameters: {card_entry(twice)!r} is given twice"
        raise ArgumentError(msg)
    return checked


def _check_size(name: str, value: Any) -> None:
    """Refuse masses and widths that cannot be, or were meant in TeV."""
    block, _, pdg = card_entry(name).partition(" ")
    if block in ("mass", "decay") and is_number(value) and value < 0:
        msg = f"parameters: {name!r} cannot be negative, it is in GeV"
        raise ArgumentError(msg)
    if block == "mass" and abs(int(pdg)) in HEAVY and value < LIGHTEST:
        msg = f"parameters: {name!r} = {value:g} is in GeV, too light for this particle; {value:g} TeV are {1000 * value:g}"
        raise ArgumentError(msg)


def _check_known(name: str, model: str, hadrons: bool) -> None:
    base, _, restriction = model.partition("-")
    if base not in ("sm", "loop_sm"):
        return
    entry = card_entry(name)
    if entry in _DEPENDENT:
        msg = f"parameters: {name!r} follows from {_DEPENDENT[entry]} in the model {model!r}; set one of those"
        raise ProcessError(msg)
    if entry == "sminputs 3" and hadrons:
        msg = (
            f"parameters: {name!r} does nothing here: with protons alpha_s is that of the parton densities ('pdlabel')"
        )
        raise ProcessError(msg)
    known = {**PARAMETERS, **_RESTRICTED} if restriction else PARAMETERS
    if entry not in known.values():
        raise UnknownNameError(f"parameter of the model {model!r}", name, [*known, *known.values()])
