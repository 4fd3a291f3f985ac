"""How saved results show themselves: runs, datasets, trainings, scans."""

from __future__ import annotations

from math import isfinite
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..provenance import SCHEMA
from .numbers import NONE, count, number, with_error
from .tables import Table

if TYPE_CHECKING:
    from ..datasets import Dataset
    from ..datasets.describing import DatasetNumbers, SideNumbers
    from ..methods import Scan, Training
    from ..provenance import Result
    from ..runs import Run, RunSummary

__all__ = [
    "dataset_table",
    "is_outside",
    "numbers_table",
    "result_record",
    "run_table",
    "scan_table",
    "summary_table",
    "training_table",
]


def result_record(result: Result) -> dict[str, Any]:
    """Return what a cell keeps of a saved result."""
    record = result.record
    return {
        "schema": SCHEMA,
        "path": result.path,
        "verb": record["recipe"]["verb"],
        "recipe": result.recipe,
        "fingerprint": result.fingerprint,
        "summary": record["summary"],
        "inputs": {name: _shareable(used) for name, used in record["recipe"]["inputs"].items()},
        "versions": record["versions"],
        "platform": record["platform"],
        **({"cores": record["cores"]} if "cores" in record else {}),  # older results do not say
    }


def run_table(run: Run) -> Table:
    """Return the facts of a run."""
    rows = [
        ["cross section", f"{with_error(run.cross_section, run.error)} pb"],
        ["events", count(run.n_events)],
        ["generator", run.generator],
        ["detector", run.detector or "none (generated particles)"],
        ["seed", str(run.seed)],
    ]
    return Table(f"run: {run.text}", ("", ""), rows, _stale(run), left=2)


def summary_table(summary: RunSummary) -> Table:
    """Return a row for each run."""
    columns = ("name", "process", "collider", "cross section [pb]", "events", "seed", "generator")
    rows = [
        [
            r.name,
            r.process,
            r.collider,
            with_error(r.cross_section, r.error),
            count(r.n_events),
            str(r.seed),
            r.generator,
        ]
        for r in summary.rows
    ]
    return Table("runs", columns, rows, left=3)


def dataset_table(dataset: Dataset) -> Table:
    """Return the classes of a dataset: events, or rows for jets, and where they are in the split."""
    rows = []
    for i, name in enumerate(dataset.classes):
        mine, counts = dataset.y == i, dataset.counts[name]
        parts = [count(int((mine & dataset.part(part)).sum())) for part in ("train", "validation", "test")]
        kind = "signal" if name in dataset.signal else "background"
        sigma = NONE if counts["cross_section"] is None else with_error(counts["cross_section"], counts["error"])
        rows.append([name, kind, sigma, count(counts["generated"]), count(int(mine.sum())), *parts])
    columns = (
        "class",
        "",
        "cross section [pb]",
        "generated",
        "rows" if dataset.per else "events",
        "train",
        "validation",
        "test",
    )
    return Table(
        f"dataset: {count(dataset.n_events)} {dataset.row}",
        columns,
        rows,
        (*_dataset_notes(dataset), *_stale(dataset)),
        left=2,
    )


def _counted(dataset: Dataset) -> str:
    """Say which events of a dataset with scores count."""
    if dataset.test_only:
        return "with scores, yields are those of test events, scaled up: the methods may have seen the others"
    if dataset.parts[-1] == 1:
        return "with scores, yields are those of all events: all are test events"
    return "with scores of cross-trainings, yields are those of all events: what scores an event has not seen it"


def _dataset_notes(dataset: Dataset) -> list[str]:
    """Return what its table says below."""
    notes = [f"columns: {', '.join(_with_unit(dataset, name) for name in dataset.names)}"] if dataset.names else []
    if dataset.kind != "set":
        features = ", ".join(
            f"{name} [{unit}]" if unit else name for name, unit in dataset.representation.units.items()
        )
        notes.append(f"{dataset.representation.title}: {features}")
    if dataset.per:
        notes.append(f"one row for each {dataset.per}")
    if dataset.side_names:
        notes.append(f"side columns: {', '.join(_with_unit(dataset, name) for name in dataset.side_names)}")
    if dataset.scores:
        notes.append(_counted(dataset))
    if dataset.requirement is not None:
        notes.append(f"require: {dataset.requirement}")
    if dataset.all_cuts:
        notes.append(f"cuts: {' and '.join(dataset.all_cuts)}")
    if dataset.observed_names:
        hidden = f", without {' or '.join(dataset.blind)}" if dataset.blind else ""
        notes.append(
            f"observed: {', '.join(dataset.observed_names)}, {count(dataset.observed.n_events)} {dataset.row}{hidden}"
        )
    notes += [f"region {name}: {cut}" for name, cut in dataset.regions.items()]
    return [dataset.about, *notes] if dataset.about else notes


