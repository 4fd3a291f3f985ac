from __future__ import annotations

import math

import numpy as np
import pytest

from hml_jupyter.methods.networks import keras
from hml_jupyter.metrics import max_significance_of_raw_counts, rejection_of_raw_counts


def test_max_significance_of_raw_counts() -> None:
    """It grows with the simulated sample, whatever the physics."""
    scores, is_signal = [0.9, 0.8, 0.6, 0.5, 0.2], [True, True, False, True, False]
    assert max_significance_of_raw_counts(scores, is_signal) == 2 / math.sqrt(3)
    assert max_significance_of_raw_counts(scores * 4, is_signal * 4) == pytest.approx(2 * 2 / math.sqrt(3))
    assert max_significance_of_raw_counts([0.1, 0.2], [True, False]) == 0.0


@pytest.mark.parametrize("efficiency", [0.3, 0.5, 0.9, 0.99])
def test_rejection_of_raw_counts_is_that_of_keras(efficiency: float) -> None:
    rng = np.random.default_rng(7)
    is_signal = rng.random(800) < 0.5
    scores = np.where(is_signal, rng.beta(3, 2, 800), rng.beta(2, 3, 800))
    metric = keras().metrics.SpecificityAtSensitivity(efficiency, num_thresholds=200)
    metric.update_state(np.stack([~is_signal, is_signal], axis=1), np.stack([1 - scores, scores], axis=1))
    assert rejection_of_raw_counts(scores, is_signal, efficiency) == pytest.approx(
        1 / (1 - float(metric.result())), rel=1e-4
    )


def test_rejection_of_raw_counts_is_infinite_where_nothing_false_is_left() -> None:
    assert rejection_of_raw_counts([0.9, 0.1], [True, False]) == math.inf
