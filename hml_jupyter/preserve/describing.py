"""What the card of a training says: every field of the Les Houches wishlist that can be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets import Dataset
from ..environment import versions
from ..expressions import Node, Observable, mentioned, parse_cut, parse_observable, render, terms
from ..generators import DETECTORS
from ..methods import Training
from ..methods.backend import keras, normalizations
from ..observables import is_column, level_of
from ..observables.catalogue import find_of
from ..records import made_from, read_record
from .card import Input, Output
from .definitions import branches_of, definitions

__all__ = [
    "SHARE",
    "about_versions",
    "architecture",
    "inputs_of",
    "joined",
    "normalised",
    "normalises",
    "objects_of",
    "outputs_of",
    "sample_folders",
    "samples_of",
    "selected_fractions",
    "selections_of",
    "terms_of",
    "training_of",
]

#: The entry of a class with the share of its generated events, by weight, that has passed all cuts.
SHARE = "selected_fraction"
#: The detector of events that are not ours.
UNKNOWN = "unknown"


def inputs_of(training: Training, dataset: Dataset, levels: Mapping[str, str]) -> tuple[Input, ...]:
    """Return the inputs of a training on columns; `levels` are those that the user has said, of these or of others."""
    truth = _is_truth(dataset)
    used = dataset.part("train")
    found = []
    for name in training.names:
        node = parse_observable(name)
        values = dataset.column(name)[used]
        found.append(
            Input(
                name,
                observable=name,
                definition=_definition(node),
                unit=dataset.unit(name),
                level=levels.get(name) or ("truth" if truth else level_of(node)),
                phi="[-pi, pi)" if isinstance(node, Observable) and node.name in ("phi", "delta_phi") else None,
                range=(float(np.nanmin(values)), float(np.nanmax(values))),
            )
        )
    return tuple(found)


def joined(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """Return inputs of several networks, each once, with the range of all.

    Examples
    --------
    >>> [each.range for each in joined([Input("n", range=(4, 4)), Input("n", range=(5, 8))])]
    [(4, 8)]
    """
    found: dict[str, Input] = {}
    for each in inputs:
        ends = [one.range for one in (found.get(each.name, each), each) if one.range]
        both = (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
        found[each.name] = replace(each, range=both)
    return tuple(found.values())


def selections_of(inputs: Sequence[Input], dataset: Dataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cuts that the events of a training have passed: first all that who has the inputs can apply, then the others.

    The others are cuts on measured objects where all inputs are of generated particles.
    """
    cuts = _cuts(dataset)
    generated = [each.level == "parameter" or level_of(parse_observable(each.name)) == "truth" for each in inputs]
    if not generated or not all(generated) or _is_truth(dataset):
        return cuts, ()
    every = [term for text in cuts for term in terms(parse_cut(text))]
    measured = [term for term in every if level_of(term) in ("reco", "detector")]
    return tuple(render(each) for each in every if each not in measured), tuple(map(render, measured))


def outputs_of(dataset: Dataset) -> tuple[Output, ...]:
    """Return the one output of every training."""
    signal, background = ", ".join(dataset.signal), ", ".join(dataset.background)
    return (
        Output(
            "score",
            f"1 for signal ({signal}), 0 for background ({background})",
            "inside the network: nothing is to be applied",
            (0.0, 1.0),
        ),
    )


def normalises(model: Any) -> bool:
    """Tell whether a model normalises its inputs itself."""
    return isinstance(model, keras().Model) and bool(normalizations(model))


