"""Scanning the options of a method: every point of a grid is trained, validation events rank them."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import checks, metrics, progress
from ..canonical import fingerprint, read_json, write_json
from ..errors import ArgumentError, HmlError, WorkerError
from ..executors import death, get_executor, submit
from ..provenance import Recipe, Result, Written, open_result, produce
from ..registry import named
from .measuring import cross_entropy
from .method import Method, get
from .sample import NO_RANK, Part, Sample, training_sample

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Scan", "ScanPoint", "scan"]

#: Raised when the same call gives other content.
VERSION = 1
FILE = "scan.json"
MOST_POINTS = 1000


@dataclass(frozen=True)
class ScanPoint:
    """A point of the grid, judged on validation events."""

    options: dict[str, Any]
    """The options that were scanned."""
    epochs: int
    """Epochs (or trees) that were trained."""
    auc: float | None
    """Area under the ROC curve, signal and background balanced; None where the training failed."""
    loss: float | None
    """Binary cross-entropy, balanced."""
    accuracy: float | None
    """Fraction on the right side of 0.5, balanced."""
    reason: str = ""
    """Why the training failed."""


class Scan(Result):
    """Trainings of one method with different options, the best first; made by :func:`scan`.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from hml_jupyter.datasets import example
    >>> hml.set_executor(ThreadPoolExecutor(1))
    >>> found = hml.scan(hml.BoostedDecisionTree(n_estimators=5), {"max_leaf_nodes": [2, 4]}, example(90), seed=1)
    >>> hml.set_executor(None)
    >>> len(found.points), found.best.n_estimators
    (2, 5)
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Scan:
        """Read a saved scan.

        Raises
        ------
        PathError, DamagedError
            There is no scan at `path`, or its files have changed.
        """
        return open_result(path, "scan", _read)

    @property
    def method(self) -> Method:
        """What was scanned, without the options of the grid."""
        return get(self._config["method"])

    @property
    def grid(self) -> dict[str, list[Any]]:
        """The values of each scanned option."""
        return dict(self._config["grid"])

    @property
    def points(self) -> tuple[ScanPoint, ...]:
        """Every point, the largest AUC on validation events first; those that failed come last."""
        found = [ScanPoint(**point) for point in self._config["points"]]
        return tuple(sorted(found, key=lambda point: -np.inf if point.auc is None else point.auc, reverse=True))

    @property
    def best(self) -> Method:
        """The method with the options of the first point: :func:`hml_jupyter.train` trains it, test events judge it.

        Raises
        ------
        ArgumentError
            Every training failed.
        """
        first = self.points[0]
        if first.auc is None:
            msg = f"no point of the scan could be trained: {first.reason}"
            raise ArgumentError(msg)
        return get({**self._config["method"], **first.options})

    def __repr__(self) -> str:
        """Return one line."""
        return f"<scan of {self._config['method']['method']}: {len(self.points)} points of {', '.join(self.grid)}>"


class Task(NamedTuple):
    """What a worker needs for a point."""

    number: int
    method: dict[str, Any]
    sample: Sample
    epochs: int
    seed: int


@named
def scan(
    method: Method | str,
    grid: Mapping[str, Sequence[Any]],
    dataset: Dataset,
    *,
    epochs: int | None = None,
    seed: int,
    path: str | None = None,
) -> Scan:
    """Train a method with every combination of options, and rank them on validation events.

    The points are trained where :func:`hml_jupyter.set_executor` says; the numbers do not depend on it. After an interrupt the
    same call goes on with the points that are missing. The best of many is better than it is by chance: test events, which no
    point has seen, judge it without bias.

    Parameters
    ----------
    method : Method or str
        The options that are not scanned.
    grid : mapping
        Option -> its values, ``{"hidden": [(32,), (64, 64)], "learning_rate": [1e-3, 3e-3]}``; at most 1,000 combinations.
    dataset : Dataset
        A dataset or a selection, with validation events.
    epochs, seed
        As for :func:`hml_jupyter.train`, for each point.
    path : str, optional
        Where to keep it, relative to the notebook; in memory if not given.

    Returns
    -------
    Scan
        A table; ``.best`` is the method to train.

    Raises
    ------
    ArgumentError, UnknownNameError
        An option that there is not or that cannot have a value; too many points; no validation events; what
        :func:`hml_jupyter.train` refuses.
    WorkerError
        A worker process died.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset is gone or has changed.
    """
    from ..datasets.checking import check_dataset

    method = get(method)
    check_dataset(dataset, "scan")
    chosen = _grid(method, grid)
    options = [dict(zip(chosen, values, strict=True)) for values in itertools.product(*chosen.values())]
    methods = [dataclasses.replace(method, **each) for each in options]  # type: ignore[type-var]
    totals = [each.schedule(epochs) or len(dataset.names) for each in methods]
    seed = checks.seed(seed)
    arguments = {"method": method, "grid": chosen, "epochs": epochs, "seed": seed}
    config = {"schema": 1, "method": _config(method), "grid": chosen}

    def write(folder: Path) -> Written:
        sample = _sample(dataset, method)
        tasks = [
            Task(i, _config(each), sample, total, seed)
            for i, (each, total) in enumerate(zip(methods, totals, strict=True))
        ]
        numbers = _numbers(folder, tasks)
        points = [{"options": given, **found} for given, found in zip(options, numbers, strict=True)]
        write_json(folder / FILE, {**config, "points": points})
        summary = {"points": len(points), "best_auc": max((p["auc"] for p in points if p["auc"]), default=None)}
        return Written(fingerprint({}, {**config, "points": points}), summary, scratch=("point-*",))

    return produce(path, Recipe("scan", VERSION, arguments, {"dataset": dataset}), write, _read)


