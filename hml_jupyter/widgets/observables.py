"""The Observables panel: what is learned from, and which events are kept."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..calls import Call, Ref
from ..cuts import Cut
from ..datasets import parts
from ..errors import HmlError
from ..observables import canonical_name
from ..representations.edges import EDGE_FEATURES
from ..representations.features import FEATURES
from ..runs import Run
from .base import Action, FieldError, Panel, Values, number, words
from .catalogue import catalogue, collections
from .dataset_form import (
    DEFAULTS,
    bad_columns,
    check_columns,
    extras_of,
    per_of,
    read_column,
    representation_of,
    require_of,
    split_of,
)
from .previews import histograms, pictures
from .samples import kept, mask, rank, sizes

__all__ = ["Observables"]

#: What is said of a dataset without background.
ALONE = "No background: no method learns from it. With the split 0, 0, 1 all of its events count with the score of a network from elsewhere."
#: What a dataset of each kind is called, unless the user says otherwise.
NAMES = {"set": "dataset", "image": "images", "graph": "graphs"}
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
        self.requests = {
            "read": self.read,
            "preview": self.preview,
            "rank": self.rank,
            "picture": self.picture,
        }

    def count(self) -> str:
        """Return how many datasets there are."""
        built = len(_built(self))
        return f"{built} dataset{'' if built == 1 else 's'}" if built else ""

    def state(self) -> dict[str, Any]:
        """Return sources, catalogue and datasets."""
        runs = self.bench.results("Run")
        if not runs:
            return self._without_runs()
        sources = list(runs)
        names = {kind: self.bench.amended_or_fresh(name, "data", _key(name)) for kind, name in NAMES.items()}
        return {
            "sources": [
                {"target": n, "label": n, "n_events": r.n_events, "cross_section": _sigma(r)} for n, r in runs.items()
            ],
            "catalogue": catalogue(),
            "collections": collections(),
            "names": names,
            "particles": list(PARTICLES),
            "features": [*OF_PARTICLES, *((name, each.unit) for name, each in FEATURES.items())],
            "edge_features": [(name, each.unit) for name, each in EDGE_FEATURES.items()],
            "defaults": {**DEFAULTS, "sources": sources, "signal": sources[:1], "observed": [], "name": names["set"]},
            "datasets": [
                {
                    "target": name,
                    "label": name,
                    "kind": _kind(d),
                    "n": _counts(d),
                    "notes": self.bench.notes.get(name, []),
                }
                for name, d in _built(self).items()
            ],
        }

    def _without_runs(self) -> dict[str, Any]:
        recorded = [
            e for e in self.bench.journal.entries if e.panel == "processes" and e.path and e.status == "not run"
        ]
        if recorded:
            what = f"{len(recorded)} runs are" if len(recorded) > 1 else "One run is"
            how = "run all cells of the notebook, or press Run under Record"
            return {"empty": f"{what} recorded, but not run in this kernel: {how}.", "go": "record"}
        said = "Generate a signal and a background first: an observable is computed from their events."
        return {"empty": said, "go": "processes"}

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
        options["seed"] = number(values, "seed", int, low=0, label="Seed")
        typed = str(values.get("name", "")).strip()
        target = self.bench.target(typed, "data", _key(typed))
        options["path"] = self.bench.path("data", target)
        return Action(Call("build_dataset", ({s: Ref(s) for s in classes}, seen), options, target), _key(target))

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with a form, which columns are, how many events it leaves, and what is missing in all of them."""
        found = super().check(values) | {"left": [], "rows": "events", "bad": {}}
        try:
            classes = self._classes(values)
            found["bad"] = bad_columns(values, classes)
            per, require = per_of(values, classes), require_of(values, classes)
            found |= {"rows": _rows(per), "left": self._left(values, classes, per, require)}
        except HmlError as error:
            found["errors"] = found["errors"] or {getattr(error, "field", "require"): str(error)}
            return found
        empty = next((row["label"] for row in found["left"] if row["n"] == 0), None)
        if empty is not None:
            field = "per" if per and (not require or mask(classes[empty], require).any()) else "require"
            msg = f"no {found['rows'][:-1]} of {empty} is left; loosen the requirement"
            found |= {"code": None, "errors": {field: msg}}
        elif found["code"]:
            found["notes"] = self._notes(values, classes, per, require)
        return found

    def _notes(self, values: Values, classes: dict[str, Run], per: str, require: str) -> dict[str, str]:
        lacking = _lacking(values, classes, per, require)
        notes = {"observables": f"missing in all {_rows(per)}: {', '.join(lacking)}"} if lacking else {}
        alone = len(self._signal(values, classes)) == len(classes)
        return {**notes, "signal": ALONE} if alone else notes

    def read(self, values: Values) -> dict[str, Any]:
        """Return how an observable that is typed is written, or what is wrong with it."""
        text = str(values.get("observable", ""))
        try:
            try:
                sources = self._used(values)
                per = per_of(values, sources)
            except FieldError:  # told at its own field; the text can be read all the same
                sources, per = {}, ""
            return {"name": read_column(text, sources, per), "error": None}
        except HmlError as error:
            return {"name": text, "error": str(error)}

    def preview(self, values: Values) -> dict[str, Any]:
        """Return a small histogram of an observable for each source, each of unit area."""
        sources, text = self._used(values), str(values.get("observable", ""))
        try:
            per, require = per_of(values, sources), _good_requirement(values, sources)
            name = canonical_name(text)
            columns = {label: kept(run, name, per, require) for label, run in sources.items()}
            return histograms(name, columns, words(values, "signal"), _rows(per))
        except HmlError as error:
            return {"name": text, "error": str(error)}

    def rank(self, values: Values) -> dict[str, Any]:
        """Return how well each observable of the catalogue separates, and how often it is missing."""
        classes = self._classes(values)
        require = _good_requirement(values, classes)
        return {"ranks": rank(classes, words(values, "signal"), per_of(values, classes), require)}

    def picture(self, values: Values) -> dict[str, Any]:
        """Return what the representation makes of some events: average images, or one graph of each class."""
        classes = self._classes(values)
        seen, signal = representation_of(values, classes), self._signal(values, classes)
        require = require_of(values, classes)
        try:
            return pictures(seen, classes, signal, require, [Cut(require).node] if require else [])
        except HmlError as error:
            return {"pictures": [], "error": str(error), "notes": []}

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
        if not signal:
            msg = "choose which processes are signal: at least one is; methods learn only where another one is not"
            raise FieldError("signal", msg)
        return signal

    def _left(self, values: Values, classes: dict[str, Run], per: str, require: str) -> list[dict[str, Any]]:
        split, seed = split_of(values), number(values, "seed", int, low=0, label="Seed")
        found = []
        for name, run in classes.items():
            rows = sizes(run, per) if per else np.ones(run.n_events, np.int64)
            left = rows[mask(run, require)] if require else rows
            n = np.bincount(parts({name: len(left)}, split, seed)[name], left, minlength=3) if len(left) else (0, 0, 0)
            row = {"label": name, "n": int(left.sum()), "of": int(rows.sum())}
            found.append(row | {"train": int(n[0]), "validation": int(n[1]), "test": int(n[2])})
        return found


