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
from .likelihood import Fitted, Likelihood

__all__ = ["Scanned", "Scanner"]

Floats = npt.NDArray[np.float64]

#: A limit is looked for up to so many times what it would be if everything were Gaussian.
FARTHEST = 2.0**20
#: Points of the scan.
POINTS = 14
#: How near a point of the scan must be to the observed limit, and how many are added for that at most.
PRECISION, REFINEMENTS = 2e-4, 6


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

    likelihood: Likelihood
    data: Floats
    """(n,) events of all bins, and auxiliary data."""
    scale: float
    """About what a limit will be."""

    @property
    def events(self) -> float:
        """The data or the expected background, whichever are fewer, in all bins together."""
        of = self.likelihood
        bins = slice(of.model.config.nmaindata)
        return float(min(self.data[bins].sum(), of.expected(of.start(0.0))[bins].sum()))

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
        top = self._top(lambda mu: bool(cls_expected(asimov([mu]))[0, -1] < 0.9 * alpha), self.scale)
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
        bands = tuple(_crossing(mu, (background,), _band(n), alpha) for n in range(len(BANDS)))
        return limit, bands, Scanned(mu, cls_observed(roots, background), cls_expected(background))

    def expected_significance(self) -> float:
        """Return the significance of the signal at mu = 1 on data as the model expects them (Asimov).

        Raises
        ------
        ArgumentError
            A fit does not converge.
        """
        parameters = self.likelihood.start(1.0)
        return math.sqrt(self.likelihood.fit(self.likelihood.expected(parameters), parameters, 0.0).deviance)

    def significance(self) -> float:
        """Return the significance with which the data exclude mu = 0; 0 where they want less than no signal.

        Raises
        ------
        ArgumentError
            A fit does not converge.
        """
        without, best = self._best()
        return math.sqrt(without.deviance - best.deviance)

    def _best(self) -> tuple[Fitted, Fitted]:
        """Return what fits the data best without a signal, and with any; a likelihood may have several maxima."""
        of = self.likelihood
        without = of.fit(self.data, of.start(0.0), 0.0)
        several = [without, *(of.fit(self.data, begin) for begin in (of.start(self.scale), without.parameters))]
        return without, min(several, key=lambda each: each.deviance)

    def _roots(self) -> tuple[Callable[[Sequence[float]], Floats], Callable[[Sequence[float]], Floats]]:
        """Return the roots of q_mu-tilde as functions of mu: of the data, and of the background that fits them (Asimov)."""
        of, poi = self.likelihood, self.likelihood.model.config.poi_index
        without, best = self._best()
        background = of.expected(without.parameters)

        def root(data: Floats, best: Fitted) -> Callable[[Sequence[float]], Floats]:
            @cache
            def at(mu: float) -> float:
                if mu <= best.parameters[poi]:
                    return 0.0
                return math.sqrt(max(of.fit(data, best.parameters, mu).deviance - best.deviance, 0.0))

            return lambda several: np.array([at(float(mu)) for mu in several])

        return root(self.data, best), root(background, Fitted(0.0, without.parameters))

    def _top(self, is_beyond: Callable[[float], bool], start: float) -> float:
        """Return a mu that is far enough."""
        mu = start
        while mu < FARTHEST * self.scale:
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
