"""Significances, ROC curves and rejections: pure functions of arrays."""

from __future__ import annotations

from .curves import (
    MaxSignificance,
    Rejection,
    Roc,
    auc,
    max_significance,
    rejection_at_efficiency,
    roc,
    roc_at_efficiencies,
)
from .separation import separation
from .significances import FLOOR, MOST_UNCERTAINTY, Significance, asimov, significance

__all__ = [
    "FLOOR",
    "MOST_UNCERTAINTY",
    "MaxSignificance",
    "Rejection",
    "Roc",
    "Significance",
    "asimov",
    "auc",
    "max_significance",
    "rejection_at_efficiency",
    "roc",
    "roc_at_efficiencies",
    "separation",
    "significance",
]
