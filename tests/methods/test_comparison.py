from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, roc_auc_score

import hml_jupyter.display  # noqa: F401 (results show themselves)
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods import BoostedDecisionTree, Training, compare, evaluate, train
from hml_jupyter.metrics import (
    calibration,
    max_significance,
    max_significance_of_raw_counts,
    rejection_at_efficiency,
    rejection_of_raw_counts,
)
from hml_jupyter.selection import select

BDT = BoostedDecisionTree(n_estimators=8, min_samples_leaf=5)


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Enough test events for a rejection."""
    return samples.dataset(1500)


@pytest.fixture(scope="module")
def trained(data: Dataset) -> Training:
    return train(BDT, data, seed=1)


def test_numbers_come_from_test_events_only(data: Dataset, trained: Training) -> None:
    found = evaluate(trained)
    test = data.part("test")
    score, is_signal, weights = trained.score(data)[test], data.is_signal[test], data.weights[test]
    halves = np.where(is_signal, 0.5 / is_signal.sum(), 0.5 / (~is_signal).sum())
    assert found.loss == pytest.approx(log_loss(is_signal, score, sample_weight=halves))
    assert found.accuracy == pytest.approx(accuracy_score(is_signal, score > 0.5, sample_weight=halves))
    assert found.auc == pytest.approx(roc_auc_score(is_signal, score, sample_weight=weights))
    rejection = rejection_at_efficiency(score, is_signal, weights, 0.5)
    assert found.rejection.value == pytest.approx(rejection.value)
    assert found.rejections["qcd"].error == pytest.approx(rejection.error)
    assert found.rejection.threshold == rejection.threshold
    assert (found.n_test, found.n_train) == (test.sum(), data.part("train").sum())


def test_yields_are_scaled_up_by_each_class(data: Dataset, trained: Training) -> None:
    found = evaluate(trained, luminosity=10.0).significance
    test = data.part("test")
    share = np.array([data.weights[test & (data.y == k)].sum() / data.weights[data.y == k].sum() for k in (0, 1)])
    expected = data.weights * 10_000 / share[data.y]
    best = max_significance(trained.score(data)[test], data.is_signal[test], expected[test])
    assert found is not None
    assert found.value == pytest.approx(best.value)
    assert found.threshold == best.threshold
    everything = data.weights.sum() * 10_000
    assert expected[test].sum() == pytest.approx(everything)


def test_without_luminosity_no_significance(trained: Training) -> None:
    found = evaluate(trained, luminosity=None)
    assert found.significance is None
    assert found.luminosity is None


def test_an_unknown_cross_section_is_the_reason(trained: Training) -> None:
    from hml_jupyter.datasets import build_dataset
    from hml_jupyter.representations import Set

    events = {"zz": samples.events(200, 1), "qcd": samples.events(200, 2, "background")}
    bare = build_dataset(events, Set(list(samples.OBSERVABLES)), signal="zz", require=samples.REQUIRE, seed=1)
    found = evaluate(trained, bare).significance
    assert found is not None
    assert found.value is None
    assert found.reason == "cannot be estimated: the cross section of zz, qcd is not known"


def test_another_dataset_is_told(data: Dataset, trained: Training) -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        evaluate(trained, select(data, ["fatjet0.mass > 30"]))
        assert heard == []
        evaluate(trained, samples.dataset(300, seed=9))
    assert [r.text for r in heard if r.is_notice] == [
        "BoostedDecisionTree was trained on another dataset; events that it has seen may be among these test events"
    ]


def test_a_dataset_without_test_part(trained: Training) -> None:
    message = r"built with split=\(0.8, 0.2, 0\), which leaves no test events: build it with all three parts"
    with pytest.raises(ArgumentError, match=message):
        evaluate(trained, samples.dataset(100, split=(0.8, 0.2, 0.0)))


def test_roc(data: Dataset, trained: Training) -> None:
    roc = evaluate(trained).roc
    assert len(roc.signal_efficiency) == 201
    assert (roc.signal_efficiency >= np.linspace(0, 1, 201) - 1e-12).all()
    assert roc.background_efficiency[0] == 0.0
    assert (np.diff(roc.background_efficiency) >= 0).all()
    assert (np.diff(roc.thresholds) <= 0).all()
    found = evaluate(trained).rejection
    assert 1 / roc.background_efficiency[100] == pytest.approx(found.value)


def test_scores_have_unit_area(trained: Training) -> None:
    scores = evaluate(trained).scores
    for shapes in (scores.train, scores.test):
        for density, error in shapes.values():
            assert np.sum(np.multiply(density, np.diff(scores.edges))) == pytest.approx(1.0)
            assert len(error) == len(density)


def test_errors_are_the_spread_of_test_samples(data: Dataset, trained: Training) -> None:
    """AUC and accuracy of many samples as large as the test events, drawn from all events that training has not seen."""
    found = evaluate(trained)
    events = samples.dataset(20_000, seed=77)
    score, is_signal = trained.score(events), events.is_signal
    rng, test = np.random.default_rng(3), data.is_signal[data.part("test")]
    sides = [(np.flatnonzero(is_signal), test.sum()), (np.flatnonzero(~is_signal), (~test).sum())]
    drawn = [np.concatenate([rng.choice(side, size) for side, size in sides]) for _ in range(100)]
    spread = np.std([roc_auc_score(is_signal[each], score[each]) for each in drawn])
    assert found.auc_error == pytest.approx(spread, rel=0.5)
    halves = np.repeat([0.5 / size for _, size in sides], [size for _, size in sides])
    spread = np.std([accuracy_score(is_signal[each], score[each] > 0.5, sample_weight=halves) for each in drawn])
    assert found.accuracy_error == pytest.approx(spread, rel=0.4)


def test_errors_of_rejection_and_significance(trained: Training) -> None:
    found = evaluate(trained)
    assert found.rejection.error == pytest.approx(found.rejections["qcd"].error, rel=0.3)
    assert found.significance is not None
    assert found.significance.value is not None
    assert 0.02 < (found.significance.error or 0.0) / found.significance.value < 0.5
    assert evaluate(trained) == found


def test_options_of_the_significance(trained: Training) -> None:
    plain, uncertain, sure = evaluate(trained), evaluate(trained, uncertainty=0.5), evaluate(trained, floor=50)
    values = [each.significance.value for each in (plain, uncertain, sure) if each.significance]
    assert values[0] > max(values[1:])
    assert sure.significance is not None
    assert sure.significance.n_effective >= 50 * (1 - 1e-9)
    assert not (sure.significances > sure.significance.value).any()


def test_several_backgrounds(data: Dataset) -> None:
    from hml_jupyter.datasets import build_dataset
    from hml_jupyter.representations import Set

    kinds = {"zz": ("signal", 0.5), "qcd": ("background", 40.0), "rare": ("background", 0.01)}
    runs = {name: samples.Run(600, i, kind, size) for i, (name, (kind, size)) in enumerate(kinds.items())}
    several = build_dataset(runs, Set(list(samples.OBSERVABLES)), signal="zz", require=samples.REQUIRE, seed=1)
    trained = train(BDT, several, seed=1)
    found, each = evaluate(trained), evaluate(trained, each_background=True)
    assert found.rejections.keys() == {"qcd", "rare"}
    assert {r.threshold for r in found.rejections.values()} == {found.rejection.threshold}
    assert found.confusion.classes.keys() == {"zz", "qcd", "rare"}
    assert found.significance is not None
    assert each.significance is not None
    assert each.confusion_at_best is not None
    assert min(each.confusion_at_best.classes[name].selected for name in ("qcd", "rare")) >= 10
    assert (each.significance.value or 0.0) <= (found.significance.value or 0.0)


def test_calibration_and_confusion(data: Dataset, trained: Training) -> None:
    found, test = evaluate(trained), data.part("test")
    score, is_signal = trained.score(data)[test], data.is_signal[test]
    counts = confusion_matrix(is_signal, score >= 0.5)
    assert [list(found.confusion.classes[name][:2]) for name in ("qcd", "zz")] == counts.tolist()
    halves = np.where(is_signal, 0.5 / is_signal.sum(), 0.5 / (~is_signal).sum())
    wanted = calibration(score, is_signal, halves)
    assert found.calibration.fraction == pytest.approx(wanted.fraction)
    assert found.calibration.expected_error == pytest.approx(wanted.expected_error)


def test_raw_counts(data: Dataset, trained: Training) -> None:
    test = data.part("test")
    events = trained.score(data)[test], data.is_signal[test]
    found = evaluate(trained).raw_counts
    assert found == (max_significance_of_raw_counts(*events), rejection_of_raw_counts(*events))
    assert "raw max_sig" in str(compare([trained], raw_counts=True))
    assert "raw" not in str(compare([trained]))


def test_importance(data: Dataset, trained: Training) -> None:
    assert evaluate(trained).importance is None
    found = evaluate(trained, importance=True).importance
    assert found is not None
    assert found == evaluate(trained, importance=True).importance
    assert {each.name for each in found} == set(data.names)
    assert [each.name for each in found][:2] == ["fatjet0.mass", "fatjet0.tau21"]
    assert abs(found[-1].value) < 0.02 < found[1].value


def test_overtraining_is_seen(data: Dataset) -> None:
    deep = train(BoostedDecisionTree(n_estimators=60, min_samples_leaf=1, learning_rate=0.5), data, seed=1)
    gentle = train(BoostedDecisionTree(n_estimators=5), data, seed=1)
    assert (evaluate(deep).ks_background or 0.0) < 0.01 < (evaluate(gentle).ks_background or 0.0)


def test_compare(study: Path) -> None:
    data = samples.dataset(300, path="study/data/set")
    chosen = select(data, ["fatjet0.mass > 60"], path="study/data/chosen")
    one = train(BDT, data, seed=1, path="study/models/one")
    two = train(BDT, chosen, seed=1, path="study/models/two")
    own = compare([one, two])
    assert [row.name for row in own.rows] == ["one", "two"]
    assert [row.selection for row in own.rows] == [(), ("fatjet0.mass > 60",)]
    assert not own.same_events
    assert own.rows[0] == evaluate(one)
    same = compare([one, two], chosen)
    assert same.same_events
    assert {row.n_test for row in same.rows} == {int(chosen.part("test").sum())}


def test_names_in_a_comparison(trained: Training) -> None:
    assert [row.name for row in compare([trained, trained]).rows] == ["BoostedDecisionTree", "BoostedDecisionTree_2"]
    assert [row.name for row in compare({"a": trained, "b": trained}).rows] == ["a", "b"]
    with pytest.raises(ArgumentError, match="compare needs at least one training"):
        compare([])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda _, d: compare([d]), "compare needs trainings, not <dataset.*hml.train"),
        (lambda *_: compare(["bdt"]), "compare needs trainings, not 'bdt'.*hml.Training.load"),
        (lambda *_: compare(None), "compare needs trainings, not None"),
        (lambda _, d: compare({"a": d}), "compare needs trainings, not <dataset"),
        (lambda t, *_: compare(t, t), r"takes its trainings as a list: hml.compare\(\[bdt, mlp\]\)"),
        (
            lambda t, _: compare([t], "study/data/set"),
            r"the text of a path: hml.Dataset.load\('study/data/set'\) opens",
        ),
        (
            lambda t, d: compare([t], d, 139),
            r"compare takes 2 arguments without a name: compare\(\[trainings\], dataset, lum",
        ),
        (lambda t, *_: compare([t], lumi=139), "unknown option of compare 'lumi'; near names: luminosity"),
        (lambda t, *_: compare([t], luminosity="139"), "luminosity='139' must be a positive number"),
        (lambda t, *_: evaluate(t, floor=-1), "floor must be at least 0; got -1"),
        (lambda t, *_: evaluate(t, each_background="no"), "each_background must be True or False; got 'no'"),
        (lambda t, *_: evaluate(t, importance=1), "importance must be True or False; got 1"),
        (lambda t, *_: compare([t], raw_counts="no"), "raw_counts must be True or False; got 'no'"),
        (lambda t, *_: compare([t], uncertainty="10 %"), "uncertainty must be a number from 0 to 1000; got '10 %'"),
        (lambda t, *_: evaluate(t, luminosity=-5), "luminosity=-5 must be a positive number"),
        (lambda *_: evaluate(BDT), r"evaluate needs trainings, not BoostedDecisionTree\(.*hml.train"),
        (lambda t, *_: evaluate([t]), "evaluate needs trainings"),
        (lambda t, *_: evaluate(t, samples.alone()), r"judging a training needs signal and background, and .* \(zz\)"),
        (lambda t, *_: compare([t], samples.alone()), "judging a training needs signal and background"),
        (lambda t, *_: evaluate(t, {"zz": 1}), "evaluate needs a dataset, not a dict"),
    ],
)
def test_bad_input(data: Dataset, trained: Training, call: Callable[..., Any], message: str) -> None:
    with pytest.raises((ArgumentError, UnknownNameError), match=message):
        call(trained, data)


def test_a_model_that_knows_nothing(data: Dataset, trained: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    """All events have one score: AUC one half, nothing is rejected, the loss is ln 2, and nothing is overtrained."""
    monkeypatch.setattr(BoostedDecisionTree, "scores", lambda _self, _model, X: np.full(len(X), 0.5))
    found = evaluate(trained)
    assert found.auc == 0.5
    assert found.rejection.value == pytest.approx(1.0)
    assert found.loss == pytest.approx(np.log(2))
    assert (found.ks_signal, found.ks_background) == (1.0, 1.0)


@pytest.fixture(scope="module")
def crossed(data: Dataset) -> Training:
    return train(BDT, data, seed=1, folds=2)


def test_a_cross_training_is_measured_on_all_events(data: Dataset, crossed: Training) -> None:
    found, score = evaluate(crossed, luminosity=10.0), crossed.score(data)
    assert (found.n_test, found.folds) == (data.n_events, 2)
    assert found.auc == pytest.approx(roc_auc_score(data.is_signal, score, sample_weight=data.weights))
    assert found.significance is not None
    assert found.significance.value == pytest.approx(max_significance(score, data.is_signal, data.weights * 1e4).value)
    assert found.raw_counts == (
        max_significance_of_raw_counts(score, data.is_signal),
        rejection_of_raw_counts(score, data.is_signal),
    )


def test_all_events_of_a_cross_training_are_as_good_as_new_ones(data: Dataset) -> None:
    """A forest that knows its training events by heart: on all events its AUC is that of each model on a new sample."""
    deep = BoostedDecisionTree(n_estimators=60, min_samples_leaf=1, learning_rate=0.5)
    crossed, fresh = train(deep, data, seed=1, folds=2), samples.dataset(20_000, seed=77)
    new = np.mean([roc_auc_score(fresh.is_signal, crossed.score_by(i, fresh)) for i in range(2)])
    found = evaluate(crossed)
    assert abs(found.auc - new) < 3 * (found.auc_error or 0.0)
    odd = (data.event % 2 == 1) & ~data.part("validation")
    seen = roc_auc_score(data.is_signal[odd], crossed.score_by(0, data)[odd])
    assert seen - new > 5 * (found.auc_error or 0.0)
    assert (found.ks_background or 0.0) < 0.01


def test_overtraining_and_importance_are_those_of_the_first_model(data: Dataset, crossed: Training) -> None:
    found, score = evaluate(crossed, importance=True), crossed.score_by(0, data)
    even, follow = data.event % 2 == 0, data.part("validation")
    signal = data.is_signal
    edges = np.asarray(found.scores.edges)
    for shapes, mine in ((found.scores.test, even), (found.scores.train, ~even & ~follow)):
        wanted = np.histogram(score[mine & signal], edges, weights=data.weights[mine & signal], density=True)[0]
        np.testing.assert_allclose(shapes["signal"][0], wanted)
    assert found.importance is not None
    assert {each.name for each in found.importance} == set(data.names)


def test_rows_say_what_they_were_measured_on(data: Dataset, trained: Training, crossed: Training) -> None:
    both = compare([trained, crossed])
    assert not both.same_events
    assert [row.n_test for row in both.rows] == [data.part("test").sum(), data.n_events]
    text = str(both)
    assert "BoostedDecisionTree: all test events" in text
    assert "BoostedDecisionTree_2: all events, each scored by the one of 2 models that has not seen it" in text
    other = samples.dataset(300, seed=9)
    assert evaluate(crossed, other).folds is None
    assert evaluate(crossed, other).n_test == other.part("test").sum()


def test_a_cross_training_needs_no_test_events() -> None:
    data = samples.dataset(150, split=(0.8, 0.2, 0.0))
    assert evaluate(train(BDT, data, seed=1, folds=2)).n_test == data.n_events
