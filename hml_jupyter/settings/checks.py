"""Whether a setting exists, has a value that it takes, and would do something for the process as it is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import ArgumentError, ProcessError, UnknownNameError
from ..particles import STANDARD, Chain, Names
from .run_card import ELSEWHERE, RUN_CARD, Setting

__all__ = ["FinalState", "check_setting", "count", "final_state", "is_number", "is_positive"]

_JETS = frozenset((21, *range(1, 5), *range(-4, 0)))
_NEUTRINOS = frozenset((12, 14, 16, -12, -14, -16))
_LEPTONS = frozenset((11, 13, 15, -11, -13, -15))
#: Letter of `Setting.acts_on` -> PDG ids.
_LETTERS = {
    "j": _JETS,
    "b": frozenset((5, -5)),
    "a": frozenset((22,)),
    "l": _LEPTONS,
    "n": _NEUTRINOS,
    "H": frozenset((6, -6, 23, 24, -24, 25)),
    "J": _JETS | {5, -5},
    "L": _LEPTONS | _NEUTRINOS,
}
_WORDS = {"j": "jets", "b": "b quarks", "a": "photons", "l": "charged leptons", "n": "neutrinos", "H": "heavy particles",
          "J": "jets or b quarks", "L": "leptons"}  # fmt: skip
#: Cuts that must be positive: their 0 means "none", which diverges or is what MadGraph takes anyway.
_POSITIVE = ("ptj", "htjmin", "misset")
#: Particles for which MadGraph refuses cuts by PDG id -> the cut that acts on them.
_OWN_CUT = {**dict.fromkeys((1, 2, 3, 4, 21), "ptj"), 5: "ptb", 22: "pta", **dict.fromkeys((11, 13, 15), "ptl")}
#: No whole number of a card is as large.
LARGEST = 10**18
_TEXT = re.compile(r"[A-Za-z0-9_.+-]{1,80}\Z")


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
    >>> from ..particles import parse_process
    >>> process, chains = parse_process("p p > z j, z > vl vl~")
    >>> final_state(process.products, chains)
    FinalState(hard=('j',), products=('vl', 'vl~'))
    """
    chains = tuple(inline)
    mothers = {chain.mother for chain in chains}
    products = tuple(p for chain in chains for p in chain.products if p not in mothers)
    return FinalState(tuple(p for p in hard if p not in mothers), products)


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < LARGEST
    return isinstance(value, float) and math.isfinite(value)


def is_positive(value: object) -> bool:
    """Tell whether a value is a positive, finite number."""
    return is_number(value) and value > 0  # type: ignore[operator]


def count(letter: str, particles: Iterable[str], names: Names = STANDARD) -> int:
    """Return how many of the particles a letter of `Setting.acts_on` stands for; those of an unknown model may be any.

    Examples
    --------
    >>> count("n", ["z", "vl", "vl~"])
    2
    """
    ids = [names.ids(name.partition("{")[0]) for name in particles]
    return sum(not of or bool(_LETTERS[letter].intersection(of)) for of in ids)


def check_setting(
    name: str, value: Any, hard: Chain, inline: Sequence[Chain], names: Names = STANDARD, *, cut_decays: bool = False
) -> None:
    """Refuse a setting that is unknown, malformed, or would silently do nothing.

    Raises
    ------
    UnknownNameError
        No such setting; near names are listed.
    ArgumentError
        Not a value of its kind, or something that is an option of its own.
    ProcessError
        It would do nothing; the message says what works instead.
    """
    if name in ELSEWHERE:
        msg = f"settings: {name!r} is not set here; it is {ELSEWHERE[name]}"
        raise ArgumentError(msg)
    if name not in RUN_CARD:
        raise UnknownNameError("setting", name, RUN_CARD)
    setting = RUN_CARD[name]
    complaint = _KINDS[setting.kind](name, value, setting)
    if complaint:
        msg = f"settings: {name!r} must be {complaint}, not {value!r}"
        raise ArgumentError(msg)
    if setting.acts_on:
        _check_acts(name, setting, hard, inline, names, cut_decays)
    if setting.kind in ("per_pdg", "pdg_switch"):
        for pdg in value:
            _check_pdg(name, pdg, hard, inline)


