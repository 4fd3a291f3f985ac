"""The Training panel: choose a method, watch it learn, compare."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..calls import Call, Ref
from ..cells import Entry
from ..errors import RecordError
from ..methods import Surrogate, finished_epochs
from ..methods import Training as Trained
from ..methods.folds import MOST
from .base import Action, FieldError, Panel, Values, number, words
from .method_form import DATA, check_columns, columns_of, described, measured_note, read_method, takes_epochs
from .method_menu import FIRST, MENU, label, short
from .models import about, begun, cuts_of, history, learned, next_step, parts, roc, row, teaches

__all__ = ["Training"]

#: What a first network trains.
EPOCHS = 20
#: What is said while there is nothing to learn from.
EMPTY = "Build a dataset with signal and background first: a method learns from its training events."
#: How a training stands that was stopped, or never reached.
UNFINISHED = ("interrupted", "not run")


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
        datasets = {name: d for name, d in self.bench.results("Dataset").items() if teaches(d)}
        if not datasets:
            return {"empty": EMPTY, "go": "observables"}
        trained = self.bench.results("Training")
        recorded = [name for name in self.bench.journal.targets if name in datasets]
        newest = [*datasets, *recorded][-1]
        models = self._models(trained)
        return {
            "methods": [described(name) for name in MENU],
            "datasets": [
                {
                    "target": name,
                    "label": name,
                    "kind": d.kind,
                    "columns": columns_of(d) if d.scores else None,
                    **parts(d),
                    "lines": about(d, name),
                }
                for name, d in datasets.items()
            ],
            "models": models,
            "next": next_step(models, {e.key for e in self.bench.journal.entries}),
            "running": next((self._running(e) for e in self._entries() if e.status == "running"), None),
            "history": {name: history(t) for name, t in trained.items()},
            "roc": [line for name, t in trained.items() if (line := roc(name, t, self._working(name)))],
            "scores": [shapes for name, t in trained.items() if (shapes := learned(name, t))],
            "defaults": {
                "method": FIRST[datasets[newest].kind],
                "first": FIRST,
                "options": {},
                "dataset": newest,
                "epochs": str(EPOCHS),
                "seed": "42",
                "folds": "",
                "names": {name: self.bench.fresh(short(name), "models") for name in MENU},
            },
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the call of a form, of a kept part of a training, or of a comparison."""
        actions = {
            "train": self._train,
            "keep": self._keep,
            "go_on": self._go_on,
            "compare": self._compare,
            "score": self._score,
            "select": self._select,
            "working_point": self._point,
            "closure": self._closure,
        }
        if name not in actions:
            msg = f"the Training panel has no action {name!r}"
            raise FieldError("form", msg)
        return actions[name](values)

    def _train(self, values: Values) -> Action:
        dataset = str(values.get("dataset", ""))
        data = self.bench.result("Dataset", dataset, "dataset")
        if not teaches(data):
            msg = f"{dataset} has no {'training events' if data.background else 'background'}, and a method learns to tell signal from background: build another dataset under Observables"
            raise FieldError("dataset", msg)
        kind = data.kind
        method = read_method(values, kind, data.names)
        notes: dict[str, str] = {}
        if isinstance(method, Surrogate):
            check_columns(method, data)
            notes = {"inputs": said} if (said := measured_note(method, data)) else {}
        elif method.kind != kind:
            msg = f"{label(type(method).__name__)} learns from {DATA[method.kind]}, and {dataset} holds {DATA[kind]}: choose another method, or build such a dataset under Observables"
            raise FieldError("dataset", msg)
        name = str(values.get("name", "")).strip()
        key = f"train:{name}"
        target = self.bench.target(name, "models", key)
        more: dict[str, Any] = {}
        if takes_epochs(method):
            more["epochs"] = number(values, "epochs", int, low=1)
        more["seed"] = number(values, "seed", int, low=0)
        if str(values.get("folds", "")).strip():
            if method.draws:
                msg = f"folds mean nothing for a {type(method).__name__}: a mean of draws is no draw; train the original with folds"
                raise FieldError("folds", msg)
            more["folds"] = number(values, "folds", int, low=2, high=MOST)
        more["path"] = self.bench.path("models", target)
        return Action(Call("train", (method, Ref(dataset)), more, target), key, notes=notes)

    def _unfinished(self, values: Values) -> tuple[Entry, Call]:
        """Return a training that has not come to its end, and its call; it bound nothing, so it is changed where it stands."""
        entry = self.bench.journal.get(str(values.get("record_id")))
        call = entry.call
        if call is None or call.function != "train" or entry.status not in UNFINISHED:
            msg = f"step {entry.record_id} is no training that was stopped: there is nothing to keep or to go on with"
            raise RecordError(msg)
        if self.bench.journal.view(entry.key) != entry:
            msg = f"the cell of {entry.target} was edited, and no edited cell is written over: run it again to go on"
            raise RecordError(msg)
        return entry, call

    def _go_on(self, values: Values) -> Action:
        """Return the same call: it takes up what is finished."""
        entry, call = self._unfinished(values)
        return Action(call, entry.key, view=True)

    def _keep(self, values: Values) -> Action:
        entry, call = self._unfinished(values)
        if used := self.bench.journal.dependents(entry):
            steps = ", ".join(e.record_id for e in used)
            msg = f"{entry.target} is used by later steps ({steps}), so that it stays the same training: let it go on, or undo those first"
            raise RecordError(msg)
        kept = number(values, "epochs", int, low=1)
        options_ = {k: v for k, v in call.options.items() if k != "path"}
        shorter = Call("train", call.arguments, {**options_, "stop_after": kept, "path": entry.path}, call.target)
        return Action(shorter, entry.key, view=True)

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
        # never more than is reached: equal scores are selected together
        asked = max(math.floor(1000 * kept + 1e-6) / 1000, 0.001)
        return Action(Call("working_point", (Ref(target),), {"signal_efficiency": asked}), f"working_point:{target}")

    def _closure(self, values: Values) -> Action:
        target = str(values.get("target"))
        if not isinstance(self.bench.result("Training", target, "target").method, Surrogate):
            msg = f"{target} is no surrogate: there is no original to compare it with"
            raise FieldError("target", msg)
        return Action(Call("closure", (Ref(target),)), f"closure:{target}")

    def _working(self, target: str) -> float | None:
        """Return the signal efficiency of a model's recorded working point."""
        calls = [e.call for e in self.bench.journal.entries if e.key == f"working_point:{target}" and e.call]
        found = calls[-1].options.get("signal_efficiency") if calls else None
        return found if isinstance(found, float) else None

    def _score(self, values: Values) -> Action:
        target = str(values.get("target"))
        trained = self.bench.result("Training", target, "target")
        dataset = self._learned_from(target, trained)
        key = f"score:{target}"
        name = self.bench.amended_or_fresh(f"{target}_scored", "data", key)
        options_ = {"name": target.lower(), "path": self.bench.path("data", name)}
        return Action(Call("score", (Ref(dataset), Ref(target)), options_, name), key)

    def _select(self, values: Values) -> Action:
        """Return the selection by the cuts that a training found; it has the key of those made under Cuts, which shows it."""
        target = str(values.get("target"))
        trained = self.bench.result("Training", target, "target")
        cuts = cuts_of(trained)
        if not cuts:
            msg = f"{target} has no cuts to select by"
            raise FieldError("target", msg)
        dataset = self._learned_from(target, trained)
        name = self.bench.fresh("selected", "data")
        call = Call("select", (Ref(dataset), cuts), {"path": self.bench.path("data", name)}, name)
        return Action(call, f"select:{dataset}", amend=False)

    def _made(self, key: str) -> list[Entry]:
        """Return the steps of a key whose datasets are there, the newest first."""
        there = self.bench.results("Dataset")
        return [e for e in reversed(self.bench.journal.entries) if e.key == key and e.target in there]

    def _learned_from(self, target: str, trained: Trained) -> str:
        """Return the variable of the dataset that a model was trained on."""
        entry = self._entry(target)
        if entry and entry.call and isinstance(entry.call.arguments[1], Ref):
            return entry.call.arguments[1].target
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
        """Return what trains, and what its learning curve will be of."""
        return {**_recorded(entry), "unit": _unit(entry), **(begun(entry.call) if entry.call else {})}

    def _models(self, trained: dict[str, Trained]) -> list[dict[str, Any]]:
        recorded = {e.target: e for e in self._entries() if e.target}
        rows = [self._row(name, t, recorded.get(name)) for name, t in trained.items()]
        waiting = [e for e in recorded.values() if e.target not in trained]
        return rows + [
            {
                **_recorded(e),
                "status": e.status,
                "on": "",
                "stale": [],
                "error": e.error,
                "offers": self._offers(e),
                "note": self._note(e),
            }
            for e in waiting
        ]

    def _row(self, name: str, trained: Trained, entry: Entry | None) -> dict[str, Any]:
        """Return the row of a model, and which datasets were made with it."""
        try:
            dataset = self._learned_from(name, trained)
        except FieldError:
            dataset = None
        cuts = cuts_of(trained) if dataset else []
        scored = next((e.target for e in self._made(f"score:{name}")), None)
        by_cuts = (e for e in self._made(f"select:{dataset}") if e.call and list(e.call.arguments[1]) == cuts)
        return row(name, trained, dataset) | {
            "record_id": entry.record_id if entry else None,
            "scored": scored,
            "found_cuts": cuts,
            "surrogate": isinstance(trained.method, Surrogate),
            "selected": next((e.target for e in by_cuts), None) if cuts else None,
            "dataset": dataset,
        }

    def _offers(self, entry: Entry) -> list[dict[str, Any]]:
        """Return what can become of a training that did not come to its end: what is said, action and values."""
        journal = self.bench.journal
        if entry.status not in UNFINISHED or journal.view(entry.key) != entry:
            return []
        done = finished_epochs(entry.path) if entry.path else 0
        values = {"record_id": entry.record_id}
        keep = {"text": f"keep {done} {_unit(entry)}", "action": "keep", "values": {**values, "epochs": done}}
        words = f"go on after {done}" if done else "train again"
        go_on = {"text": words, "action": "go_on", "values": values}
        return [keep, go_on] if done and not journal.dependents(entry) else [go_on]

    def _note(self, entry: Entry) -> str:
        """Say how a training goes on whose cell the user has edited."""
        if entry.status != "interrupted" or self.bench.journal.view(entry.key) == entry:
            return ""
        done = finished_epochs(entry.path) if entry.path else 0
        return f"{done} {_unit(entry)} are finished; its cell was edited: run it again to go on"


def _recorded(entry: Entry) -> dict[str, Any]:
    """Return what is known of a training by its step."""
    call = entry.call
    method = label(type(call.arguments[0]).__name__) if call and call.arguments else ""
    return {"record_id": entry.record_id, "target": entry.target, "method": method}


def _unit(entry: Entry) -> str:
    call = entry.call
    return f"{call.arguments[0].unit}s" if call and call.arguments else "epochs"