def numbers_table(numbers: DatasetNumbers) -> Table:
    """Return a row for each column of a dataset: signal, background, missing values, separation."""
    rows = []
    for each in numbers.columns:
        missing = ", ".join(f"{name} {count(n)}" for name, n in each.missing.items() if n)
        sides = [text for side in (each.signal, each.background) for text in _side(side)]
        separation = f"{each.separation:.3f}" if isfinite(each.separation) else NONE
        rows.append([each.name, each.unit or NONE, *sides, separation, missing or NONE])
    head = ("column", "unit", "signal", "range", "background", "range", "separation", "missing")
    notes = ("signal, background: weighted mean ± standard deviation; separation: 0 the same shape, 1 no overlap",)
    title = f"columns of {count(numbers.n_events)} {numbers.row}"
    return Table(title, head, rows, (*((numbers.about,) if numbers.about else ()), *notes), left=2)


def training_table(training: Training) -> Table:
    """Return what was trained, on what, and how far it came."""
    config = training.config
    unit, finished, total = config["unit"], config["finished"], config["epochs"]
    length = f"{finished} {unit}s" if finished == total else f"{finished} of {total} {unit}s"
    options = ", ".join(f"{name} {_option(value)}" for name, value in config["method"].items() if name != "method")
    rows = [
        ["options", options],
        ["length", length],
        *([name, value] for name, value in _last(training.history)),
        *_found(training),
        ["inputs", ", ".join(training.names)],
        ["events", f"{count(config['events']['train'])} training, {count(config['events']['validation'])} validation"],
        ["cuts", " and ".join(training.cuts) or "none"],
        ["seed", str(config["seed"])],
        *(
            [["folds", f"{training.folds}, each event is scored by the model that has not seen it"]]
            if training.folds
            else []
        ),
    ]
    return Table(f"training: {config['method']['method']}", ("", ""), rows, _stale(training), left=2)


def _last(history: dict[str, list[float]]) -> list[tuple[str, str]]:
    shown: list[tuple[str, str]] = []
    for name in ("loss", "accuracy"):
        if name in history:
            followed = f", validation {number(history[f'val_{name}'][-1])}" if f"val_{name}" in history else ""
            shown.append((name, f"training {number(history[name][-1])}{followed}"))
    return shown


def _found(training: Training) -> list[list[str]]:
    """Return the cuts that a cut-based method has found, and what all of them together give."""
    method = training.config["method"]["method"]
    if method not in ("CutAndCount", "CutNetwork"):
        return []
    found: list[list[str]] = []
    for fold, model in enumerate(training.models):
        label = f"cuts found, fold {fold}" if training.folds else "cuts found"
        found += [[label if i == 0 else "", cut] for i, cut in enumerate(model.cuts)] or [[label, "none"]]
        if method == "CutNetwork":
            found += [["annealed cuts" if i == 0 else "", cut] for i, cut in enumerate(model.soft)]
        elif model.objective not in ("accuracy", "cross_entropy"):
            found.append([model.objective, f"training {number(model.value)}"])
    return found


def _option(value: Any) -> str:
    if isinstance(value, dict) and "method" in value:
        return str(value["method"])
    if isinstance(value, list):
        texts = any(isinstance(each, str) for each in value)
        return (" and " if texts else "-").join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _with_unit(dataset: Dataset, name: str) -> str:
    unit = dataset.unit(name)
    return f"{name} [{unit}]" if unit else name


def _stale(result: Result) -> tuple[str, ...]:
    return tuple(f"stale: {reason}" for reason in result.stale)


def is_outside(path: str) -> bool:
    """Tell whether a path leaves the notebook's folder."""
    pure = PurePosixPath(path)
    return pure.is_absolute() or ".." in pure.parts


def _shareable(used: dict[str, Any]) -> dict[str, Any]:
    """Return a used input without the folders of this machine."""
    path = used["path"]
    outside = path is not None and is_outside(path)
    return {**used, "path": PurePosixPath(path).name, "outside": True} if outside else dict(used)


def _side(side: SideNumbers) -> tuple[str, str]:
    if not isfinite(side.mean):
        return NONE, NONE
    return f"{side.mean:.4g} ± {side.spread:.3g}", f"{side.low:.4g} to {side.high:.4g}"


def scan_table(scan: Scan) -> Table:
    """Return a row for each point, the best first."""
    names = list(scan.grid)
    rows, notes = [], ["ranked by the AUC of validation events; test events judge the best without bias"]
    for rank, point in enumerate(scan.points, start=1):
        judged = [number(value) for value in (point.auc, point.loss, point.accuracy)]
        rows.append([str(rank), *(_option(point.options[name]) for name in names), *judged, count(point.epochs)])
        if point.reason:
            notes.append(f"{rank}: {point.reason}")
    unit = scan.method.unit
    columns = ("", *names, "AUC", "loss", "accuracy", f"{unit}s")
    return Table(f"scan of {type(scan.method).__name__}", columns, rows, (*notes, *_stale(scan)), left=1 + len(names))