def normalised(model: Any, names: tuple[str, ...]) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Return mean and spread by which a network normalises its columns itself; None if it does not."""
    if not isinstance(model, keras().Model):
        return None
    layer = next((each for each in model.layers if type(each).__name__ == "Normalization"), None)
    if layer is None:
        return None
    config = layer.get_config()
    mean, variance = (np.asarray(config[each], float).ravel() for each in ("mean", "variance"))
    spread = np.maximum(np.sqrt(variance), keras().config.epsilon())
    return (tuple(mean.tolist()), tuple(spread.tolist())) if len(mean) == len(names) else None


def architecture(training: Training, fold: int = 0) -> str:
    """Return what a model is made of: its layers with their numbers, trees, or cuts."""
    model = training.models[fold]
    if isinstance(model, keras().Model):
        return f"{'; '.join(_layers(model))}; {model.count_params()} numbers"
    if hasattr(model, "_predictors"):
        leaves = sum(int(tree.nodes["is_leaf"].sum()) for (tree,) in model._predictors)
        return f"{len(model._predictors)} trees with {leaves} leaves, their sum through a sigmoid"
    return f"cuts: {' and '.join(getattr(model, 'cuts', ())) or 'none, every event passes'}"


def objects_of(trainings: Mapping[str, Training], dataset: Dataset) -> dict[str, str]:
    """Return what the objects are of inputs, rules and selection, where the embedded detectors have made them; cut -> training."""
    made = samples_of(dataset)["classes"].values()
    detectors = dict.fromkeys(each.get("detector", UNKNOWN if "generator" not in each else None) for each in made)
    if not {*detectors} <= {*DETECTORS}:
        return {}
    nodes: list[Node] = [parse_cut(text) for text in (*trainings, *_cuts(dataset)) if text]
    for each in trainings.values():
        columns = each.method.kind == "set"
        nodes += map(parse_observable, each.names) if columns else dataset.representation.needed
    if dataset.per is not None:
        nodes.append(parse_observable(f"{dataset.per}.size"))
    return definitions(detectors, branches_of(nodes))


def training_of(training: Training) -> dict[str, Any]:
    """Return how a model was trained: method, seed, events, losses."""
    config = training.config
    last = {name: values[-1] for name, values in training.history.items() if values and "fold" not in name}
    kept = {"kept": config["kept"]} if "kept" in config else {}
    return {
        "method": dict(config["method"]),
        "seed": config["seed"],
        config["unit"] + "s": config["finished"],
        **kept,
        "events": dict(config["events"]),
        "classes": list(config["classes"]),
        "signal": list(config["signal"]),
        "cuts": list(config["cuts"]),
        "weights": "signal and background have the same summed weight, and so have the processes inside each; absolute values",
        "last": last,
        "events_from": config["events_from"],
        "fingerprint": training.fingerprint,
    }


def samples_of(dataset: Dataset) -> dict[str, Any]:
    """Return what the events of each class are, and how they were made, as far as that is recorded."""
    root, folders = dataset.root, sample_folders(dataset)
    found: dict[str, Any] = {}
    for name in root.classes:
        counts = {key: value for key, value in root.counts[name].items() if value is not None}
        found[name] = counts | (_made(folders[name]) if name in folders else {})
    return {"requirement": root.requirement or "", "split": list(root.parts), "split_seed": root.seed, "classes": found}


def selected_fractions(dataset: Dataset) -> dict[str, float]:
    """Return the share of the generated events of each class, by weight, that has passed all cuts; nothing where rows are no events."""
    if dataset.per is not None:
        return {}
    passed = np.bincount(dataset.y, dataset.weights, len(dataset.classes))
    found = {}
    for name, weight in zip(dataset.classes, passed, strict=True):
        generated = dataset.counts[name]["cross_section"]
        found[name] = round(float(weight / (1.0 if generated is None else generated)), 12)
    return found


def sample_folders(dataset: Dataset) -> dict[str, Path]:
    """Return class -> folder of the run that its events come from, where that is recorded and there."""
    root = dataset.root
    used = {name: each.get("path") for name, each in root.record["recipe"]["inputs"].items()}
    found = {name: made_from(root.folder, path) for name, path in used.items() if path and name in root.classes}
    return {name: folder for name, folder in found.items() if folder is not None}


def _made(folder: Path) -> dict[str, Any]:
    record = read_record(folder)
    summary, recipe = record["summary"], record["recipe"]
    said = {
        key: summary[key]
        for key in ("process", "generator", "detector", "seed", "collider", "madgraph")
        if summary.get(key) is not None
    }
    return {
        **said,
        "call": {"verb": recipe["verb"], **recipe["arguments"]},
        "versions": record["versions"],
        "fingerprint": record["fingerprint"],
    }


def about_versions() -> dict[str, str]:
    """Return the versions that a score may depend on."""
    from importlib.metadata import version

    return {**versions(), "onnx": version("onnx"), "onnxruntime": version("onnxruntime")}


def terms_of(*cuts: str) -> list[str]:
    """Return the cuts that must all hold, one by one.

    Examples
    --------
    >>> terms_of("jet.size > 1 and met > 50", "ht > 200")
    ['jet.size > 1', 'met > 50', 'ht > 200']
    """
    return [render(term) for cut in cuts for term in terms(parse_cut(cut))]


def _cuts(dataset: Dataset) -> tuple[str, ...]:
    """Return all cuts that the events of a dataset have passed."""
    return (*([dataset.requirement] if dataset.requirement else []), *dataset.all_cuts)


def _is_truth(dataset: Dataset) -> bool:
    """Tell whether no sample has seen a detector."""
    samples = samples_of(dataset)["classes"].values()
    return all(each.get("generator") and each.get("detector") is None for each in samples)


def _definition(node: Node) -> str:
    entries = {find_of(each)[1].name: (find_of(each)[1], each) for each in mentioned(node) if not is_column(each)}
    texts = [f"{_of(each)}{entry.doc_of(each.name)} ({entry.source})" for entry, each in entries.values()]
    return "; ".join(texts) or "a column of a table"


def _of(each: Observable) -> str:
    return f"{', '.join(map(render, each.objects))}: " if each.objects else ""


def _layers(model: Any) -> Iterator[str]:
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        width = (
            f" {layer.units}" if hasattr(layer, "units") else f" {layer.filters}" if hasattr(layer, "filters") else ""
        )
        activation = getattr(layer, "activation", None)
        by = f" {keras().activations.serialize(activation)}" if activation is not None else ""
        yield f"{kind}{width}{by}"
