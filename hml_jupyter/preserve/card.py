"""The card of a preserved network: what it takes, in order, units and conventions, what it gives, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ..errors import DamagedError, UnknownNameError
from .yamlfile import read_yaml, write_yaml

__all__ = [
    "CARD",
    "LEVELS",
    "NORMALISATION",
    "PHI",
    "SCHEMA",
    "Card",
    "Input",
    "Network",
    "Output",
    "read_card",
    "write_card",
]

CARD = "card.yaml"
SCHEMA = 1

#: Where an input can be known: of generated particles, of reconstructed objects, only of a detector; set by hand; not said.
LEVELS = ("truth", "reco", "detector", "parameter", "unknown")
#: Ranges of an azimuth -> its lower end.
PHI = {"[-pi, pi)": -math.pi, "[0, 2pi)": 0.0}
#: Where inputs are normalised: by who calls the network, in the network, or nowhere.
NORMALISATION = ("outside", "inside", "none")


@dataclass(frozen=True)
class Input:
    """One input of a network."""

    name: str
    """What the card calls it."""
    observable: str | None = None
    """How it is computed from events, in the grammar of cuts; `name` if that can be read, None for what must be given."""
    definition: str = ""
    """What it is, in words."""
    unit: str = ""
    """``GeV``, ``MeV``, ``rad`` ...; empty for a pure number."""
    level: str = "unknown"
    """One of `LEVELS`."""
    padding: float | None = None
    """What stands for a missing object; None: there is no score then."""
    phi: str | None = None
    """Of an azimuth, the range that it is in: one of `PHI`."""
    value: float | None = None
    """Of a parameter, what it is where nothing else is said."""
    range: tuple[float, float] | None = None
    """The smallest and the largest value that the network was trained on."""
    node: str | None = None
    """The input of the file that it is a part of, where there are several."""


@dataclass(frozen=True)
class Output:
    """One output of a network."""

    name: str
    meaning: str = ""
    """What a high value says."""
    activation: str = ""
    """What gives it its range, and where: ``sigmoid, inside``."""
    range: tuple[float, float] | None = None
    """What it can be."""


@dataclass(frozen=True)
class Network:
    """One network of a bundle, and which events it is for."""

    onnx: str | None = None
    """Its file, beside the card."""
    lwtnn: str | None = None
    """Its file as lwtnn's JSON."""
    when: str | None = None
    """A cut: the events it is for; None for all."""
    fold: tuple[int, int] | None = None
    """(i, k): it has not seen events whose number divided by k leaves i."""
    inputs: tuple[str, ...] | None = None
    """Names of its inputs, in order; None for all of the card."""
    normalisation: str = "none"
    """One of `NORMALISATION`; x is then (x - mean) / spread."""
    mean: tuple[float, ...] | None = None
    spread: tuple[float, ...] | None = None
    architecture: str = ""
    """What it is made of, in words."""
    cuts: tuple[str, ...] = ()
    """Cuts on its inputs that the lwtnn file does not hold: an event that fails one has the score 0."""
    without_lwtnn: str = ""
    """Why there is no lwtnn file."""

    @property
    def files(self) -> dict[str, str]:
        """Format -> file."""
        return {name: file for name, file in (("onnx", self.onnx), ("lwtnn", self.lwtnn)) if file}


@dataclass(frozen=True)
class Card:
    """What somebody needs to know to run a network, and what it was made from."""

    name: str
    inputs: tuple[Input, ...]
    """In the order of the network."""
    outputs: tuple[Output, ...]
    """In the order of the network."""
    networks: tuple[Network, ...]
    kind: str = "set"
    """What an event is: ``set`` (a row of inputs), ``image`` or ``graph``."""
    representation: Mapping[str, Any] | None = None
    """How an image or a graph is made, as the options of ``hml.Image`` or ``hml.Graph``."""
    selection: tuple[str, ...] = ()
    """Cuts that events pass before the network is asked; as text, they are not applied."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Description, licence, citation, working points, training, data, versions: plain values."""

    def inputs_of(self, network: Network) -> tuple[Input, ...]:
        """Return the inputs of one of the networks, in its order."""
        if network.inputs is None:
            return self.inputs
        by_name = {each.name: each for each in self.inputs}
        return tuple(by_name[name] for name in network.inputs)


