"""How far two shapes are apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .arrays import floats

__all__ = ["separation"]


def separation(signal: npt.ArrayLike, background: npt.ArrayLike) -> float:
    """Return the separation of two histograms: 0 for the same shape, 1 for shapes without overlap.

    Parameters
    ----------
    signal, background : array, shape (v,)
        Contents of the same bins, of any norm; negative sums of weights count as 0.

    Returns
    -------
    float
        Half the sum over the bins of (s - b)^2 / (s + b), both of unit sum; NaN where one is empty.

    Raises
    ------
    ArgumentError
        The histograms differ in their shapes, or are no numbers.

    Notes
    -----
    Hoecker et al., TMVA Users Guide, arXiv:physics/0703039, the separation <S^2> of a classifier, with sums over bins.

    Examples
    --------
    >>> separation([1, 0], [0, 3]), separation([1, 1], [5, 5])
    (1.0, 0.0)
    """
    s, b = (np.maximum(floats(name, each), 0.0) for name, each in (("signal", signal), ("background", background)))
    if s.shape != b.shape:
        msg = f"the histograms have different bins: {s.shape} and {b.shape}"
        raise ArgumentError(msg)
    if not s.sum() > 0 or not b.sum() > 0:
        return float("nan")
    s, b = s / s.sum(), b / b.sum()
    both = s + b
    filled = both > 0
    return float(0.5 * np.sum((s - b)[filled] ** 2 / both[filled]))
