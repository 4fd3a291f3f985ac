from __future__ import annotations

from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pyarrow.parquet as pq
import pytest
import samples

from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, build_dataset, making, sources
from hml_jupyter.datasets.sources import open_source
from hml_jupyter.errors import ArgumentError, WorkerError
from hml_jupyter.executors import set_executor
from hml_jupyter.expressions import parse_observable
from hml_jupyter.observables import CATALOGUE, Particles, register_observable
from hml_jupyter.representations import Set
from hml_jupyter.rootfile import to_root
from hml_jupyter.runfile import run_groups

SET = Set(["fatjet0.mass", "jet0,jet1.delta_r"])


class SavedRun(samples.Run):
    """A run whose events lie in a file, a row group for some of them."""

    def __init__(self, folder: Path, n: int, kind: str) -> None:
        super().__init__(n, 1, kind)
        folder.mkdir(parents=True)
        table = ak.to_arrow_table(self._events, extensionarray=False, list_to32=True)
        pq.write_table(table, folder / "events.parquet", row_group_size=100)
        self.folder = folder


def build(zz: Any, qcd: Any, **options: Any) -> Dataset:
    return build_dataset({"zz": zz, "qcd": qcd}, SET, signal="zz", require=samples.REQUIRE, seed=3, **options)


@pytest.fixture
def runs(study: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[SavedRun, SavedRun]:
    """Two runs that are read in many pieces."""
    monkeypatch.setattr(sources, "PIECE", 200)
    return SavedRun(study / "zz", 1900, "signal"), SavedRun(study / "qcd", 1500, "background")


def test_pieces_of_a_run(runs: tuple[SavedRun, SavedRun]) -> None:
    assert run_groups(runs[0].folder, 200)[:3] == [(0, [0, 1]), (200, [2, 3]), (400, [4, 5])]
    pieces = open_source("zz", runs[0]).pieces
    assert [piece.first for piece in pieces] == list(range(0, 1900, 200))
    read = [piece.read([parse_observable("fatjet0.mass")], "zz") for piece in pieces]
    assert [len(record) for record in read] == [200] * 9 + [100]


def test_content_does_not_depend_on_pieces_and_workers(
    runs: tuple[SavedRun, SavedRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = build(samples.Run(1900, 1, "signal"), samples.Run(1500, 1, "background"))
    built = []
    for workers in (1, 4):
        with ThreadPoolExecutor(workers) as pool:
            set_executor(pool)
            try:
                built.append(build(*runs))
            finally:
                set_executor(None)
    monkeypatch.setattr(making, "FEW", 1000)
    built.append(build(*runs))
    for dataset in built:
        assert dataset.fingerprint == here.fingerprint
        np.testing.assert_array_equal(dataset.X, here.X)
        np.testing.assert_array_equal(dataset.event, here.event)
        np.testing.assert_array_equal(dataset.split, here.split)


def test_an_executor_that_was_closed(runs: tuple[SavedRun, SavedRun]) -> None:
    with ThreadPoolExecutor(1) as pool:
        set_executor(pool)
    try:
        with pytest.raises(ArgumentError, match="takes no work"):
            build(*runs)
    finally:
        set_executor(None)


@pytest.mark.parametrize(
    ("problem", "says"), [(BrokenExecutor("gone"), "a worker process died"), (CancelledError(), "has given up")]
)
def test_a_worker_that_is_lost(runs: tuple[SavedRun, SavedRun], problem: Exception, says: str) -> None:
    class Losing(ThreadPoolExecutor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            lost: Future[Any] = Future()
            lost.set_exception(problem)
            return lost

    with Losing(1) as pool:
        set_executor(pool)
        try:
            with pytest.raises(WorkerError, match=says):
                build(*runs)
        finally:
            set_executor(None)


def test_workers_of_our_own(runs: tuple[SavedRun, SavedRun]) -> None:
    assert build(*runs).n_events == build(*(run.events() for run in runs)).n_events


def test_missing_values_are_counted_over_all_pieces(runs: tuple[SavedRun, SavedRun]) -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        dataset = build_dataset({"zz": runs[0], "qcd": runs[1]}, Set(["fatjet1.mass", "met"]), signal="zz", seed=1)
    told = [each.text for each in heard if each.is_notice]
    nan = np.isnan(dataset.X[:, 0])
    assert told == [
        f"fatjet1.mass: {nan[dataset.is_signal].sum()} of 1900 events of 'zz' have no finite value (NaN)",
        f"fatjet1.mass: {nan[~dataset.is_signal].sum()} of 1500 events of 'qcd' have no finite value (NaN)",
    ]
    steps = [each.fraction for each in heard if not each.is_notice and each.fraction is not None]
    assert steps == sorted(steps)
    assert len(steps) == 2 + 10 + 8


def test_a_column_that_is_missing_in_all_pieces_is_refused(runs: tuple[SavedRun, SavedRun]) -> None:
    with pytest.raises(ValueError, match=r"'jet7.pt' has a finite value in no event of any class; no event has more"):
        build_dataset({"zz": runs[0], "qcd": runs[1]}, Set(["jet7.pt", "met"]), signal="zz", seed=1)


def test_pieces_of_a_root_file(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PIECE", 70)
    events = samples.events(300, 1)
    to_root(events, "zz.root")
    assert len(open_source("zz", "zz.root").pieces) == 5
    qcd = samples.events(300, 1, "background")
    dataset, here = build("zz.root", qcd), build(events, qcd)
    np.testing.assert_array_equal(dataset.X, here.X)
    np.testing.assert_array_equal(dataset.weights, here.weights)
    assert dataset.event[dataset.is_signal].max() > 250


def test_arrays_are_read_one_by_one(study: Path) -> None:
    dataset = samples.dataset(200, path="study/data/set")
    assert dataset.n_events > 100
    assert dataset._arrays._read == {}  # type: ignore[attr-defined]
    dataset.column("met")
    assert list(dataset._arrays._read) == ["met"]  # type: ignore[attr-defined]


def test_observables_of_the_user_are_computed_here(
    runs: tuple[SavedRun, SavedRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    def far(jet: Particles) -> Any:
        """Distance from the transverse plane."""
        return abs(jet["Eta"])

    before = list(CATALOGUE)
    register_observable(far, unit="", objects="one")
    monkeypatch.setattr(making, "get_executor", None)  # a worker would not know it
    try:
        sources = dict(zip(("zz", "qcd"), runs, strict=True))
        dataset = build_dataset(
            sources, Set(["jet0.far", "abs(jet0.eta)"]), signal="zz", require="jet.size > 0", seed=1
        )
        np.testing.assert_array_equal(dataset.X[:, 0], dataset.X[:, 1])
    finally:
        CATALOGUE[:] = before
