"""The Training panel: choose a method, watch it learn, compare."""

from __future__ import annotations

from typing import Any, ClassVar

from ..calls import Call, Ref
from ..cells import Entry
from ..errors import HmlError, RecordError
from ..methods import METHODS, finished_epochs, options
from ..methods import Training as Trained
from ..methods.method import Method
from ..methods.options import Option
from .base import Action, FieldError, Panel, Values, number, words
from .models import about, parts, roc, row

__all__ = ["Training"]

_KINDS = {"integer": "int", "number": "float", "choice": "choice", "integers": "ints", "choices": "choices"}
#: What a first network trains.
EPOCHS = 20


class Training(Panel):
    """Methods with their options, live curves, and the comparison."""

    name: ClassVar[str] = "training"
    default_action: ClassVar[str] = "train"

    def count(self) -> str:
        """Return how many models there are."""
        models = len(self.bench.results("Training"))
        return f"{models} model{'' if models == 1 else 's'}" if models else ""

    def state(self) -> dict[str, Any]:
        """Return methods, datasets and models."""
        datasets = self.bench.results("Dataset")
        if not datasets:
            return {"empty": "Build a dataset first: a method learns from its training events.", "go": "observables"}
        trained = self.bench.results("Training")
        newest = list(datasets)[-1]
        return {
            "methods": [_method(name) for name in _MENU],
            "datasets": [
                {"target": name, "label": name, **parts(d), "lines": about(d, name)} for name, d in datasets.items()
            ],
            "models": self._models(trained),
            "running": next((self._running(e) for e in self._entries() if e.status == "running"), None),
            "history": {name: t.history for name, t in trained.items()},
            "roc": [line for name, t in trained.items() if (line := roc(name, t, self._working(name)))],
            "defaults": {
                "method": _MENU[0],
                "options": {},
                "dataset": newest,
                "epochs": str(EPOCHS),
                "seed": "42",
                "names": {name: self.bench.fresh(_short(name), "models") for name in _MENU},
            },
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the call of a form, of a kept part of a training, or of a comparison."""
        actions = {
            "train": self._train,
            "keep": self._keep,
            "compare": self._compare,
            "score": self._score,
            "working_point": self._point,
        }
        if name not in actions:
            msg = f"the Training panel has no action {name!r}"
            raise FieldError("form", msg)
        return actions[name](values)

    def offer(self, entry: Entry) -> dict[str, Any] | None:
        """Offer to keep the finished epochs of an interrupted training."""
        kept = finished_epochs(entry.path) if entry.path else None
        if not kept:
            return None
        values = {"record_id": entry.record_id, "epochs": kept}
        return {"text": f"keep {kept} {_unit(entry)}", "panel": self.name, "action": "keep", "values": values}

    def _train(self, values: Values) -> Action:
        chosen = str(values.get("method", ""))
        if chosen not in METHODS:
            msg = f"there is no method {chosen!r}; choose one of {', '.join(METHODS)}"
            raise FieldError("method", msg)
        given = values.get("options") or {}
        read = {
            o.name: _read(o, str(given[o.name])) for o in options(METHODS[chosen]) if str(given.get(o.name, "")).strip()
        }
        try:
            method = METHODS[chosen].from_config(read)
        except HmlError as error:
            wrong = (name for name, value in read.items() if not _accepted(METHODS[chosen], name, value))
            raise FieldError(next(wrong, "method"), str(error)) from error
        dataset = str(values.get("dataset", ""))
        kind = self.bench.result("Dataset", dataset, "dataset").kind
        if kind != "set":
            msg = (
                f"{dataset} holds {kind}s, and the methods here learn from numbers: build one whose events become a Set"
            )
            raise FieldError("dataset", msg)
        name = str(values.get("name", "")).strip()
        key = f"train:{name}"
        target = self.bench.target(name, "models", key)
        more: dict[str, Any] = {}
        if METHODS[chosen].unit == "epoch":
            more["epochs"] = number(values, "epochs", int, low=1)
        more["seed"] = number(values, "seed", int, low=0)
        more["path"] = self.bench.path("models", target)
        return Action(Call("train", (method, Ref(dataset)), more, target), key)

    def _keep(self, values: Values) -> Action:
        entry = self.bench.journal.get(str(values.get("record_id")))
        call = entry.call
        if call is None or call.function != "train" or self.bench.journal.newest(entry.key) != entry:
            msg = "only the newest training can be kept as far as it came"
            raise RecordError(msg)
        kept = number(values, "epochs", int, low=1)
        options_ = {k: v for k, v in call.options.items() if k != "path"}
        return Action(
            Call("train", call.arguments, {**options_, "stop_after": kept, "path": entry.path}, call.target), entry.key
        )

    def _compare(self, values: Values) -> Action:
        targets = words(values, "targets")
        if not targets:
            msg = "choose the models to compare"
            raise FieldError("targets", msg)
        for target in targets:
            self.bench.result("Training", target, "targets")
        return Action(Call("compare", ([Ref(t) for t in targets],)), "compare")

    def _point(self, values: Values) -> Action:
        target = str(values.get("target"))
        self.bench.result("Training", target, "target")
        kept = number(values, "signal_efficiency", float, low=0.0, high=1.0)
        return Action(
            Call("working_point", (Ref(target),), {"signal_efficiency": round(kept, 3)}), f"working_point:{target}"
        )

    def _working(self, target: str) -> float | None:
        """Return the signal efficiency of a model's recorded working point."""
        calls = [e.call for e in self.bench.journal.entries if e.key == f"working_point:{target}" and e.call]
        found = calls[-1].options.get("signal_efficiency") if calls else None
        return found if isinstance(found, float) else None

    def _score(self, values: Values) -> Action:
        target = str(values.get("target"))
        trained = self.bench.result("Training", target, "target")
        entry = self._entry(target)
        dataset = entry.call.arguments[1].target if entry and entry.call else self._dataset_of(trained)
        key = f"score:{target}"
        name = self.bench.amended_or_fresh(f"{target}_scored", "data", key)
        options_ = {"name": target.lower(), "path": self.bench.path("data", name)}
        return Action(Call("score", (Ref(dataset), Ref(target)), options_, name), key)

    def _scored(self, target: str) -> str | None:
        """Return the dataset with the scores of a model, if there is one."""
        there = self.bench.results("Dataset")
        made = [e.target for e in self.bench.journal.entries if e.key == f"score:{target}"]
        return next((name for name in reversed(made) if name in there), None)

    def _dataset_of(self, trained: Trained) -> str:
        used = trained.record["recipe"]["inputs"]["dataset"]["fingerprint"]
        for name, dataset in self.bench.results("Dataset").items():
            if dataset.fingerprint == used:
                return name
        msg = f"the dataset that {trained.name} was trained on is not in this kernel: run the cell that makes it"
        raise FieldError("target", msg)

    def _entry(self, target: str) -> Entry | None:
        return next((e for e in reversed(self._entries()) if e.target == target), None)

    def _entries(self) -> list[Entry]:
        return [e for e in self.bench.journal.entries if e.call is not None and e.call.function == "train"]

    def _running(self, entry: Entry) -> dict[str, Any]:
        call = entry.call
        method = type(call.arguments[0]).__name__ if call and call.arguments else ""
        return {"record_id": entry.record_id, "target": entry.target, "method": method}

    def _models(self, trained: dict[str, Trained]) -> list[dict[str, Any]]:
        recorded = {e.target: e for e in self._entries() if e.target}
        rows = [
            row(name, t)
            | {"record_id": recorded[name].record_id if name in recorded else None, "scored": self._scored(name)}
            for name, t in trained.items()
        ]
        waiting = [e for e in recorded.values() if e.target not in trained]
        return rows + [
            {**self._running(e), "status": e.status, "on": "", "stale": [], "error": e.error} for e in waiting
        ]


def _method(name: str) -> dict[str, Any]:
    kind = METHODS[name]
    doc = (kind.__doc__ or "").strip().split("\n")[0]
    return {
        "name": name,
        "label": LABELS.get(name, name),
        "doc": doc,
        "epochs": kind.unit == "epoch",
        "options": [_option(o) for o in options(kind)],
    }


def _option(o: Option) -> dict[str, Any]:
    default = ", ".join(map(str, o.default)) if isinstance(o.default, tuple) else str(o.default)
    bounds = {"min": o.minimum, "max": o.maximum, "choices": list(o.choices), "unit": o.unit, "doc": o.doc}
    return {"name": o.name, "type": _KINDS[o.kind], "default": default, **bounds}


def _read(o: Option, text: str) -> Any:
    """Read one option as it was typed."""
    if o.kind == "choice":
        return text.strip()
    label = o.name.replace("_", " ")
    parts = text.translate(str.maketrans("(),", "   ")).split()
    if o.kind == "choices":
        return tuple(parts)
    if o.kind == "integers":
        return tuple(number({o.name: p}, o.name, int, label=label) for p in parts)
    return number({o.name: text}, o.name, int if o.kind == "integer" else float, label=label)


def _accepted(method: type[Method], name: str, value: Any) -> bool:
    """Tell whether a method takes an option by itself."""
    try:
        method.from_config({name: value})
    except HmlError:
        return False
    return True


#: The menu, the quickest to train first.
_MENU = sorted(
    name for name, kind in METHODS.items() if kind.kind == "set" and all(o.kind in _KINDS for o in options(kind))
)
#: What the menu calls a method.
LABELS = {"BoostedDecisionTree": "Boosted decision tree", "CutAndCount": "Cut and count", "MLP": "Neural network (MLP)"}
_SHORT = {"BoostedDecisionTree": "bdt", "CutAndCount": "cuts"}


def _short(method: str) -> str:
    return _SHORT.get(method, method.lower())


def _unit(entry: Entry) -> str:
    call = entry.call
    return f"{call.arguments[0].unit}s" if call and call.arguments else "epochs"
