"""Expected significances of counting experiments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..checks import number
from ..errors import ArgumentError
from .arrays import floats

__all__ = ["FLOOR", "MOST_UNCERTAINTY", "Significance", "asimov", "enough", "significance"]

#: Effective number of simulated background events that an estimate needs.
FLOOR = 10.0
#: Largest relative uncertainty of the background.
MOST_UNCERTAINTY = 1000.0


@dataclass(frozen=True)
class Significance:
    """An expected significance, or why there is none."""

    value: float | None
    """Asimov significance with the Monte-Carlo error of the background; None where it cannot be estimated."""
    error: float | None
    """Monte-Carlo error of `value`."""
    s: float
    """Expected signal events."""
    b: float
    """Expected background events."""
    n_effective: float
    """Effective number of simulated background events, (sum w)^2 / sum w^2."""
    reason: str = ""
    """Why there is no value."""


def asimov(s: npt.ArrayLike, b: npt.ArrayLike, sigma_b: npt.ArrayLike = 0.0) -> Any:
    """Return the median expected significance of a counting experiment, in standard deviations.

    Parameters
    ----------
    s, b : float or array
        Expected signal and background events, 0 or larger.
    sigma_b : float or array
        Standard deviation of the background estimate, in events.

    Returns
    -------
    float or array
        0 without signal. Without background: inf if `sigma_b` is 0, else 0. NaN for negative expectations.

    Raises
    ------
    ArgumentError
        Shapes that do not fit together, or what are no numbers.

    Notes
    -----
    Cowan, Cranmer, Gross, Vitells, arXiv:1007.1727, equation 97; with background uncertainty: Cowan, "Discovery sensitivity
    for a counting experiment with background uncertainty" (2012), equation 20. Written here as a sum of two terms
    ``x ((1+u) ln(1+u) - u)``, with the background ``x`` that fits best without signal, so that no digits cancel where s << b.

    Examples
    --------
    >>> round(asimov(10.0, 100.0), 4)
    0.984
    >>> round(asimov(10.0, 100.0, 10.0), 4)
    0.6902
    """
    given = {"s": s, "b": b, "sigma_b": sigma_b}
    try:
        s, b, sigma = np.broadcast_arrays(*(floats(name, each) for name, each in given.items()))
    except ValueError as error:
        if isinstance(error, ArgumentError):
            raise
        shapes = ", ".join(f"{name} {np.shape(each)}" for name, each in given.items())
        msg = f"the shapes of expected events differ: {shapes}"
        raise ArgumentError(msg) from error
    variance = sigma**2
    with np.errstate(all="ignore"):
        share = np.where(variance > 0, variance / (variance + b), 0.0)
        best = b + s * share
        counting = best * _excess((s - s * share) / best)
        control = np.where(variance > 0, b / variance * best * _excess(-s * share / best), 0.0)
        z = np.sqrt(2.0 * (counting + control))
    z = np.where((b == 0) & (s > 0), np.where(variance > 0, 0.0, np.inf), np.where(s == 0, 0.0, z))
    z = np.where((s < 0) | (b < 0) | (sigma < 0) | np.isnan(s + b + sigma), np.nan, z)
    return float(z) if z.ndim == 0 else z


def _excess(u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (1 + u) ln(1 + u) - u, by its series where the terms would cancel."""
    series = u**2 * (1 / 2 - u * (1 / 6 - u * (1 / 12 - u * (1 / 20 - u * (1 / 30 - u * (1 / 42 - u / 56))))))
    return np.where(np.abs(u) < 1e-2, series, (1 + u) * np.log1p(u) - u)


def significance(
    s: float, b: float, sum_w2_b: float, *, sum_w2_s: float = 0.0, uncertainty: float = 0.0, floor: float = FLOOR
) -> Significance:
    """Return the expected significance of a selection, with the Monte-Carlo error of the background in it.

    Parameters
    ----------
    s, b : float
        Expected signal and background events.
    sum_w2_b, sum_w2_s : float
        Sums of the squared expected events of the simulated ones; their roots are the Monte-Carlo errors of `b` and `s`.
    uncertainty : float
        Relative uncertainty of `b`, 0.1 for 10 %; added in quadrature to its Monte-Carlo error.
    floor : float
        Effective background events that are needed.

    Returns
    -------
    Significance
        Without a value and with a reason where there are fewer, or where the signal is negative.

    Raises
    ------
    ArgumentError
        What is no number, a negative sum of squares, floor or uncertainty, or an uncertainty above 1000.

    Notes
    -----
    The value is :func:`asimov` with the Monte-Carlo error of `b` and its `uncertainty`. Its own error is the usual propagation of two independent
    errors (Review of Particle Physics, Statistics, "Propagation of errors"): half the difference between the values one error
    of `b` (of `s`) below and above, both added in quadrature.

    Examples
    --------
    >>> significance(10.0, 100.0, 100.0).value == asimov(10.0, 100.0, 10.0)
    True
    >>> significance(10.0, 3.0, 3.0).reason
    'cannot be estimated: 3 effective background events, at least 10 needed'
    >>> significance(10.0, 100.0, 0.01, uncertainty=0.1).value == asimov(10.0, 100.0, np.hypot(0.1, 10.0))
    True
    """
    uncertainty, floor = checked_terms(uncertainty, floor)
    s, b = number("s", s), number("b", b)
    sum_w2_b, sum_w2_s = number("sum_w2_b", sum_w2_b, 0.0), number("sum_w2_s", sum_w2_s, 0.0)
    n = b**2 / sum_w2_b if sum_w2_b > 0 and b > 0 else 0.0
    if not enough(n, floor) or s < 0:
        return Significance(None, None, s, b, n, _reason(s, sum_w2_b, n, floor))
    error_b, error_s = np.sqrt(sum_w2_b), np.sqrt(sum_w2_s)
    sigma_b = np.hypot(error_b, uncertainty * b)
    value = asimov(s, b, sigma_b)
    by_b = (asimov(s, max(b - error_b, 0.0), sigma_b) - asimov(s, b + error_b, sigma_b)) / 2
    by_s = (asimov(s + error_s, b, sigma_b) - asimov(max(s - error_s, 0.0), b, sigma_b)) / 2
    return Significance(value, float(np.hypot(by_b, by_s)), s, b, n)


def enough(n: npt.ArrayLike, floor: float) -> Any:
    """Tell whether effective numbers of events reach the floor; sums of weights may miss it by their last digits.

    Examples
    --------
    >>> bool(enough(9.999999999999998, 10.0)), bool(enough(9.99, 10.0)), bool(enough(0.0, 0.0))
    (True, False, False)
    """
    found = np.asarray(n)
    return (found >= floor * (1 - 1e-9)) & (found > 0)


def checked_terms(uncertainty: Any, floor: Any) -> tuple[float, float]:
    """Return the uncertainty and the floor of a significance; refuse what is out of bounds."""
    return number("uncertainty", uncertainty, 0.0, MOST_UNCERTAINTY), number("floor", floor, 0.0)


def _reason(s: float, sum_w2_b: float, n: float, floor: float) -> str:
    if s < 0:
        return "cannot be estimated: the signal's weights sum to less than 0"
    if n == 0 and sum_w2_b > 0:
        return "cannot be estimated: the background's weights do not sum to more than 0"
    if n == 0:
        return "cannot be estimated: no background event is left"
    return f"cannot be estimated: {n:.3g} effective background events, at least {floor:g} needed"
