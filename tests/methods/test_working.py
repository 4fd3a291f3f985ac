from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics import significance

BDT = hml.BoostedDecisionTree(n_estimators=8, min_samples_leaf=5)


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Enough test events for a rejection."""
    return samples.dataset(1500)


@pytest.fixture(scope="module")
def trained(data: Dataset) -> hml.Training:
    return hml.train(BDT, data, seed=1)


def selected(data: Dataset, trained: hml.Training, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Which test events a threshold selects, and what they stand for in pb."""
    test = data.part("test")
    share = np.array([data.fractions[c][2] for c in data.classes])[data.y]
    return (trained.score(data) >= threshold) & test, data.weights / share


@pytest.mark.parametrize("efficiency", [0.2, 0.5, 0.87, 1.0])
def test_the_tightest_threshold_that_keeps_a_share_of_the_signal(
    data: Dataset, trained: hml.Training, efficiency: float
) -> None:
    point = hml.working_point(trained, signal_efficiency=efficiency)
    test, signal = data.part("test"), data.is_signal
    kept, weights = selected(data, trained, point.threshold)
    share = weights[kept & signal].sum() / weights[test & signal].sum()
    assert point.signal_efficiency == pytest.approx(share)
    assert share >= efficiency - 1e-12
    tighter, _ = selected(data, trained, np.nextafter(point.threshold, 2))
    assert weights[tighter & signal].sum() / weights[test & signal].sum() < efficiency
    n = (test & signal).sum()
    assert point.signal_error == pytest.approx(np.sqrt(share * (1 - share) / n))
    background = weights[kept & ~signal].sum() / weights[test & ~signal].sum()
    assert point.rejection.value == pytest.approx(1 / background)
    assert point.rejections == {"qcd": point.rejection}


def test_the_loosest_threshold_for_a_share_of_the_background(data: Dataset, trained: hml.Training) -> None:
    point = hml.working_point(trained, background_efficiency=0.1)
    test, signal = data.part("test"), data.is_signal
    scores = np.unique(trained.score(data)[test])
    looser, weights = selected(data, trained, scores[scores < point.threshold].max())
    assert 1 / point.rejection.value <= 0.1 + 1e-12
    assert weights[looser & ~signal].sum() / weights[test & ~signal].sum() > 0.1


def test_the_significance_is_that_of_the_scaled_test_events(data: Dataset, trained: hml.Training) -> None:
    point = hml.working_point(trained, threshold=0.6, luminosity=300, uncertainty=0.1)
    kept, weights = selected(data, trained, 0.6)
    s, b = (weights[kept & mine] * 300e3 for mine in (data.is_signal, ~data.is_signal))
    wanted = significance(s.sum(), b.sum(), (b**2).sum(), sum_w2_s=(s**2).sum(), uncertainty=0.1)
    assert point.significance.value == pytest.approx(wanted.value)
    assert point.significance.error == pytest.approx(wanted.error)
    assert point.confusion.classes["zz"].selected == (kept & data.is_signal).sum()


def test_its_cut_selects_the_same_test_events(data: Dataset, trained: hml.Training) -> None:
    point = hml.working_point(trained, signal_efficiency=0.6)
    scored = hml.score(data, trained, name=trained.name.lower())
    kept = hml.select(scored, [point.cut])
    flow = hml.cutflow(kept).rows[-1]
    assert {c: count.events for c, count in flow.counts.items()} == {
        c: sides.selected for c, sides in point.confusion.classes.items()
    }
    assert flow.significance.value == pytest.approx(point.significance.value)


def test_without_cross_sections_there_is_no_significance() -> None:
    sources = {"a": samples.events(300, 1, "signal"), "b": samples.events(300, 2, "background")}
    data = hml.build_dataset(sources, hml.Set(["ht", "met"]), signal="a", seed=1)
    trained = hml.train(BDT, data, seed=1)
    assert "cross section of a, b" in hml.working_point(trained, signal_efficiency=0.5).significance.reason
    assert hml.working_point(trained, signal_efficiency=0.5, luminosity=None).significance is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"signal_efficiency": 0.5, "threshold": 0.5},
        {"signal_efficiency": 0.0},
        {"signal_efficiency": 1.5},
        {"threshold": "high"},
        {"background_efficiency": -0.1},
        {"background_efficiency": 0.0, "luminosity": -1},
        {"signal_efficiency": 0.5, "uncertainty": -1},
    ],
)
def test_what_is_refused(trained: hml.Training, given: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError):
        hml.working_point(trained, **given)


@pytest.mark.parametrize("given", [{"signal_efficiency": 0.5}, {"threshold": 0.5}])
def test_signal_alone_has_no_working_point(trained: hml.Training, given: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="judging a training needs signal and background"):
        hml.working_point(trained, samples.alone(), **given)


def test_it_shows_itself(trained: hml.Training) -> None:
    text = hml.working_point(trained, signal_efficiency=0.5)._repr_mimebundle_()["text/plain"]
    assert "signal efficiency" in text
    assert "rejection" in text
    assert ".score >= " in text


def test_of_a_cross_training_all_events_count(data: Dataset) -> None:
    crossed = hml.train(BDT, data, seed=1, folds=2)
    point, score = hml.working_point(crossed, signal_efficiency=0.5, luminosity=10.0), crossed.score(data)
    assert (point.n_test, point.folds) == (data.n_events, 2)
    assert sum(sum(sides[:2]) for sides in point.confusion.classes.values()) == data.n_events
    passing = score >= point.threshold
    assert point.significance is not None
    assert point.significance.b == pytest.approx(1e4 * data.weights[passing & ~data.is_signal].sum())
    assert f"on {data.n_events:,} events, each scored by a model" in str(point).replace("\u202f", ",").replace(" ", " ")
