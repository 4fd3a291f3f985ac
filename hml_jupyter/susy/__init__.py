"""Pairs of supersymmetric particles in the embedded Pythia8: which it makes, and what it is given for them."""

from __future__ import annotations

from .pairs import PAIRS, is_susy, made_by
from .plan import Plan, plan

__all__ = ["PAIRS", "Plan", "is_susy", "made_by", "plan"]