def _check_acts(
    name: str, setting: Setting, hard: Chain, inline: Sequence[Chain], names: Names, cut_decays: bool
) -> None:
    left = final_state(hard.products, inline)
    everywhere = (*left.hard, *left.products)
    seen = everywhere if setting.decays or cut_decays else left.hard
    missing = [x for x in setting.acts_on if count(x, seen, names) < setting.acts_on.count(x)]
    if not missing:
        return
    what = _WORDS[missing[0]]
    if all(count(x, everywhere, names) >= setting.acts_on.count(x) for x in setting.acts_on):
        msg = (
            f"{name!r} does nothing here: MadGraph cuts on products of a chain only if asked to; "
            f"add 'cut_decays': True to the settings"
        )
        raise ProcessError(msg)
    several = f" {setting.acts_on.count(missing[0])}" if setting.acts_on.count(missing[0]) > 1 else ""
    msg = (
        f"{name!r} does nothing here: {hard.text!r} has no{several} {what} before its particles decay; "
        f"cut on those with 'pt_min_pdg', write the decays as a chain, '{hard.text}, ...', to cut on their products, "
        "or cut on the events, with hml.Cut"
    )
    raise ProcessError(msg)


def _check_pdg(name: str, pdg: Any, hard: Chain, inline: Sequence[Chain]) -> None:
    if pdg == "default":
        return
    present = {abs(i): p for p, ids in zip(hard.products, hard.ids, strict=True) for i in ids if len(ids) == 1}
    unknown = any(not ids for ids in hard.ids)
    known = (
        ", ".join(f"{i} ({p})" for i, p in sorted(present.items()) if i not in _OWN_CUT) or "none; use 'ptj' for jets"
    )
    if pdg not in present and not unknown:
        msg = f"{name!r} of {pdg!r} does nothing here: {hard.text!r} has the single particles {known}"
        raise ProcessError(msg)
    if pdg in _OWN_CUT:
        msg = f"{name!r} of {pdg!r} is refused by MadGraph: cut on {present.get(pdg, pdg)} with {_OWN_CUT[pdg]!r}"
        raise ProcessError(msg)
    if present.get(pdg) in {chain.mother for chain in inline}:
        msg = (
            f"{name!r} of {pdg} ({present[pdg]}) is silently ignored by MadGraph for particles that decay in a chain; "
            f"write Process({hard.text!r}, decays=[...], settings={{{name!r}: ...}}) instead, where it acts"
        )
        raise ProcessError(msg)


def _cut(name: str, value: Any, setting: Setting) -> str | None:
    positive = is_positive(value)
    if positive or (is_number(value) and value == 0 and setting.default > 0 and name not in _POSITIVE):
        return None
    what = f"a positive {'pT' if name.startswith(('pt', 'ht', 'miss')) else 'number'}"
    return what + (f" in {setting.unit}" if setting.unit else "")


def _limit(_: str, value: Any, setting: Setting) -> str | None:
    if is_positive(value) or (is_number(value) and value == -1):
        return None
    return f"a positive number{' of ' + setting.unit if setting.unit else ''}, or -1 for none"


def _number(_: str, value: Any, setting: Setting) -> str | None:
    if is_number(value) and value >= setting.low and (setting.unit != "%" or value <= -(setting.low or 0)):
        return None
    return f"a number of at least {setting.low:g}{' ' + setting.unit if setting.unit else ''}"


def _per_pdg(name: str, value: Any, setting: Setting) -> str | None:
    if (
        isinstance(value, Mapping)
        and value
        and all(_is_pdg(k) for k in value)
        and all(map(is_positive, value.values()))
    ):
        return None
    return f"a dictionary of PDG id and positive {'pT' if name.startswith('pt') else 'number'} in {setting.unit or 'eta'}, {{23: 200}}"


def _pdg_switch(_: str, value: Any, __: Setting) -> str | None:
    good = isinstance(value, Mapping) and value and all(_is_pdg(k) or k == "default" for k in value)
    return None if good and all(isinstance(v, bool) for v in value.values()) else "a dictionary such as {6: True}"


def _is_pdg(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _parameters(_: str, value: Any, __: Setting) -> str | None:
    good = isinstance(value, Mapping) and all(isinstance(k, str) and _TEXT.match(k) for k in value)
    return None if good and all(map(is_number, value.values())) else "a dictionary of names and numbers"


#: Kind -> what is wrong with a value of it, None for nothing.
_KINDS: dict[str, Callable[[str, Any, Setting], str | None]] = {
    "cut": _cut,
    "limit": _limit,
    "number": _number,
    "whole": lambda _, v, __: None if isinstance(v, int) and not isinstance(v, bool) and v >= 0 else "a whole number",
    "switch": lambda _, v, __: None if isinstance(v, bool) else "True or False",
    "choice": lambda _, v, s: (
        None if not isinstance(v, bool) and v in s.choices else f"one of {', '.join(map(repr, s.choices))}"
    ),
    "text": lambda _, v, __: (
        None if isinstance(v, str) and _TEXT.match(v) else "one word of letters, digits and . _ + -"
    ),
    "per_pdg": _per_pdg,
    "pdg_switch": _pdg_switch,
    "parameters": _parameters,
}
