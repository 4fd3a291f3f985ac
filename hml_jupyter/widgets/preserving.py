"""The Preserve panel: the wishlist as a checklist that fills itself, export, verification, reuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ..calls import Call, Ref
from ..errors import HmlError
from ..methods import Training
from ..preserve import Preserved
from ..preserve.card import LEVELS, Card, Input, Network, Output
from ..preserve.describing import architecture, inputs_of, objects_of, outputs_of
from ..preserve.missing import REMEDIES, WISHLIST
from .base import Action, Bench, FieldError, Panel, Values, number, refused, remembered

__all__ = ["Preserving"]

#: Files of a bundle that the panel shows as text, and letters of them.
SHOWN, MOST_TEXT = (".yaml", ".md", ".json", ".txt", ".csv", ".py", ".cc", ".cxx"), 20_000
#: Licences that are often taken; any other can be typed.
LICENCES = ("CC-BY-4.0", "CC0-1.0", "MIT", "Apache-2.0")
EFFICIENCIES = "0.3, 0.5, 0.7"


class Preserving(Panel):
    """A trained model, made to be run by others."""

    name: ClassVar[str] = "preserve"
    default_action: ClassVar[str] = "preserve"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._verified: dict[str, dict[str, Any]] = {}
        self.requests = {"verify": self.verify, "read": self.read}

    def count(self) -> str:
        """Return how many bundles there are."""
        bundles = len(self.bench.results("Preserved"))
        return f"{bundles} bundle{'' if bundles == 1 else 's'}" if bundles else ""

    def state(self) -> dict[str, Any]:
        """Return models, bundles and datasets."""
        trained = self.bench.results("Training")
        if not trained:
            return {"empty": "Train a model first: what others should run is a trained one.", "go": "training"}
        bundles = self.bench.results("Preserved")
        newest = [*trained][-1]
        return {
            "models": [{"target": name, "label": name, "inputs": _rows(t)} for name, t in trained.items()],
            "levels": list(LEVELS),
            "licences": list(LICENCES),
            "remedies": REMEDIES,
            "bundles": [self._row(name, bundle) for name, bundle in bundles.items()],
            "datasets": [*self.bench.results("Dataset")],
            "next": _next(bundles, self._verified),
            "defaults": {
                "model": newest,
                "names": {name: self.bench.fresh(f"{name}_bundle", "preserved") for name in trained},
                "efficiencies": EFFICIENCIES,
            },
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the call that preserves a model, or that scores a dataset with a preserved one."""
        if name == "score":
            return self._score(values)
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

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with the form, which cell it would write, and what the card would still lack."""
        found = super().check(values)
        try:
            training = self.bench.result("Training", values.get("model"), "model")
            found["checklist"] = _checklist(_preview(training, values))
        except HmlError as error:
            return refused(error) | {"checklist": []}
        return found

    def verify(self, values: Values) -> dict[str, Any]:
        """Check a bundle; nothing is recorded, since nothing changes."""
        target = str(values.get("target"))
        bundle: Preserved = self.bench.result("Preserved", target, "target")
        found = bundle.verify()
        rows = [{"what": each.what, "ok": each.ok, "text": each.text} for each in found.checks]
        self._verified[target] = {"fingerprint": bundle.fingerprint, "ok": found.ok, "rows": rows}
        return self._verified[target]

    def read(self, values: Values) -> dict[str, Any]:
        """Return the text of a file of a bundle."""
        bundle: Preserved = self.bench.result("Preserved", values.get("target"), "target")
        name = str(values.get("file"))
        if name not in {each["name"] for each in _files(bundle)} or not name.endswith(SHOWN):
            msg = f"{name!r} is no text of {bundle.name}"
            raise FieldError("file", msg)
        text = (bundle.folder / name).read_text(encoding="utf-8", errors="replace")
        return {"file": name, "text": text[:MOST_TEXT], "cut": len(text) > MOST_TEXT}

    def _score(self, values: Values) -> Action:
        target, dataset = str(values.get("target")), str(values.get("dataset"))
        bundle = self.bench.result("Preserved", target, "target")
        self.bench.result("Dataset", dataset, "dataset")
        key = f"score:{target}:{dataset}"
        name = self.bench.amended_or_fresh(f"{dataset}_{target}", "data", key)
        call = Call(
            "score",
            (Ref(dataset), Ref(target)),
            {"name": bundle.name.lower(), "path": self.bench.path("data", name)},
            name,
        )
        return Action(call, key)

    def _row(self, name: str, bundle: Preserved) -> dict[str, Any]:
        entries = [e for e in self.bench.journal.entries if e.target == name]
        verified = self._verified.get(name)
        return {
            "target": name,
            "record_id": entries[-1].record_id if entries else None,
            "formats": sorted({how for network in bundle.card.networks for how in network.files}),
            "why": next((each.without_lwtnn for each in bundle.card.networks if each.without_lwtnn), ""),
            "lacking": bundle.lacking,
            "stale": list(bundle.stale),
            "files": _files(bundle),
            "verified": verified if verified and verified["fingerprint"] == bundle.fingerprint else None,
        }


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
    return inputs, outputs_of(data), architecture(training), objects_of(training, data)


def _rows(training: Training) -> list[dict[str, Any]]:
    """Return the inputs of a model, none where they cannot be described."""
    try:
        inputs = _described(training)[0]
    except HmlError:
        return []
    return [
        {"name": each.name, "unit": each.unit, "level": each.level, "definition": each.definition} for each in inputs
    ]


def _checklist(card: Card) -> list[dict[str, Any]]:
    return [{"item": item, "ok": bool(answered(card)), "text": text} for item, (answered, text) in WISHLIST.items()]


def _files(bundle: Preserved) -> list[dict[str, Any]]:
    names = sorted(bundle.record["files"]) if bundle.record else []
    return [{"name": name, "size": _size(bundle.folder / name), "text": name.endswith(SHOWN)} for name in names]


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _next(bundles: dict[str, Preserved], verified: dict[str, Any]) -> str:
    if not bundles:
        return "Fill in what the list at the right still lacks, then press Preserve: a folder is written that others can run without this notebook."
    if not verified:
        return (
            "Press verify: it compares every file with what was saved, and runs the reference events in every format."
        )
    return (
        "Score a dataset with the bundle: it uses the card alone, as somebody else would. Or read what its files say."
    )
