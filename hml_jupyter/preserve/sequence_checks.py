"""Checks of what a card says of sequences: what cannot be meant is refused before any event is read."""

from __future__ import annotations

from ..errors import UnknownNameError
from ..representations.clouds import canonical_objects
from .card import AS_GIVEN, Card, InputSequence, Network

__all__ = ["DIRECTIONS", "check_files", "check_sequences"]

#: First word of an order.
DIRECTIONS = ("falling", "rising")
KEPT = ("first", "last")
#: What a mask is 1 for.
MARKED = ("objects", "padding")


def check_sequences(card: Card) -> None:
    """Refuse sequences without a meaning.

    Raises
    ------
    ValueError, KeyError
        No variables, one twice, one that is a parameter or a part of another node; an order, objects, a way to keep them or
        places of a mask that cannot be; sequences of images or graphs.
    """
    if card.sequences and card.kind != "set":
        msg = (
            f"sequences stand beside inputs; an {card.kind} has none"
            if card.kind == "image"
            else "a graph has no sequences beside its nodes"
        )
        raise ValueError(msg)
    for each in card.sequences:
        where = f"the sequence {each.name}"
        _check_variables(where, each)
        _check_order(where, each)
        if each.keep not in KEPT:
            raise UnknownNameError(f"end of {where} to keep", each.keep, KEPT)
        if each.marks not in MARKED:
            raise UnknownNameError(f"places that the mask of {where} marks", each.marks, MARKED)
        if each.marks != MARKED[0] and each.mask is None:
            msg = f"{where} says what its mask marks, and no mask: name the input of the file (mask: ...)"
            raise ValueError(msg)
        if each.objects is not None:
            canonical_objects(each.objects, where)


def check_files(card: Card, network: Network) -> None:
    """Refuse a network whose file needs to know more of a sequence.

    Raises
    ------
    ValueError
        An ONNX file without length or padding; a mask without one; random numbers beside sequences.
    """
    for each in card.sequences_of(network):
        where = f"the sequence {each.name}"
        if network.noise is not None:
            msg = f"{where} stands beside the random numbers {network.noise}, which are drawn for networks of single numbers"
            raise ValueError(msg)
        if network.onnx is None:
            if each.mask is not None:
                msg = f"{where} has a mask, an input of ONNX files; lwtnn takes lists as long as they are"
                raise ValueError(msg)
            continue
        if each.length is None:
            msg = f"{where} of {network.onnx} needs a length: how many objects the file takes"
            raise ValueError(msg)
        if each.padding is None and any(variable.padding is None for variable in each.variables):
            msg = f"{where} of {network.onnx} needs a padding: what the file gets in places without an object"
            raise ValueError(msg)


def _check_variables(where: str, each: InputSequence) -> None:
    names = [variable.name for variable in each.variables]
    if not names:
        msg = f"{where} has no variables"
        raise ValueError(msg)
    for variable in each.variables:
        if names.count(variable.name) > 1:
            msg = f"{where} has the variable {variable.name} twice"
            raise ValueError(msg)
        if variable.level == "parameter" or variable.value is not None:
            msg = f"{variable.name} of {where} is a parameter; a parameter is one number for an event: describe it under inputs"
            raise ValueError(msg)
        if variable.node is not None:
            msg = f"{variable.name} of {where} names a node; the whole sequence is one: say it there"
            raise ValueError(msg)


def _check_order(where: str, each: InputSequence) -> None:
    direction, _, key = each.order.partition(" ")
    if each.order != AS_GIVEN and (direction not in DIRECTIONS or not key.strip()):
        msg = f"the order of {where} is falling or rising in something, 'falling pt' with the hardest first, or {AS_GIVEN!r}; not {each.order!r}"
        raise ValueError(msg)
