"""Run-card settings and param-card values by MadGraph's names: what there is, what they act on, when they would do nothing."""

from __future__ import annotations

from .checks import FinalState, check_setting, count, final_state, is_number, is_positive
from .parameters import PARAMETERS, card_entry, check_parameters
from .phase_space import Hard, hard_process, mass_min, product_cuts, pt_max, pt_min, unused
from .room import check_room
from .run_card import ELSEWHERE, RUN_CARD, SETTINGS, Setting, card_text

__all__ = [
    "ELSEWHERE",
    "PARAMETERS",
    "RUN_CARD",
    "SETTINGS",
    "FinalState",
    "Hard",
    "Setting",
    "card_entry",
    "card_text",
    "check_parameters",
    "check_room",
    "check_setting",
    "count",
    "final_state",
    "hard_process",
    "is_number",
    "is_positive",
    "mass_min",
    "product_cuts",
    "pt_max",
    "pt_min",
    "unused",
]
