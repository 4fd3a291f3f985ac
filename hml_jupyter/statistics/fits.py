"""Fits of a statistical model by pyhf: limits and significances."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
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
#: Up to where the test statistic of the background is looked at: beyond the limit at two standard deviations, 3.7.
TOP = 3.75
#: Points of the scan.
POINTS = 14
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

    def limits(self, level: float) -> tuple[float, tuple[float, ...], Scanned]:
        """Return the observed and the five expected upper limits on mu, and CLs around them.

        Between the points of the scan the roots of the test statistics, which are nearly linear, are interpolated.

        Raises
        ------
        ArgumentError
            No mu can be excluded, or a fit does not converge.
        """
        from scipy.interpolate import PchipInterpolator
        from scipy.optimize import brentq

        alpha = 1 - level
        observed, asimov = self._roots()
        mu = np.linspace(0.0, self._top(lambda mu: float(asimov([mu])[0]) > TOP), POINTS + 1)[1:]
        highest = self._top(
            lambda mu: float(cls_observed(observed([mu]), asimov([mu]))[0]) < 0.8 * alpha, float(mu[-1])
        )
        if highest > mu[-1]:
            mu = np.append(mu, np.linspace(mu[-1], highest, POINTS + 1)[1:])
        seen, background = observed(mu.tolist()), asimov(mu.tolist())
        at = [PchipInterpolator([0.0, *mu], [0.0, *roots]) for roots in (seen, background)]

        def crossing(cls: Callable[[float], Any]) -> float:
            return self.scale * float(brentq(lambda x: float(cls(x)) - alpha, 1e-3 * mu[0], mu[-1]))

        limit = crossing(lambda x: cls_observed(at[0](x), at[1](x)))
        bands = tuple(crossing(partial(lambda i, x: cls_expected(at[1](x))[i], i)) for i in range(len(BANDS)))
        return limit, bands, Scanned(mu * self.scale, cls_observed(seen, background), cls_expected(background))

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
            def of(several: Sequence[float]) -> Floats:
                found = np.zeros(len(several))
                for i, mu in enumerate(several):
                    if mu > best:
                        at = _fitted(
                            fixed_poi_fit, mu, data, self.model, [*begin], *self._limits(mu), return_fitted_val=True
                        )
                        found[i] = math.sqrt(max(float(at[1]) - least, 0.0))
                return found

            return of

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
