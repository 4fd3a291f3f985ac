"""Cuts that MadGraph makes by itself, told to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import progress
from ...lhe import LheHead
from ...settings import RUN_CARD
from . import cards, outputs

if TYPE_CHECKING:
    from ...process import Process

__all__ = ["tell_default_cuts"]


def tell_default_cuts(process: Process, head: LheHead) -> None:
    """Tell which cuts MadGraph has made that nobody asked for: on leptons and photons, mostly.

    Notes
    -----
    In a matched run ``xqcut`` cuts the jets. Any other cut on them would take away what the shower does not make again, so
    none is offered there.
    """
    values = cards.run_values(outputs.block(head.text, "MGRunCard"))
    matched = bool(cards.card_number(values.get("ickkw", "0")))
    made = []
    for name, text in values.items():
        setting, value = RUN_CARD.get(name), cards.card_number(text)
        if setting is None or value is None or setting.kind not in ("cut", "limit"):
            continue
        if name in process.settings or not process.feels(name) or (matched and "j" in setting.acts_on.lower()):
            continue
        if value > 0 or (value == 0 and setting.kind == "limit"):
            made.append(f"{name} {value:g}")
    if made:
        progress.notice(f"MadGraph also cuts by default: {', '.join(made)}; give these settings to change it")
