"""Cards of the user's own: what each one is, and what of it stays in force."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ArgumentError, PathError
from .card_checks import LARGEST, check_card

if TYPE_CHECKING:
    from ...process import Process

__all__ = ["FILES", "card_number", "check_run_card", "kind_of", "read_cards", "run_values"]

#: Kind of card -> its file in the folder ``Cards`` of an output.
FILES = {
    "param": "param_card.dat",
    "run": "run_card.dat",
    "madspin": "madspin_card.dat",
    "pythia8": "pythia8_card.dat",
    "delphes": "delphes_card.dat",
}
#: Kind of card -> what only it contains. The order matters: a Delphes card holds almost anything.
_SIGNS = {
    "delphes": re.compile(r"^[ \t]*(set\s+ExecutionPath|module\s+\w+\s+\w+)", re.MULTILINE),
    "run": re.compile(r"=\s*(nevents|ebeam1|iseed)\b"),
    "param": re.compile(r"^[ \t]*block\s+(mass|sminputs)\b", re.MULTILINE | re.IGNORECASE),
    "madspin": re.compile(r"^[ \t]*(decay\s+\S+\s*>|set\s+(spinmode|max_weight_ps_point)\b)", re.MULTILINE),
    "pythia8": re.compile(r"^[ \t]*[A-Za-z]+\w*:\w+\s*=", re.MULTILINE),
}


def kind_of(text: str) -> str | None:
    """Return what a card is, by its content; None for something else.

    Examples
    --------
    >>> kind_of("  100 = nevents ! number of events"), kind_of("PartonLevel:MPI = off"), kind_of("hello")
    ('run', 'pythia8', None)
    """
    return next((kind for kind, sign in _SIGNS.items() if sign.search(text)), None)


def read_cards(paths: Sequence[str | Path]) -> dict[str, str]:
    """Return the texts of the user's cards by their kinds.

    Raises
    ------
    PathError
        A file does not exist, or is too large.
    ArgumentError
        A file is no card that is known, a second one of its kind, or holds more than settings.
    """
    cards: dict[str, str] = {}
    for path in paths:
        try:
            file = Path(path)
            if not file.is_file() or file.stat().st_size > LARGEST:
                msg = f"card {str(path)[:200]!r} cannot be read (no file, or larger than {LARGEST // 1_000_000} MB)"
                raise PathError(msg)
            text = file.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError) as error:
            if isinstance(error, PathError):
                raise
            msg = f"card {str(path)[:200]!r} cannot be read ({error})"
            raise PathError(msg) from error
        kind = kind_of(text)
        if kind is None:
            msg = f"{path} is none of the cards that are known by their content: {', '.join(FILES)}"
            raise ArgumentError(msg)
        if kind in cards:
            msg = f"{path} is a second {kind} card; give one of each kind"
            raise ArgumentError(msg)
        check_card(kind, text, file.name)
        cards[kind] = text
    return cards


def run_values(card: str) -> dict[str, str]:
    """Return the values of a run card by their names, as they are written.

    Examples
    --------
    >>> run_values("  6500.0 = ebeam1 ! GeV" + chr(10) + "# 1 = old")
    {'ebeam1': '6500.0'}
    """
    values = {}
    for line in card.splitlines():
        value, separator, rest = line.partition("#")[0].partition("=")
        name = rest.partition("!")[0].strip().lower()
        if separator and re.fullmatch(r"\w+", name):
            values[name] = value.strip()
    return values


def card_number(value: Any) -> float | None:
    """Return a value of a card as a number, with Fortran's exponents too; None for what is none.

    Examples
    --------
    >>> card_number("2.0d1"), card_number("15"), card_number("abc")
    (20.0, 15.0, None)
    """
    try:
        number = float(value) if isinstance(value, bool) else float(str(value).strip().lower().replace("d", "e"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def check_run_card(card: str, process: Process) -> None:
    """Refuse a run card whose beams are not those of the process: one of the two would silently lose.

    Raises
    ------
    ArgumentError
        They differ.
    """
    values: Mapping[str, str] = run_values(card)
    for name, energy in zip(("ebeam1", "ebeam2"), process.energies, strict=True):
        written = card_number(values.get(name, energy))
        if written is None:
            msg = f"the run card says {name} = {values[name]!r}, which is no energy"
            raise ArgumentError(msg)
        if abs(written - energy) > 1e-6 * energy:
            msg = f"the run card says {name} = {written:g} GeV, the process {energy:g} GeV: give the same energy to both (ecm=... or beams=...)"
            raise ArgumentError(msg)