def _read(folder: Path) -> Scan:
    return Scan(read_json(folder / FILE))


def _config(method: Method) -> dict[str, Any]:
    return {"method": type(method).__name__, **method.get_config()}


def _grid(method: Method, grid: Any) -> dict[str, list[Any]]:
    """Return the grid as plain lists; refuse what the method does not take."""
    example = "grid= is a dictionary of options and their values, {'learning_rate': [0.001, 0.01]}"
    if not isinstance(grid, Mapping) or not grid:
        msg = f"{example}; got {grid!r}"
        raise ArgumentError(msg)
    found: dict[str, list[Any]] = {}
    for name, values in grid.items():
        if not isinstance(name, str) or isinstance(values, str) or not isinstance(values, Sequence) or not values:
            msg = f"{example}; {name if isinstance(name, str) else repr(name)} has {values!r}"
            raise ArgumentError(msg)
        read = [method.from_config({**_options(method), name: value}) for value in values]
        found[name] = [each.get_config().get(name, getattr(each, name)) for each in read]
    points = int(np.prod([len(values) for values in found.values()], dtype=float))
    if points > MOST_POINTS:
        msg = f"the grid has {points} points, at most {MOST_POINTS} are trained: leave values out"
        raise ArgumentError(msg)
    return found


def _options(method: Method) -> dict[str, Any]:
    return {field.name: getattr(method, field.name) for field in dataclasses.fields(method)}  # type: ignore[arg-type]


def _sample(dataset: Dataset, method: Method) -> Sample:
    if method.draws:
        raise ArgumentError(NO_RANK)
    sample = training_sample(dataset, method.kind)
    dataset.check_part("validation")
    if sample.validation is None:
        msg = "the validation events that rank the points have only one side: build the dataset with more of them, split=(0.6, 0.2, 0.2)"
        raise ArgumentError(msg)
    return sample


def _numbers(folder: Path, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Return the numbers of every point; each is kept in `folder` as soon as it is there."""
    files = [folder / f"point-{task.number:04d}.json" for task in tasks]
    missing = [task for task, file in zip(tasks, files, strict=True) if not file.is_file()]
    done = len(tasks) - len(missing)
    progress.report(done / len(tasks), f"point {done} of {len(tasks)}", label="scanning")
    if missing:
        with get_executor(len(missing)) as executor:
            for index, found in _trained(executor, missing):
                write_json(files[index], found)
                done += 1
                text = f"point {done} of {len(tasks)}"
                progress.report(done / len(tasks), text, done=done, total=len(tasks), unit="points", label="scanning")
    return [read_json(file) for file in files]


def _trained(executor: Executor, tasks: Sequence[Task]) -> Iterator[tuple[int, dict[str, Any]]]:
    running: dict[Future[dict[str, Any]], int] = {}
    try:
        for task in tasks:
            running[submit(executor, point, task)] = task.number
        for future in as_completed(running):
            yield running[future], future.result()
    except BrokenExecutor as error:
        msg = f"a worker process died while it trained ({death(executor)}). What is finished is kept: call again, with a new executor if one was given to hml.set_executor"
        raise WorkerError(msg) from error
    finally:
        for future in running:
            future.cancel()


def point(task: Task) -> dict[str, Any]:
    """Train a point and judge it on validation events, in a worker."""
    try:
        return _judged(task)
    except HmlError as error:
        return {"epochs": 0, "auc": None, "loss": None, "accuracy": None, "reason": str(error)}


def _judged(task: Task) -> dict[str, Any]:
    method, follow = get(task.method), task.sample.validation
    assert isinstance(follow, Part)
    learner = method.learner(task.sample, seed=task.seed, epochs=task.epochs)
    history = learner.advance(0, task.epochs)
    score = method.scores(learner.model(), follow.X)
    if not np.isfinite(score).all():
        msg = "the scores are not finite: lower learning_rate"
        raise ArgumentError(msg)
    events = score, follow.y == 1, follow.weights
    return {
        "epochs": len(history["loss"]),
        "auc": metrics.auc(*events),
        "loss": cross_entropy(*events),
        "accuracy": metrics.accuracy(*events),
        "reason": "",
    }
