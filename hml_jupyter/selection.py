"""Selecting events, and counting what each cut leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .checks import number
from .cuts import Cut
from .datasets import Dataset
from .datasets.checking import check_dataset
from .datasets.described import pb_to_events
from .datasets.selecting import read_cuts, selected
from .errors import ArgumentError
from .metrics import FLOOR, MOST_UNCERTAINTY, Significance, significance
from .registry import Shown, named

#: The step from all events to those that no method has seen.
TEST = "test events"
#: Why signal alone has no significance.
ALONE = "cannot be estimated: the dataset has no background"

__all__ = ["ClassCount", "Cutflow", "CutflowRow", "Step", "cutflow", "select", "steps"]


@dataclass(frozen=True)
class ClassCount:
    """What is left of one class after a step."""

    events: int
    """Simulated events."""
    efficiency: float
    """Summed weights over those of the generated events."""
    relative: float | None
    """Summed weights over those of the step before; None where nothing was left to cut."""
    expected: float | None
    """Events at the luminosity; None without luminosity."""
    error: float | None
    """Monte-Carlo error of `expected`: root of the sum of squared weights. That of the cross section is not in it."""


@dataclass(frozen=True)
class CutflowRow:
    """A step of a cutflow."""

    label: str
    """``generated``, the requirement, or a cut; rows for jets begin with all of them."""
    counts: dict[str, ClassCount]
    """For each class."""
    significance: Significance | None
    """Of all signal over all background classes, without a value and with a reason where there is no background; None without luminosity."""


@dataclass(frozen=True)
class Cutflow(Shown):
    """What is left after each cut, from the generated events on."""

    classes: tuple[str, ...]
    """Class names."""
    signal: tuple[str, ...]
    """Those that are signal."""
    luminosity: float | None
    """fb^-1; None for counts only."""
    rows: tuple[CutflowRow, ...]
    """The generated events, the requirement, and each cut."""
    stale: tuple[str, ...] = ()
    """Why the dataset is older than what it was made from; empty when it is fresh."""


@named
def select(dataset: Dataset, cuts: Sequence[str], *, path: str | None = None) -> Dataset:
    """Return the events of a dataset that pass all cuts.

    Parameters
    ----------
    dataset : Dataset
        A built dataset, or a selection.
    cuts : list of str
        Cuts on columns and side columns. A missing value (NaN) passes no comparison.
    path : str, optional
        Where to keep it; the dataset must have a path too. Stored are the cuts and a mask, not the events.

    Returns
    -------
    Dataset
        With `dataset` as its parent; weights, split and counts are the parent's.

    Raises
    ------
    ArgumentError
        Something that is no dataset, or no list of cuts; a selection that is saved of a dataset that is not.
    ExpressionError, UnknownNameError
        A cut that cannot be read, or that uses what is no column.
    EmptySelectionError
        No event passes. Nothing is written then.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset is gone or has changed.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> hml.select(example(), ["fatjet0.mass >= 100"]).X[:, 0]
    array([100., 105., 110., 115., 100., 110.])
    """
    check_dataset(dataset, "select")
    return selected(dataset, read_cuts(cuts, dataset), path)


@named
def cutflow(
    dataset: Dataset,
    cuts: Sequence[str] | None = None,
    *,
    luminosity: float | None = 139.0,
    uncertainty: float = 0.0,
    floor: float = FLOOR,
) -> Cutflow:
    """Count what each cut leaves of each class, from the generated events on.

    Of signal alone there are counts, efficiencies and expected events, and a significance that cannot be estimated.

    Parameters
    ----------
    dataset : Dataset
        A built dataset, or a selection, whose own cuts come first.
    cuts : list of str, optional
        More cuts, applied one after the other.
    luminosity : float or None
        fb^-1; None gives counts and efficiencies only, for classes without a cross section.
    uncertainty : float
        Relative uncertainty of the background in the significance, 0.1 for 10 %, beside its Monte-Carlo error.
    floor : float
        Effective background events that a significance needs.

    Returns
    -------
    Cutflow
        A row for the generated events, one for the requirement, one for each cut.

    Raises
    ------
    ArgumentError
        A luminosity is given and the cross section of a class is not known; a number that cannot be.
    ExpressionError, UnknownNameError
        A cut that cannot be read, or that uses what is no column.

    Notes
    -----
    Errors of expected events are roots of summed squared weights, N / sqrt(n) of n events of equal weight: those of a histogram, and of
    a statistical model, in which how many events are generated fluctuates too. At an efficiency e of a fixed number of events the
    binomial error is smaller by sqrt(1 - e). The error of the cross section, `Run.error`, comes on top and is not in it.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> flow = hml.cutflow(example(), ["fatjet0.mass >= 70"], luminosity=None)
    >>> [(row.label, row.counts["qcd"].events) for row in flow.rows]
    [('generated', 10), ('fatjet0.mass >= 70', 5)]
    """
    check_dataset(dataset, "cutflow")
    _check_floor(floor)
    uncertainty = number("uncertainty", uncertainty, 0.0, MOST_UNCERTAINTY)
    scale = None if luminosity is None else pb_to_events(luminosity)
    if scale is not None:
        dataset.check_cross_sections()
    found = steps(dataset, tuple(map(str, read_cuts(() if cuts is None else cuts, dataset))))
    rows = []
    before: Step | None = None
    for step in found:
        rows.append(_row(dataset, step, before, found[0], scale, (uncertainty, floor)))
        before = step
    return Cutflow(dataset.classes, dataset.signal, luminosity, tuple(rows), dataset.stale)


def steps(dataset: Dataset, cuts: Sequence[str] = ()) -> list[Step]:
    """Return what there is from the generated events on: after the requirement, the cuts of the dataset, and more cuts.

    With scores, unless all are of cross-trainings, there is a step to the test events, which are scaled up from there on.
    """
    root = dataset.root
    counted, weights = np.ones(root.n_events, bool), root.weights
    # rows for jets are not events: what was generated has none to be compared with
    found = [_generated(dataset)] if root.per is None else [_step(root, f"all {root.per}", counted, weights)]
    if root.requirement is not None and root.per is None:
        found.append(_step(root, root.requirement, counted, weights))
    if dataset.test_only:
        counted, weights = root.unseen(crossed=False), root.scaled(crossed=False)
        found.append(_step(root, TEST, counted, weights))
    found.extend(_cut_steps(dataset, cuts, counted, weights))
    return found


@dataclass(frozen=True)
class Step:
    """What is left after a step, m classes."""

    label: str
    """``generated``, the requirement, or a cut."""
    events: npt.NDArray[np.integer]
    """(m,) simulated events of each class."""
    sums: npt.NDArray[np.float64]
    """(m,) pb."""
    squares: npt.NDArray[np.float64]
    """(m,) pb^2."""


def _check_floor(floor: Any) -> None:
    if not isinstance(floor, int | float) or not floor >= 0:
        msg = f"floor={floor!r} must be a number of background events, 0 or larger; it is {FLOOR:g} if not given"
        raise ArgumentError(msg)


def _generated(dataset: Dataset) -> Step:
    counts = [dataset.counts[name] for name in dataset.classes]
    # without a cross section the weights sum to 1
    scales = [1.0 if c["cross_section"] is None else c["cross_section"] for c in counts]
    squares = [
        x**2 * c["sum_of_squared_weights"] / c["sum_of_weights"] ** 2 for x, c in zip(scales, counts, strict=True)
    ]
    return Step("generated", np.array([c["generated"] for c in counts]), np.array(scales), np.array(squares))


def _cut_steps(
    dataset: Dataset, cuts: Sequence[str], counted: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> Iterator[Step]:
    """Give the cuts of a dataset, each on what it was selected from, and then more cuts on itself; `counted` are rows of the root."""
    root = dataset.root
    levels = [dataset]
    while levels[0].parent is not None:
        levels.insert(0, levels[0].parent)
    rows: npt.NDArray[np.int64] | None = None  # of the root; None for all
    for events, texts, mask in [
        *((below.parent, below.cuts, below.mask) for below in levels[1:]),
        (dataset, cuts, None),
    ]:
        passing = (counted if rows is None else counted[rows]) if texts else counted
        for text in texts:
            passing = passing & Cut(text)(events)
            yield _step(root, text, passing if rows is None else rows[passing], weights)
        if mask is not None:
            rows = np.flatnonzero(mask) if rows is None else rows[mask]


def _step(root: Dataset, label: str, rows: npt.NDArray[Any], weights: npt.NDArray[np.float64]) -> Step:
    y, weights, m = root.y[rows], weights[rows], len(root.classes)
    return Step(
        label,
        np.bincount(y, minlength=m),
        np.bincount(y, weights, minlength=m).astype(np.float64),
        np.bincount(y, weights**2, minlength=m).astype(np.float64),
    )


def _row(
    dataset: Dataset, step: Step, before: Step | None, first: Step, scale: float | None, asked: tuple[float, float]
) -> CutflowRow:
    counts = {}
    for k, name in enumerate(dataset.classes):
        previous = first.sums[k] if before is None else before.sums[k]
        counts[name] = ClassCount(
            int(step.events[k]),
            float(step.sums[k] / first.sums[k]),
            float(step.sums[k] / previous) if previous else None,
            None if scale is None else float(step.sums[k] * scale),
            None if scale is None else float(np.sqrt(step.squares[k]) * scale),
        )
    if scale is None:
        return CutflowRow(step.label, counts, None)
    chosen = np.isin(dataset.classes, dataset.signal)
    s, b = (float(step.sums[kind].sum() * scale) for kind in (chosen, ~chosen))
    squares_s, squares_b = (float(step.squares[kind].sum() * scale**2) for kind in (chosen, ~chosen))
    uncertainty, floor = asked
    found = significance(s, b, squares_b, sum_w2_s=squares_s, uncertainty=uncertainty, floor=floor)
    if not dataset.background:
        found = replace(found, reason=ALONE)
    return CutflowRow(step.label, counts, found)
