"""The card of a preserved network: what it takes, in order, units and conventions, what it gives, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from .yamlfile import write_yaml

__all__ = [
    "AS_GIVEN",
    "CARD",
    "LEVELS",
    "NORMALISATION",
    "PHI",
    "SCHEMA",
    "UNITS",
    "Card",
    "Input",
    "InputSequence",
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
#: The order of a sequence that is the one of the lists in the events; any other is ``falling pt`` or ``rising delta_r``.
AS_GIVEN = "as given"

#: Units that can be turned into one another: unit -> what it is in the first of its line.
UNITS = (
    {"GeV": 1.0, "MeV": 1e-3, "TeV": 1e3, "keV": 1e-6},
    {"GeV^2": 1.0, "MeV^2": 1e-6, "TeV^2": 1e6},
    {"rad": 1.0, "deg": math.pi / 180},
)


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
class InputSequence:
    """One input of a network that is a list of objects, each with the same few numbers: tracks, constituents, jets."""

    name: str
    """What the card calls it."""
    variables: tuple[Input, ...]
    """What is known of each object, in the order of the network; computed from what ``hml.Graph`` has of a node, such as
    ``pt``, ``delta_r``, ``log_pt_fraction``, and arithmetic of these."""
    order: str
    """How the objects follow each other: ``falling pt`` is the hardest first, ``rising delta_r`` the nearest; or `AS_GIVEN`.
    A recurrent layer gives what it knows after the last."""
    objects: str | tuple[str, ...] | None = None
    """Which they are, as in ``hml.Graph``: ``fatjet0.constituents``, or several kinds; None for what must be given."""
    length: int | None = None
    """How many are kept at most; None for all."""
    keep: str = "first"
    """Of more, those that are ``first`` or ``last`` in the order."""
    padding: float | None = None
    """What an ONNX file gets in places without an object, behind the normalisation; None: the paddings of the variables, before it."""
    mask: str | None = None
    """The input of an ONNX file that is 1 in some places, 0 in others: it tells where there is an object."""
    marks: str = "objects"
    """Which places `mask` is 1 in: those of ``objects``, or those of the ``padding``, as PyTorch's ``key_padding_mask``."""
    transposed: bool = False
    """Whether an ONNX file has the variables on its second axis and the objects on its third."""
    definition: str = ""
    """What the objects are, in words."""
    node: str | None = None
    """The input of the file that it is, where that has another name."""


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
    """Names of its inputs and sequences, in order; None for all of the card."""
    normalisation: str | None = None
    """One of `NORMALISATION`; x is then (x - mean) / spread, for each input, then each variable of each sequence. None where nobody has
    said it: inputs are given as they are."""
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
    sequences: tuple[InputSequence, ...] = ()
    """Inputs beside `inputs` that are lists of objects."""
    selection: tuple[str, ...] = ()
    """Cuts that events pass before the network is asked; as text, they are not applied."""
    measured_selection: tuple[str, ...] = ()
    """Of a network whose inputs are of generated particles, such as a surrogate: cuts on measured objects that the events of its
    training have passed as well. Generated particles cannot tell; the outputs are those of events that pass."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Description, licence, citation, working points, training, data, versions: plain values."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of its inputs and sequences, in order."""
        return (*(each.name for each in self.inputs), *(each.name for each in self.sequences))

    @property
    def points(self) -> tuple[Point, ...]:
        """The working points, those that are said with a threshold: the rest of a card is anybody's.

        Examples
        --------
        >>> card = Card("mlp", (), (), (), about={"working_points": [{"threshold": 0.57, "signal_efficiency": 0.5}]})
        >>> point = card.points[0]
        >>> f"mlp.score >= {point.threshold}", point.signal_efficiency
        ('mlp.score >= 0.57', 0.5)
        """
        given = self.about.get("working_points")
        rows = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list | tuple) else []
        found = [tuple(_number(each.get(name)) for name in Point._fields) for each in rows]
        return tuple(Point(threshold, *shares) for threshold, *shares in found if threshold is not None)

    def inputs_of(self, network: Network) -> tuple[Input, ...]:
        """Return the inputs of one of the networks, in its order."""
        return _chosen(self.inputs, network)

    def sequences_of(self, network: Network) -> tuple[InputSequence, ...]:
        """Return the sequences of one of the networks, in its order."""
        return _chosen(self.sequences, network)


I = TypeVar("I", Input, InputSequence)


def _chosen(known: tuple[I, ...], network: Network) -> tuple[I, ...]:
    if network.inputs is None:
        return known
    by_name = {each.name: each for each in known}
    return tuple(by_name[name] for name in network.inputs if name in by_name)


def write_card(file: Path, card: Card) -> None:
    """Write a card as YAML; what has its default is left out."""
    plain = _plain(card)
    about = plain.pop("about", {})
    write_yaml(file, {"schema": SCHEMA, **plain, **about})


def _plain(value: Any) -> Any:
    """Return a part of a card as plain values, without what has its default."""
    if isinstance(value, Card | Input | InputSequence | Output | Network):
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
