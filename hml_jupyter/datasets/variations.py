"""Systematic variations: factors on the weights of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, UnknownNameError
from ..expressions import Sum, parse_observable, render
from ..observables import canonical_name, unit_of
from .pieces import Record

__all__ = ["Factors", "factors_of", "nodes_of", "read_factors", "read_variations", "told"]

#: Name of a variation -> class -> its factor: a number, or arithmetic of observables.
Factors: TypeAlias = dict[str, dict[str, float | Sum]]


def read_variations(variations: object, classes: Sequence[str]) -> Factors:
    """Return what is asked for, checked: each variation has a factor for each class.

    Parameters
    ----------
    variations : mapping or None
        Name -> a factor, or class -> a factor; a class that is left out has 1. A factor is a positive number, or the text of
        observables without a unit: ``"1 + 0.02 * abs(jet0.eta)"``.
    classes : sequence of str
        The classes of the dataset.

    Raises
    ------
    ArgumentError, UnknownNameError, ExpressionError
        Something else.

    Examples
    --------
    >>> read_variations({"xsec_up": {"qcd": 1.3}}, ["zz", "qcd"])
    {'xsec_up': {'zz': 1.0, 'qcd': 1.3}}
    """
    if variations is None:
        return {}
    if not isinstance(variations, Mapping):
        msg = f"variations= is a dictionary of names and factors on the weights, {{'xsec_up': {{'qcd': 1.3}}}}, not {variations!r}"
        raise ArgumentError(msg)
    found: Factors = {}
    for name, given in variations.items():
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            msg = f"the name of a variation is a printable text such as 'scale_up', not {name!r}"
            raise ArgumentError(msg)
        factors = given if isinstance(given, Mapping) else dict.fromkeys(classes, given)
        for each in factors:
            if each not in classes:
                raise UnknownNameError(f"class in the variation {name!r}", each, classes)
        found[name] = {each: _factor(name, factors.get(each, 1.0)) for each in classes}
    return found


def factors_of(variations: Factors, name: str) -> dict[str, float | Sum]:
    """Return the factors of one class by the name of the variation."""
    return {variation: factors[name] for variation, factors in variations.items()}


def read_factors(record: Record, factors: Mapping[str, float | Sum], label: str) -> dict[str, npt.NDArray[np.float64]]:
    """Return the factor of each event, (n,), by the name of the variation.

    Raises
    ------
    ArgumentError
        A factor has several values in an event, none (an object is missing), or one below 0.
    """
    found = {}
    for name, factor in factors.items():
        values = np.full(len(record), factor) if isinstance(factor, float) else record.read(factor)
        if not isinstance(values, np.ndarray):
            msg = f"the variation {name!r} has a factor for each element of a collection; one each event is needed"
            raise ArgumentError(msg)
        missing = int((~np.isfinite(values)).sum())
        if missing:
            msg = f"the factor of the variation {name!r} has no finite value in {missing} of {len(values)} events of {label}: require the objects in it"
            raise ArgumentError(msg)
        if (values < 0).any():
            msg = f"the factor of the variation {name!r} is below 0 in {int((values < 0).sum())} of {len(values)} events of {label}, down to {values.min():g}"
            raise ArgumentError(msg)
        found[name] = values
    return found


def nodes_of(variations: Factors) -> list[Sum]:
    """Return the factors that are computed from events."""
    return [each for factors in variations.values() for each in factors.values() if not isinstance(each, float)]


def told(variations: Factors) -> dict[str, dict[str, Any]]:
    """Return variations as plain values: numbers, and canonical texts."""
    return {
        name: {each: factor if isinstance(factor, float) else render(factor) for each, factor in factors.items()}
        for name, factors in variations.items()
    }


def _factor(name: str, factor: Any) -> float | Sum:
    if isinstance(factor, str):
        text = canonical_name(factor)
        unit = unit_of(text)
        if unit:
            msg = f"the factor of the variation {name!r}, {text!r}, is in {unit}; a factor on weights has no unit"
            raise ArgumentError(msg)
        return parse_observable(text)
    number = isinstance(factor, int | float) and not isinstance(factor, bool)
    if not number or not np.isfinite(factor) or not factor > 0:
        msg = f"the factor of the variation {name!r} must be a positive number or a text of observables, not {factor!r}"
        raise ArgumentError(msg)
    return float(factor)
