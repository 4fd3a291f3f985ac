from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.quickstart import quickstart


def test_its_methods_have_something_to_learn_and_end_in_a_limit(with_runs: Path) -> None:
    comparison = quickstart(events=400)[-1]
    assert all(0.6 < found.auc < 0.95 for found in comparison.rows)

    dataset, bdt = hml.Dataset.load("study/data/dataset"), hml.Training.load("study/models/bdt")
    scored = hml.score(dataset, bdt, name="bdt")
    made = hml.workspace(scored, column="bdt.score", bins=[0, 0.5, 1], luminosity=139)
    found = hml.limit(made)

    # counting: each bin tells mu to (b + its Monte-Carlo variance)^(1/2) / s
    (channel,) = made.channels
    signal, background, error = map(np.array, (channel.expected["zz"], channel.expected["qcd"], channel.errors["qcd"]))
    per_sigma = np.sqrt(np.sum(signal**2 / (background + error**2)))
    assert found.expected_significance == pytest.approx(per_sigma, rel=1e-3)
    assert found.expected[2] == pytest.approx(1.96 / per_sigma, rel=0.1)
