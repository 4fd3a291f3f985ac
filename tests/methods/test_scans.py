from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, UnknownNameError, WorkerError
from hml_jupyter.methods.sample import balanced_weights
from hml_jupyter.methods.scans import Scan

BDT = hml.BoostedDecisionTree(n_estimators=6, min_samples_leaf=5)
GRID = {"max_leaf_nodes": [2, 8], "learning_rate": [0.05, 0.3]}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with ThreadPoolExecutor(1) as executor:
        hml.set_executor(executor)
        yield
        hml.set_executor(None)


def test_every_point_is_judged_on_validation_events(data: Dataset) -> None:
    found = hml.scan(BDT, GRID, data, seed=3)
    assert {tuple(point.options.values()) for point in found.points} == {(2, 0.05), (2, 0.3), (8, 0.05), (8, 0.3)}
    assert [point.auc for point in found.points] == sorted((point.auc for point in found.points), reverse=True)
    first = found.points[0]
    assert (found.best.max_leaf_nodes, found.best.learning_rate) == tuple(first.options.values())
    assert found.best.n_estimators == 6
    validation = data.part("validation")
    trained = hml.train(found.best, data, seed=3)
    score, y = trained.score(data)[validation], data.is_signal[validation]
    weights = balanced_weights(data.y[validation], y, data.weights[validation])
    assert first.auc == pytest.approx(roc_auc_score(y, score, sample_weight=weights))
    assert first.loss == pytest.approx(log_loss(y, score, sample_weight=weights))
    assert first.accuracy == pytest.approx(accuracy_score(y, score > 0.5, sample_weight=weights))


def test_a_scan_is_saved_and_goes_on_where_it_was(study: Path) -> None:
    data = samples.dataset(150, path="study/data/set")
    heard: list[str] = []

    def interrupt(report: progress.Report) -> None:
        heard.append(report.text)
        if report.text == "point 2 of 4":
            raise KeyboardInterrupt

    with progress.listening(interrupt), pytest.raises(KeyboardInterrupt):
        hml.scan(BDT, GRID, data, seed=3, path="study/models/scan")
    heard.clear()
    with progress.listening(lambda report: heard.append(report.text)):
        found = hml.scan(BDT, GRID, data, seed=3, path="study/models/scan")
    assert heard == ["point 2 of 4", "point 3 of 4", "point 4 of 4"]
    assert sorted(file.name for file in found.folder.iterdir()) == ["result.json", "scan.json"]
    opened = Scan.load("study/models/scan")
    assert (opened.points, opened.grid, opened.method) == (found.points, found.grid, BDT)
    assert repr(opened) == f"<scan of BoostedDecisionTree: 4 points of {', '.join(GRID)}>"
    assert opened.fingerprint == hml.scan(BDT, GRID, data, seed=3).fingerprint


def test_a_point_that_fails_comes_last_with_its_reason(data: Dataset) -> None:
    found = hml.scan(hml.MLP(hidden=(4,)), {"learning_rate": [10.0, 0.01]}, data, epochs=2, seed=1)
    last = found.points[-1]
    assert found.points[0].auc is not None
    assert (last.auc is None) == bool(last.reason)


def test_without_a_point_that_works_there_is_no_best() -> None:
    points = [{"options": {}, "epochs": 0, "auc": None, "loss": None, "accuracy": None, "reason": "too hot"}]
    with pytest.raises(ArgumentError, match="too hot"):
        _ = Scan({"method": {"method": "MLP"}, "grid": {}, "points": points}).best


@pytest.mark.parametrize(
    "grid",
    [{}, [], None, {"learning_rate": 0.1}, {"learning_rate": []}, {"learning_rate": "0.1"}, {1: [2]}, {None: [1]}],
)
def test_grids_that_are_none(data: Dataset, grid: Any) -> None:
    with pytest.raises(ArgumentError, match="grid= is a dictionary"):
        hml.scan(BDT, grid, data, seed=1)


def test_what_is_refused(data: Dataset) -> None:
    with pytest.raises(UnknownNameError, match="max_leaf_nodes"):
        hml.scan(BDT, {"max_leaf_node": [2]}, data, seed=1)
    with pytest.raises(ArgumentError, match="learning_rate"):
        hml.scan(BDT, {"learning_rate": [0.1, -1.0]}, data, seed=1)
    with pytest.raises(ArgumentError, match="10000 points"):
        hml.scan(BDT, {"max_leaf_nodes": list(range(2, 102)), "min_samples_leaf": list(range(1, 101))}, data, seed=1)
    with pytest.raises(ArgumentError, match="validation"):
        hml.scan(BDT, GRID, samples.dataset(50, split=(0.8, 0.0, 0.2)), seed=1)
    with pytest.raises(ArgumentError, match="training needs signal and background"):
        hml.scan(BDT, GRID, samples.alone(), seed=1)
    with pytest.raises(ArgumentError, match="n_estimators"):
        hml.scan(BDT, GRID, data, epochs=3, seed=1)


class Broken(ThreadPoolExecutor):
    """A pool of the user's whose worker has died before."""

    def submit(self, *_: Any, **__: Any) -> Any:
        raise BrokenProcessPool


def test_a_broken_pool_is_told(data: Dataset) -> None:
    hml.set_executor(Broken(1))
    with pytest.raises(WorkerError, match=r"a worker process died .* with a new executor if one was given"):
        hml.scan(BDT, GRID, data, seed=1)


def test_options_of_a_network_are_read_as_it_reads_them(data: Dataset) -> None:
    found = hml.scan("MLP", {"hidden": [(4,), [4, 4]]}, data, epochs=1, seed=1)
    assert sorted(point.options["hidden"] for point in found.points) == [[4], [4, 4]]
    assert found.best.hidden in {(4,), (4, 4)}
    assert np.isfinite([point.loss for point in found.points]).all()
