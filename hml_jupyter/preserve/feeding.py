"""Inputs of a preserved network, from the card alone: order, units, phi convention, padding and normalisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import checks
from ..datasets.pieces import EventRecord
from ..errors import ArgumentError, HmlError, UnknownNameError
from ..observables import canonical_name, unit_of
from ..representations import Set, from_config, read_columns
from .card import Card, Input, Network
from .matrix import Matrix
from .units import check_phi, converted

__all__ = ["columns", "fed", "is_events", "rows", "structured"]

Array = npt.NDArray[np.float64]


def is_events(data: Any) -> bool:
    """Tell whether these are events, as ``hml.read_events`` gives them."""
    import awkward as ak

    return isinstance(data, ak.Array) and bool(data.fields)


def columns(card: Card, network: Network, data: Any, parameters: Mapping[str, float]) -> Matrix:
    """Return what a network of columns gets: NaN where an object is missing and the card has no padding.

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
        An input that cannot be had from `data`, or that is in another unit; a parameter that there is not. Azimuths of an array
        are looked at when its events are asked for.
    """
    inputs = card.inputs_of(network)
    _check_parameters(inputs, parameters)
    if not is_events(data) and not hasattr(data, "column"):
        _check_no_parameters(parameters)
        return _given(card, network, data)
    _check_rows(card, data)
    each_column = [_column(card, each, data, parameters) for each in inputs]
    if not inputs:
        nothing = np.empty((_count(card, data), 0))
        return Matrix(network, inputs, len(nothing), nothing.__getitem__)

    def read(rows: slice) -> Array:
        return np.column_stack([values[rows] for values in each_column])

    return Matrix(network, inputs, len(each_column[0]), read)


def fed(card: Card, network: Network, values: Array) -> Array:
    """Return what a network gets for values, (n, k), of its own inputs in the units of the card."""
    return Matrix(network, card.inputs_of(network), len(values), np.asarray(values, float).__getitem__).whole()


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
        values, unit = np.asarray(data.column(name), float), data.unit(name)
    # of a column of a table nobody has said a unit
    return converted(each, values, unit if unit or not name.startswith("column.") else each.unit)


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


def _given(card: Card, network: Network, data: Any) -> Matrix:
    inputs = card.inputs
    try:
        found = data if isinstance(data, np.ndarray) and data.dtype.kind in "fiu" else np.asarray(data, float)
    except (TypeError, ValueError) as error:
        hint = ": give its .events()" if callable(getattr(data, "events", None)) else ""
        kind = (
            "one with other things than numbers"
            if isinstance(data, list | tuple | np.ndarray)
            else f"a {type(data).__name__}"
        )
        msg = f"{card.name} scores a dataset, events or an array of {len(inputs)} columns, not {kind}{hint}"
        raise ArgumentError(msg) from error
    if found.ndim != 2 or found.shape[1] != len(inputs):
        names = ", ".join(each.name for each in inputs)
        got = f"an array of shape {found.shape}" if found.ndim else repr(data)
        msg = f"{card.name} takes {len(inputs)} inputs ({names}); got {got}"
        raise ArgumentError(msg)
    azimuths = [(i, each) for i, each in enumerate(inputs) if each.phi is not None]
    places = {each.name: i for i, each in enumerate(inputs)}
    wanted = card.inputs_of(network)
    taken = [places[each.name] for each in wanted]
    in_order = wanted == inputs

    def read(rows: slice) -> Array:
        values = np.ascontiguousarray(found[rows], float)
        for i, each in azimuths:
            check_phi(each, values[:, i])
        return values if in_order else values.take(taken, axis=1)

    return Matrix(network, wanted, len(found), read)
