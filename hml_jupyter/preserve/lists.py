"""Inputs of networks with sequences, given by hand: numbers and lists by name, checked against the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, UnknownNameError
from .card import AS_GIVEN, Card, InputSequence
from .feeding import rows
from .sequences import Sequences, sequences_of
from .units import check_phi

__all__ = ["given", "kept", "table"]

Array = npt.NDArray[np.float64]


def table(card: Card, data: Any) -> Array:
    """Return the inputs of a card that stand in a mapping, (n, k), in its order.

    Raises
    ------
    ArgumentError, UnknownNameError
        It is no mapping, or has other names; a list where a number is wanted.
    """
    if not isinstance(data, Mapping):
        wanted = ", ".join(f"{name!r}: ..." for name in card.names)
        msg = f"{card.name} takes lists of objects: it scores events, or {{{wanted}}}; not a {type(data).__name__}"
        raise ArgumentError(msg)
    for name in data:
        if name not in card.names:
            raise UnknownNameError(f"input of {card.name}", name, card.names)
    for name in card.names:
        if name not in data:
            msg = f"{card.name} needs {name!r} too; got {', '.join(data) or 'nothing'}"
            raise ArgumentError(msg)
    found = np.empty((rows(data), len(card.inputs)))
    for i, each in enumerate(card.inputs):
        try:
            values = np.array(data[each.name], float)
        except (TypeError, ValueError) as error:
            msg = f"the input {each.name} is one number for an event: an array (n,); got something else ({error})"
            raise ArgumentError(msg) from error
        if values.shape != (len(found),):
            msg = f"the input {each.name} is one number for an event, ({len(found)},); got an array of shape {values.shape}"
            raise ArgumentError(msg)
        found[:, i] = values
    return found


def given(each: InputSequence, data: Any) -> Sequences:
    """Return a sequence that is given as n lists, with what the card keeps of them.

    Parameters
    ----------
    each : InputSequence
        What it is.
    data : array, lists, or awkward array
        n * var * k numbers in the order of the variables, or records with their names; NaN where something is not defined.

    Raises
    ------
    ArgumentError, UnknownNameError
        Other variables; another order, where that is in one of the variables; azimuths in another range.
    """
    names = [variable.name for variable in each.variables]
    found = sequences_of(_stacked(each, names, data), len(names), each.name)
    for i, variable in enumerate(each.variables):
        if variable.phi is not None:
            check_phi(variable, found.content[:, i])
    _check_order(each, found)
    return kept(each, found)


def _stacked(each: InputSequence, names: list[str], data: Any) -> Any:
    """Return lists of records as lists of numbers, in the order of the card."""
    if not isinstance(data, ak.Array):
        return data
    if not len(data):  # of no events nothing tells what they are lists of
        return []
    if data.fields and any(data[name].ndim != 2 for name in data.fields):
        msg = (
            f"the sequence {each.name} is a list of objects for each event, each with one number for {', '.join(names)}"
        )
        raise ArgumentError(msg)
    if ak.any(ak.is_none(data, axis=0)) or (not data.fields and data.ndim > 1 and ak.any(ak.is_none(data, axis=1))):
        msg = f"the sequence {each.name} has None for an event or an object: an event without objects has an empty list"
        raise ArgumentError(msg)
    if not data.fields:
        return _floats(each, data)
    for name in data.fields:
        if name not in names:
            raise UnknownNameError(f"variable of the sequence {each.name}", name, names)
    missing = [name for name in names if name not in data.fields]
    if missing:
        msg = f"the sequence {each.name} needs {', '.join(missing)} of each object; got {', '.join(data.fields)}"
        raise ArgumentError(msg)
    return ak.concatenate([_floats(each, data[name])[..., np.newaxis] for name in names], axis=2)


def _floats(each: InputSequence, values: ak.Array) -> ak.Array:
    """Return numbers with NaN for None."""
    try:
        return ak.fill_none(ak.values_astype(values, np.float64), np.nan, axis=None)
    except (TypeError, ValueError) as error:
        msg = f"the sequence {each.name} is of numbers ({error})"
        raise ArgumentError(msg) from error


def _check_order(each: InputSequence, found: Sequences) -> None:
    """Refuse lists that are not in the order of the card, where that is an order in one of the variables."""
    direction, _, key = each.order.partition(" ")
    places = [i for i, one in enumerate(each.variables) if key in (one.name, one.observable or one.name)]
    if each.order == AS_GIVEN or not places:
        return
    values, events = found.content[:, places[0]], found.events
    steps = np.diff(values) * (-1 if direction == "falling" else 1)
    wrong = (steps < 0) & (events[1:] == events[:-1])
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = f"the sequence {each.name} comes by {each.order}; in event {events[at]} there is {values[at]:g} before {values[at + 1]:g}"
        raise ArgumentError(msg)


def kept(each: InputSequence, found: Sequences) -> Sequences:
    """Return sequences without what an event has more than the card says."""
    if each.length is None:
        return found
    first = np.zeros_like(found.lengths) if each.keep == "first" else np.maximum(found.lengths - each.length, 0)
    places = found.places - np.repeat(first, found.lengths)
    inside = (places >= 0) & (places < each.length)
    return Sequences(found.content[inside], np.minimum(found.lengths, each.length))
