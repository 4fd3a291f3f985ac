"""What can be wrong in a card that was written by hand, told without events of its authors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import HmlError
from ..observables import canonical_name, unit_of
from .card import Card, Input, Network
from .feeding import fed
from .objects import check_variable, mixed
from .units import factor

__all__ = ["made_up", "to_be_given", "wrong_in"]


def wrong_in(card: Card) -> Iterator[str]:
    """Give a sentence for each observable that cannot be read, unit that it does not have, and output that is there twice.

    An input without an observable is one that is given, whatever its name: it is only looked at where the name can be read.
    """
    outputs = [each.name for each in card.outputs]
    yield from (f"the output {name} is there twice" for name in dict.fromkeys(outputs) if outputs.count(name) > 1)
    own = card.about.get("observables")
    known = [f"{name}" for name in own] if isinstance(own, dict) else []
    for each in card.inputs:
        if each.level != "parameter" and not any(name in (each.observable or each.name) for name in known):
            yield from _wrong_input(each)
    for sequence in card.sequences:
        for each in sequence.variables:
            try:
                check_variable(sequence, each)
            except HmlError as error:
                yield str(error)


def to_be_given(card: Card) -> list[str]:
    """Return the inputs that events do not tell: their names are no observables, and the card says nothing else of them."""
    return [
        each.name
        for each in card.inputs
        if each.observable is None and each.level != "parameter" and not _is_known(each)
    ]


def _is_known(each: Input) -> bool:
    try:
        canonical_name(each.name)
    except HmlError:
        return False
    return True


def made_up(card: Card, network: Network) -> Any:
    """Return events that a network of a card should run on, of one number for each input; None of an image or a graph.

    A sequence is empty in the first of two events, and has one object in the second.
    """
    if card.kind != "set":
        return None
    if not card.sequences:
        return fed(card, network, np.array([[_number(each) for each in card.inputs_of(network)]]))
    data: dict[str, Any] = {each.name: [_number(each)] * 2 for each in card.inputs}
    for each in card.sequences:
        one = np.array([[_number(variable) for variable in each.variables]])
        data[each.name] = [one[:0], one]
    return mixed(card, network, data, {})


def _wrong_input(each: Input) -> Iterator[str]:
    try:
        name = canonical_name(each.observable or each.name)
    except HmlError as error:
        if each.observable is not None:
            yield f"the input {each.name} cannot be computed from events: {error}"
        return
    if name.startswith("column."):
        return  # nobody has said the unit of a column of a table
    try:
        factor(unit_of(name), each.unit, each.name)
    except HmlError as error:
        yield str(error)


def _number(each: Input) -> float:
    """Return a value that an input can have: whole where all are, and in both ranges of an azimuth."""
    return each.range[0] if each.range else each.value or 0.0
