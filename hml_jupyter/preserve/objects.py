"""Sequences of a preserved network: which objects, in which order, with which numbers, from the card alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..datasets.pieces import EventRecord
from ..errors import ArgumentError, HmlError
from ..expressions import Object, Observable, Sum, Value, mapped, number, parse_observable, render, used
from ..observables.units import unit_of_sum
from ..representations import Graph
from ..representations.clouds import canonical_objects
from ..representations.features import canonical_features, read_values, unit_of_feature
from .card import AS_GIVEN, Card, Input, InputSequence, Network
from .feeding import columns, is_events
from .lists import given, kept, table
from .matrix import largest, tell_far
from .mixed import Mixed, moments
from .row_events import events_of_rows
from .sequences import Sequences
from .units import converted, factor

__all__ = ["check_variable", "mixed"]

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
    by_hand = not is_events(data) and not hasattr(data, "column")
    flat = columns(card, network, table(card, data) if by_hand else data, parameters).whole()
    found, lost = [], np.zeros(len(flat), bool)
    for each in sequences:
        one, missing = (given(each, data[each.name]), None) if by_hand else _read(card, each, data)
        if len(one.lengths) != len(flat):
            msg = f"the sequence {each.name} is of {len(one.lengths)} events, and the others of {len(flat)}"
            raise ArgumentError(msg)
        found.append(one)
        if missing is not None:
            lost |= missing
    return Mixed(flat, _normalised(card, network, sequences, found), lost)


def check_variable(each: InputSequence, variable: Input) -> None:
    """Refuse a variable of a sequence of known objects that they do not have, or not in its unit.

    One without an observable, whose name cannot be read, has to be given.

    Raises
    ------
    ArgumentError
        What is wrong.
    """
    if each.objects is None:
        return
    where = f"the sequence {each.name}"
    objects = canonical_objects(each.objects, where)
    try:
        node = _node(variable.observable or variable.name, objects, where)
    except ArgumentError:
        if variable.observable is not None:
            raise
        return
    unit = unit_of_sum(node, lambda one: _unit(one.name, objects))
    factor(unit, variable.unit, f"{variable.name} of {where}")


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
        tell_far(each.variables, largest(content))
        ready.append(Sequences((content - mean) / spread, one.lengths))
    return tuple(ready)


# from events, and from graphs of a dataset ------------------------------------------------------------------------


def _read(card: Card, each: InputSequence, data: Any) -> tuple[Sequences, npt.NDArray[np.bool_]]:
    """Return a sequence, and where the jet is missing that it is in."""
    where = f"the sequence {each.name}"
    if each.objects is None:
        msg = f"{where} cannot be found in events: say in the card which objects it is of (objects:), or give lists of its variables"
        raise ArgumentError(msg)
    objects, events = canonical_objects(each.objects, where), None
    if is_events(data):
        events = EventRecord(data)
        if card.per is not None:
            events, objects = events_of_rows(events, card.per, objects, where)
    texts = {one.name: one.observable or one.name for one in each.variables}
    nodes = [_node(text, objects, where) for text in texts.values()]
    direction, _, key = each.order.partition(" ")
    by = None if each.order == AS_GIVEN else _node(texts.get(key, key), objects, where)
    names = list(dict.fromkeys(one.name for node in [*nodes, *([by] if by else [])] for one in used(node)))
    found = _in_graphs(each, objects, names, data) if events is None else _in_events(events, objects, names)
    content = np.column_stack(
        [
            converted(variable, _values(node, found), unit_of_sum(node, lambda one: _unit(one.name, objects)))
            for variable, node in zip(each.variables, nodes, strict=True)
        ]
    )
    sequences = Sequences(content, found.lengths)
    if by is not None:
        rising = _values(by, found) * (-1 if direction == "falling" else 1)
        # equal ones stay as they are, undefined ones come last
        sequences = sequences._replace(content=content[np.lexsort((rising, sequences.events))])
    return kept(each, sequences), found.lost


def _values(node: Sum, found: Found) -> Array:
    """Return a variable of each object, (total,); what arithmetic has once for an event, as max(pt), is that of each of its objects."""
    if isinstance(node, Observable):
        return found.values[node.name]
    with np.errstate(all="ignore"):
        got = number(node, lambda one: Value(ak.unflatten(found.values[one.name], found.lengths), "an object"))
    if got.over is None:
        return np.repeat(np.broadcast_to(got.array, len(found.lengths)), found.lengths)
    return np.asarray(ak.to_numpy(ak.flatten(got.array)), float)


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
