"""Exact metrics over sorting: ``python -m tests.benchmarks.bench_metrics [events] [repeats]``.

Each metric of a million weighted scores beside ``np.argsort`` of the same scores, one after the other.
"""

from __future__ import annotations

import sys

import numpy as np

from hml_jupyter import metrics

from .common import machine, report, timed


def main(events: int = 1_000_000, repeats: int = 15) -> None:
    machine()
    rng = np.random.default_rng(1)
    is_signal = rng.random(events) < 0.5
    scores = 1 / (1 + np.exp(-rng.normal(size=events) - 2 * is_signal))
    weights = rng.exponential(size=events) * np.where(is_signal, 1e-3, 1.0)
    each = {
        "roc": lambda: metrics.roc(scores, is_signal, weights),
        "auc": lambda: metrics.auc(scores, is_signal, weights),
        "max_significance": lambda: metrics.max_significance(scores, is_signal, weights),
        "rejection_at_efficiency": lambda: metrics.rejection_at_efficiency(scores, is_signal, weights, 0.5),
    }
    for name, metric in each.items():
        pairs = [(timed(metric), timed(lambda: np.argsort(scores))) for _ in range(repeats)]
        report(name, *([pair[i] for pair in pairs] for i in (0, 1)), "<= 1.5")
    machine()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
