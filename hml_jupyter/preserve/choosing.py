"""Which networks of a card score which events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..cuts import Cut
from ..datasets.folding import fold_of
from ..errors import ArgumentError
from .card import Card, Network
from .feeding import is_events
from .lists import table
from .running import Columns

__all__ = ["chosen", "crossed", "events_from", "knows_unseen"]

Array = npt.NDArray[np.float64]


def chosen(card: Card, data: Any) -> list[tuple[int, npt.NDArray[np.bool_] | None]]:
    """Return which of the networks is for which events; None for all.

    Raises
    ------
    ArgumentError
        The card does not say which events each is for, several are for the same, or `data` cannot tell.
    """
    networks = card.networks
    if networks[0].fold:
        return [(i, None) for i in range(len(networks))]
    if all(each.when is None for each in networks):
        if len(networks) > 1:
            msg = (
                f"the card of {card.name} has {len(networks)} networks and does not say which events each is for (when)"
            )
            raise ArgumentError(msg)
        return [(0, None)]
    passing = [_passing(card, each, data) for each in networks]
    taken = np.sum(passing, axis=0)
    if (taken > 1).any():
        msg = f"{int((taken > 1).sum())} events are for several networks of {card.name}: their cuts overlap"
        raise ArgumentError(msg)
    if (taken == 0).any():
        progress.notice(
            f"{card.name}: no network is for {int((taken == 0).sum())} of {len(taken)} events, which have no score"
        )
    return list(enumerate(passing))


def _passing(card: Card, network: Network, data: Any) -> npt.NDArray[np.bool_]:
    cut = Cut(network.when or "")
    if card.per is not None and is_events(data):
        msg = f"which of its networks {card.name} asks for a {card.per} is told by {cut}: score a dataset with a row for each"
        raise ArgumentError(msg)
    if hasattr(data, "column") or hasattr(data, "fields"):
        return cut(data)
    values = table(card, data) if card.sequences else np.asarray(data, float)
    return cut(Columns(tuple(each.name for each in card.inputs), values))


def crossed(card: Card, data: Any, each: Sequence[Array]) -> Array:
    """Return of the scores of each network, (n, m), those of the one that has not seen an event, else the mean of all."""
    if not knows_unseen(card, data):
        return np.asarray(np.mean(each, axis=0))
    number = fold_of(data, len(card.networks))
    places = {network.fold[0]: i for i, network in enumerate(card.networks) if network.fold}
    return np.stack(each)[np.vectorize(places.__getitem__)(number), np.arange(len(number))]


def knows_unseen(card: Card, data: object) -> bool:
    """Tell whether each event of `data` has a network that has not seen it: events of a cross-training's own dataset have."""
    root = getattr(data, "root", None)
    return bool(card.networks[0].fold and root and root.fingerprint == events_from(card))


def events_from(card: Card) -> str | None:
    """Return the fingerprint of the dataset of the training; empty where networks have several, None where the card says none."""
    training = card.about.get("training")
    each = training if isinstance(training, Mapping) else {}
    trainings = [each, *(one for one in each.values() if isinstance(one, Mapping))]  # one for each rule
    found = {one["events_from"] for one in trainings if isinstance(one.get("events_from"), str)}
    return found.pop() if len(found) == 1 else "" if found else None
