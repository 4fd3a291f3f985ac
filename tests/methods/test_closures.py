from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import toys

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, example
from hml_jupyter.display.closures import closure_numbers, closure_table
from hml_jupyter.display.tables import to_text
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods import Closure
from hml_jupyter.plots import plot, png


@pytest.fixture(scope="module")
def toy() -> Dataset:
    return toys.dataset(4000)


@pytest.fixture(scope="module")
def trained(toy: Dataset, compiled_once: None) -> hml.Training:
    method = hml.Surrogate(of="column.score", flags=["column.flag"])
    return hml.train(method, toy, epochs=15, seed=1)


@pytest.fixture(scope="module")
def found(trained: hml.Training) -> Closure:
    return hml.closure(trained, bins=4)


def test_a_surrogate_of_the_toy_closes(found: Closure) -> None:
    for each in found.classes.values():
        assert abs(each.auc - 0.5) < 3.5 * each.auc_error
        assert each.probability > 0.01
        assert each.verdict == "cannot be told apart"
        for point in each.points:
            assert abs(point.whole.original - point.whole.surrogate) < 3.5 * point.whole.error + 1e-9


def test_what_knows_too_little_does_not(toy: Dataset) -> None:
    blind = hml.train(hml.Surrogate(of="column.score", inputs=["column.y"]), toy, epochs=3, seed=1)
    signal = hml.closure(blind, by="column.x").classes["signal"]
    assert signal.points[1].probability < 1e-6  # type: ignore[operator]
    assert signal.probability < 0.003
    assert signal.told_by[-1] == "efficiencies"


def test_thresholds_and_bins(found: Closure, toy: Dataset) -> None:
    test = toy.part("test")
    signal = test & toy.is_signal
    scores = toy.column("column.score")[signal].round(6)
    points = found.classes["signal"].points
    assert [point.signal_efficiency for point in points] == [0.8, 0.5, 0.2]
    for point in points:
        assert point.whole.original == pytest.approx(np.mean(scores >= point.threshold))
        assert point.whole.original == pytest.approx(point.signal_efficiency, abs=1e-3)
    x = toy.column("column.x")[test]
    assert (found.by, found.edges[0], found.edges[-1], len(found.edges)) == ("column.x", x.min(), x.max(), 5)
    assert sum(each.events for each in found.classes.values()) == test.sum()
    first = (toy.column("column.x")[signal] < found.edges[1]) & (scores >= points[0].threshold)
    inside = toy.column("column.x")[signal] < found.edges[1]
    assert points[0].bins[0].original == pytest.approx(first.sum() / inside.sum())


def test_flags_have_fewer_bins(trained: hml.Training) -> None:
    found = hml.closure(trained, by="column.flag", bins=10, signal_efficiencies=[0.5])
    assert found.edges == (0.0, 1.0, 2.0)
    assert len(found.classes["signal"].points) == 1


def test_the_same_numbers_every_time(trained: hml.Training, found: Closure, toy: Dataset) -> None:
    assert hml.closure(trained, bins=4) == found
    assert hml.closure(trained, toy, bins=4, seed=1) == found
    assert hml.closure(trained, bins=4, seed=2).classes["signal"].surrogate != found.classes["signal"].surrogate
    assert hml.closure(trained, hml.select(toy, ["column.y < 1"])).selection == ("column.y < 1",)


def test_another_dataset_is_told(trained: hml.Training) -> None:
    told: list[str] = []
    with progress.listening(lambda report: told.append(report.text) if report.is_notice else None):
        hml.closure(trained, toys.dataset(1000))
    assert told == ["Surrogate was trained on another dataset; events that it has seen may be among these test events"]


def test_what_cannot_be_compared(trained: hml.Training, toy: Dataset) -> None:
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=2), toy, seed=1)
    with pytest.raises(ArgumentError, match=r"BoostedDecisionTree is a BoostedDecisionTree: hml\.evaluate measures it"):
        hml.closure(bdt)
    with pytest.raises(ArgumentError, match="closure needs trainings"):
        hml.closure(toy)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"only \d+ test events of background are left, a closure test needs 50"):
        hml.closure(trained, hml.select(toy, ["column.x > 1.5"]))
    with pytest.raises(UnknownNameError, match="unknown column"):
        hml.closure(trained, example(300))
    with pytest.raises(UnknownNameError, match=r"unknown column 'column\.z'"):
        hml.closure(trained, by="column.z")
    for wrong in (0.5, "0.5", [], [0.0], [1.5], [None]):
        with pytest.raises(ArgumentError, match="signal_efficiencies"):
            hml.closure(trained, signal_efficiencies=wrong)  # type: ignore[arg-type]
    for bins in (0, 51, 2.5, None):
        with pytest.raises(ArgumentError, match="bins must be"):
            hml.closure(trained, bins=bins)  # type: ignore[arg-type]


def test_it_closes_on_another_signal_alone(trained: hml.Training) -> None:
    """Its thresholds keep shares of the signal, and ask for no background."""
    new = toys.table(2000, 7, 0.2)
    side = ["column.flag", "column.score"]
    alone = hml.build_dataset(
        {"new": new}, hml.Set(["column.x", "column.y"]), signal="new", observables=side, split=(0, 0, 1), seed=1
    )
    found = hml.closure(trained, alone)
    assert list(found.classes) == ["new"]
    for point in found.classes["new"].points:
        assert point.whole.original == pytest.approx(point.signal_efficiency, abs=1 / 2000)
        assert point.whole.surrogate == pytest.approx(point.whole.original, abs=5 * point.whole.error)


def test_it_shows_itself(found: Closure) -> None:
    text = to_text(closure_table(found))
    assert text.splitlines()[0] == "closure: Surrogate of column.score"
    assert text.splitlines()[1].split() == ["signal", "background"]
    signal = found.classes["signal"]
    assert f"{signal.auc:.3f}" in text
    verdicts = text.splitlines()[3]
    assert verdicts.split()[:3] == ["surrogate", "and", "original"]
    assert verdicts.count(signal.verdict) == 2
    assert "more than 3 errors above 0.5" in text
    shown: Any = found._repr_mimebundle_()
    assert {"text/plain", "text/html", "image/png"} <= set(shown)
    numbers = json.loads(json.dumps(closure_numbers(found), allow_nan=False))
    assert numbers["classes"]["signal"]["auc"] == {"value": signal.auc, "error": signal.auc_error}


def test_its_pictures(found: Closure) -> None:
    figure = plot(found)
    assert [ax.get_xlabel() for ax in figure.axes] == ["score, signal", "score, background", "column.x", "column.x"]
    assert png(figure) == png(plot(found))
    drawn = plot(found, kind="efficiencies").axes[0]
    heights = drawn.containers[0].lines[0].get_ydata()
    assert heights.tolist() == [each.surrogate for each in found.classes["signal"].points[0].bins]
    with pytest.raises(UnknownNameError, match="kind of picture of a Closure 'roc'"):
        plot(found, kind="roc")
    one = replace(found, classes={"signal": found.classes["signal"]})
    assert len(plot(one).axes) == 2
