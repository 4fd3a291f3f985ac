"""Reading a card that anybody may have written: each value is checked, and what does not fit is named."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from ..checks import flag, whole
from ..errors import DamagedError, UnknownNameError
from .card import LEVELS, NORMALISATION, PHI, SCHEMA, UNITS, Card, Input, InputSequence, Network, Output
from .sequence_checks import check_files, check_sequences
from .yamlfile import read_yaml

__all__ = ["read_card"]

#: So alike are a name and the same with a slip of the pen.
ALIKE = 0.85
#: Most objects of a sequence.
MOST_OBJECTS = 4096


def read_card(file: Path, *, by_hand: bool = False) -> Card:
    """Return the card in a file; of one that is written by hand units in other letters, ``gev``, are refused.

    Raises
    ------
    PathError
        There is no such file.
    DamagedError
        It is no YAML of plain values, or no card: what is wrong, and where.
    """
    given = read_yaml(file)
    try:
        card = _card(given)
        for each in (*card.inputs, *(v for s in card.sequences for v in s.variables)) if by_hand else ():
            _check_unit(each)
        return card
    except (TypeError, ValueError, KeyError) as error:
        msg = f"{file.name} is no card that can be used: {error}"
        raise DamagedError(msg) from error


def _card(given: Any) -> Card:
    if not isinstance(given, dict):
        msg = "it must hold names and values: inputs, outputs, networks"
        raise TypeError(msg)
    schema = given.pop("schema", SCHEMA)
    if isinstance(schema, bool) or schema != SCHEMA:
        msg = f"schema {schema!r} is not {SCHEMA}; update hml_jupyter if it is newer"
        raise ValueError(msg)
    if "sequences" in given:
        given.setdefault("inputs", [])
    own = {each.name for each in fields(Card)} - {"about"}
    _check_free(given.keys() - own, own)
    card = _built(
        Card, {k: v for k, v in given.items() if k in own} | {"about": {k: v for k, v in given.items() if k not in own}}
    )
    _check(card)
    return card


def _check_free(names: Iterable[Any], own: Iterable[str]) -> None:
    """Refuse entries of free text that are likely meant as entries of a card."""
    for name in names:
        meant = get_close_matches(str(name), own, 1, ALIKE)
        if meant:
            msg = f"it has an entry {name}: did you mean {meant[0]}?"
            raise ValueError(msg)


T = TypeVar("T", Card, Input, InputSequence, Output, Network)
_PARTS: dict[str, Any] = {
    "Card.inputs": Input,
    "Card.sequences": InputSequence,
    "Card.outputs": Output,
    "Card.networks": Network,
    "InputSequence.variables": Input,
}


def _built(kind: type[T], given: Any, where: str = "the card") -> T:
    """Return a part of a card from plain values, each of them checked."""
    if not isinstance(given, dict):
        msg = f"{where} must hold names and values, not {given!r}"
        raise TypeError(msg)
    known = {each.name: each for each in fields(kind)}
    if kind is Input and {"objects", "variables"} & {*given}:
        msg = f"{where} is a list of objects, and inputs are single numbers: describe it under sequences"
        raise ValueError(msg)
    for name in given:
        if name not in known:
            raise UnknownNameError(f"entry of {where}", str(name), known)
    missing = [
        name for name, each in known.items() if name not in given and each.default is each.default_factory is MISSING
    ]
    if missing:
        msg = f"{where} lacks {', '.join(missing)}"
        raise ValueError(msg)
    return kind(**{name: _value(kind, name, value, f"{where}: {name}") for name, value in given.items()})


def _value(kind: type, name: str, value: Any, where: str) -> Any:
    full = f"{kind.__name__}.{name}"
    if full in _PARTS:
        return tuple(_built(_PARTS[full], each, f"{where}[{i}]") for i, each in enumerate(_list(value, where)))
    how = _HOW.get(full, _HOW.get(name, _text))
    return how(value, where)


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        msg = f"{where} must be a list, not {value!r}"
        raise TypeError(msg)
    return list(value)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        msg = f"{where} must be a text, not {value!r}"
        raise TypeError(msg)
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        msg = f"{where} must be a number, not {value!r}"
        raise TypeError(msg)
    return float(value)


def _numbers(value: Any, where: str) -> tuple[float, ...]:
    return tuple(_number(each, where) for each in _list(value, where))


def _texts(value: Any, where: str) -> tuple[str, ...]:
    return tuple(_text(each, where) for each in _list(value, where))


def _pair(value: Any, where: str) -> tuple[float, float]:
    found = _numbers(value, where)
    if len(found) != 2 or found[0] > found[1]:
        msg = f"{where} must be two numbers, the smaller first, not {value!r}"
        raise ValueError(msg)
    return found[0], found[1]


def _fold(value: Any, where: str) -> tuple[int, int]:
    i, k = _pair(value, where)
    if not (0 <= i < k and i == int(i) and k == int(k)):
        msg = f"{where} must be the number of a fold and how many there are, [0, 2]; got {value!r}"
        raise ValueError(msg)
    return int(i), int(k)


def _one_or_several(value: Any, where: str) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else _texts(value, where)


def _whole(value: Any, where: str) -> int:
    return whole(where, value, 1, MOST_OBJECTS)


def _flag(value: Any, where: str) -> bool:
    return flag(where, value)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        msg = f"{where} must hold names and values, not {value!r}"
        raise TypeError(msg)
    return value


#: How values are read that are no texts.
_HOW: dict[str, Any] = {
    "padding": _number,
    "value": _number,
    "range": _pair,
    "fold": _fold,
    "mean": _numbers,
    "spread": _numbers,
    "selection": _texts,
    "measured_selection": _texts,
    "cuts": _texts,
    "InputSequence.objects": _one_or_several,
    "length": _whole,
    "transposed": _flag,
    "Network.inputs": _texts,
    "representation": _mapping,
    "about": _mapping,
}


def _check(card: Card) -> None:
    """Refuse a card whose parts do not fit one another."""
    names = card.names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"the input {twice[0]} is there twice"
        raise ValueError(msg)
    if card.kind not in ("set", "image", "graph"):
        raise UnknownNameError("kind of events", card.kind, ("set", "image", "graph"))
    if not card.networks or not card.outputs or (card.kind == "set" and not names):
        msg = "it needs inputs, outputs and networks"
        raise ValueError(msg)
    check_sequences(card)
    for each in (*card.inputs, *(variable for sequence in card.sequences for variable in sequence.variables)):
        _known("level", each.level, LEVELS)
        if each.phi is not None:
            _known("range of phi", each.phi, PHI)
    for network in card.networks:
        _check_network(card, network, names)
    folds = [network.fold for network in card.networks]
    if any(folds) and sorted(fold or (-1, 0) for fold in folds) != [(i, len(folds)) for i in range(len(folds))]:
        msg = f"of {len(folds)} folds each must be there once: [0, {len(folds)}] ..."
        raise ValueError(msg)


def _check_unit(given: Input) -> None:
    """Refuse a unit of ours in other letters; units that are none of ours may be."""
    known = {each.casefold(): each for line in UNITS for each in line}
    meant = known.get(given.unit.strip().casefold(), given.unit)
    if given.unit != meant:
        msg = f"the unit of {given.name} is {given.unit!r}: did you mean {meant!r}?"
        raise ValueError(msg)


def _check_network(card: Card, network: Network, names: Sequence[str]) -> None:
    if network.normalisation is not None:
        _known("place of the normalisation", network.normalisation, NORMALISATION)
    for name in network.inputs or ():
        _known("input", name, names)
    if not network.files:
        msg = "a network names no file: onnx or lwtnn"
        raise ValueError(msg)
    for file in network.files.values():
        if Path(file).name != file or file.startswith("."):
            msg = f"the file {file!r} must lie beside the card: a name without folders"
            raise ValueError(msg)
    _check_moments(card, network)


def _check_moments(card: Card, network: Network) -> None:
    if network.normalisation in (None, "none") and (network.mean or network.spread):
        msg = "mean and spread are given: say normalisation: outside (do it before), or inside (the network does it)"
        raise ValueError(msg)
    check_files(card, network)
    count = len(card.inputs_of(network)) + sum(len(each.variables) for each in card.sequences_of(network))
    moments = (network.mean, network.spread)
    if network.normalisation == "outside" and None in moments:
        msg = "inputs that are normalised outside need mean and spread"
        raise ValueError(msg)
    if card.kind == "set" and any(each is not None and len(each) != count for each in moments):
        msg = f"mean and spread must have a number for each of {count} inputs and variables of sequences"
        raise ValueError(msg)
    if network.spread is not None and not all(each > 0 for each in network.spread):
        msg = "every spread must be above 0"
        raise ValueError(msg)


def _known(kind: str, name: str, known: Any) -> None:
    if name not in known:
        raise UnknownNameError(kind, name, known)
