"""Samples of several jet multiplicities: which are matched and how, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import checks, progress
from ..errors import ArgumentError, HmlError, ProcessError
from ..generators.madgraph import cards, outputs
from ..generators.matching import LEAST_RATIO, Matching
from ..lhe import LheHead, most_light_partons
from ..process import Process
from .outside import read_process

__all__ = ["MERGES", "check_header", "check_lines", "is_on", "largest_jets", "matching_of", "wrong_ickkw"]

#: Settings of samples that are to be merged with a shower by CKKW-L.
MERGES = ("ktdurham", "ptlund")
#: A scale that differs by less is the same, written with fewer digits.
ROUNDING = 1e-9


def is_on(value: Any) -> bool:
    """Tell whether a switch of a run card is set, as a number or as it is written there."""
    number = cards.card_number(value)
    return number is not None and number > 0


def wrong_ickkw(value: Any) -> str | None:
    """Return why a sample with this ``ickkw`` can be neither matched nor showered as it is; None if it can.

    Examples
    --------
    >>> wrong_ickkw("1"), wrong_ickkw("3")
    (None, 'ickkw = 3 asks for FxFx merging of NLO samples, which is not made here; ickkw = 1 is MLM matching')
    """
    number = cards.card_number(value)
    if number in (0, 1):
        return None
    what = "asks for FxFx merging of NLO samples, which is not made here" if number == 3 else "is no choice made here"
    return f"ickkw = {value} {what}; ickkw = 1 is MLM matching"


def largest_jets(process: Process, flavours: int) -> int:
    """Return the largest number of light jets of a process that is matched.

    Raises
    ------
    ProcessError
        It differs between the lines of different particles: one number decides for all which events may have more jets.
    """
    largest: dict[tuple[str, ...], int] = {}
    for others, n in process.jets(flavours):
        largest[others] = max(n, largest.get(others, 0))
    if len({*largest.values()}) > 1:
        most, least = (f(largest, key=lambda others: largest[others]) for f in (max, min))
        msg = (
            f"{process.text!r} cannot be matched as one sample: '{' '.join(most)}' comes with up to {largest[most]} jets, "
            f"'{' '.join(least)}' with up to {largest[least]}; give all the same largest number, or make them as separate runs"
        )
        raise ProcessError(msg)
    return max(largest.values())


def check_lines(process: Process, card: Mapping[str, Any], *, matches: bool) -> None:
    """Refuse of `generate` what a shower would count twice: merged samples, and lines that differ by a jet that it makes.

    Parameters
    ----------
    process : Process
        What is made.
    card : mapping
        Its settings and those of the user's own run card.
    matches : bool
        The embedded shower goes on from MadGraph's events.

    Raises
    ------
    ArgumentError, ProcessError
        The message says what works.
    """
    merged = next((name for name in MERGES if is_on(card.get(name))), None)
    if merged:
        msg = (
            f"{merged} > 0 asks for CKKW-L merging, and a plain shower would count jets twice: it is not made here. "
            f"Take ickkw=1 with xqcut (MLM matching), or shower=None and merge the LHE file elsewhere"
        )
        raise ArgumentError(msg)
    wrong = wrong_ickkw(card.get("ickkw", 0))
    if wrong:
        raise ArgumentError(wrong)
    if not is_on(card.get("ickkw")):
        _check_once(process)
        return
    if matches and not is_on(card.get("xqcut")):
        msg = "ickkw=1 matches partons and jets, which needs their scale: give settings={'ickkw': 1, 'xqcut': 20} (GeV)"
        raise ArgumentError(msg)
    largest_jets(process, _flavours(card, 5 if "no_b_mass" in process.model else 4))


def _check_once(process: Process) -> None:
    others = [particles for particles, _ in process.jets()]
    twice = next((particles for particles in others if others.count(particles) > 1), None)
    counts = sorted({n for particles, n in process.jets() if particles == twice})
    if len(counts) > 1:
        how = "Take one of the lines, or generator='madgraph5' with settings={'ickkw': 1, 'xqcut': 20}, which matches them"
        msg = (
            f"the lines of {process.text!r} differ by jets only ({' and '.join(map(str, counts))}), which the shower makes as well: "
            f"they would be counted twice. {how}"
        )
        raise ArgumentError(msg)


def check_header(head: LheHead, name: str, q_cut: float | None = None) -> Matching | None:
    """Return how the header of an LHE file asks its events to be matched, but for their jets; None for any other sample.

    Raises
    ------
    ProcessError
        They were made for another way, or the header does not tell enough.
    ArgumentError
        `q_cut` is too small, or nothing is matched.
    """
    values = cards.run_values(outputs.block(head.text, "MGRunCard"))
    merged = next((setting for setting in MERGES if is_on(values.get(setting))), None)
    if merged:
        msg = f"{name} was made for CKKW-L merging ({merged} = {values[merged]}), which is not made here: its jets would be counted twice"
        raise ProcessError(msg)
    wrong = wrong_ickkw(values.get("ickkw", "0"))
    if wrong:
        msg = f"{name}: {wrong}"
        raise ProcessError(msg)
    if not is_on(values.get("ickkw")):
        if q_cut is not None:
            msg = f"q_cut={q_cut!r} is for matched samples; {name} was not made for matching (ickkw = 0)"
            raise ArgumentError(msg)
        return None
    if not is_on(values.get("xqcut")):
        msg = (
            f"{name} was made for matching (ickkw = {values['ickkw']}), but its header does not tell at which scale: "
            f"xqcut is {values.get('xqcut', 'not there')}"
        )
        raise ProcessError(msg)
    least = LEAST_RATIO * _value(values, "xqcut", 0.0, name)
    scale = checks.number("q_cut", least if q_cut is None else q_cut)
    if scale < least * (1 - ROUNDING):
        checks.number("q_cut", scale, least)
    return Matching(scale, 0, _flavours(values, 4, name), _value(values, "alpsfact", 1.0, name))


def matching_of(
    file: Path, head: LheHead, q_cut: float | None = None, process: Process | None = None
) -> Matching | None:
    """Return how the events of an LHE file are to be matched; None for those that were not made for it.

    Parameters
    ----------
    file : Path
        All its events are read: the largest number of jets is what they have, or what the process may have.
    head : LheHead
        Its header.
    q_cut : float, optional
        Scale, GeV.
    process : Process, optional
        What the events are of; by default what the header says.

    Raises
    ------
    ProcessError, ArgumentError
        As `check_header` and `largest_jets`.
    """
    matching = check_header(head, file.name, q_cut)
    if matching is None:
        return None
    seen = most_light_partons(file, matching.flavours)
    if process is None:
        try:
            process = read_process(head)
        except HmlError as error:
            progress.notice(
                f"the largest number of jets is counted in the events, {seen}, since {file.name} does not tell: {error}"
            )
    told = largest_jets(process, matching.flavours) if process is not None else 0
    return matching._replace(jets=max(seen, told))


def _flavours(card: Mapping[str, Any], default: int, name: str = "the run card") -> int:
    return int(_value(card, "maxjetflavor", default, name))


def _value(card: Mapping[str, Any], setting: str, default: float, name: str) -> float:
    number = cards.card_number(card.get(setting, default))
    if number is None:
        msg = f"{name} has {setting} = {card[setting]!r}, which is no number"
        raise ProcessError(msg)
    return number
