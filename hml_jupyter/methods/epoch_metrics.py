"""Exact metrics of the validation events at the end of an epoch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .. import metrics
from ..datasets.described import pb_to_events
from ..metrics.significances import FLOOR, enough
from .inputs import take
from .sample import Part

__all__ = ["CURVES", "LUMINOSITY", "epoch_metrics", "thinned"]

#: Names of the curves of validation events. They follow a training and are no part of what it is, so not of its fingerprint.
CURVES = ("val_auc", "val_rejection", "val_max_significance")
#: So many validation events are looked at: about 2 % of the time of an epoch of 200,000 events.
MOST = 8192
#: fb^-1, where a method has none of its own.
LUMINOSITY = 139.0


def thinned(part: Part, most: int = MOST) -> Part:
    """Return at most so many of the events of a part, drawn from all, always the same; they stand for all of their side.

    Examples
    --------
    >>> few = thinned(Part(np.zeros((900, 1)), np.repeat([1, 0], [300, 600]), np.ones(900), np.ones(900)), 90)
    >>> len(few.y), [round(few.expected[few.y == side].sum(), 6) for side in (1, 0)] == [300, 600]
    (90, True)
    """
    if len(part.y) <= most:
        return part
    rows = np.sort(np.random.default_rng(0).choice(len(part.y), most, replace=False))
    y, expected = part.y[rows], part.expected[rows]
    for side in (0, 1):
        left = expected[y == side].sum()
        expected[y == side] *= part.expected[part.y == side].sum() / left if left else 1.0
    return Part(take(part.X, rows), y, part.weights[rows], expected)


def epoch_metrics(
    scores: npt.ArrayLike, part: Part, *, luminosity: float | None = LUMINOSITY, efficiency: float = 0.5
) -> dict[str, float]:
    """Return what a score is worth on a part of a sample, as an evaluation would say, for the curves of a training.

    Parameters
    ----------
    scores : array (n,)
        Of the events of `part`.
    part : Part
        With signal and background.
    luminosity : float or None
        fb^-1, for the significance; None, for a sample with unknown cross sections, leaves it out.
    efficiency : float
        Signal efficiency of the rejection.

    Returns
    -------
    dict
        ``auc``; ``rejection``, where no background event is left the effective number of them all, which it exceeds; and
        ``max_significance``, unless the sample has too few background events for any. Nothing where the weights of a side do
        not sum to more than 0. The names are the same for all scores.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([1] * 20 + [0] * 20)
    >>> part = Part(np.zeros((40, 1)), y, np.ones(40), np.full(40, 0.001))
    >>> {name: round(value, 2) for name, value in epoch_metrics(y - 0.5 * (np.arange(40) > 29), part).items()}
    {'auc': 1.0, 'rejection': 20.0, 'max_significance': 4.23}
    """
    is_signal, expected = part.y == 1, part.expected
    signal, background = expected[is_signal], expected[~is_signal]
    if not (signal.sum() > 0 and background.sum() > 0):
        return {}
    n = background.sum() ** 2 / (background**2).sum()
    rejection = metrics.rejection_at_efficiency(scores, is_signal, expected, efficiency).value
    found = {"auc": metrics.auc(scores, is_signal, expected), "rejection": float(n) if rejection is None else rejection}
    if luminosity is not None and enough(n, FLOOR):
        best = metrics.max_significance(scores, is_signal, expected * pb_to_events(luminosity))
        found["max_significance"] = best.value or 0.0
    return found
