from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from hml_jupyter import progress
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods.estimators import Fitting, described, estimator
from hml_jupyter.methods.sample import Part, Sample

MODELS = [
    RandomForestClassifier(3, max_depth=2),
    AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=3),
    make_pipeline(StandardScaler(), LogisticRegression(C=2.0)),
    CalibratedClassifierCV(SVC(C=0.5), cv=2),
    MLPClassifier([3], learning_rate_init=0.1),
    GaussianNB(),
]


def part(n: int = 60) -> Part:
    X = np.random.default_rng(1).normal(size=(n, 2))
    y = (X[:, 0] > 0).astype(int)
    return Part(X, y, np.where(X[:, 1] > 0, 1.9, 0.1), np.ones(n))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_described_and_made_again(model: Any) -> None:
    found = json.loads(json.dumps(described(model)))
    made = estimator(found["estimator"], found["options"])
    assert repr(made) == repr(model)
    assert described(made) == found


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_fitted_and_taken_up_again(model: Any) -> None:
    first, second = (Fitting(estimator(*described(model).values()), Sample(part(), part()), 1) for _ in range(2))
    curves = first.advance(0, 1)
    assert curves["val_accuracy"] == curves["accuracy"] > [0.8]
    second.restore(first.state())
    np.testing.assert_array_equal(second.model().predict_proba(part().X), first.model().predict_proba(part().X))


def test_weights_are_used_also_by_the_last_of_a_pipeline() -> None:
    plain = Fitting(LogisticRegression(), Sample(part(), None), 1)
    piped = Fitting(make_pipeline(FunctionTransformer(), LogisticRegression()), Sample(part(), None), 1)
    assert plain.advance(0, 1) == piped.advance(0, 1)
    unweighted = LogisticRegression().fit(part().X, part().y)
    assert not np.allclose(unweighted.coef_, plain.model().coef_)


def test_without_weights_there_is_a_notice() -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        Fitting(KNeighborsClassifier(), Sample(part(), None), 1).advance(0, 1)
    assert [r.text for r in heard] == [
        "KNeighborsClassifier takes no weights: every event counts the same, not every class"
    ]


def test_a_seed_that_is_given_is_kept() -> None:
    assert Fitting(RandomForestClassifier(random_state=7), Sample(part(), None), 1).model().random_state == 7
    assert Fitting(RandomForestClassifier(), Sample(part(), None), 3).model().random_state == 3


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"FunctionTransformer\(func=...\) is .*, which cannot be written down"):
        described(make_pipeline(FunctionTransformer(np.log1p), GaussianNB()))
    with pytest.raises(ArgumentError, match="is a classifier of scikit-learn, not <class"):
        described(GaussianNB)
