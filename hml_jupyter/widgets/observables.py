"""The Observables panel: what is learned from, and which events are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ..binning import binning
from ..calls import Call, Ref
from ..cuts import Cut
from ..datasets import parts
from ..datasets.columns import needed_columns
from ..errors import HmlError
from ..events import MODEL
from ..expressions import Node, parse_observable
from ..observables import canonical_name, observable, observables, unit_of
from ..representations import Set
from ..runs import Run
from .base import Action, FieldError, Panel, Values, number, remembered, words

__all__ = ["Observables"]

#: What a first dataset is made of.
PICKED = ("fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met")
REQUIRE = "fatjet.size > 0 and jet.size > 1"
KEY = "build"

#: Heading in the catalogue, what the observables are of, and the objects as they are typed.
OBJECTS = (
    ("event", "event", ""),
    ("leading fat jet", "one", "fatjet0"),
    ("leading jet", "one", "jet0"),
    ("second jet", "one", "jet1"),
    ("two jets", "two", "jet0,jet1"),
    ("two jets", "singles", "jet0,jet1"),
    ("all jets", "collection", "jet"),
    ("all fat jets", "collection", "fatjet"),
)
#: What people look for first.
FIRST = ("mass", "soft_drop_mass", "tau_mn", "tau_n", "pt", "eta", "phi", "b_tag", "delta_r", "invariant_mass")


class Observables(Panel):
    """A catalogue, small histograms of each run, and the dataset."""

    name: ClassVar[str] = "observables"
    default_action: ClassVar[str] = "build"

    def count(self) -> str:
        """Return how many datasets there are."""
        built = len(_built(self))
        return f"{built} dataset{'' if built == 1 else 's'}" if built else ""

    def state(self) -> dict[str, Any]:
        """Return sources, catalogue and datasets."""
        runs = self.bench.results("Run")
        if not runs:
            return {
                "empty": "Generate a signal and a background first: an observable is computed from their events.",
                "go": "processes",
            }
        names = list(runs)
        return {
            "sources": [
                {"target": n, "label": n, "n_events": r.n_events, "cross_section": _sigma(r)} for n, r in runs.items()
            ],
            "catalogue": _catalogue(),
            "picked": list(PICKED),
            "defaults": {
                "sources": names,
                "signal": names[:1],
                "observables": list(PICKED),
                "require": REQUIRE,
                "seed": "1",
                "split": "0.6, 0.2, 0.2",
                "name": self.bench.amended_or_fresh("dataset", "data", KEY),
            },
            "datasets": [{"target": name, "label": name, "n": _counts(d)} for name, d in _built(self).items()],
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the ``build_dataset`` call of a form."""
        if name != "build":
            msg = f"the Observables panel has no action {name!r}"
            raise FieldError("form", msg)
        sources = self._sources(values)
        signal = [s for s in words(values, "signal") if s in sources]
        if not signal or len(signal) == len(sources):
            msg = "choose which processes are signal: at least one is, and at least one is not"
            raise FieldError("signal", msg)
        options: dict[str, Any] = {"signal": signal[0] if len(signal) == 1 else signal}
        require = str(values.get("require", "")).strip()
        if require:
            self._cut(require, next(iter(sources.values())))
            options["require"] = require
        options["split"] = self._split(values)
        options["seed"] = number(values, "seed", int, low=0)
        target = self.bench.target(str(values.get("name", "")).strip(), "data", KEY)
        options["path"] = self.bench.path("data", target)
        picked = Set(self._picked(values, sources))
        return Action(Call("build_dataset", ({s: Ref(s) for s in sources}, picked), options, target), KEY)

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with a form, and how many events it leaves."""
        found = super().check(values)
        try:
            found["left"] = self._left(values)
        except HmlError as error:
            found["left"] = []
            found["errors"] = found["errors"] or {getattr(error, "field", "require"): str(error)}
        if any(row["n"] == 0 for row in found["left"]):
            empty = next(row["label"] for row in found["left"] if row["n"] == 0)
            found |= {"code": None, "errors": {"require": f"no event of {empty} is left; loosen the requirement"}}
        return found

    def preview(self, values: Values) -> dict[str, Any]:
        """Return a small histogram of an observable for each source, each of unit area."""
        sources = self._sources(values)
        try:
            name = canonical_name(str(values.get("observable", "")))
            columns = {label: _column(run, name) for label, run in sources.items()}
        except HmlError as error:
            return {"name": str(values.get("observable")), "error": str(error)}
        everything = np.concatenate([c[np.isfinite(c)] for c in columns.values()])
        if not len(everything):
            return {"name": name, "error": f"{name} is missing in every event"}
        edges = binning(everything, bins=30)
        series = [
            {"label": label, "is_signal": label in words(values, "signal"), "density": _density(column, edges)}
            for label, column in columns.items()
        ]
        missing = {label: int(np.isnan(column).sum()) for label, column in columns.items()}
        return {
            "name": name,
            "unit": unit_of(name),
            "edges": edges.tolist(),
            "series": series,
            "missing": missing,
            "error": None,
        }

    def __init__(self, bench: Any) -> None:
        super().__init__(bench)
        self.requests = {"preview": self.preview}

    def _sources(self, values: Values) -> dict[str, Run]:
        named = words(values, "sources")
        if not named:
            msg = "choose the processes that go into the dataset"
            raise FieldError("sources", msg)
        return {name: self.bench.result("Run", name, "sources") for name in named}

    def _picked(self, values: Values, sources: dict[str, Run]) -> list[str]:
        picked = []
        for text in words(values, "observables"):
            try:
                name = canonical_name(text)
                for run in sources.values():
                    _column(run, name)
            except HmlError as error:
                raise FieldError("observables", str(error)) from error
            if name not in picked:
                picked.append(name)
        if not picked:
            msg = "pick at least one observable"
            raise FieldError("observables", msg)
        return picked

    def _cut(self, text: str, run: Run) -> Any:
        try:
            return _mask(run, text)
        except HmlError as error:
            raise FieldError("require", str(error)) from error

    def _split(self, values: Values) -> tuple[float, ...]:
        try:
            split = tuple(float(part) for part in str(values.get("split", "")).split(","))
        except ValueError as error:
            msg = "split must be three fractions: 0.6, 0.2, 0.2"
            raise FieldError("split", msg) from error
        if len(split) != 3 or abs(sum(split) - 1) > 1e-9 or min(split) <= 0:
            msg = "split must be three positive fractions that add up to 1: train, validation, test"
            raise FieldError("split", msg)
        return split

    def _left(self, values: Values) -> list[dict[str, Any]]:
        require = str(values.get("require", "")).strip()
        split, seed = self._split(values), number(values, "seed", int, low=0)
        rows = []
        for name, run in self._sources(values).items():
            mask = self._cut(require, run) if require else np.ones(run.n_events, bool)
            left = int(mask.sum())
            n = np.bincount(parts({name: left}, split, seed)[name], minlength=3) if left else (0, 0, 0)
            row = {"label": name, "n": left, "of": run.n_events}
            rows.append(row | {"train": int(n[0]), "validation": int(n[1]), "test": int(n[2])})
        return rows


def _catalogue() -> list[dict[str, str]]:
    """Return every observable as one would type it, for the objects that events usually have."""
    rows = []
    entries = sorted(observables().rows, key=lambda e: FIRST.index(e.name) if e.name in FIRST else len(FIRST))
    for group, kind, objects in OBJECTS:
        for entry in entries:
            branch = objects.partition(",")[0].rstrip("0123456789")
            if kind not in entry.kinds or (entry.branches and branch not in entry.branches):
                continue
            for name in entry.names:
                text = f"{objects}.{name}" if objects else name
                rows.append({"name": text, "doc": entry.doc, "unit": entry.unit, "group": group})
    return rows


#: What is read to say which branches there are.
_WITHOUT_CONSTITUENTS = tuple(f"{b}.{f}" for b in MODEL for f in MODEL[b] if not f.startswith("Constituents."))


def _events(run: Run, of: Sequence[Node]) -> Any:
    """Return the columns behind some observables; constituents, which are most of a run, are not kept in memory."""
    columns = tuple(needed_columns(of) or _WITHOUT_CONSTITUENTS)
    large = any(".Constituents." in column for column in columns)
    return run.events(columns) if large else _read(run, columns)


@remembered(8)
def _read(run: Run, columns: tuple[str, ...]) -> Any:
    return run.events(columns)


@remembered(256)
def _column(run: Run, name: str) -> Any:
    values = observable(_events(run, [parse_observable(name)]), name)
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        msg = f"{name} has several values in an event; name one object, such as jet0"
        raise FieldError("observables", msg)
    return values.astype(np.float64)


@remembered(32)
def _mask(run: Run, text: str) -> Any:
    cut = Cut(text)
    return np.asarray(cut(_events(run, [cut.node])), bool)


def _density(column: Any, edges: Any) -> list[float]:
    counts = np.histogram(column[np.isfinite(column)], edges)[0]
    total = counts.sum()
    return [float(c) / total if total else 0.0 for c in counts]


def _sigma(run: Run) -> str:
    from ..display import with_error

    return with_error(run.cross_section, run.error)


def _built(panel: Panel) -> dict[str, Any]:
    return {name: d for name, d in panel.bench.results("Dataset").items() if not d.cuts and d.parent is None}


def _counts(dataset: Any) -> dict[str, int]:
    return {name: int((dataset.y == i).sum()) for i, name in enumerate(dataset.classes)}
