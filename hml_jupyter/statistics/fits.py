"""Fits of a statistical model by pyhf: limits and significances."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .asymptotics import BANDS, cls_expected, cls_observed
from .backend import numpy_backend

__all__ = ["IDLE", "SCALE", "Scanned", "Scanner"]

Floats = npt.NDArray[np.float64]

#: A parameter that makes the signal so large that its limit is of order 1: fits find no minimum along a parameter of order 10^5.
SCALE = "hml_jupyter_scale"
#: A nuisance parameter that does nothing: Minuit needs one that is free.
IDLE = "hml_jupyter_idle"
#: A limit is looked for up to so many times what it would be if everything were Gaussian.
FARTHEST = 2.0**20
#: Points of the scan.
POINTS = 14
#: How near a point of the scan must be to the observed limit, and how many are added for that at most.
PRECISION, REFINEMENTS = 2e-4, 6
#: Of Minuit, in units of 0.002 of the likelihood, so that test statistics are found to 10^-4; a wider one where that fails.
TOLERANCES = (0.01, 0.1, 1.0)
#: Smallest significance that a fit finds; it is linear in the signal below.
FINEST = 0.1


class Scanned(NamedTuple):
    """CLs as a function of mu, k points."""

    mu: Floats
    """(k,) rising."""
    observed: Floats
    """(k,) of the data."""
    expected: Floats
    """(k, 5) of the background alone, at -2, -1, 0, 1, 2 standard deviations."""


class Scanner(NamedTuple):
    """A model and its data."""

    model: Any
    """pyhf's, with `SCALE` as a fixed parameter."""
    data: Floats
    scale: float
    """What `SCALE` is; mu times it is the parameter of interest of the workspace."""

    def limits(self, level: float, *, seen: bool = True) -> tuple[float, tuple[float, ...], Scanned]:
        """Return the observed and the five expected upper limits on mu, and CLs around them.

        Between the points of the scan the roots of the test statistics, which are nearly linear, are interpolated. With fewer events
        than expected that of the data is not, so that points are added where the limit seems to be. Without `seen` the data are the
        expected background, which is fitted once.

        Raises
        ------
        ArgumentError
            No mu can be excluded, or a fit does not converge.
        """
        alpha = 1 - level
        of_data, asimov = self._roots()
        observed = of_data if seen else asimov
        top = self._top(lambda mu: bool(cls_expected(asimov([mu]))[0, -1] < 0.9 * alpha))
        highest = self._top(lambda mu: bool(cls_observed(observed([mu]), asimov([mu]))[0] < 0.9 * alpha), top)
        steps = np.linspace(0.0, top, POINTS + 1)[1:]
        mu = np.append(steps, np.linspace(top, highest, POINTS + 1)[1:] if highest > top else [])
        roots, background = observed(mu.tolist()), asimov(mu.tolist())
        limit = 0.0
        for _ in range(REFINEMENTS):
            limit = _crossing(mu, (roots, background), cls_observed, alpha)
            if np.abs(mu / limit - 1).min() < PRECISION:
                break
            at = int(np.searchsorted(mu, limit))
            mu = np.insert(mu, at, limit)
            roots = np.insert(roots, at, observed([limit]))
            background = np.insert(background, at, asimov([limit]))
        bands = tuple(_crossing(mu, (background,), _band(n), alpha) * self.scale for n in range(len(BANDS)))
        scanned = Scanned(mu * self.scale, cls_observed(roots, background), cls_expected(background))
        return limit * self.scale, bands, scanned

    def expected_significance(self) -> float:
        """Return the significance of the signal at mu = 1 on data as the model expects them (Asimov).

        Raises
        ------
        ArgumentError
            A fit does not converge.
        """
        from pyhf.infer.mle import fixed_poi_fit

        size = 1.0
        while True:
            parameters = self._start(size / self.scale)
            data = np.asarray(self.model.expected_data(parameters))
            # what fits these data best is what they were made from
            least = -2 * float(self.model.logpdf(np.asarray(parameters), data)[0])
            limits = self._limits(size / self.scale)
            found = _fitted(fixed_poi_fit, 0.0, data, self.model, parameters, *limits, return_fitted_val=True)
            z = math.sqrt(max(float(found[1]) - least, 0.0))
            if z >= FINEST or size >= FARTHEST * self.scale:
                return z / size
            size *= 1.1 * FINEST / z if z > FINEST / 10 else 10.0

    def significance(self) -> float:
        """Return the significance with which the data exclude mu = 0; 0 where they want less than no signal.

        Raises
        ------
        ArgumentError
            A fit does not converge.
        """
        from pyhf.infer.test_statistics import q0

        q = _fitted(q0, 0.0, self.data, self.model, self._start(1.0), *self._limits(1.0))
        return math.sqrt(max(float(q), 0.0))

    def _start(self, mu: float) -> list[float]:
        """Return where fits begin."""
        config = self.model.config
        found: list[float] = [*map(float, config.suggested_init())]
        found[config.par_slice(SCALE).start], found[config.poi_index] = self.scale, mu
        return found

    def _limits(self, mu: float) -> tuple[list[tuple[float, float]], list[bool]]:
        """Return the bounds of all parameters for signals around `mu`, and which are fixed."""
        config = self.model.config
        bounds = [tuple(each) for each in config.suggested_bounds()]
        bounds[config.poi_index] = (0.0, max(100.0, 10 * mu))
        return bounds, config.suggested_fixed()

    def _roots(self) -> tuple[Callable[[Sequence[float]], Floats], Callable[[Sequence[float]], Floats]]:
        """Return the roots of q_mu-tilde as functions of mu: of the data, and of the background that fits them (Asimov)."""
        from pyhf.infer.mle import fit, fixed_poi_fit

        begin = self._start(1.0)
        best, least = _fitted(fit, self.data, self.model, begin, *self._limits(1.0), return_fitted_val=True)
        without = _fitted(fixed_poi_fit, 0.0, self.data, self.model, begin, *self._limits(1.0))
        background = np.asarray(self.model.expected_data(without))
        expected = -2 * float(self.model.logpdf(np.asarray(without), background)[0])

        def root(data: Floats, least: float, best: float, begin: Floats) -> Callable[[Sequence[float]], Floats]:
            @cache
            def at(mu: float) -> float:
                if mu <= best:
                    return 0.0
                found = _fitted(
                    fixed_poi_fit, mu, data, self.model, [*begin], *self._limits(mu), return_fitted_val=True
                )
                return math.sqrt(max(float(found[1]) - least, 0.0))

            return lambda several: np.array([at(float(mu)) for mu in several])

        of_data = root(self.data, float(least), float(best[self.model.config.poi_index]), np.asarray(best))
        return of_data, root(background, expected, 0.0, np.asarray(without))

    def _top(self, is_beyond: Callable[[float], bool], start: float = 1.0) -> float:
        """Return a mu, in units of the scale, that is far enough."""
        mu = start
        while mu < FARTHEST:
            if is_beyond(mu):
                return mu
            mu *= 1.5
        msg = (
            "no mu is large enough to be excluded: uncertainties take up any signal, those of the background, or of the signal itself "
            "if it is of few simulated events"
        )
        raise ArgumentError(msg)


def _crossing(mu: Floats, roots: tuple[Floats, ...], cls: Callable[..., Any], alpha: float) -> float:
    """Return where CLs of roots that are known at some values of mu falls to alpha."""
    from scipy.interpolate import PchipInterpolator
    from scipy.optimize import brentq

    at = [PchipInterpolator([0.0, *mu], [0.0, *each]) for each in roots]
    return float(brentq(lambda x: float(cls(*(each(x) for each in at))) - alpha, 1e-4 * mu[0], mu[-1]))


def _band(n: int) -> Callable[[float], float]:
    return lambda root: float(cls_expected(root)[n])


def _fitted(fit: Callable[..., Any], *given: Any, **options: Any) -> Any:
    from pyhf.exceptions import FailedMinimization

    reason = ""
    for tolerance in TOLERANCES:
        with numpy_backend(tolerance):
            try:
                return fit(*given, **options)
            except (FailedMinimization, ValueError) as error:
                reason = reason or str(error).strip().split("\n")[0]
    msg = f"a fit of the model does not converge, so there is no result; Minuit says: {reason}"
    raise ArgumentError(msg)
