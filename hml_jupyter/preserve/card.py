"""The card of a preserved network: what it takes, in order, units and conventions, what it gives, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from .yamlfile import write_yaml

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
    "Point",
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
    noise: str | None = None
    """Of a surrogate, the input of its file that takes random numbers, (n, 2): uniform between 0 and 1, and normal."""
    without_lwtnn: str = ""
    """Why there is no lwtnn file."""

    @property
    def files(self) -> dict[str, str]:
        """Format -> file."""
        return {name: file for name, file in (("onnx", self.onnx), ("lwtnn", self.lwtnn)) if file}


class Point(NamedTuple):
    """A working point that a card publishes."""

    threshold: float
    """Events with at least this score are kept."""
    signal_efficiency: float | None = None
    background_efficiency: float | None = None

    @property
    def text(self) -> str:
        """What it keeps, in words.

        Examples
        --------
        >>> Point(0.8125, 0.5, 0.02).text, Point(0.3).text
        ('50 % of signal and 2 % of background at 0.8125', 'a score of at least 0.3')
        """
        shares = ((self.signal_efficiency, "signal"), (self.background_efficiency, "background"))
        kept = " and ".join(f"{100 * share:.3g} % of {of}" for share, of in shares if share is not None)
        return f"{kept} at {self.threshold:.4g}" if kept else f"a score of at least {self.threshold:.4g}"


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
    per: str | None = None
    """Of columns, the collection whose objects have a row each; None for a row each event."""
    representation: Mapping[str, Any] | None = None
    """How an image or a graph is made, as the options of ``hml.Image`` or ``hml.Graph``."""
    selection: tuple[str, ...] = ()
    """Cuts that events pass before the network is asked; as text, they are not applied."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Description, licence, citation, working points, training, data, versions: plain values."""

    @property
    def points(self) -> tuple[Point, ...]:
        """The working points, those that are said with a threshold: the rest of a card is anybody's."""
        given = self.about.get("working_points")
        rows = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list | tuple) else []
        found = [tuple(_number(each.get(name)) for name in Point._fields) for each in rows]
        return tuple(Point(threshold, *shares) for threshold, *shares in found if threshold is not None)

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


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _default(each: Any) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()
