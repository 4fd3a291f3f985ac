"""The Cuts panel: live histograms with thresholds that can be dragged."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

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
            self._last = (target, dataset.fingerprint, cuts, self._luminosity)
            self._version += 1
        flow = cutflow(dataset, cuts, luminosity=self._luminosity_of(dataset))
        current = self._entry(target)
        return {
            "version": self._version,
            "datasets": [{"target": name, "label": name} for name in built],
            "dataset": target,
            "luminosity": self._luminosity,
            "classes": [
                {"name": c, "is_signal": c in dataset.signal, "n": int((dataset.y == i).sum())}
                for i, c in enumerate(dataset.classes)
            ],
            "views": [self._view(dataset, name, cuts) for name in _axes(dataset)],
            "cutflow": {"columns": following.columns(flow), "rows": following.rows(flow)},
            "significance": following.significance(flow.rows[-1]),
            "current": {"target": current.target, "cuts": list(cuts)} if current else None,
            "code": current.text if current else "",
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
        cuts = _replaced(self._cuts(target), observable, side, value)
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
        labels = [f"{p!r}" for p in axes[observable].places.tolist()]
        names = [c for c in cuts if not c.startswith(_begins(observable, side))][found.position :]
        value = {
            "observable": observable,
            "side": values["side"],
            "code": self._codes(target, cuts, observable, side, axes[observable]),
            "z": following.live_significances(found, len(labels)),
            "cutflow": {
                "from": first,
                "rows": following.live_rows(found, dataset, _begins(observable, side), labels, names),
            },
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
        return self._chosen if self._chosen in built else list(built)[-1]

    def _entry(self, target: str) -> Entry | None:
        found = [
            e
            for e in self.bench.journal.entries
            if e.key == _key(target) and e.status in ("done", "not run", "waiting")
        ]
        return found[-1] if found else None

    def _cuts(self, target: str) -> tuple[str, ...]:
        entry = self._entry(target)
        call = entry.call if entry else None
        given = call.arguments[1] if call and len(call.arguments) > 1 else []
        return tuple(str(c) for c in given)

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
        return [self._select(target, _replaced(cuts, observable, side, place)).call.render() for place in places]

    def _view(self, dataset: Dataset, name: str, cuts: tuple[str, ...]) -> dict[str, Any]:
        own = [c for c in cuts if any(c.startswith(_begins(name, side)) for side in SIDES.values())]
        others = tuple(c for c in cuts if c not in own)
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
            "low": _bound(own, name, "lower"),
            "high": _bound(own, name, "upper"),
            "grab": {"edges": found.places.tolist(), "labels": [repr(p) for p in found.places.tolist()]},
            "underflow": int((column < found.edges[0]).sum()),
            "overflow": int((column >= found.edges[-1]).sum()),
            "missing": int(np.isnan(column).sum()),
        }


def _by_class(dataset: Dataset, contents: Any) -> dict[str, list[float]]:
    return {name: contents[number_].tolist() for number_, name in enumerate(dataset.classes)}


def _key(target: str) -> str:
    return f"select:{target}"


def _begins(observable: str, side: str) -> str:
    return threshold_cut(observable, side, 0.0).removesuffix("0.0")


def _replaced(cuts: tuple[str, ...], observable: str, side: str, value: float | None) -> tuple[str, ...]:
    """Return the cuts with one threshold moved, added at the end, or taken away."""
    begins = _begins(observable, side)
    new = [] if value is None else [threshold_cut(observable, side, value)]
    if not any(c.startswith(begins) for c in cuts):
        return (*cuts, *new)
    return tuple(t for c in cuts for t in (new if c.startswith(begins) else [c]))


def _bound(own: list[str], name: str, side: str) -> dict[str, Any] | None:
    begins = _begins(name, side)
    for cut in own:
        if cut.startswith(begins):
            try:
                return {"value": float(cut.removeprefix(begins)), "text": cut.removeprefix(begins)}
            except ValueError:
                return None
    return None


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
