"""The way in which pyhf fits here."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["numpy_backend"]


@contextmanager
def numpy_backend(tolerance: float = 0.1) -> Iterator[None]:
    """Fit with NumPy and Minuit, whatever the user has set, and without warnings of steps that the minimiser takes back.

    SciPy's SLSQP, the usual one, ends far from the minimum without a word where the background is uncertain by many times its
    statistical spread; Minuit does not with its most careful strategy, at which it finds minima along narrow valleys.
    """
    import pyhf

    before, log = pyhf.get_backend(), logging.getLogger("pyhf")
    level = log.level
    pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=tolerance, strategy=2))
    log.setLevel(logging.CRITICAL)  # a fit that fails raises; the log would repeat it with pages of tables
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    finally:
        log.setLevel(level)
        pyhf.set_backend(*before)
