"""Reading pyhf's JSON, anybody's, into a model that can be fitted."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..errors import ArgumentError, FileFormatError
from .fits import Scanner
from .likelihood import Likelihood, numpy_backend

__all__ = ["scanner"]

Floats = npt.NDArray[np.float64]

#: How systematics are interpolated and extrapolated: smoothly, as ROOT does.
INTERPOLATION = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}


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
        _check_errors(given)
        chosen = _measurement(given, measurement)
        poi = chosen["config"]["poi"]
        _free(chosen, poi)
        space = pyhf.Workspace(given)
        with numpy_backend():
            model = space.model(measurement_name=chosen["name"], modifier_settings=INTERPOLATION)
            scale = _rough(model, poi)
            return Scanner(Likelihood(model, scale), np.asarray(space.data(model), dtype=np.float64), scale)
    except (FileFormatError, ArgumentError):
        raise
    except _refusals() as error:
        why = " ".join(str(error).partition("Instance:")[0].split())  # after it pyhf writes the whole workspace
        msg = f"this is no workspace that pyhf reads: {why.removesuffix('Path:').rstrip(' .')}"
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


def _check_errors(given: Mapping[str, Any]) -> None:
    """Refuse negative errors of bins, and tell of those of bins where nothing is expected: pyhf leaves out both."""
    unused = []
    for where, sample, each in _errors(given):
        wrong = [x for x in each["data"] if not x >= 0]
        if wrong:
            msg = f"the uncertainty {where} is {wrong[0]:g} events: it is absolute, and 0 or more"
            raise FileFormatError(msg)
        if any(x > 0 == n for x, n in zip(each["data"], sample["data"], strict=False)):
            unused.append(where)
    if unused:
        more = f", and {len(unused) - 1} more of this kind," if len(unused) > 1 else ""
        progress.notice(
            f"the uncertainty {unused[0]}{more} is of a bin with 0 expected events, where pyhf leaves it out: if it is to count, expect a "
            "few hundredths of an event there"
        )


def _errors(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Give the absolute errors of bins: whose they are, in words, the sample and the modifier."""
    for channel in given["channels"]:
        for sample in channel["samples"]:
            for each in sample["modifiers"]:
                if each["type"] == "shapesys":
                    yield f"{each['name']!r} of {sample['name']!r} in {channel['name']!r}", sample, each


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


def _rough(model: Any, poi: str) -> float:
    """Return two standard deviations of mu, without correlations and free normalisations: about what a limit will be."""
    config = model.config
    start = np.array(config.suggested_init())
    start[config.poi_index] = 0.0

    def expected(shifts: Mapping[int, float]) -> Floats:
        parameters = start.copy()
        for place, shift in shifts.items():
            parameters[place] += shift
        return np.asarray(model.expected_data(parameters, include_auxdata=False), dtype=np.float64)

    background, signal = expected({}), expected({config.poi_index: 1.0}) - expected({})
    variance = np.maximum(background, 1.0)
    for name in config.par_order:
        parameters = config.param_set(name)
        if parameters.constrained:
            first = config.par_slice(name).start
            for k, width in enumerate(parameters.width()):
                variance = variance + np.nan_to_num(expected({first + k: width}) - background) ** 2
    squares = float(np.sum(signal**2 / variance))
    if not 0 < squares < math.inf:
        msg = f"the parameter of interest {poi!r} scales no signal: nothing can be limited"
        raise FileFormatError(msg)
    total = float(signal.sum())
    if total <= 0:
        msg = f"the signal that {poi!r} scales sums to {total:g} events: a limit needs a signal that adds events"
        raise FileFormatError(msg)
    return 2 / math.sqrt(squares)


def _free(chosen: dict[str, Any], poi: str) -> None:
    """Make the signal strength a parameter that starts at 1, whatever a measurement says of it."""
    others = [each for each in chosen["config"].get("parameters", []) if each["name"] != poi]
    chosen["config"]["parameters"] = [*others, {"name": poi, "inits": [1.0], "bounds": [[0.0, 1e3]]}]
