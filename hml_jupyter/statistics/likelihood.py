"""The likelihood of a model of pyhf, and what fits data best."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError

__all__ = ["Fitted", "Likelihood", "numpy_backend"]

Floats = npt.NDArray[np.float64]

#: Of the widths of parameters: how far to both sides derivatives look.
STEP = 1e-3
#: Where a fit ends: when q or the parameters change by less, relative to them.
PRECISION = 1e-11
#: Steps of a fit at most: along the valley of a background of a few simulated events, to no signal, it takes a thousand.
STEPS = 5000


class Fitted(NamedTuple):
    """What fits data best."""

    deviance: float
    """-2 ln L, from 0 where all bins and auxiliary data are as expected."""
    parameters: Floats
    """(p,) in pyhf's order."""


class Likelihood:
    """The likelihood of a model, -2 ln L, as a sum of squares: one of each bin and of each auxiliary measurement.

    Parameters
    ----------
    model : pyhf.Model
        With a parameter of interest.
    width : float
        About the uncertainty of the parameter of interest.

    Notes
    -----
    The square of a bin with n events where m are expected is its deviance, 2 (m - n + n ln(n / m)) (Baker and Cousins, Nucl. Instrum.
    Meth. 221 (1984) 437), so that nonlinear least squares find the maximum. It keeps its digits with 10^12 expected events, and they go
    along the narrow valleys of backgrounds that are far more uncertain than their statistical spread: general minimisers (SLSQP, Minuit)
    stop half way in those.
    """

    def __init__(self, model: Any, width: float) -> None:
        self.model = model
        config = model.config
        main = config.nmaindata
        self._sigma: Floats = np.full(main + len(config.auxdata), np.nan)
        self._steps: Floats = np.ones(config.npars)
        at = main
        for name in config.auxdata_order:
            known = config.param_set(name)
            widths = np.asarray(known.width(), dtype=np.float64)
            if known.pdf_type == "normal":
                self._sigma[at : at + len(widths)] = widths
            self._steps[config.par_slice(name)] = widths
            at += len(widths)
        self._steps[config.poi_index] = width
        self._steps *= STEP

    def start(self, mu: float) -> Floats:
        """Return where fits begin, (p,)."""
        found = np.asarray(self.model.config.suggested_init(), dtype=np.float64)
        found[self.model.config.poi_index] = mu
        return found

    def expected(self, parameters: Floats) -> Floats:
        """Return the expected events of all bins, and the auxiliary data, (n,)."""
        return np.asarray(self.model.expected_data(parameters), dtype=np.float64)

    def fit(self, data: Floats, begin: Floats, mu: float | None = None) -> Fitted:
        """Return what fits best, with the parameter of interest at `mu` or, with None, anywhere from 0.

        Raises
        ------
        ArgumentError
            No end is found, or nothing can be computed where the fit begins.
        """
        from scipy.optimize import least_squares

        config = self.model.config
        lower, upper = np.array(config.suggested_bounds(), dtype=np.float64).T
        lower[config.poi_index], upper[config.poi_index] = 0.0, np.inf
        at = np.clip(begin, lower, upper)
        free = ~np.asarray(config.suggested_fixed(), dtype=bool)
        free[config.poi_index] = mu is None
        if mu is not None:
            at[config.poi_index] = mu

        def whole(some: Floats) -> Floats:
            parameters = at.copy()
            parameters[free] = some
            return parameters

        with numpy_backend():
            if not free.any():
                return Fitted(float(np.sum(self._residuals(data, at)[0] ** 2)), at)
            try:
                found = least_squares(
                    lambda some: self._residuals(data, whole(some))[0],
                    at[free],
                    lambda some: self._slopes(data, whole(some), free),
                    bounds=(lower[free], upper[free]),
                    x_scale="jac",
                    method="dogbox",
                    ftol=PRECISION,
                    xtol=PRECISION,
                    gtol=1e-15,
                    max_nfev=STEPS,
                )
            except (ValueError, np.linalg.LinAlgError) as error:
                msg = f"a fit of the model cannot be computed, so there is no result: {error}"
                raise ArgumentError(msg) from error
        if not found.success:
            msg = f"a fit of the model does not converge, so there is no result: {found.message}"
            raise ArgumentError(msg)
        return Fitted(2 * float(found.cost), whole(found.x))

    def _residuals(self, data: Floats, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the roots of the squares, (n,), and their derivatives by what is expected, (n,)."""
        expected = self.expected(parameters)
        normal = ~np.isnan(self._sigma)
        roots, slopes = _poisson(data, expected)
        roots[normal] = (expected - data)[normal] / self._sigma[normal]
        slopes[normal] = 1 / self._sigma[normal]
        return roots, slopes

    def _slopes(self, data: Floats, parameters: Floats, free: npt.NDArray[np.bool_]) -> Floats:
        """Return the derivatives of the roots by the free parameters, (n, f)."""
        slopes = self._residuals(data, parameters)[1]
        columns = []
        for place in np.flatnonzero(free):
            step = np.zeros(len(parameters))
            step[place] = self._steps[place]
            change = self.expected(parameters + step) - self.expected(parameters - step)
            columns.append(slopes * change / (2 * step[place]))
        return np.array(columns).T


def _poisson(n: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Return the roots of the deviances, with the sign of expected - n, and their derivatives by `expected`."""
    empty = n <= 0
    some = np.where(empty, 1.0, n)
    x = (expected - n) / some
    near = np.abs(x) < 1e-3
    far = np.where(near, 1.0, x)
    series = 1 - 2 * x / 3 + x**2 / 2 - 2 * x**3 / 5 + x**4 / 3
    root = np.sqrt(some * np.where(near, series, 2 * (far - np.log1p(far)) / far**2))
    roots, slopes = x * root, 1 / ((1 + x) * root)
    roots[empty] = np.sqrt(2 * expected[empty])
    slopes[empty] = 1 / np.maximum(roots[empty], 1e-150)
    return roots, slopes


@contextmanager
def numpy_backend() -> Iterator[None]:
    """Compute expected events with NumPy, whatever the user of pyhf has set."""
    import pyhf

    before, log = pyhf.get_backend(), logging.getLogger("pyhf")
    level = log.level
    pyhf.set_backend("numpy")
    log.setLevel(logging.CRITICAL)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        log.setLevel(level)
        pyhf.set_backend(*before)
