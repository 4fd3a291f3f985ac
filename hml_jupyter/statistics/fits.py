"""Fits of a statistical model by pyhf: limits and significances."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, FileFormatError

__all__ = ["Scanned", "Scanner", "scanner"]

Floats = npt.NDArray[np.float64]

#: A parameter that makes the signal so large that its limit is of order 1: fits find no minimum along a parameter of order 10^5.
SCALE = "hml_jupyter_scale"
#: Largest mu that is looked at, times its rough limit.
FARTHEST = 2.0**20
#: Smallest significance that a fit finds; it is linear in the signal below.
FINEST = 0.1
#: Points of the scan that is drawn.
POINTS = 15
#: How systematics are interpolated and extrapolated: smoothly, as ROOT does.
INTERPOLATION = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}


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

    def limits(self, level: float) -> tuple[float, tuple[float, ...], Scanned]:
        """Return the observed and the five expected upper limits on mu, and CLs around them.

        Raises
        ------
        ArgumentError
            No mu can be excluded, or a fit does not converge.
        """
        from pyhf.exceptions import FailedMinimization
        from pyhf.infer import hypotest
        from pyhf.infer.intervals.upper_limits import toms748_scan

        alpha = 1 - level
        with numpy_backend():
            try:
                high = self._excluded(alpha)
                found = toms748_scan(self.data, self.model, 0.01, high, level=alpha, from_upper_limit_fn=True)
                observed, expected, (mu, cls) = found
                steps = np.linspace(0.0, 1.5 * float(expected[-1]), POINTS + 1)[1:].tolist()
                cls = [*cls, *(hypotest(each, self.data, self.model, return_expected_set=True) for each in steps)]
            except (FailedMinimization, ValueError) as error:
                msg = f"the limit cannot be found, a fit of the model does not converge: {error}"
                raise ArgumentError(msg) from error
        tried = np.array([*map(float, mu), *steps])
        order = np.argsort(tried)
        seen = np.array([float(each[0]) for each in cls])[order]
        band = np.array([[float(one) for one in each[1]] for each in cls])[order]
        scanned = Scanned(tried[order] * self.scale, seen, band)
        return float(observed) * self.scale, tuple(float(each) * self.scale for each in expected), scanned

    def expected_significance(self) -> float:
        """Return the significance of the signal at mu = 1 on data as the model expects them (Asimov).

        Raises
        ------
        ArgumentError
            A fit does not converge.
        """
        size = 1.0
        while True:
            parameters = np.array(self.model.config.suggested_init())
            parameters[self.model.config.poi_index] = size / self.scale
            with numpy_backend():
                data = np.asarray(self.model.expected_data(parameters))
            z = self.significance(data, parameters)
            if z >= FINEST or size >= FARTHEST * self.scale:
                return z / size
            size *= 1.1 * FINEST / z if z > FINEST / 10 else 10.0

    def significance(self, data: Floats, start: Floats | None = None) -> float:
        """Return the significance with which `data` exclude mu = 0; 0 where they want less than no signal.

        Raises
        ------
        ArgumentError
            A fit does not converge.
        """
        from pyhf.exceptions import FailedMinimization
        from pyhf.infer.test_statistics import q0

        config = self.model.config
        begin = config.suggested_init() if start is None else start.tolist()
        bounds = [tuple(each) for each in config.suggested_bounds()]
        bounds[config.poi_index] = (0.0, max(bounds[config.poi_index][1], 10 * begin[config.poi_index]))
        with numpy_backend():
            try:
                found = float(q0(0.0, data, self.model, begin, bounds, config.suggested_fixed()))
            except (FailedMinimization, ValueError) as error:
                msg = f"the significance cannot be found, a fit of the model does not converge: {error}"
                raise ArgumentError(msg) from error
        return math.sqrt(max(found, 0.0))

    def _excluded(self, alpha: float) -> float:
        """Return a mu that is excluded even where the background has fluctuated upwards by two standard deviations."""
        from pyhf.infer import hypotest

        high = 4.0
        while high < FARTHEST:
            observed, expected = hypotest(high, self.data, self.model, return_expected_set=True)
            if max(float(observed), *map(float, expected)) < alpha:
                return high
            high *= 2.0
        msg = "no signal is too large for these data: the uncertainties of the background, or its free normalisation, take up any"
        raise ArgumentError(msg)


def scanner(text: Mapping[str, Any], measurement: str | None = None) -> Scanner:
    """Return the model of a workspace in pyhf's JSON.

    Raises
    ------
    FileFormatError
        The text is none, it has no parameter of interest, or none of a signal.
    ArgumentError
        There is no such measurement.
    """
    import pyhf

    try:
        pyhf.Workspace(text)  # by the schema
        given = copy.deepcopy(dict(text))
        chosen = _measurement(given, measurement)
        poi = chosen["config"]["poi"]
        scale = _rough(given, chosen, poi)
        _scaled(given, chosen, poi, scale)
        space = pyhf.Workspace(given)
        with numpy_backend():
            model = space.model(measurement_name=chosen["name"], modifier_settings=INTERPOLATION)
            return Scanner(model, np.asarray(space.data(model), dtype=np.float64), scale)
    except (FileFormatError, ArgumentError):
        raise
    except _refusals() as error:
        msg = f"this is no workspace that pyhf reads: {error}"
        raise FileFormatError(msg) from error


def _refusals() -> tuple[type[Exception], ...]:
    from pyhf import exceptions as e

    return (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
        e.InvalidMeasurement,
        e.InvalidModel,
        e.InvalidModifier,
        e.InvalidNameReuse,
        e.InvalidSpecification,
        e.InvalidWorkspaceOperation,
        e.UnspecifiedPOI,
    )


def _measurement(given: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    known = [each["name"] for each in given["measurements"]]
    if name is None and len(known) == 1:
        name = known[0]
    if name not in known:
        msg = f"measurement={name!r} must be one of the workspace's: {', '.join(map(repr, known))}"
        raise ArgumentError(msg)
    found: dict[str, Any] = given["measurements"][known.index(name)]
    if not found["config"].get("poi"):
        msg = f"the measurement {name!r} has no parameter of interest, so there is nothing to limit"
        raise FileFormatError(msg)
    return found


def _signal(given: Mapping[str, Any], poi: str) -> Iterator[dict[str, Any]]:
    for channel in given["channels"]:
        for sample in channel["samples"]:
            if any(each["name"] == poi and each["type"] == "normfactor" for each in sample["modifiers"]):
                yield sample


def _rough(given: Mapping[str, Any], chosen: Mapping[str, Any], poi: str) -> float:
    """Return two standard deviations of mu without any uncertainty."""
    squares = 0.0
    for channel in given["channels"]:
        sides = [list(_signal({"channels": [channel]}, poi))]
        sides.append([each for each in channel["samples"] if each not in sides[0]])
        s, b = (np.sum([each["data"] for each in side] or [[0.0]], axis=0) for side in sides)
        squares += float(np.sum(s**2 / np.maximum(b, 1.0)))
    if not 0 < squares < math.inf:
        msg = f"the parameter of interest {poi!r} of {chosen['name']!r} scales no signal: nothing can be limited"
        raise FileFormatError(msg)
    return 2 / math.sqrt(squares)


def _scaled(given: Mapping[str, Any], chosen: dict[str, Any], poi: str, scale: float) -> None:
    for sample in _signal(given, poi):
        sample["modifiers"].append({"name": SCALE, "type": "normfactor", "data": None})
    others = [each for each in chosen["config"].get("parameters", []) if each["name"] != poi]
    chosen["config"]["parameters"] = [
        *others,
        {"name": poi, "inits": [1.0], "bounds": [[0.0, 100.0]]},
        {"name": SCALE, "inits": [scale], "bounds": [[0.0, 2 * scale]], "fixed": True},
    ]


@contextmanager
def numpy_backend() -> Iterator[None]:
    """Fit with NumPy, whatever the user has set, and without warnings of steps that the minimiser takes back."""
    import pyhf

    before = pyhf.get_backend()
    pyhf.set_backend("numpy")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    finally:
        pyhf.set_backend(*before)
