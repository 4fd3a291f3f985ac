"""What gives events a score, and whether it has seen them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .. import progress
from .method import Array

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Scoring", "check_origin"]


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
