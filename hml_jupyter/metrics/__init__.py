"""Significances, ROC curves, rejections and their errors: pure functions of arrays."""

from __future__ import annotations

from .bootstrap import bootstrap
from .curves import Roc, auc, roc, roc_at_efficiencies
from .raw_counts import max_significance_of_raw_counts, rejection_of_raw_counts
from .rejections import Rejection, rejection_at_efficiency, rejection_at_threshold, rejections_at_efficiency
from .reliability import Calibration, Confusion, Sides, accuracy, calibration, confusion
from .separation import separation
from .significances import FLOOR, MOST_UNCERTAINTY, Significance, asimov, significance
from .thresholds import BestSignificance, max_significance

__all__ = [
    "FLOOR",
    "MOST_UNCERTAINTY",
    "BestSignificance",
    "Calibration",
    "Confusion",
    "Rejection",
    "Roc",
    "Sides",
    "Significance",
    "accuracy",
    "asimov",
    "auc",
    "bootstrap",
    "calibration",
    "confusion",
    "max_significance",
    "max_significance_of_raw_counts",
    "rejection_at_efficiency",
    "rejection_at_threshold",
    "rejection_of_raw_counts",
    "rejections_at_efficiency",
    "roc",
    "roc_at_efficiencies",
    "separation",
    "significance",
]
