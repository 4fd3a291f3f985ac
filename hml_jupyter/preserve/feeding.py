"""Inputs of a preserved network, from the card alone: order, units, phi convention, padding and normalisation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import checks, progress
from ..datasets.pieces import EventRecord
from ..errors import ArgumentError, HmlError, UnknownNameError, near
from ..observables import canonical_name, unit_of
from ..representations import Set, from_config, read_columns
from .card import PHI, UNITS, Card, Input, Network

__all__ = [
    "check_phi",
    "columns",
    "converted",
    "factor",
    "fed",
    "is_events",
    "rows",
    "structured",
    "tell_far",
]

Array = npt.NDArray[np.float64]

#: Beyond the range of the training by this factor, a unit is likely another one.
FAR = 100.0


def factor(unit: str, wanted: str, name: str) -> float:
    """Return what turns a value in `unit` into one in `wanted`.

    Raises
    ------
    ArgumentError
        They do not measure the same.

    Examples
    --------
    >>> factor("GeV", "MeV", "jet0.pt")
    1000.0
    """
    if unit == wanted:
        return 1.0
    for line in UNITS:
        if unit in line and wanted in line:
            return line[unit] / line[wanted]
    known = [each for line in UNITS for each in line if unit in line]
    meant = [] if wanted in known else near(wanted, known, 1)
    hint = f"; did you mean {meant[0]}?" if meant else ""
    msg = f"the card says that {name} is in {wanted or 'no unit'}, and it is in {unit or 'no unit'} here{hint}"
    raise ArgumentError(msg)


def is_events(data: Any) -> bool:
    """Tell whether these are events, as ``hml.read_events`` gives them."""
    import awkward as ak

    return isinstance(data, ak.Array) and bool(data.fields)


def columns(card: Card, network: Network, data: Any, parameters: Mapping[str, float]) -> Array:
    """Return what a network of columns gets, (n, k): NaN where an object is missing and the card has no padding.

    Parameters
    ----------
    card : Card
        What its inputs are.
    network : Network
        Which of its networks.
    data : Dataset, events, or array of shape (n, k)
        An array has the inputs of the card in its order, units and range of phi; what is missing is NaN.
    parameters : mapping
        Values of inputs that are parameters, in the units of the card.

    Raises
    ------
    ArgumentError, UnknownNameError
        An input that cannot be had from `data`, or that is in another unit or range; a parameter that there is not.
    """
    inputs = card.inputs_of(network)
    _check_parameters(inputs, parameters)
    if is_events(data) or hasattr(data, "column"):
        _check_rows(card, data)
        each_column = [_column(card, each, data, parameters) for each in inputs]
        found = np.column_stack(each_column) if inputs else np.empty((_count(card, data), 0))
    else:
        _check_no_parameters(parameters)
        found = _given(card, network, data)
    return _padded(network, inputs, found)


def fed(card: Card, network: Network, values: Array) -> Array:
    """Return what a network gets for values, (n, k), of its own inputs in the units of the card."""
    return _padded(network, card.inputs_of(network), np.array(values, float))


def _padded(network: Network, inputs: Sequence[Input], found: Array) -> Array:
    """Put in what stands for missing objects, and normalise, where the card says so."""
    for i, each in enumerate(inputs):
        if each.padding is not None:
            found[np.isnan(found[:, i]), i] = each.padding
    tell_far(inputs, found)
    if network.normalisation == "outside":
        mean, spread = (np.array(each)[: len(inputs)] for each in (network.mean, network.spread))
        found = (found - mean) / spread
    return found


def structured(card: Card, data: Any) -> Any:
    """Return images, (n, x, y, channels), or graphs, as the card's representation makes them.

    Raises
    ------
    ArgumentError
        The card does not say how, or the events of a dataset were made in another way.
    """
    if card.representation is None:
        msg = f"the card of {card.name} does not say how its {card.kind}s are made (representation)"
        raise ArgumentError(msg)
    representation = from_config(card.representation)
    if hasattr(data, "column"):
        theirs = data.representation
        if theirs != representation:
            msg = f"{card.name} takes {representation}, and the dataset holds {theirs}"
            raise ArgumentError(msg)
        return data.X
    if not is_events(data):
        return data
    return representation.expand(representation.read(EventRecord(data)))


def rows(data: Any) -> int:
    """Return how many events there are."""
    if hasattr(data, "column"):
        return int(data.n_events)
    if isinstance(data, Mapping):
        return len(next(iter(data.values()), ()))
    return len(data[0] if isinstance(data, tuple) else data)


def _check_rows(card: Card, data: Any) -> None:
    """Refuse rows for events where a network takes jets, and the other way round."""
    if hasattr(data, "column") and data.per != card.per:
        wanted, theirs = (f"each {per}" if per else "each event" for per in (card.per, data.per))
        msg = f"{card.name} takes a row for {wanted}, and the dataset has one for {theirs}"
        raise ArgumentError(msg)


def _count(card: Card, data: Any) -> int:
    """Return how many rows there are, of events those of the objects that have one."""
    if card.per is None or not is_events(data):
        return rows(data)
    sizes = Set(["met"], per=card.per).rows(EventRecord(data))
    return 0 if sizes is None else int(sizes.sum())


def _column(card: Card, each: Input, data: Any, parameters: Mapping[str, float]) -> Array:
    if each.level == "parameter":
        return np.full(_count(card, data), _parameter(each, parameters))
    name = _observable(card, each)
    if is_events(data):
        values, unit = read_columns(EventRecord(data), [name], card.per)[:, 0], unit_of(name)
    else:
        values, unit = np.array(data.column(name), float), data.unit(name)
    # of a column of a table nobody has said a unit
    return converted(each, values, unit if unit or not name.startswith("column.") else each.unit)


def converted(each: Input, values: Array, unit: str) -> Array:
    """Return values that are in `unit`, and azimuths in [-pi, pi), in the unit and range of an input."""
    values = values * factor(unit, each.unit, each.name)
    if each.phi is None:
        return np.asarray(values)
    low, turn = (size * factor("rad", each.unit or "rad", each.name) for size in (PHI[each.phi], 2 * math.pi))
    return np.asarray((values - low) % turn + low)


def _observable(card: Card, each: Input) -> str:
    text = each.observable or each.name
    try:
        return canonical_name(text)
    except HmlError as error:
        own = card.about.get("observables")
        files = [f"{file}" for name, file in own.items() if f"{name}" in text] if isinstance(own, Mapping) else []
        how = "say in the card what it is (observable:), or give an array with the inputs in its order"
        if files:
            how = f"{' and '.join(files)} in its folder registers what is its authors' own, read and run it first"
        msg = f"the input {each.name} cannot be computed from events ({error}): {how}"
        raise ArgumentError(msg) from error


def _parameter(each: Input, parameters: Mapping[str, float]) -> float:
    value = parameters.get(each.name, each.value)
    if value is None:
        msg = f"{each.name} is a parameter without a value: give parameters={{{each.name!r}: ...}} in {each.unit or 'its unit'}"
        raise ArgumentError(msg)
    return checks.number(each.name, value)


def _check_parameters(inputs: Sequence[Input], parameters: Mapping[str, float]) -> None:
    known = [each.name for each in inputs if each.level == "parameter"]
    for name in parameters:
        if name not in known:
            raise UnknownNameError("parameter", name, known)


def _check_no_parameters(parameters: Mapping[str, float]) -> None:
    if parameters:
        msg = f"an array has a column for each input, parameters too: leave parameters={dict(parameters)!r} out"
        raise ArgumentError(msg)


def _given(card: Card, network: Network, data: Any) -> Array:
    inputs = card.inputs
    try:
        found = np.array(data, float)
    except (TypeError, ValueError) as error:
        msg = f"{card.name} scores a dataset, events or an array of {len(inputs)} columns, not a {type(data).__name__}"
        raise ArgumentError(msg) from error
    if found.ndim != 2 or found.shape[1] != len(inputs):
        names = ", ".join(each.name for each in inputs)
        msg = f"{card.name} takes {len(inputs)} inputs ({names}); got an array of shape {found.shape}"
        raise ArgumentError(msg)
    for i, each in enumerate(inputs):
        if each.phi is not None:
            check_phi(each, found[:, i])
    places = {each.name: i for i, each in enumerate(inputs)}
    return found[:, [places[each.name] for each in card.inputs_of(network)]]


def check_phi(each: Input, values: Array) -> None:
    """Refuse azimuths that are not in the range of an input."""
    scale = factor("rad", each.unit or "rad", each.name)
    low = PHI[each.phi or ""] * scale
    padded = np.isnan(values) if each.padding is None else np.isnan(values) | (values == each.padding)
    outside = ~padded & ((values < low - 1e-5) | (values > low + 2 * math.pi * scale + 1e-5))
    if outside.any():
        msg = f"{each.name} must be in {each.phi}; got {values[outside][0]:g}"
        raise ArgumentError(msg)


def tell_far(inputs: Sequence[Input], values: Array) -> None:
    """Tell of inputs that are far outside of what the network was trained on: as a rule their unit is another one."""
    ends = np.fmax(np.fmax.reduce(values, axis=0, initial=0.0), -np.fmin.reduce(values, axis=0, initial=0.0))
    for each, found in zip(inputs, ends.tolist(), strict=True):
        largest = max(map(abs, each.range)) if each.range else 0.0
        if largest and found > FAR * largest:
            progress.notice(
                f"{each.name} is up to {found:.3g} {each.unit}, and was at most {largest:.3g} in the training: is it in another unit?"
            )
