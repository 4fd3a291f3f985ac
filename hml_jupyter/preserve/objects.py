"""Sequences of a preserved network: which objects, in which order, with which numbers, from the card alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..datasets.pieces import EventRecord
from ..errors import ArgumentError, HmlError, UnknownNameError
from ..expressions import Object, Observable, Sum, Value, mapped, number, parse_observable, render, used
from ..observables.units import unit_of_sum
from ..representations import Graph
from ..representations.clouds import canonical_objects
from ..representations.features import canonical_features, read_values, unit_of_feature
from .card import AS_GIVEN, Card, InputSequence, Network
from .feeding import check_phi, columns, converted, is_events, rows, tell_far
from .mixed import Mixed, moments
from .row_events import events_of_rows
from .sequences import Sequences, sequences_of

__all__ = ["mixed", "table"]

Array = npt.NDArray[np.float64]


class Found(NamedTuple):
    """The objects of n events, in any order and number."""

    lengths: npt.NDArray[np.int64]
    """(n,) how many each event has."""
    values: Mapping[str, Array]
    """What is known of each object, (total,) each."""
    lost: npt.NDArray[np.bool_]
    """(n,) where the jet is missing that they are in."""


def mixed(card: Card, network: Network, data: Any, parameters: Mapping[str, float]) -> Mixed:
    """Return what a network with sequences gets.

    Parameters
    ----------
    card : Card
        What its inputs and sequences are.
    network : Network
        Which of its networks.
    data : events, Dataset of graphs, or mapping
        A mapping has n numbers for each input, and n lists for each sequence, in the order, units and ranges of the card.
    parameters : mapping
        Values of inputs that are parameters, in the units of the card.

    Raises
    ------
    ArgumentError, UnknownNameError
        Something that cannot be had from `data`, or that is in another order, unit or range.
    """
    sequences = card.sequences_of(network)
    given = not is_events(data) and not hasattr(data, "column")
    flat = columns(card, network, table(card, data) if given else data, parameters)
    each = (
        [_given(one, data[one.name]) for one in sequences] if given else [_read(card, one, data) for one in sequences]
    )
    for one, (found, _) in zip(sequences, each, strict=True):
        if len(found.lengths) != len(flat):
            msg = f"the sequence {one.name} is of {len(found.lengths)} events, and the others of {len(flat)}"
            raise ArgumentError(msg)
    lost = np.logical_or.reduce([np.zeros(len(flat), bool), *(missing for _, missing in each)])
    return Mixed(flat, _normalised(card, network, sequences, [found for found, _ in each]), lost)


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


def _normalised(
    card: Card, network: Network, sequences: tuple[InputSequence, ...], found: list[Sequences]
) -> tuple[Sequences, ...]:
    """Put in what stands for undefined values, and normalise, where the card says so."""
    ready = []
    for each, one, (mean, spread) in zip(sequences, found, moments(card, network), strict=True):
        content = one.content.copy()
        for i, variable in enumerate(each.variables):
            if variable.padding is not None:
                content[~np.isfinite(content[:, i]), i] = variable.padding
        tell_far(each.variables, content)
        ready.append(Sequences((content - mean) / spread, one.lengths))
    return tuple(ready)


# from events, and from graphs of a dataset ------------------------------------------------------------------------


def _read(card: Card, each: InputSequence, data: Any) -> tuple[Sequences, npt.NDArray[np.bool_]]:
    where = f"the sequence {each.name}"
    if each.objects is None:
        msg = f"{where} cannot be found in events: say in the card which objects it is of (objects:), or give lists of its variables"
        raise ArgumentError(msg)
    objects = canonical_objects(each.objects, where)
    events = None
    if is_events(data):
        events = EventRecord(data)
        if card.per is not None:
            events, objects = events_of_rows(events, card.per, objects, where)
    order = None if each.order == AS_GIVEN else each.order.split(" ", 1)
    texts = [variable.observable or variable.name for variable in each.variables] + ([order[1]] if order else [])
    nodes = [_node(text, objects, where) for text in texts]
    names = list(dict.fromkeys(one.name for node in nodes for one in used(node)))
    found = _in_graphs(each, objects, names, data) if events is None else _in_events(events, objects, names)

    def value(node: Sum) -> Array:
        with np.errstate(all="ignore"):
            values = number(node, lambda one: Value(found.values[one.name])).array
        return np.broadcast_to(np.asarray(values, float), (int(found.lengths.sum()),))

    key = np.zeros(int(found.lengths.sum())) if order is None else value(nodes[-1])
    content = np.column_stack(
        [
            converted(variable, value(node), unit_of_sum(node, lambda one: _unit(one.name, objects)))
            for variable, node in zip(each.variables, nodes, strict=False)
        ]
    )
    ordered = _ordered(Sequences(content, found.lengths), -key if order and order[0] == "falling" else key)
    return _kept(each, ordered), found.lost


def _node(text: str, objects: tuple[Object, ...], where: str) -> Sum:
    """Return a variable of an object, parsed, its features with canonical names."""
    if text in _kinds(objects):
        return Observable(text)

    def feature(one: Observable) -> Observable:
        if one.objects:
            msg = f"{render(one)!r} is of an object with a name; of each object in a sequence it is {one.name!r}"
            raise ArgumentError(msg)
        return Observable(canonical_features([one.name], objects, where)[0])

    try:
        node = mapped(parse_observable(text), feature)
        unit_of_sum(node, lambda one: _unit(one.name, objects))
    except HmlError as error:
        how = "say in the card what it is (observable:), or give lists of the variables in their order"
        msg = f"{text!r} of {where} cannot be computed from events ({error}): {how}"
        raise ArgumentError(msg) from error
    return node


def _unit(name: str, objects: tuple[Object, ...]) -> str:
    return "" if name in _kinds(objects) else unit_of_feature(name, objects)


def _kinds(objects: tuple[Object, ...]) -> list[str]:
    """Return the names of what is 1 of objects of one of several kinds, as ``hml.Graph`` has them."""
    return [f"is_{render(one)}" for one in objects] if len(objects) > 1 else []


def _in_events(events: EventRecord, objects: tuple[Object, ...], names: list[str]) -> Found:
    kinds = _kinds(objects)
    features = [name for name in names if name not in kinds]
    cloud, _, values = read_values(events, objects, features)
    found = dict(zip(features, values, strict=True))
    found |= {name: np.asarray(cloud.kind == i, float) for i, name in enumerate(kinds)}
    return Found(cloud.counts, found, cloud.missing)


def _in_graphs(each: InputSequence, objects: tuple[Object, ...], names: list[str], data: Any) -> Found:
    """Return the nodes of the graphs that a dataset holds, if they are the objects."""
    graph = data.representation
    missing = [name for name in names if name not in graph.names]
    if not isinstance(graph, Graph) or graph.objects != objects or missing:
        wanted = [name for name in names if name not in _kinds(objects)]
        of = render(objects[0]) if len(objects) == 1 else [render(one) for one in objects]
        msg = f"the sequence {each.name} is not in the dataset: score the events, or a dataset of hml.Graph({of!r}, nodes={wanted}, edges=None)"
        raise ArgumentError(msg)
    nodes, mask = data.X.nodes, data.X.mask
    same = each.order == "falling pt" and each.keep == "first" and (each.length or np.inf) <= graph.max_nodes
    if each.order == AS_GIVEN or (mask.all(axis=1).any() and not same):
        msg = f"the dataset has the {graph.max_nodes} hardest objects of {each.name}, by falling pt, and the card other ones: score the events"
        raise ArgumentError(msg)
    lost = np.isnan(nodes).any(axis=(1, 2))
    values = {name: nodes[:, :, i][mask].astype(float) for i, name in enumerate(graph.names)}
    return Found(mask.sum(axis=1), values, lost)


# given as lists ---------------------------------------------------------------------------------------------------


def _given(each: InputSequence, data: Any) -> tuple[Sequences, npt.NDArray[np.bool_]]:
    names = [variable.name for variable in each.variables]
    found = sequences_of(_stacked(each, names, data), len(names), each.name)
    for i, variable in enumerate(each.variables):
        if variable.phi is not None:
            check_phi(variable, found.content[:, i])
    _check_order(each, found)
    return _kept(each, found), np.zeros(len(found.lengths), bool)


def _stacked(each: InputSequence, names: list[str], data: Any) -> Any:
    """Return lists of records as lists of numbers, in the order of the card."""
    if not isinstance(data, ak.Array):
        return data
    if ak.any(ak.is_none(data, axis=0)):
        msg = f"the sequence {each.name} is None in an event: an event without objects has an empty list"
        raise ArgumentError(msg)
    if not data.fields:
        return data
    for name in data.fields:
        if name not in names:
            raise UnknownNameError(f"variable of the sequence {each.name}", name, names)
    missing = [name for name in names if name not in data.fields]
    if missing:
        msg = f"the sequence {each.name} needs {', '.join(missing)} of each object; got {', '.join(data.fields)}"
        raise ArgumentError(msg)
    return ak.concatenate([data[name][..., np.newaxis] for name in names], axis=2)


def _check_order(each: InputSequence, found: Sequences) -> None:
    """Refuse lists that are not in the order of the card, where that is an order in one of the variables."""
    direction, _, key = each.order.partition(" ")
    places = [i for i, one in enumerate(each.variables) if key in (one.name, one.observable)]
    if each.order == AS_GIVEN or not places:
        return
    values, events = found.content[:, places[0]], found.events
    steps = np.diff(values) * (-1 if direction == "falling" else 1)
    wrong = (steps < 0) & (events[1:] == events[:-1])
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = f"the sequence {each.name} comes by {each.order}; in event {events[at]} there is {values[at]:g} before {values[at + 1]:g}"
        raise ArgumentError(msg)


def _ordered(found: Sequences, key: Array) -> Sequences:
    """Sort the objects of each event by a rising key; equal ones stay as they are, undefined ones come last."""
    return Sequences(found.content[np.lexsort((key, found.events))], found.lengths)


def _kept(each: InputSequence, found: Sequences) -> Sequences:
    """Leave out what an event has more than the card says."""
    if each.length is None:
        return found
    first = np.zeros_like(found.lengths) if each.keep == "first" else np.maximum(found.lengths - each.length, 0)
    places = found.places - np.repeat(first, found.lengths)
    inside = (places >= 0) & (places < each.length)
    return Sequences(found.content[inside], np.minimum(found.lengths, each.length))
