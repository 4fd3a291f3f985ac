"""The best threshold on one observable, found exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..bounds import find, shortest
from ..errors import EmptySelectionError
from ..metrics import FLOOR, BestSignificance, max_significance
from .samples import Samples

__all__ = ["Best", "best_threshold"]

Floats = npt.NDArray[np.float64]


class Best(NamedTuple):
    """The threshold with the largest significance."""

    observable: str
    """Canonical name."""
    side: str
    """``"lower"`` (``>=``) or ``"upper"`` (``<``)."""
    value: float
    """Where it stands: of all places that keep the same events the one with the fewest digits."""
    significance: BestSignificance
    """What it gives, all other cuts applied; its threshold is the last event's value that is kept."""


def best_threshold(
    samples: Samples,
    observable: str,
    side: str,
    cuts: Sequence[str],
    scale: float,
    *,
    uncertainty: float = 0.0,
    floor: float = FLOOR,
) -> Best:
    """Return the threshold with the largest significance, all other cuts applied; every event's value is tried.

    Parameters
    ----------
    samples : Samples
        Of a dataset.
    observable, side : str
        A column, canonical; ``"lower"`` or ``"upper"``.
    cuts : sequence of str
        All cuts; those that are this threshold are left out.
    scale : float
        Expected events of a weight of 1 pb.
    uncertainty, floor : float
        As for :func:`hml_jupyter.metrics.significance`.

    Raises
    ------
    EmptySelectionError
        No threshold leaves signal and enough background.
    """
    own, sign = find(cuts, observable, side), 1.0 if side == "lower" else -1.0
    values, is_signal, expected = _events(samples, observable, [c for i, c in enumerate(cuts) if i not in own])
    # infinity on the far side is cut away by every threshold
    near = sign * values > -np.inf
    values, is_signal, expected = values[near], is_signal[near], expected[near]
    if not is_signal.any() or is_signal.all():
        which = "background" if is_signal.any() else "signal"
        msg = f"there is no best threshold on {observable}: no {which} event with a value of it passes the other cuts"
        raise EmptySelectionError(msg)
    found = max_significance(sign * values, is_signal, expected * scale, uncertainty=uncertainty, floor=floor)
    if found.threshold is None:
        msg = f"there is no best threshold on {observable}: the significance {found.reason}"
        raise EmptySelectionError(msg)
    edge = sign * found.threshold
    if side == "lower":
        below = values[values < edge]
        value = shortest(float(below.max()) if len(below) else -np.inf, edge)
    else:
        above = values[values > edge]
        value = shortest(edge, float(above.min()) if len(above) else np.inf)
    return Best(observable, side, value, replace(found, threshold=edge))


def _events(samples: Samples, observable: str, cuts: Sequence[str]) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return value, kind and weight [pb] of each simulated event that passes the cuts and has a value."""
    table = samples.tables[0]
    values, passing = table.column(observable), table.passing(cuts)
    kept = ~np.isnan(values) if passing is None else passing & ~np.isnan(values)
    weights, is_signal = np.empty(table.n_events), np.empty(table.n_events, bool)
    for sample in table.samples:
        weights[sample.start : sample.stop] = sample.weights
        is_signal[sample.start : sample.stop] = sample.kind == "signal"
    return values[kept], is_signal[kept], weights[kept]
