from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import samples

from hml_jupyter.datasets import Dataset
from hml_jupyter.methods import BoostedDecisionTree, evaluate, train
from hml_jupyter.methods.epoch_metrics import epoch_metrics, thinned
from hml_jupyter.methods.sample import Part, part


@pytest.fixture(scope="module")
def data() -> Dataset:
    return samples.dataset(1500)


def test_the_numbers_are_those_of_an_evaluation(data: Dataset) -> None:
    trained = train(BoostedDecisionTree(n_estimators=5), data, seed=1)
    test, wanted = part(data, "test"), evaluate(trained)
    found = epoch_metrics(trained.score(test.X), test)
    assert wanted.significance is not None
    assert found["auc"] == pytest.approx(wanted.auc)
    assert found["rejection"] == pytest.approx(wanted.rejection.value)
    assert found["max_significance"] == pytest.approx(wanted.significance.value)
    assert epoch_metrics(trained.score(test.X), test, luminosity=None).keys() == {"auc", "rejection"}


def test_names_do_not_depend_on_the_scores(data: Dataset) -> None:
    test = part(data, "test")
    perfect, none = (epoch_metrics(scores, test) for scores in (test.y, np.zeros(len(test.y))))
    assert perfect.keys() == none.keys()
    assert perfect["rejection"] == pytest.approx((test.y == 0).sum())
    assert none["rejection"] == 1.0


def test_too_few_background_events_for_a_significance(data: Dataset) -> None:
    test = part(data, "test")
    few = np.flatnonzero((test.y == 1) | (np.cumsum(test.y == 0) <= 5))
    less = Part(test.X[few], test.y[few], test.weights[few], test.expected[few])
    assert "max_significance" not in epoch_metrics(less.y, less)
    assert epoch_metrics(less.y, replace(less, expected=2 * less.expected))["auc"] == 1.0


def test_weights_that_cancel(data: Dataset) -> None:
    test = part(data, "test")
    assert epoch_metrics(test.y, replace(test, expected=np.where(test.y == 1, 1.0, -1.0))) == {}


def test_few_events_stand_for_all_of_their_side(data: Dataset) -> None:
    whole = part(data, "train")
    few = thinned(whole, 400)
    assert len(few.y) == len(few.X) == 400
    for side in (0, 1):
        assert few.expected[few.y == side].sum() == pytest.approx(whole.expected[whole.y == side].sum())
    np.testing.assert_array_equal(few.X, thinned(whole, 400).X)
    assert thinned(whole) is whole
    score = whole.X[:, 0], few.X[:, 0]
    assert epoch_metrics(score[1], few)["auc"] == pytest.approx(epoch_metrics(score[0], whole)["auc"], abs=0.05)
