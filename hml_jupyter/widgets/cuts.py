"""The Cuts panel: live histograms with thresholds that can be dragged."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..bounds import bound_of, find, moved
from ..calls import Call, Ref
from ..cells import Entry
from ..cuts import Cut
from ..datasets import Dataset
from ..datasets.described import pb_to_events
from ..errors import HmlError
from ..histograms import fill, threshold_cut
from ..selection import cutflow
from ..thresholds import Axis, axis, threshold
from . import following
from .base import Action, FieldError, Panel, Values, number, remembered

__all__ = ["Cuts"]

SIDES = {"low": "lower", "high": "upper"}
MOST_VIEWS = 12


class Cuts(Panel):
    """A histogram for each column, a threshold at either end, cutflow and significance."""

    name: ClassVar[str] = "cuts"
    default_action: ClassVar[str] = "set"

    def __init__(self, bench: Any) -> None:
        super().__init__(bench)
        self._chosen: str | None = None
        self._luminosity = 139.0
        self._version = 0
        self._last: tuple[Any, ...] = ()
        self._drawn: dict[str, Any] = {}
        self.requests = {"index": self.index, "luminosity": self.luminosity, "dataset": self.dataset}

    def count(self) -> str:
        """Return how many cuts are active."""
        built = self._built()
        active = len(self._cuts(self._target(built))) if built else 0
        return f"{active} active" if active else ""

    def state(self) -> dict[str, Any]:
        """Return histograms, cutflow and significance for the cuts as they are."""
        built = self._built()
        if not built:
            return {"empty": "Build a dataset first: its columns are what you cut on.", "go": "observables"}
        target = self._target(built)
        dataset, cuts = built[target], self._cuts(target)
        if self._last != (target, dataset.fingerprint, cuts, self._luminosity):
            self._drawn = self._draw(dataset, cuts)
            self._last = (target, dataset.fingerprint, cuts, self._luminosity)
            self._version += 1
        current = self._entry(target)
        return {
            "version": self._version,
            "datasets": [{"target": name, "label": name} for name in built],
            "dataset": target,
            "luminosity": self._luminosity,
            **self._drawn,
            "current": {"target": current.target, "cuts": list(cuts)} if current else None,
            "code": current.text if current else "",
        }

    def _draw(self, dataset: Dataset, cuts: tuple[str, ...]) -> dict[str, Any]:
        flow = cutflow(dataset, cuts, luminosity=self._luminosity_of(dataset))
        return {
            "classes": [
                {"name": c, "is_signal": c in dataset.signal, "n": int((dataset.y == i).sum())}
                for i, c in enumerate(dataset.classes)
            ],
            "views": [self._view(dataset, name, cuts) for name in _axes(dataset)],
            "cutflow": {"columns": following.columns(flow), "rows": following.rows(flow)},
            "significance": following.significance(flow.rows[-1]),
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the ``select`` call of a threshold that was let go or typed."""
        if name != "set":
            msg = f"the Cuts panel has no action {name!r}"
            raise FieldError("form", msg)
        built = self._built()
        target = str(values.get("dataset") or self._target(built))
        dataset = self.bench.result("Dataset", target, "dataset")
        observable, side = self._handle(dataset, values)
        value = None if values.get("value") is None else number(values, "value", float)
        cuts = moved(self._cuts(target), observable, side, value)
        _check_left(dataset, cuts)
        return self._select(target, cuts)

    def check(self, values: Values) -> dict[str, Any]:
        """Say which cell the current cuts stand in; there is no form to check."""
        del values
        built = self._built()
        entry = self._entry(self._target(built)) if built else None
        return {
            "code": entry.text if entry else None,
            "target": entry.target if entry else None,
            "errors": {},
            "notes": {},
        }

    def index(self, values: Values) -> tuple[dict[str, Any], list[bytes]]:
        """Return what every place of one threshold would leave, as arrays for the page."""
        built = self._built()
        target = self._target(built)
        dataset = built[target]
        observable, side = self._handle(dataset, values)
        cuts, axes = self._cuts(target), _axes(dataset)
        luminosity = self._luminosity_of(dataset)
        found = threshold(dataset, observable, side, axes, cuts=cuts, luminosity=luminosity)
        base = cutflow(dataset, cuts, luminosity=luminosity)
        first = len(base.rows) - len(cuts) + found.position
        own = find(cuts, observable, side)
        places = [threshold_cut(observable, side, place) for place in axes[observable].places.tolist()]
        labels = [
            [str(Cut(place)) for place in places],
            *([str(Cut(cut))] * len(places) for i, cut in enumerate(cuts) if i > found.position and i not in own),
        ]
        value = {
            "observable": observable,
            "side": values["side"],
            "code": self._codes(target, cuts, observable, side, axes[observable]),
            "z": following.live_significances(found, len(places)),
            "cutflow": {"from": first, "rows": following.live_rows(found, dataset, labels)},
            "views": list(axes),
            "classes": list(dataset.classes),
        }
        return value, [v.astype("<f4").tobytes() for v in found.views.values()]

    def luminosity(self, values: Values) -> dict[str, Any]:
        """Take another luminosity; nothing is recorded, yields are only shown."""
        self._luminosity = number(values, "value", float, low=1e-6)
        self.bench.journal.tell()
        return {}

    def dataset(self, values: Values) -> dict[str, Any]:
        """Show another dataset."""
        self.bench.result("Dataset", values.get("target"), "dataset")
        self._chosen = str(values["target"])
        self.bench.journal.tell()
        return {}

    # the cuts are what the newest selection says -------------------------------------------------------------------

    def _built(self) -> dict[str, Dataset]:
        return {name: d for name, d in self.bench.results("Dataset").items() if d.parent is None}

    def _target(self, built: dict[str, Dataset]) -> str:
        if not built:
            msg = "there is no dataset to cut on: build one first, under Observables"
            raise FieldError("dataset", msg)
        return self._chosen if self._chosen in built else list(built)[-1]

    def _entry(self, target: str) -> Entry | None:
        found = [
            e
            for e in self.bench.journal.entries
            if e.key == _key(target) and e.status in ("done", "not run", "waiting")
        ]
        return found[-1] if found else None

    def _cuts(self, target: str) -> tuple[str, ...]:
        """Return the cuts of the newest selection as they are written; as they were carried out where that is no list of texts."""
        entry = self._entry(target)
        call = entry.call if entry else None
        if entry is None or call is None:
            return ()
        given = call.arguments[1] if len(call.arguments) > 1 else call.options.get("cuts")
        if isinstance(given, list) and all(isinstance(cut, str) for cut in given):
            return tuple(given)
        made = self.bench.namespace.get(entry.target or "")
        return made.cuts if isinstance(made, Dataset) and made.parent is not None else ()

    def _luminosity_of(self, dataset: Dataset) -> float | None:
        return None if dataset.without_cross_section else self._luminosity

    def _handle(self, dataset: Dataset, values: Values) -> tuple[str, str]:
        observable, side = str(values.get("observable")), SIDES.get(str(values.get("side")))
        if observable not in dataset.column_names or side is None:
            msg = f"there is no threshold {values.get('side')!r} on {observable!r}"
            raise FieldError("observable", msg)
        return observable, side

    def _select(self, target: str, cuts: tuple[str, ...]) -> Action:
        name = self.bench.amended_or_fresh("selected", "data", _key(target))
        options = {"path": self.bench.path("data", name)}
        return Action(Call("select", (Ref(target), list(cuts)), options, name), _key(target))

    def _codes(self, target: str, cuts: tuple[str, ...], observable: str, side: str, found: Axis) -> list[str]:
        """Return the cell that each place of a threshold would write."""
        places: list[float | None] = found.places.tolist()
        places[0 if side == "lower" else -1] = None
        return [self._select(target, moved(cuts, observable, side, place)).call.render() for place in places]

    def _view(self, dataset: Dataset, name: str, cuts: tuple[str, ...]) -> dict[str, Any]:
        own = [i for side in SIDES.values() for i in find(cuts, name, side)]
        others = tuple(c for i, c in enumerate(cuts) if i not in own)
        passing, before = _passing(dataset, cuts), _passing(dataset, others)
        found = _axes(dataset)[name]
        luminosity = self._luminosity_of(dataset)
        scale = 1.0 if luminosity is None else pb_to_events(luminosity)
        here, all_but = (fill(dataset, name, found.edges, passing=mask) for mask in (passing, before))
        column = dataset.column(name)[passing]
        return {
            "name": name,
            "unit": dataset.unit(name),
            "edges": found.edges.tolist(),
            "values": _by_class(dataset, here.values() * scale),
            "before": _by_class(dataset, all_but.values() * scale),
            "variances": _by_class(dataset, np.asarray(here.variances()) * scale**2),
            "low": _bound(cuts, name, "lower"),
            "high": _bound(cuts, name, "upper"),
            "grab": {"edges": found.places.tolist(), "labels": [repr(p) for p in found.places.tolist()]},
            "underflow": int((column < found.edges[0]).sum()),
            "overflow": int((column >= found.edges[-1]).sum()),
            "missing": int(np.isnan(column).sum()),
        }


