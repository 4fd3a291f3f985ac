from __future__ import annotations

import numpy as np

from hml_jupyter.methods import MLP, CutNetwork
from hml_jupyter.methods.cut_learning import CutLearner, stage
from hml_jupyter.methods.sample import Part, Sample

rng = np.random.default_rng(1)
Y = np.arange(200) % 2
X = np.column_stack([rng.normal(5.0 * Y, 2.0), rng.normal(0, 1, 200)])
SAMPLE = Sample(Part(X, Y, np.ones(200), np.ones(200)), None, ("met", "ht"))


def test_stages() -> None:
    assert [stage("cuts first", e, 6)[:2] for e in range(6)] == [("learn", "open")] * 2 + [("stand", "learn")] * 4
    assert [stage("network first", e, 6)[:2] for e in range(6)] == [("open", "learn")] * 4 + [("learn", "stand")] * 2
    assert [stage("joint", e, 4).annealed for e in range(4)] == [0.25, 0.5, 0.75, 1.0]
    assert stage("network first", 5, 6).annealed == stage("cuts first", 1, 6).annealed == 1.0
    assert stage("network first", 0, 1) == ("learn", "stand", 1.0)


def test_an_epoch_sets_width_rates_and_gates() -> None:
    method = CutNetwork(cuts=["met > 1"], network=MLP(hidden=(2,)), width=1.0, last_width=0.01, cut_learning_rate=0.5)
    learner = CutLearner(method, SAMPLE, seed=1, epochs=6)
    optimizer = learner._model.optimizer
    found = []
    for epoch in range(6):
        learner.before(epoch)
        each = (learner.layer.width, optimizer.cut_rate, optimizer.network_rate, *(gate.open for gate in learner.gates))
        found.append([round(float(variable.value), 6) for variable in each])
    assert found == [[1.0, 0.0, 1.0, 1.0, 0.0]] * 4 + [[0.1, 0.05, 0.0, 0.0, 0.0], [0.01, 0.005, 0.0, 0.0, 0.0]]


def test_gradients_are_those_of_the_loss() -> None:
    """In the unit of the observable, before the step: against the difference of the loss at two near thresholds."""
    recorded, losses = [], []
    for start in (3.0, 3.01):
        learner = CutLearner(CutNetwork(cuts=[f"met > {start}"]), SAMPLE, seed=1, epochs=1)
        curves = learner.advance(0, 1)
        recorded.append(curves["gradient met"][0])
        losses.append(curves["loss"][0])
    assert np.isclose(np.mean(recorded), (losses[1] - losses[0]) / 0.01, rtol=0.02)
