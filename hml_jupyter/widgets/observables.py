"""The Observables panel: what is learned from, and which events are kept."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from .. import progress
from ..binning import binning
from ..calls import Call, Ref
from ..cuts import Cut
from ..datasets import build_dataset, parts
from ..errors import HmlError
from ..observables import canonical_name, unit_of
from ..representations.edges import EDGE_FEATURES
from ..representations.features import FEATURES
from ..runs import Run
from .base import Action, FieldError, Panel, Values, number, words
from .dataset_form import DEFAULTS, check_columns, extras_of, representation_of, require_of, split_of
from .samples import catalogue, column, first_events, mask, rank

__all__ = ["Observables"]

#: Events of each class in a picture.
PICTURED = 400
#: What an image or a graph is usually of.
PARTICLES = (
    ("fatjet0.constituents", "what is in the leading fat jet"),
    ("jet0.constituents", "what is in the leading jet"),
    ("jet.constituents", "what is in all jets"),
    ("jet", "all jets"),
    ("jet, electron, muon, missinget0", "all objects of the event"),
)
#: Observables of a particle that its features can be.
OF_PARTICLES = (("pt", "GeV"), ("eta", ""), ("phi", "rad"), ("mass", "GeV"), ("energy", "GeV"), ("charge", "e"))


class Observables(Panel):
    """A catalogue, small histograms of each run, pictures, and the dataset."""

    name: ClassVar[str] = "observables"
    default_action: ClassVar[str] = "build"

    def __init__(self, bench: Any) -> None:
        super().__init__(bench)
        self.requests = {"preview": self.preview, "rank": self.rank, "picture": self.picture}

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
        name = self.bench.amended_or_fresh("dataset", "data", _key("dataset"))
        return {
            "sources": [
                {"target": n, "label": n, "n_events": r.n_events, "cross_section": _sigma(r)} for n, r in runs.items()
            ],
            "catalogue": catalogue(),
            "particles": list(PARTICLES),
            "features": [*OF_PARTICLES, *((name, each.unit) for name, each in FEATURES.items())],
            "edge_features": [(name, each.unit) for name, each in EDGE_FEATURES.items()],
            "defaults": {**DEFAULTS, "sources": names, "signal": names[:1], "observed": [], "name": name},
            "datasets": [
                {"target": name, "label": name, "kind": _kind(d), "n": _counts(d)} for name, d in _built(self).items()
            ],
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the ``build_dataset`` call of a form."""
        if name != "build":
            msg = f"the Observables panel has no action {name!r}"
            raise FieldError("form", msg)
        classes, data = self._classes(values), self._observed(values)
        signal = self._signal(values, classes)
        seen = representation_of(values, classes)
        options: dict[str, Any] = {"signal": signal[0] if len(signal) == 1 else signal}
        require = require_of(values, classes)
        if require:
            options["require"] = require
        options |= extras_of(values, classes)
        check_columns(seen, options)
        if data:
            options["observed"] = {name: Ref(name) for name in data}
        options["split"] = split_of(values)
        options["seed"] = number(values, "seed", int, low=0)
        typed = str(values.get("name", "")).strip()
        target = self.bench.target(typed, "data", _key(typed))
        options["path"] = self.bench.path("data", target)
        return Action(Call("build_dataset", ({s: Ref(s) for s in classes}, seen), options, target), _key(target))

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
        sources = self._used(values)
        try:
            name = canonical_name(str(values.get("observable", "")))
            columns = {label: column(run, name) for label, run in sources.items()}
        except HmlError as error:
            return {"name": str(values.get("observable")), "error": str(error)}
        everything = np.concatenate([c[np.isfinite(c)] for c in columns.values()])
        if not len(everything):
            return {"name": name, "error": f"{name} is missing in every event"}
        edges = binning(everything, bins=30)
        series = [
            {"label": label, "is_signal": label in words(values, "signal"), "density": _density(values_of, edges)}
            for label, values_of in columns.items()
        ]
        missing = {label: int(np.isnan(c).sum()) for label, c in columns.items()}
        return {
            "name": name,
            "unit": unit_of(name),
            "edges": edges.tolist(),
            "series": series,
            "missing": missing,
            "error": None,
        }

    def rank(self, values: Values) -> dict[str, Any]:
        """Return how well each observable of the catalogue separates, and how often it is missing."""
        return {"ranks": rank(self._classes(values), words(values, "signal"))}

    def picture(self, values: Values) -> dict[str, Any]:
        """Return what the representation makes of some events: average images, or one graph of each class."""
        from ..plots import png
        from ..plots.pictures import plot_graphs, plot_images

        classes = self._classes(values)
        seen = representation_of(values, classes)
        require = require_of(values, classes) or None
        needed = (*seen.needed, *([Cut(require).node] if require else []))
        heard: list[progress.Report] = []
        try:
            with progress.listening(heard.append):
                made = build_dataset(
                    {name: first_events(run, PICTURED, needed) for name, run in classes.items()},
                    seen,
                    signal=self._signal(values, classes),
                    require=require,
                    split=(0.0, 0.0, 1.0),
                    seed=0,
                )
            drawn = png(plot_images(made, narrow=True) if made.kind == "image" else plot_graphs(made, narrow=True))
        except HmlError as error:
            return {"png": None, "error": str(error), "notes": [], "about": ""}
        counts = " and ".join(f"{n} {name}" for name, n in _counts(made).items())
        about = f"average of {counts} events" if made.kind == "image" else "the first event of each class"
        notes = [each.text for each in heard if each.is_notice]
        return {"png": base64.b64encode(drawn).decode(), "error": None, "notes": notes, "about": about}

    def _used(self, values: Values) -> dict[str, Run]:
        named = words(values, "sources")
        if not named:
            msg = "choose the processes that go into the dataset"
            raise FieldError("sources", msg)
        return {name: self.bench.result("Run", name, "sources") for name in named}

    def _observed(self, values: Values) -> list[str]:
        return [name for name in self._used(values) if name in words(values, "observed")]

    def _classes(self, values: Values) -> dict[str, Run]:
        data = self._observed(values)
        return {name: run for name, run in self._used(values).items() if name not in data}

    def _signal(self, values: Values, classes: dict[str, Run]) -> list[str]:
        signal = [s for s in words(values, "signal") if s in classes]
        if not signal or len(signal) == len(classes):
            msg = "choose which processes are signal: at least one is, and at least one is not"
            raise FieldError("signal", msg)
        return signal

    def _left(self, values: Values) -> list[dict[str, Any]]:
        classes = self._classes(values)
        require = require_of(values, classes)
        split, seed = split_of(values), number(values, "seed", int, low=0)
        rows = []
        for name, run in classes.items():
            left = int(mask(run, require).sum()) if require else run.n_events
            n = np.bincount(parts({name: left}, split, seed)[name], minlength=3) if left else (0, 0, 0)
            row = {"label": name, "n": left, "of": run.n_events}
            rows.append(row | {"train": int(n[0]), "validation": int(n[1]), "test": int(n[2])})
        return rows


def _key(name: str) -> str:
    """Return what building a dataset acts on: another name is another dataset."""
    return f"build:{name}"


def _density(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> list[float]:
    counts = np.histogram(values[np.isfinite(values)], edges)[0]
    total = counts.sum()
    return [float(c) / total if total else 0.0 for c in counts]


def _sigma(run: Run) -> str:
    from ..display import with_error

    return with_error(run.cross_section, run.error)


def _built(panel: Panel) -> dict[str, Any]:
    return {name: d for name, d in panel.bench.results("Dataset").items() if not d.cuts and d.parent is None}


def _kind(dataset: Any) -> str:
    return f"{dataset.kind}s" if dataset.kind != "set" else dataset.per or "numbers"


def _counts(dataset: Any) -> dict[str, int]:
    return {name: int((dataset.y == i).sum()) for i, name in enumerate(dataset.classes)}
