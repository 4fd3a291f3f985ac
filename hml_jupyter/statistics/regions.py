"""The regions of a workspace: datasets that share no event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from ..datasets import Dataset
from ..datasets.checking import check_dataset
from ..errors import ArgumentError

__all__ = ["check_events", "read_regions", "root_rows"]

#: What a dataset that is given alone is called.
ALONE = "SR"


def read_regions(given: Any, names: Sequence[str] | None) -> dict[str, Dataset]:
    """Return the events of each region by its name, checked.

    Parameters
    ----------
    given : Dataset or mapping of str to Dataset
        A dataset, or selections of one dataset by the names of their regions.
    names : list of str, optional
        Regions of the one dataset that is given.

    Raises
    ------
    ArgumentError
        Something else; regions of several datasets, or that share events; rows that are no events; signal alone.
    UnknownNameError
        The dataset has no such region.
    EmptySelectionError
        Nothing is in a region.
    """
    found: dict[Any, Dataset] = _named(given, names)
    for name, events in found.items():
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            msg = f"the name of a region is a printable text such as 'SR', not {name!r}"
            raise ArgumentError(msg)
        check_events(events, "workspace")
        _check_background(events)
        events.check_cross_sections()
    if len({events.root.fingerprint for events in found.values()}) > 1:
        msg = "the regions of a workspace are selections of one dataset, so that no event is counted twice; these are of several"
        raise ArgumentError(msg)
    _check_apart(found)
    return found


def check_events(dataset: Any, verb: str) -> None:
    """Refuse what is no dataset with a row for each event."""
    check_dataset(dataset, verb)
    if dataset.per is not None:
        msg = (
            f"{verb} counts events, and the rows of this dataset are {dataset.per}: build it with a row for each event"
        )
        raise ArgumentError(msg)


def root_rows(dataset: Dataset) -> npt.NDArray[np.int64]:
    """Return which rows of the built dataset are in a selection, (n,)."""
    if dataset.parent is None or dataset.mask is None:
        return np.arange(dataset.n_events)
    return root_rows(dataset.parent)[dataset.mask]


def _named(given: Any, names: Any) -> dict[Any, Dataset]:
    if isinstance(given, Mapping):
        if names is not None:
            msg = "names= are of regions of one dataset; of a dictionary its keys are the names"
            raise ArgumentError(msg)
        if not given:
            msg = "a workspace needs a region: hml.workspace({'SR': selected})"
            raise ArgumentError(msg)
        return dict(given)
    check_dataset(given, "workspace")
    if names is None:
        return {ALONE: given}
    if isinstance(names, str) or not isinstance(names, Sequence) or not names:
        msg = f"names is a list of regions of the dataset, ['SR', 'CR'], not {names!r}"
        raise ArgumentError(msg)
    return {name: given.region(name) for name in names}


def _check_background(events: Dataset) -> None:
    try:
        events.check_background("workspace")
    except ArgumentError as error:
        msg = (
            f"{error}; or put the yield of hml.cutflow beside a background that was published, in pyhf's JSON, which hml.limit takes: "
            "its documentation shows how"
        )
        raise ArgumentError(msg) from error


def _check_apart(regions: Mapping[str, Dataset]) -> None:
    rows = {name: root_rows(events) for name, events in regions.items()}
    for one, other in combinations(rows, 2):
        shared = len(np.intersect1d(rows[one], rows[other], assume_unique=True))
        if shared:
            msg = (
                f"{shared} simulated events are in {one!r} and in {other!r}: the regions of a workspace share no event, "
                "so cut the one where the other begins"
            )
            raise ArgumentError(msg)
