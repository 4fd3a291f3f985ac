"""Checking a preserved network: files, card, and scores of the reference events."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from ..canonical import file_sha256
from ..errors import HmlError
from ..records import RECORD, is_sealed, read_record
from ..registry import Shown
from .card import CARD as CARD_FILE
from .card import Card, Network
from .card_reading import read_card
from .feeding import fed
from .hand_written import made_up, to_be_given, wrong_in
from .objects import mixed
from .reference import REFERENCE, TOLERANCE, Reference, read_reference
from .running import Run

if TYPE_CHECKING:
    from .preserved import Preserved

__all__ = ["Check", "Verification", "verified"]

#: What is looked at beside the formats.
FILES, CARD = "files", "card"


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
        """Whether nothing is wrong; `text` says whether anything was compared."""
        return all(check.ok is not False for check in self.checks)

    @property
    def text(self) -> str:
        """What was found, in words."""
        if not self.ok:
            return "something is wrong"
        scores = [check.difference is not None for check in self.checks if check.what not in (FILES, CARD)]
        saved = any(check.ok for check in self.checks if check.what == FILES)
        if not any(scores):
            return "the files are as they were saved; no score was compared" if saved else "nothing was compared"
        which = "the scores are" if all(scores) else "some scores were compared, and they are"
        if not saved:
            return f"{which} those of the reference events; there are no checksums of the files"
        return "everything is as it was saved" if all(scores) else f"the files are as they were saved; {which} too"


def verified(preserved: Preserved) -> Verification:
    """Check everything; nothing is raised for what is wrong."""
    rows = [_checked(FILES, lambda: _files(preserved)), _checked(CARD, lambda: _card(preserved))]
    return Verification(preserved.name, (*rows, *_scores(preserved)))


def _checked(what: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except (HmlError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Check(what, False, str(error))


def _files(preserved: Preserved) -> Check:
    folder = preserved.folder
    if preserved.replaced:
        return Check(FILES, False, preserved.replaced)
    if not preserved.is_own:
        return Check(FILES, None, "there are no checksums: the card is all that is known")
    record = read_record(folder)
    if not is_sealed(folder, record):
        return Check(FILES, False, f"{RECORD} is not what was saved")
    wrong = [name for name, expected in record["files"].items() if not _is(folder / name, expected)]
    said = [f"{name} is not what was saved" for name in wrong] + [*_more(folder, {RECORD, *record["files"]})]
    return Check(FILES, not said, "; ".join(said) or f"{len(record['files'])} files are what was saved (sha256)")


def _is(file: Path, expected: str) -> bool:
    return file.is_file() and file_sha256(file) == expected


def _more(folder: Path, saved: Collection[str]) -> Iterator[str]:
    """Say what is in a folder beside the saved files and their folders."""
    folders = {parent.as_posix() for name in saved for parent in PurePosixPath(name).parents}
    for each in sorted(folder.rglob("*")):
        name = each.relative_to(folder).as_posix()
        if each.is_symlink():
            yield f"{name} is a link, which was not there"
        elif name not in (folders if each.is_dir() else saved):
            yield f"{name}{'/' if each.is_dir() else ''} was not there"


def _card(preserved: Preserved) -> Check:
    card = preserved.card
    now = read_card(preserved.folder / CARD_FILE, by_hand=not preserved.is_own)
    if repr(now) != repr(card):  # a NaN in it is not equal to itself
        return Check(CARD, False, f"{CARD_FILE} has changed since it was read: load it again")
    wrong = [] if preserved.is_own else [*wrong_in(card)]
    if wrong:
        return Check(CARD, False, "; ".join(wrong))
    numbers = {"network": len(card.networks), "input": len(card.inputs), "sequence": len(card.sequences)}
    said = [_several(kind, number) for kind, number in numbers.items() if number or kind != "sequence"]
    text = ", ".join([*said, _several("output", len(card.outputs))])
    given = to_be_given(card) if card.kind == "set" else []
    if given:
        text += (
            f"; events do not tell {', '.join(given)}, which must be given by name, or be said in the card (observable)"
        )
    if card.measured_selection:
        text += f"; for events that pass what its inputs cannot tell: {'; '.join(card.measured_selection)}"
    return Check(CARD, True, text)


def _several(kind: str, number: int) -> str:
    return f"{number} {kind}{'s'[: number != 1]}"


def _scores(preserved: Preserved) -> Iterator[Check]:
    """Run the reference events in every format."""
    for i, network in enumerate(preserved.card.networks):
        for how in network.files:
            what = how if len(preserved.card.networks) == 1 else f"{how}, network {i}"
            yield _checked(what, lambda i=i, how=how, what=what: _compared(preserved, i, how, what))  # type: ignore[misc]


def _compared(preserved: Preserved, i: int, how: str, what: str) -> Check:
    run = preserved.run(i, how, anew=True)
    reference = read_reference(preserved.folder, i)
    if reference is None or how not in reference.scores or not len(reference.scores[how]):
        runs = _tried(preserved.card, preserved.card.networks[i], run)
        name = REFERENCE.format(i)
        lacking = (
            f"{name} has no events with a column score_{how}"
            if reference
            else f"there are no reference events ({name}) to compare with"
        )
        return Check(what, None, f"it opens{', and runs on made-up events' if runs else ''}; {lacking}")
    events = _events(preserved.card, preserved.card.networks[i], reference)
    found = run(events) if reference.noise is None else run(events, reference.noise)
    expected = np.reshape(reference.scores[how], (len(found), -1))
    names = [each.name for each in preserved.card.outputs]
    compared = list(reference.outputs.get(how, names[: expected.shape[1]]))
    if expected.shape[1] > len(names) or not {*compared} <= {*names}:
        has = ", ".join(compared) if how in reference.outputs else f"{expected.shape[1]} scores each"
        msg = f"the reference events have {has}, and the card names {len(names)} outputs: {', '.join(names)}"
        raise ValueError(msg)
    found = found[:, [names.index(each) for each in compared]]
    difference = float(np.max(np.abs(found - expected), initial=0.0))
    tolerance = TOLERANCE[how]
    text = f"{len(found)} reference events, largest difference {difference:.2g}, allowed {tolerance:g}"
    if len(compared) < len(names):
        text += f"; of {len(names)} outputs compared: {', '.join(compared)}"
    return Check(what, difference <= tolerance, text, difference)


def _tried(card: Card, network: Network, run: Run) -> bool:
    """Run a network on made-up events, whose scores say nothing; tell whether there are any such events."""
    events = made_up(card, network)
    if events is None:
        return False
    _ = run(events) if network.noise is None else run(events, np.full((len(events), 2), 0.5))
    return True


def _events(card: Card, network: Network, reference: Reference) -> Any:
    """Return reference events as a network gets them."""
    if isinstance(reference.inputs, dict) != bool(card.sequences):
        has, wanted = (
            ("sequences", ".json") if card.sequences else (f"no sequences; it is a {card.kind}", ".csv or .npz")
        )
        msg = f"the card has {has}: its reference events stand in a file {wanted}"
        raise ValueError(msg)
    if card.sequences:
        lists = mixed(card, network, reference.inputs, {})
        if not lists.complete.all():
            msg = (
                f"the reference event {int(np.argmin(lists.complete))} lacks something that the card has no padding for"
            )
            raise ValueError(msg)
        return lists
    expected = [each.name for each in card.inputs_of(network)]
    if reference.names and list(reference.names) != expected:
        msg = f"the inputs of the card are {', '.join(expected)}, those of the reference events {', '.join(reference.names)}"
        raise ValueError(msg)
    return fed(card, network, reference.inputs) if card.kind == "set" else reference.inputs
