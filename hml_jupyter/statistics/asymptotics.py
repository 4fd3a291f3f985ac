"""CLs from test statistics, by their asymptotic distributions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["BANDS", "cls_expected", "cls_observed"]

Floats = npt.NDArray[np.float64]

#: Standard deviations by which the background fluctuates.
BANDS = (-2, -1, 0, 1, 2)


def cls_observed(root: npt.ArrayLike, asimov_root: npt.ArrayLike) -> Floats:
    """Return CLs of data.

    Parameters
    ----------
    root : array
        Root of q_mu-tilde of the data.
    asimov_root : array
        That of the background as it is expected (Asimov), larger than 0.

    Notes
    -----
    Cowan, Cranmer, Gross, Vitells, arXiv:1007.1727, equations 65 and 66, for mu and for mu = 0.

    Examples
    --------
    >>> cls_observed(1.959964, 1.959964).round(6)
    np.float64(0.05)
    """
    from scipy.stats import norm

    q, a = np.asarray(root, dtype=np.float64), np.asarray(asimov_root, dtype=np.float64)
    far = q > a
    both = np.where(far, (q**2 + a**2) / (2 * a), q)
    background = np.where(far, (q**2 - a**2) / (2 * a), q - a)
    return np.asarray(np.exp(norm.logsf(both) - norm.logsf(background)))


def cls_expected(asimov_root: npt.ArrayLike) -> Floats:
    """Return CLs of background that fluctuates by -2, -1, 0, 1 and 2 standard deviations, (..., 5).

    Examples
    --------
    >>> cls_expected(1.959964).round(4)
    array([0.0016, 0.0097, 0.05  , 0.2003, 0.528 ])
    """
    from scipy.stats import norm

    n = np.array(BANDS, dtype=np.float64)
    roots = np.asarray(asimov_root, dtype=np.float64)[..., np.newaxis]
    return np.asarray(np.exp(norm.logsf(roots - n) - norm.logcdf(n)))