def write_card(file: Path, card: Card) -> None:
    """Write a card as YAML; what has its default is left out."""
    plain = _plain(card)
    about = plain.pop("about", {})
    write_yaml(file, {"schema": SCHEMA, **plain, **about})


def read_card(file: Path) -> Card:
    """Return the card in a file, ours or written by hand.

    Raises
    ------
    PathError
        There is no such file.
    DamagedError
        It is no YAML of plain values, or no card: what is wrong, and where.
    """
    given = read_yaml(file)
    try:
        return _card(given)
    except (TypeError, ValueError, KeyError) as error:
        msg = f"{file.name} is no card that can be used: {error}"
        raise DamagedError(msg) from error


def _card(given: Any) -> Card:
    if not isinstance(given, dict):
        msg = "it must hold names and values: inputs, outputs, networks"
        raise TypeError(msg)
    schema = given.pop("schema", SCHEMA)
    if schema != SCHEMA:
        msg = f"schema {schema!r} is not {SCHEMA}; update hml_jupyter if it is newer"
        raise ValueError(msg)
    own = {each.name for each in fields(Card)} - {"about"}
    card = _built(
        Card, {k: v for k, v in given.items() if k in own} | {"about": {k: v for k, v in given.items() if k not in own}}
    )
    _check(card)
    return card


T = TypeVar("T", Card, Input, Output, Network)
_PARTS: dict[str, Any] = {"inputs": Input, "outputs": Output, "networks": Network}


def _built(kind: type[T], given: Any, where: str = "the card") -> T:
    """Return a part of a card from plain values, each of them checked."""
    if not isinstance(given, dict):
        msg = f"{where} must hold names and values, not {given!r}"
        raise TypeError(msg)
    known = {each.name: each for each in fields(kind)}
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
    if kind is Card and name in _PARTS:
        return tuple(_built(_PARTS[name], each, f"{where}[{i}]") for i, each in enumerate(_list(value, where)))
    how = _HOW.get(f"{kind.__name__}.{name}", _HOW.get(name, _text))
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
    low, high = _numbers(value, where)
    return low, high


def _fold(value: Any, where: str) -> tuple[int, int]:
    i, k = (int(each) for each in _pair(value, where))
    if not 0 <= i < k:
        msg = f"{where} must be the number of a fold and how many there are, [0, 2]; got {value!r}"
        raise ValueError(msg)
    return i, k


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
    "cuts": _texts,
    "Network.inputs": _texts,
    "representation": _mapping,
    "about": _mapping,
}


def _check(card: Card) -> None:
    """Refuse a card whose parts do not fit one another."""
    names = [each.name for each in card.inputs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"the input {twice[0]} is there twice"
        raise ValueError(msg)
    if card.kind not in ("set", "image", "graph"):
        raise UnknownNameError("kind of events", card.kind, ("set", "image", "graph"))
    if not card.networks or not card.outputs or (card.kind == "set" and not card.inputs):
        msg = "it needs inputs, outputs and networks"
        raise ValueError(msg)
    for each in card.inputs:
        _known("level", each.level, LEVELS)
        if each.phi is not None:
            _known("range of phi", each.phi, PHI)
    for network in card.networks:
        _check_network(card, network, names)


def _check_network(card: Card, network: Network, names: Sequence[str]) -> None:
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
    count = len(card.inputs_of(network))
    moments = (network.mean, network.spread)
    if network.normalisation == "outside" and None in moments:
        msg = "inputs that are normalised outside need mean and spread"
        raise ValueError(msg)
    if card.kind == "set" and any(each is not None and len(each) != count for each in moments):
        msg = f"mean and spread must have a number for each of {count} inputs"
        raise ValueError(msg)
    if network.spread is not None and not all(each > 0 for each in network.spread):
        msg = "every spread must be above 0"
        raise ValueError(msg)


def _known(kind: str, name: str, known: Any) -> None:
    if name not in known:
        raise UnknownNameError(kind, name, known)


def _plain(value: Any) -> Any:
    """Return a part of a card as plain values, without what has its default."""
    if isinstance(value, Card | Input | Output | Network):
        pairs = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: _plain(v) for each, v in pairs if v != _default(each)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return value


def _default(each: Any) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()
