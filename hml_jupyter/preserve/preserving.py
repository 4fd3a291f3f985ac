"""Preserving a trained network: one call, one folder that others can run, understand and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import checks, progress
from ..canonical import write_json, write_text
from ..cuts import Cut
from ..datasets.checking import check_dataset
from ..datasets.described import pb_to_events
from ..environment import write_environment
from ..errors import ArgumentError, UnknownNameError
from ..expressions import Node
from ..methods import Surrogate, Training
from ..methods.trained import check_training
from ..provenance import Recipe, Written, fingerprint, produce
from ..registry import named
from ..studies import inside
from . import describing
from .card import CARD, LEVELS, Network, write_card
from .carding import card_of, common_dataset, copy_cards, tell_of_cuts, with_facts
from .hepdata import HEPDATA, write_submission
from .loading import read_preserved
from .lwtnn import lwtnn_of
from .metadata import metadata
from .onnx import onnx_of
from .own_observables import own_file, own_sources
from .preserved import Preserved
from .readme import readme
from .skeletons import write_code
from .validation import validate

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["preserve"]

#: Raised when the same call writes another bundle.
VERSION = 4


@named
def preserve(
    training: Training | Mapping[str, Training],
    dataset: Dataset | None = None,
    *,
    signal_efficiencies: Sequence[float] = (0.3, 0.5, 0.7),
    luminosity: float | None = 139.0,
    levels: Mapping[str, str] | None = None,
    description: str = "",
    authors: Sequence[str] = (),
    licence: str = "",
    citation: str = "",
    path: str,
) -> Preserved:
    """Write a trained network, trees or cuts so that others can run them in ten years.

    The folder holds ``model.onnx`` and, where lwtnn can express it, ``model.lwtnn.json``; ``card.yaml`` and ``README.md`` with what
    goes in and comes out, and how it was made; ``validation/`` with reference events, agreement of the formats, cutflows, pictures
    and importance, of a surrogate its closure; ``hepdata/``, the histograms as a submission to HEPData; ``code/`` with examples, and with the source
    of observables of your own, which is never run here; ``environment.txt``.

    Parameters
    ----------
    training : Training, or mapping of cut to Training
        What is preserved; several networks with the cut that says which events each is for, ``{"jet.size == 4": four, ...}``.
        A training of `folds` has a network for each fold.
    dataset : Dataset, optional
        Where the events for validation come from; the dataset that it was trained on if not given, of several networks the last that all
        of theirs were selected from.
    signal_efficiencies : sequence of float
        Working points to publish: shares of the signal, above 0, at most 1.
    luminosity : float or None
        fb^-1, for the cutflow.
    levels : mapping, optional
        Input -> ``"truth"``, ``"reco"``, ``"detector"``, ``"parameter"`` or ``"unknown"``, where the card would say another.
    description, licence, citation : str
        What it is for, under which licence others may use it (``"CC-BY-4.0"``), and what they should cite.
    authors : sequence of str
        Who made it.
    path : str
        Where to write it, relative to the working folder.

    Returns
    -------
    Preserved
        ``.verify()`` checks it, ``.score(events)`` runs it.

    Raises
    ------
    ArgumentError
        A kind of model that has no ONNX here; an option out of bounds; test events are missing.
    UnknownNameError
        A level, or an input in `levels`, that there is not; the dataset lacks an input.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; an input is gone or has changed.

    Notes
    -----
    The fields are those of the wishlist for the reuse of networks (Les Houches 2023, arXiv:2312.14575).

    Examples
    --------
    >>> import hml_jupyter as hml, tempfile, os
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> os.chdir(tempfile.mkdtemp())
    >>> bundle = hml.preserve(bdt, luminosity=None, path="bundle")
    >>> bundle.verify().ok, bundle.score([[105.0], [30.0]]) > 0.5
    (True, array([ True, False]))
    """
    trainings = _given(training)
    first = next(iter(trainings.values()))
    data = common_dataset(trainings) if dataset is None else dataset
    check_dataset(data, "preserve")
    _check_sides(trainings, data)
    tell_of_cuts(trainings)
    inside(path)  # a bundle is for others: it is never kept in memory
    if luminosity is not None:
        pb_to_events(luminosity)  # refuses what is no luminosity
    options = {
        "signal_efficiencies": _efficiencies(signal_efficiencies),
        "luminosity": luminosity,
        "levels": _levels(levels, trainings),
        **_texts(description=description, licence=licence, citation=citation),
        "authors": _authors(authors),
    }
    inputs: dict[str, Any] = {"dataset": data, **{f"training {i}": each for i, each in enumerate(trainings.values())}}
    own = own_sources(_nodes(trainings))
    recipe = Recipe("preserve", VERSION, {**options, "when": [*trainings]}, inputs)

    def write(folder: Path) -> Written:
        progress.report(0.1, "writing the networks", label="preserving")
        networks = _networks(trainings, folder, options)
        card = card_of(Path(path).name, trainings, data, networks, options)
        progress.report(0.3, "comparing formats, filling histograms", label="preserving")
        report = validate(folder, card, trainings, data, options)
        card = with_facts(card, working_points=report.working_points)
        if report.closure:
            card = with_facts(card, closure=report.closure)
        if own:
            card = with_facts(card, observables={name: own_file(name) for name in own})
        write_card(folder / CARD, card)
        for place in folder.glob(f"{HEPDATA}*"):
            write_submission(place, card)
        write_text(folder / "README.md", readme(card, report))
        write_code(folder / "code", card)
        for name, text in own.items():
            write_text(folder / own_file(name), text)
        copy_cards(folder / "cards", first.dataset)
        write_environment(folder / "environment.txt")
        content = {
            name: np.frombuffer((folder / name).read_bytes(), np.uint8)
            for each in card.networks
            for name in each.files.values()
        }
        about = {k: v for k, v in card.about.items() if k not in ("versions", "data")}
        summary = {"networks": len(networks), "inputs": len(card.inputs), **report.summary}
        return Written(fingerprint(content, {"name": card.name, "about": about, **report.summary}), summary)

    return produce(path, recipe, write, read_preserved)


def _given(training: Any) -> dict[str, Training]:
    """Return cut -> training; an empty text stands for all events."""
    trainings = dict(training) if isinstance(training, Mapping) else {"": training}
    if not trainings:
        msg = "preserve needs a training, or several with the cut that each is for: {'jet.size == 4': four, 'jet.size > 4': more}"
        raise ArgumentError(msg)
    for each in trainings.values():
        _check_new(each)
        check_training(each, "preserve")
    if isinstance(training, Mapping) and len(trainings) == 1:
        ((when, one),) = trainings.items()
        msg = (
            f"a rule tells several networks apart, and {one.name} is alone: give preserve the training itself, made of "
            f"hml.select(dataset, [{when!r}]); the card then says that events pass this first"
        )
        raise ArgumentError(msg)
    fit = all(each.method.kind == "set" and not each.folds and each.dataset.per is None for each in trainings.values())
    if len(trainings) > 1 and not fit:
        msg = "several networks in one bundle must be networks of columns with a row each event, trained without folds"
        raise ArgumentError(msg)
    return {str(Cut(when)) if len(trainings) > 1 else "": each for when, each in trainings.items()}


def _nodes(trainings: Mapping[str, Training]) -> list[Node]:
    """Return all that the networks see of events, and the cuts that these pass."""
    cuts = [text for when, each in trainings.items() for text in (when, each.dataset.requirement, *each.cuts) if text]
    seen = [node for each in trainings.values() for node in each.dataset.representation.needed]
    return [*seen, *(Cut(text).node for text in cuts)]


def _check_new(given: Any) -> None:
    """Refuse what is preserved already."""
    if isinstance(given, Preserved):
        msg = (
            f"{given.name} is preserved already, in {given.path or given.folder}: its folder is what others get, and .verify() checks it; "
            "preserve takes the training that it was made from (hml.Training.load(path))"
        )
        raise ArgumentError(msg)


def _check_sides(trainings: Mapping[str, Training], dataset: Dataset) -> None:
    """Refuse events for validation without background, or whose signal is another one than that of a training."""
    dataset.check_background("the validation of a bundle")
    for each in trainings.values():
        if {*each.config["signal"]} != {*dataset.signal}:
            theirs, ours = ", ".join(dataset.signal), ", ".join(each.config["signal"])
            msg = f"{each.name} tells {ours} from background, and the signal of the dataset is {theirs}: give one with the same signal"
            raise ArgumentError(msg)


def _levels(given: Mapping[str, str] | None, trainings: Mapping[str, Training]) -> dict[str, str]:
    names = dict.fromkeys(name for each in trainings.values() if each.method.kind == "set" for name in each.names)
    for name, level in (given or {}).items():
        if name not in names:
            raise UnknownNameError("input", name, names)
        if level not in LEVELS:
            raise UnknownNameError("level", level, LEVELS)
    return dict(given or {})


def _efficiencies(given: Any) -> tuple[float, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        msg = f"signal_efficiencies is a list of shares of the signal, [0.3, 0.5], not {given!r}"
        raise ArgumentError(msg)
    return tuple(checks.number("signal_efficiencies", each, 0.0, 1.0) for each in given)


def _authors(given: Any) -> list[str]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        msg = f"authors is a list of names, ['A. Student'], not {given!r}"
        raise ArgumentError(msg)
    return [_text("authors", each) for each in given]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        msg = f"{name} must be a text, not {value!r}"
        raise ArgumentError(msg)
    return value


def _texts(**given: Any) -> dict[str, str]:
    return {name: _text(name, value) for name, value in given.items()}


def _networks(trainings: Mapping[str, Training], folder: Path, options: Mapping[str, Any]) -> list[Network]:
    """Write the files of every network; return how the card lists them."""
    found: list[Network] = []
    several = len(trainings) > 1 or next(iter(trainings.values())).folds is not None
    for when, training in trainings.items():
        for fold in range(training.folds or 1):
            stem = f"model_{len(found)}" if several else "model"
            place = (fold, training.folds) if training.folds else None
            network = _network(training, fold, folder / stem, options)
            found.append(replace(network, when=when or None, fold=place, inputs=training.names if when else None))
    return found


def _network(training: Training, fold: int, stem: Path, options: Mapping[str, Any]) -> Network:
    """Write the files of one network, whose names begin with `stem`."""
    columns = training.method.kind == "set"
    moments = describing.normalised(training.models[fold], training.names) if columns else None
    inputs = describing.inputs_of(training, training.dataset, options["levels"]) if columns else ()
    model = onnx_of(training, fold, about=metadata(training, inputs, moments, options))
    stem.with_suffix(".onnx").write_bytes(model.SerializeToString(deterministic=True))
    try:
        content, why = lwtnn_of(training, fold), ""
        write_json(stem.with_suffix(".lwtnn.json"), content)
    except ArgumentError as error:
        content, why = None, str(error)
    mean, spread = moments or (None, None)
    return Network(
        onnx=f"{stem.name}.onnx",
        lwtnn=None if content is None else f"{stem.name}.lwtnn.json",
        normalisation="inside" if describing.normalises(training.models[fold]) else "none",
        mean=mean,
        spread=spread,
        architecture=describing.architecture(training, fold),
        cuts=tuple(training.models[fold].cuts) if content and "cuts" in content["miscellaneous"] else (),
        noise="noise" if isinstance(training.method, Surrogate) else None,
        without_lwtnn=why,
    )
