"""Columns of the event model, and the weights in them."""

from __future__ import annotations

from collections.abc import Sequence

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..expressions import Node, parse_observable
from ..observables import fields_of
from ..representations import Representation

__all__ = ["event_weights", "needed_columns", "sample_nodes"]


def event_weights(events: ak.Array) -> npt.NDArray[np.float64]:
    """Return the weight of each event, (n,); 1 where the events carry none."""
    if "Event" not in events.fields or "Weight" not in events["Event"].fields:
        return np.ones(len(events))
    weight = events["Event"]["Weight"]
    while weight.ndim > 1:
        weight = ak.firsts(weight)
    return np.asarray(ak.to_numpy(ak.fill_none(weight, np.nan)), dtype=np.float64)


def sample_nodes(
    representation: Representation, side_names: Sequence[str], require: Cut | None, without: Sequence[Cut]
) -> list[Node]:
    """Return all that is read of the events of a sample: what a method sees, side columns, what is required or left out."""
    cuts = (*([] if require is None else [require]), *without)
    return [*representation.needed, *map(parse_observable, side_names), *(cut.node for cut in cuts)]


def needed_columns(nodes: Sequence[Node]) -> list[str] | None:
    """Return the columns of the event model behind observables or cuts, and the weight; None where a branch is not in it."""
    found = fields_of(nodes)
    return None if found is None else sorted({"Event.Weight", *found})
