"""Checking a preserved network: files, card, and scores of the reference events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..canonical import file_sha256
from ..errors import HmlError
from ..records import RECORD, is_sealed, read_record
from ..registry import Shown
from .feeding import fed
from .reference import REFERENCE, TOLERANCE, read_reference

if TYPE_CHECKING:
    from .preserved import Preserved

__all__ = ["Check", "Verification", "verified"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    """``files``, ``card``, or a format."""
    ok: bool | None
    """Whether it is as it should be; None where there is nothing to compare with."""
    text: str
    """What was found."""
    difference: float | None = None
    """Largest difference of a score to that of the reference events."""


@dataclass(frozen=True)
class Verification(Shown):
    """What :meth:`Preserved.verify` has found."""

    name: str
    """The preserved network."""
    checks: tuple[Check, ...]
    """One for the files, one for the card, one for each format and network."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.ok is not False for check in self.checks)


def verified(preserved: Preserved) -> Verification:
    """Check everything; nothing is raised for what is wrong."""
    rows = [_checked("files", lambda: _files(preserved)), _checked("card", lambda: _card(preserved))]
    return Verification(preserved.name, (*rows, *_scores(preserved)))


def _checked(what: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except (HmlError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Check(what, False, str(error))


def _files(preserved: Preserved) -> Check:
    folder = preserved.folder
    if not preserved.is_own:
        return Check("files", None, "no checksums: the card is all that is known")
    record = read_record(folder)
    if not is_sealed(folder, record):
        return Check("files", False, f"{RECORD} is not what was saved")
    wrong = [name for name, expected in record["files"].items() if not _is(folder / name, expected)]
    more = sorted(_found(folder) - {RECORD, *record["files"]})
    said = [f"{name} is not what was saved" for name in wrong] + [f"{name} was not there" for name in more]
    return Check("files", not said, "; ".join(said) or f"{len(record['files'])} files are what was saved (sha256)")


def _is(file: Path, expected: str) -> bool:
    return file.is_file() and file_sha256(file) == expected


def _found(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _card(preserved: Preserved) -> Check:
    card = preserved.card
    text = f"{len(card.networks)} network{'s'[: len(card.networks) != 1]}, {len(card.inputs)} inputs, {len(card.outputs)} output{'s'[: len(card.outputs) != 1]}"
    return Check("card", True, text)


def _scores(preserved: Preserved) -> Iterator[Check]:
    """Run the reference events in every format."""
    for i, network in enumerate(preserved.card.networks):
        for how in network.files:
            what = how if len(preserved.card.networks) == 1 else f"{how}, network {i}"
            yield _checked(what, lambda i=i, how=how, what=what: _compared(preserved, i, how, what))  # type: ignore[misc]


def _compared(preserved: Preserved, i: int, how: str, what: str) -> Check:
    run = preserved.run(i, how)
    reference = read_reference(preserved.folder, i)
    if reference is None:
        return Check(what, None, f"it opens; there are no reference events ({REFERENCE.format(i)}) to compare with")
    if how not in reference.scores or not len(reference.scores[how]):
        return Check(what, None, f"it opens; {REFERENCE.format(i)} has no events with a column score_{how}")
    card, network = preserved.card, preserved.card.networks[i]
    expected = [each.name for each in card.inputs_of(network)]
    if reference.names and list(reference.names) != expected:
        msg = f"the inputs of the card are {', '.join(expected)}, those of the reference events {', '.join(reference.names)}"
        raise ValueError(msg)
    events = fed(card, network, reference.inputs) if card.kind == "set" else reference.inputs
    found = run(events) if reference.noise is None else run(events, reference.noise)
    difference = float(np.max(np.abs(found[:, 0] - reference.scores[how]), initial=0.0))
    tolerance = TOLERANCE[how]
    text = f"{len(found)} reference events, largest difference {difference:.2g}, allowed {tolerance:g}"
    return Check(what, difference <= tolerance, text, difference)
