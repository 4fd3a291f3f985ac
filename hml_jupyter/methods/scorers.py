"""What gives events a score, and whether it has seen them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .. import progress
from ..cuts import Cut
from ..errors import HmlError
from ..expressions import render, terms
from .method import Array

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Scoring", "check_origin", "check_selection"]


class Scoring(Protocol):
    """What gives events a score: a training, or a preserved network."""

    @property
    def name(self) -> str:
        """What tables call it."""

    @property
    def method_name(self) -> str | None:
        """Name of the method; None where that is not known."""

    @property
    def outputs(self) -> Sequence[str]:
        """What the numbers are called that it gives an event; the name of a single one is nowhere used."""

    @property
    def events_from(self) -> str | None:
        """Fingerprint of the dataset that it was trained on; None where that is not known."""

    @property
    def selection(self) -> Sequence[str]:
        """Cuts that events must have passed for their score to mean anything, as text."""

    def knows_unseen(self, data: object) -> bool:
        """Tell whether each event of `data` has a model that has not seen it."""

    def score(self, data: Any) -> Array:
        """Return the score of each event, (n,), or of several outputs (n, m)."""


def check_origin(training: Scoring, data: Dataset, name: str) -> None:
    """Tell of test events that a training may have seen: those of another dataset than its own; of somebody else's nothing is known."""
    if training.events_from not in (None, data.root.fingerprint):
        progress.notice(
            f"{name} was trained on another dataset; events that it has seen may be among these test events"
        )


def check_selection(training: Scoring, data: Dataset) -> None:
    """Tell of cuts that events must have passed, of which neither the cuts of the dataset nor its columns say that all have."""
    passed = {term for text in (data.requirement, *data.all_cuts) if text for term in _terms(text)}
    lacking = [
        term for text in training.selection for term in _terms(text) if term not in passed and not _pass(data, term)
    ]
    if lacking:
        progress.notice(
            f"{training.name} was made for events that pass {' and '.join(lacking)}, which nothing has asked of these: the score of others "
            "means nothing, so ask for it when the dataset is built, by require="
        )


def _terms(text: str) -> Iterator[str]:
    """Give the cuts that must all hold, canonical; a text of somebody's card that is no cut as it is."""
    try:
        yield from map(render, terms(Cut(text).node))
    except HmlError:
        yield text


def _pass(data: Dataset, text: str) -> bool:
    """Tell whether the dataset has what a cut needs, and all of its events pass."""
    try:
        return bool(Cut(text)(data).all())
    except HmlError:
        return False