def _key(name: str) -> str:
    """Return what building a dataset acts on: another name is another dataset."""
    return f"build:{name}"


def _rows(per: str) -> str:
    """Return what the rows of a dataset are, in words.

    Examples
    --------
    >>> _rows("jet[pt > 30.0]"), _rows("fatjet"), _rows("")
    ('jets', 'fat jets', 'events')
    """
    branch = per.partition("[")[0].strip()
    return f"{branch.replace('fatjet', 'fat jet')}s" if branch else "events"


def _good_requirement(values: Values, runs: dict[str, Run]) -> str:
    """Return what is required of each event; nothing, while it cannot be read: that is told at its own field."""
    try:
        return require_of(values, runs)
    except FieldError:
        return ""


def _lacking(values: Values, classes: dict[str, Run], per: str, require: str) -> list[str]:
    """Return the columns that no row has a value of."""
    names = [canonical_name(text) for text in words(values, "observables")]
    return [name for name in names if all(np.isnan(kept(run, name, per, require)).all() for run in classes.values())]


def _sigma(run: Run) -> str:
    from ..display import with_error

    return with_error(run.cross_section, run.error)


def _built(panel: Panel) -> dict[str, Any]:
    return {name: d for name, d in panel.bench.results("Dataset").items() if not d.cuts and d.parent is None}


def _kind(dataset: Any) -> str:
    return f"{dataset.kind}s" if dataset.kind != "set" else dataset.per or "numbers"


def _counts(dataset: Any) -> dict[str, int]:
    return {name: int((dataset.y == i).sum()) for i, name in enumerate(dataset.classes)}
