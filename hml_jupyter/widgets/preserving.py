"""The Preserve panel: the wishlist as a checklist that fills itself, export, verification, reuse."""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from typing import Any, ClassVar

from ..calls import Call, Ref
from ..errors import HmlError
from ..methods import Training
from ..methods.scoring import score_columns, score_name
from ..preserve import Preserved
from ..preserve.card import LEVELS, Card, Input, Network, Output
from ..preserve.describing import architecture, inputs_of, objects_of, outputs_of
from ..preserve.missing import REMEDIES
from .base import Action, Bench, FieldError, Panel, Values, number, refused, remembered
from .bundles import card_of, checklist, content_of, files_of, near, opened, place_of, stamp, unfit

__all__ = ["Preserving"]

#: Licences that are often taken; any other can be typed.
LICENCES = ("CC-BY-4.0", "CC0-1.0", "MIT", "Apache-2.0")
EFFICIENCIES = "0.3, 0.5, 0.7"


class Preserving(Panel):
    """A trained model, made to be run by others; and what others have made, opened."""

    name: ClassVar[str] = "preserve"
    default_action: ClassVar[str] = "preserve"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._opened: dict[str, Preserved] = {}
        self._verified: dict[str, dict[str, Any]] = {}
        self.requests = {
            "verify": self.verify,
            "read": self.read,
            "near": self.near,
            "open": self.open,
            "close": self.close,
        }

    def count(self) -> str:
        """Return how many bundles there are."""
        bundles = len(self._bundles())
        return f"{bundles} bundle{'' if bundles == 1 else 's'}" if bundles else ""

    def state(self) -> dict[str, Any]:
        """Return models, bundles and datasets."""
        trained = self.bench.results("Training")
        rows = [self._row(place, *found) for place, found in self._bundles().items()]
        return {
            "models": [{"target": name, "label": name, "inputs": _rows(t)} for name, t in trained.items()],
            "levels": list(LEVELS),
            "licences": list(LICENCES),
            "remedies": REMEDIES,
            "bundles": rows,
            "next": _next(rows, trained=bool(trained)),
            "defaults": {
                "model": next(reversed(trained), ""),
                "names": {name: self.bench.fresh(f"{name}_bundle", "preserved") for name in trained},
                "efficiencies": EFFICIENCIES,
            },
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the call that preserves a model."""
        if name != "preserve":
            msg = f"the Preserve panel has no action {name!r}"
            raise FieldError("form", msg)
        model = str(values.get("model", ""))
        self.bench.result("Training", model, "model")
        key = f"preserve:{model}"
        target = self.bench.target(str(values.get("name", "")).strip(), "preserved", key)
        options = _options(values)
        return Action(
            Call("preserve", (Ref(model),), {**options, "path": self.bench.path("preserved", target)}, target), key
        )

    def actions(self, name: str, values: Values) -> list[Action]:
        """Return the calls of an action; a dataset that is scored with an opened bundle takes two, of which the first loads it."""
        return self._scored(values) if name == "score" else [self.action(name, values)]

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with the form, which cell it would write, and what the card would still lack."""
        found = super().check(values)
        try:
            training = self.bench.result("Training", values.get("model"), "model")
            found["checklist"] = checklist(_preview(training, values))
        except HmlError as error:
            return refused(error) | {"checklist": []}
        return found

    def near(self, _: Values) -> dict[str, Any]:
        """Return folders and zips near the notebook that could be opened."""
        shown = self._bundles()
        return {"found": [path for path in near(Path()) if path not in shown]}

    def open(self, values: Values) -> dict[str, Any]:
        """Look into somebody's bundle; nothing is recorded, since nothing is made of it yet."""
        bundle = opened(values.get("path"))
        place = place_of(bundle)
        self._opened[place] = bundle
        self.bench.journal.tell()
        return {"bundle": place}

    def close(self, values: Values) -> dict[str, Any]:
        """Put an opened bundle away."""
        self._opened.pop(str(values.get("bundle")), None)
        self.bench.journal.tell()
        return {}

    def verify(self, values: Values) -> dict[str, Any]:
        """Check a bundle; nothing is recorded, since nothing changes."""
        place, _, bundle = self._find_now(values)
        found = bundle.verify()
        rows = [{"what": each.what, "ok": each.ok, "text": each.text} for each in found.checks]
        self._verified[place] = {"stamp": stamp(bundle), "ok": found.ok, "rows": rows}
        self.bench.journal.tell()
        return {"ok": found.ok, "rows": rows}

    def read(self, values: Values) -> dict[str, Any]:
        """Return the text of a file of a bundle, or a picture."""
        return content_of(self._find(values)[2], str(values.get("file")))

    def _bundles(self) -> dict[str, tuple[str, Preserved]]:
        """Return the variable (none of what was only opened) and the bundle of each place; opened ones come last."""
        held: dict[str, tuple[str, Preserved]] = {}
        for name, bundle in self.bench.results("Preserved").items():
            held.setdefault(place_of(bundle), (name, bundle))
        return held | {place: ("", bundle) for place, bundle in self._opened.items() if place not in held}

    def _find(self, values: Values) -> tuple[str, str, Preserved]:
        place = str(values.get("bundle"))
        found = self._bundles().get(place)
        if found is None:
            msg = f"there is no bundle {place} here any more"
            raise FieldError("bundle", msg)
        return place, *found

    def _find_now(self, values: Values) -> tuple[str, str, Preserved]:
        """Find a bundle; what was only opened may be another one now."""
        place, target, bundle = self._find(values)
        if not target:
            bundle = self._opened[place] = opened(place)
        return place, target, bundle

    def _scored(self, values: Values) -> list[Action]:
        place, target, bundle = self._find_now(values)
        dataset = str(values.get("dataset"))
        why = unfit(bundle.card, self.bench.result("Dataset", dataset, "dataset"))
        if why:
            msg = f"{bundle.name} cannot score {dataset}, which {why}"
            raise FieldError("dataset", msg)
        loading = [] if target else list(self._loading(place))
        target = loading[0].call.target or "" if loading else target or self._awaited(place)
        key = f"score:{target}:{dataset}"
        name = self.bench.amended_or_fresh(f"{dataset}_{target}", "data", key)
        options = {"name": score_name(target), "path": self.bench.path("data", name)}
        return [*loading, Action(Call("score", (Ref(dataset), Ref(target)), options, name), key)]

    def _loading(self, place: str) -> Iterator[Action]:
        """Give the call that loads an opened bundle, unless it is recorded and still to run."""
        if not self._awaited(place):
            word = score_name(place.rpartition("/")[2].removesuffix(".zip"))
            target = self.bench.fresh(f"model_{word}" if iskeyword(word) else word, "preserved")
            yield Action(Call("load_preserved", (place,), {}, target), f"load:{place}", amend=False)

    def _awaited(self, place: str) -> str:
        """Return the target of a recorded call that will load a bundle."""
        waiting = [e for e in self.bench.journal.entries if e.status in ("waiting", "running") and e.call]
        calls = [e.call for e in waiting if e.call]
        return next((c.target or "" for c in calls if c.function == "load_preserved" and c.arguments == (place,)), "")

    def _row(self, place: str, name: str, bundle: Preserved) -> dict[str, Any]:
        entries = [e for e in self.bench.journal.entries if e.target == name]
        files, verified = files_of(bundle), self._verified.get(place)
        current = verified is not None and verified["stamp"] == stamp(bundle)
        return {
            "place": place,
            "target": name,
            "record_id": entries[-1].record_id if name and entries else None,
            "formats": sorted({how for network in bundle.card.networks for how in network.files}),
            "why": next((each.without_lwtnn for each in bundle.card.networks if each.without_lwtnn), ""),
            "lacking": bundle.lacking,
            "stale": list(bundle.stale) if files else [f"{place} is not there any more"],
            "card": card_of(bundle),
            "files": files,
            "verified": {"ok": verified["ok"], "rows": verified["rows"]} if verified and current else None,
            "datasets": [
                {"target": target, "why": self._unfit(name, bundle, data)}
                for target, data in self.bench.results("Dataset").items()
            ],
        }

    def _unfit(self, target: str, bundle: Preserved, dataset: Any) -> str:
        columns = score_columns(score_name(target), bundle.outputs) if target else ()
        there = [each for each in columns if each in dataset.column_names]
        return f"has {', '.join(there)} already" if there else unfit(bundle.card, dataset)


def _options(values: Values) -> dict[str, Any]:
    """Return the options of the call that are not as usual."""
    texts = {name: str(values.get(name, "")).strip() for name in ("description", "licence", "citation")}
    authors = [each.strip() for each in str(values.get("authors", "")).split(",") if each.strip()]
    given = values.get("levels")
    levels = {str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    usual = str(values.get("efficiencies", EFFICIENCIES)).strip()
    efficiencies = [
        number({"efficiencies": text}, "efficiencies", float, low=0.001, high=1.0, label="a signal efficiency")
        for text in usual.split(",")
    ]
    return {
        **({} if usual.replace(" ", "") == EFFICIENCIES.replace(" ", "") else {"signal_efficiencies": efficiencies}),
        **({"levels": levels} if levels else {}),
        **{name: text for name, text in texts.items() if text},
        **({"authors": authors} if authors else {}),
    }


def _preview(training: Training, values: Values) -> Card:
    """Return the card that would be written, as far as the wishlist goes."""
    inputs, outputs, built, objects = _described(training)
    options = _options(values)
    levels = options.pop("levels", {})
    about = {**options, "objects": objects, "working_points": True, "training": True, "data": True, "versions": True}
    chosen = tuple(Input(**{**vars(each), "level": levels.get(each.name, each.level)}) for each in inputs)
    return Card(
        "preview",
        chosen,
        outputs,
        (Network("model.onnx", architecture=built, normalisation="none"),),
        kind=training.method.kind,
        about=about,
    )


@remembered(32)
def _described(training: Training) -> tuple[tuple[Input, ...], tuple[Output, ...], str, dict[str, str]]:
    data = training.dataset
    inputs = inputs_of(training, data, {}) if training.method.kind == "set" else ()
    return inputs, outputs_of(data), architecture(training), objects_of({"": training}, data)


def _rows(training: Training) -> list[dict[str, Any]]:
    """Return the inputs of a model, none where they cannot be described."""
    try:
        inputs = _described(training)[0]
    except HmlError:
        return []
    return [
        {"name": each.name, "unit": each.unit, "level": each.level, "definition": each.definition} for each in inputs
    ]


def _next(rows: list[dict[str, Any]], *, trained: bool) -> str:
    damaged = [row for row in rows if row["verified"] and not row["verified"]["ok"]]
    if damaged:
        name = damaged[-1]["target"] or damaged[-1]["place"]
        return f"A check of {name} has failed: do not use its scores. Get the bundle anew, or preserve the model again."
    theirs = [row for row in rows if not row["target"]]
    if theirs and not theirs[-1]["verified"]:
        return "Press Verify: the networks are run on the reference events of the bundle, if it has any. Nothing in it has been run yet."
    if theirs and all(each["why"] for each in theirs[-1]["datasets"]):
        return "Build a dataset of its inputs in Observables: then its score can be added to it here."
    if theirs:
        return "Score a dataset with it: two cells are written, which load the bundle and add its score as a column, from its card alone."
    if not rows and not trained:
        return "Train a model, to preserve it here. Or open what somebody else has preserved: put its folder, or a zip of it, beside the notebook."
    if not rows:
        return "Fill in what the card still lacks, then press Preserve: a folder is written that others can run without this notebook."
    if not any(row["verified"] for row in rows):
        return (
            "Press Verify: it compares every file with what was saved, and runs the reference events in every format."
        )
    return "Score a dataset with the bundle: it uses the card alone, as somebody else would. Then cut on its score in Cuts."