def _by_class(dataset: Dataset, contents: Any) -> dict[str, list[float]]:
    return {name: contents[number_].tolist() for number_, name in enumerate(dataset.classes)}


def _key(target: str) -> str:
    return f"select:{target}"


def _bound(cuts: tuple[str, ...], name: str, side: str) -> dict[str, Any] | None:
    """Return where a handle stands: at the tightest of its cuts."""
    bounds = [bound.value for i in find(cuts, name, side) if (bound := bound_of(cuts[i]))]
    if not bounds:
        return None
    value = max(bounds) if side == "lower" else min(bounds)
    return {"value": value, "text": repr(value)}


def _check_left(dataset: Dataset, cuts: tuple[str, ...]) -> None:
    if not _passing(dataset, cuts).any():
        msg = f"no event of {dataset.n_events} is left with {' and '.join(cuts)}; nothing was recorded"
        raise FieldError("value", msg)


@remembered(8)
def _axes(dataset: Dataset) -> dict[str, Axis]:
    return {name: axis(dataset.column(name)) for name in dataset.column_names[:MOST_VIEWS]}


@remembered(64)
def _passing(dataset: Dataset, cuts: tuple[str, ...]) -> Any:
    passing = np.ones(dataset.n_events, bool)
    for cut in cuts:
        try:
            passing &= Cut(cut)(dataset)
        except HmlError as error:
            raise FieldError("value", str(error)) from error
    return passing
