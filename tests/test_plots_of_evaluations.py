from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import samples

from hml_jupyter.errors import UnknownNameError
from hml_jupyter.methods import BoostedDecisionTree, Comparison, Evaluation, compare, evaluate, train
from hml_jupyter.plots import plot, png
from hml_jupyter.plots.scoring import calibration_on, confusion_on, importance_on, scores_on, significance_on
from hml_jupyter.plots.style import figure_of


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(train(BoostedDecisionTree(n_estimators=5), samples.dataset(600), seed=1), importance=True)


def axes() -> Any:
    with figure_of(3, 3, 1, 1) as (_, (ax,)):
        return ax


def labels(figure: Any) -> list[str]:
    return [ax.get_xlabel() for ax in figure.axes]


def test_an_evaluation_has_its_pictures(evaluation: Evaluation) -> None:
    wanted = ["score", "signal efficiency", "threshold on the score", "score", "", "AUC lost when shuffled"]
    figure = plot(evaluation)
    assert labels(figure) == wanted
    assert png(figure) == png(plot(evaluation))
    bare = replace(evaluation, significances=None, importance=None)
    assert labels(plot(bare)) == ["score", "signal efficiency", "score", ""]


def test_a_comparison_has_its_pictures(evaluation: Evaluation) -> None:
    both = Comparison((evaluation, replace(evaluation, name="other")), 139.0)
    figure = plot(both)
    assert labels(figure) == ["signal efficiency", "signal efficiency", "score"]
    for ax in figure.axes:
        texts = [text.get_text() for text in ax.get_legend().get_texts()]
        assert {"BoostedDecisionTree", "other"} <= set(texts)
    assert len(plot(replace(both, rows=tuple(replace(row, significances=None) for row in both.rows))).axes) == 2


def test_one_picture_of_a_kind(evaluation: Evaluation) -> None:
    assert labels(plot(evaluation, kind="calibration")) == ["score"]
    with pytest.raises(UnknownNameError, match="kind of picture of an Evaluation 'rock'; near names: roc"):
        plot(evaluation, kind="rock")
    with pytest.raises(UnknownNameError, match="kind of picture of a Comparison"):
        plot(Comparison((evaluation,), 139.0), kind="confusion")
    with pytest.raises(UnknownNameError, match="option of plot for a Evaluation 'knd'"):
        plot(evaluation, knd="roc")


def test_the_best_significance_stands_on_its_curve(evaluation: Evaluation) -> None:
    best = evaluation.significance
    assert best is not None
    assert best.value is not None
    for result in (evaluation, Comparison((evaluation,), 139.0)):
        (ax,) = plot(result, kind="significance").axes
        curve, marker = ax.lines[:2]
        assert marker.get_ydata()[0] == best.value
        near = np.abs(np.asarray(curve.get_xdata()) - marker.get_xdata()[0])
        assert np.nanmin(np.abs(np.asarray(curve.get_ydata())[near < 0.05] - best.value)) < 0.2 * best.value


def test_significance_that_cannot_be_estimated() -> None:
    ax = axes()
    significance_on(ax, {"bdt": ([0.1, 0.9], [math.nan, math.nan])}, {})
    assert ax.get_legend() is None


def test_scores_say_what_the_kolmogorov_smirnov_test_says() -> None:
    shape, ax = {"signal": ([0.5, 1.5], [0.1, 0.1]), "background": ([1.5, 0.0], [0.1, 0.0])}, axes()
    scores_on(ax, [0.0, 0.5, 1.0], shape, shape, {"signal": "0.28", "background": "< 0.001"})
    assert ax.get_legend().get_title().get_text() == "KS training/test: signal 0.28, background < 0.001"


def test_calibration() -> None:
    ax = axes()
    calibration_on(ax, {"bdt": ([0.2, 0.8], [0.1, 0.9], [0.01, 0.02])}, "0.1")
    assert [list(data) for data in ax.lines[1].get_data()] == [[0.2, 0.8], [0.1, 0.9]]
    assert ax.get_legend().get_texts()[1].get_text() == "calibration error 0.1"


def test_confusion() -> None:
    ax = axes()
    confusion_on(ax, {"zz": (10, 90, 0.85), "q$cd": (5, 0, None)}, 0.5)
    assert [text.get_text() for text in ax.texts] == ["10\n0.15", "90\n0.85", "5", "0"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["score < 0.5", "score ≥ 0.5"]
    assert ax.get_yticklabels()[1].get_text() == r"q\$cd"


def test_importance() -> None:
    ax = axes()
    importance_on(ax, ["mass", "tau21"], [0.2, 0.1], [0.01, 0.01])
    assert [bar.get_width() for bar in ax.patches] == [0.2, 0.1]
    assert ax.yaxis_inverted()


def test_every_model_has_its_curve() -> None:
    trained = train(BoostedDecisionTree(n_estimators=3), samples.dataset(200), seed=1)
    (ax,) = plot(compare({"a": trained, "b": trained}), kind="roc").axes
    assert len(ax.lines) == 3
