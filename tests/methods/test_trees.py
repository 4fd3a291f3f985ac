from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score
from skops import io

from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, DamagedError
from hml_jupyter.methods import BoostedDecisionTree
from hml_jupyter.methods.sample import Part, Sample, training_sample
from hml_jupyter.methods.trees import TRUSTED, _snapped

METHOD = BoostedDecisionTree(n_estimators=12)


@pytest.fixture(scope="module")
def sample(data: Dataset) -> Sample:
    return training_sample(data)


def test_grown_in_steps_is_grown_at_once(sample: Sample) -> None:
    steps, once = METHOD.learner(sample, seed=1), METHOD.learner(sample, seed=1)
    curves: list[float] = []
    for done, to in ((0, 1), (1, 6), (6, 12)):
        curves += steps.advance(done, to)["val_loss"]
    assert curves == once.advance(0, 12)["val_loss"]
    assert_same(METHOD.arrays(steps.model()), METHOD.arrays(once.model()))


def test_the_recorded_losses_are_the_losses(sample: Sample) -> None:
    learner = METHOD.learner(sample, seed=1)
    curves = learner.advance(0, 12)
    assert sample.validation is not None
    for part, name in ((sample.train, "loss"), (sample.validation, "val_loss")):
        score = METHOD.scores(learner.model(), part.X)
        assert curves[name][-1] == pytest.approx(log_loss(part.y, score, sample_weight=part.weights))


def test_each_tree_is_judged_on_validation_events(sample: Sample) -> None:
    learner = METHOD.learner(sample, seed=1)
    curves = {
        name: [*a, *b]
        for (name, a), b in zip(learner.advance(0, 5).items(), learner.advance(5, 12).values(), strict=True)
    }
    part = sample.validation
    assert part is not None
    staged = [
        roc_auc_score(part.y, s[:, 1], sample_weight=part.expected)
        for s in learner.model().staged_predict_proba(part.X)
    ]
    assert curves["val_auc"] == pytest.approx(staged, abs=1e-12)
    assert [len(curves[name]) for name in ("val_rejection", "val_max_significance", "loss")] == [12, 12, 12]


def test_the_validation_part_changes_no_tree(sample: Sample) -> None:
    alone = METHOD.learner(Sample(sample.train, None), seed=1)
    followed = METHOD.learner(sample, seed=1)
    assert "val_loss" not in alone.advance(0, 12)
    followed.advance(0, 12)
    assert_same(METHOD.arrays(alone.model()), METHOD.arrays(followed.model()))


def test_agrees_with_plain_scikit_learn(sample: Sample) -> None:
    learner = METHOD.learner(sample, seed=1)
    learner.advance(0, 12)
    train = sample.train
    plain = HistGradientBoostingClassifier(max_iter=12, early_stopping=False).fit(
        train.X, train.y, sample_weight=train.weights
    )
    ours, theirs = METHOD.scores(learner.model(), train.X), plain.predict_proba(train.X)[:, 1]
    assert log_loss(train.y, ours) == pytest.approx(log_loss(train.y, theirs), rel=0.05)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.99


def test_snapped_values_mean_the_same_to_the_trees() -> None:
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.exponential(50, 5000), rng.integers(0, 4, 5000), np.full(5000, 7.0)])
    y = (X[:, 0] + rng.normal(0, 20, 5000) > 50).astype(int)
    weights = rng.uniform(0.5, 1.5, 5000)
    learner = METHOD.learner(Sample(Part(X, y, weights, weights), None), seed=1)
    learner.advance(0, 12)
    np.testing.assert_array_equal(METHOD.scores(learner.model(), X), METHOD.scores(learner.model(), _snapped(X)))
    assert len(np.unique(_snapped(X)[:, 0])) == 255
    np.testing.assert_array_equal(_snapped(X)[:, 1:], X[:, 1:])


def test_state_goes_on_as_if_nothing_had_been(sample: Sample) -> None:
    whole, first, second = (METHOD.learner(sample, seed=1) for _ in range(3))
    curves = whole.advance(0, 12)
    first.advance(0, 5)
    second.restore(first.state())
    assert second.advance(5, 12) == {name: values[5:] for name, values in curves.items()}
    assert_same(METHOD.arrays(second.model()), METHOD.arrays(whole.model()))


def test_save_and_load(sample: Sample, tmp_path: Path) -> None:
    learner = METHOD.learner(sample, seed=1)
    learner.advance(0, 12)
    METHOD.save(learner.model(), tmp_path / "model.skops")
    loaded = METHOD.load(tmp_path / "model.skops")
    np.testing.assert_array_equal(METHOD.scores(loaded, sample.train.X), METHOD.scores(learner.model(), sample.train.X))
    assert io.get_untrusted_types(file=tmp_path / "model.skops") == list(TRUSTED)


def test_a_file_with_other_classes_is_refused(tmp_path: Path) -> None:
    io.dump({"seed": np.random.RandomState(1), "path": Path("x")}, tmp_path / "model.skops")
    with pytest.raises(DamagedError, match="names classes that are no part of a forest"):
        METHOD.load(tmp_path / "model.skops")


def test_epochs_mean_nothing() -> None:
    with pytest.raises(ArgumentError, match=r"give BoostedDecisionTree\(n_estimators=20\)"):
        METHOD.schedule(20)
    assert METHOD.schedule(None) == 12


def test_about_twenty_reports() -> None:
    assert METHOD.step(12) == 1
    assert METHOD.step(100) == 5
    assert METHOD.step(101) == 6


def assert_same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> None:
    assert a.keys() == b.keys()
    for name, values in a.items():
        np.testing.assert_array_equal(values, b[name], err_msg=name)
