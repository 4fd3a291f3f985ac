"""The card of trainings, and what their generators were told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import progress
from ..canonical import write_text
from ..chunks import LOG_FILE
from ..errors import ArgumentError
from ..methods import Training
from . import describing
from .card import Card, Network

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["card_of", "common_dataset", "copy_cards", "tell_of_cuts", "with_facts"]

#: Letters of a generator's log that are kept.
MOST_LOG = 20_000


def card_of(
    name: str,
    trainings: Mapping[str, Training],
    dataset: Dataset,
    networks: Sequence[Network],
    options: Mapping[str, Any],
) -> Card:
    """Return the card of trainings, cut -> training, whose networks are written; `dataset` validates them.

    What is said of inputs, outputs and events is true of those that they were trained on.
    """
    first = next(iter(trainings.values()))
    kind, several = first.method.kind, len(trainings) > 1
    own = _common(trainings) or dataset
    inputs = describing.joined(
        each
        for one in trainings.values()
        if kind == "set"
        for each in describing.inputs_of(one, one.dataset, options["levels"])
    )
    applicable, measured = describing.selections_of(inputs, own)
    texts = {key: options[key] for key in ("description", "authors", "licence", "citation")}
    training = {when: describing.training_of(each) for when, each in trainings.items()}
    other = {"validated_on": _events(dataset)} if dataset.root.fingerprint != first.events_from else {}
    about = {
        **texts,
        **({} if kind == "set" else {"declaration": own.representation.declaration()}),
        "objects": describing.objects_of(trainings, own),
        "training": training if several else training[""],
        "data": _events(own),
        **other,
        "versions": describing.about_versions(),
    }
    return Card(
        name,
        inputs,
        describing.outputs_of(own),
        tuple(networks),
        kind=kind,
        per=own.per,
        representation=None if kind == "set" else first.config["representation"],
        selection=applicable,
        measured_selection=measured,
        about=about,
    )


def _events(dataset: Dataset) -> dict[str, Any]:
    found = describing.samples_of(dataset)
    for name, fraction in describing.selected_fractions(dataset).items():
        found["classes"][name][describing.SHARE] = fraction
    return found


def common_dataset(trainings: Mapping[str, Training]) -> Dataset:
    """Return the dataset of a training, or of several the last that all of theirs were selected from.

    Raises
    ------
    ArgumentError
        There is none.
    """
    found = _common(trainings)
    if found is None:
        msg = "the networks were trained on different datasets: say with dataset= which one has events for each of them, to validate them"
        raise ArgumentError(msg)
    return found


def tell_of_cuts(trainings: Mapping[str, Training]) -> None:
    """Give a notice of cuts that a network of a rule has learnt behind, and that neither its rule nor the card's selection says."""
    common = _common(trainings)
    if common is None or len(trainings) == 1:
        return
    for when, each in trainings.items():
        said = {*describing.terms_of(when, *common.all_cuts)}
        unsaid = [cut for cut in describing.terms_of(*each.dataset.all_cuts) if cut not in said]
        if unsaid:
            progress.notice(
                f"{each.name} learnt from events that pass {' and '.join(unsaid)} too, which its rule {when!r} does not say: "
                "its scores of other events of the rule hold for nothing that it has seen"
            )


def _common(trainings: Mapping[str, Training]) -> Dataset | None:
    chains = [[*_chain(each.dataset)] for each in trainings.values()]
    known = [{one.fingerprint for one in chain} for chain in chains]
    return next((one for one in chains[0] if all(one.fingerprint in each for each in known)), None)


def _chain(dataset: Dataset) -> Iterator[Dataset]:
    now: Dataset | None = dataset
    while now is not None:
        yield now
        now = now.parent


def copy_cards(place: Path, dataset: Dataset) -> None:
    """Copy what the generators were told, as far as it is kept: cards, and the first lines of the log."""
    for name, folder in describing.sample_folders(dataset).items():
        cards = sorted((folder / "cards").glob("*")) if (folder / "cards").is_dir() else []
        log = folder / LOG_FILE
        if cards or log.is_file():
            (place / name).mkdir(parents=True, exist_ok=True)
        for card in cards:
            shutil.copyfile(card, place / name / card.name)
        if log.is_file():
            write_text(place / name / LOG_FILE, log.read_text(encoding="utf-8", errors="replace")[:MOST_LOG])


def with_facts(card: Card, **about: Any) -> Card:
    """Return a card that says more, after what the user has said of it."""
    texts = {
        key: value for key, value in card.about.items() if key in ("description", "authors", "licence", "citation")
    }
    rest = {key: value for key, value in card.about.items() if key not in texts}
    return replace(card, about={**texts, **about, **rest})
