"""What an lwtnn file says, as frozen nodes whose sizes fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "GATES",
    "Activation",
    "Convolution",
    "Dense",
    "Embedding",
    "Gate",
    "Highway",
    "Layer",
    "Maxout",
    "Network",
    "Node",
    "Normalization",
    "Output",
    "Recurrent",
    "Variables",
]

Array = npt.NDArray[np.float64]


class Activation(NamedTuple):
    """A function of each value (a softmax: of all)."""

    function: str
    """lwtnn's name."""
    alpha: float
    """Its parameter; NaN where it has none."""


@dataclass(frozen=True, eq=False)
class Dense:
    """W x + b."""

    weights: Array | None
    """(m, k) W; None leaves the values as they are."""
    bias: Array | None
    """(m,) b; None adds nothing."""
    activation: Activation
    """What is applied to the sum."""


@dataclass(frozen=True, eq=False)
class Normalization:
    """(x + bias) * weights."""

    weights: Array
    """(k,)"""
    bias: Array
    """(k,)"""


class Gate(NamedTuple):
    """W x + U h + b, of what comes and of what is remembered."""

    W: Array
    """(m, k)"""
    U: Array | None
    """(m, m); None where nothing is remembered."""
    b: Array
    """(m,)"""


@dataclass(frozen=True, eq=False)
class Maxout:
    """The largest of some W x + b."""

    units: tuple[Gate, ...]
    """Each without U."""


@dataclass(frozen=True, eq=False)
class Highway:
    """c t + (1 - c) x, with c the sigmoid of the carry gate and t the activated transform gate."""

    transform: Gate
    """(k, k)"""
    carry: Gate
    """(k, k)"""
    activation: Activation
    """Of the transform gate."""


#: Recurrent layers and their gates.
GATES = {"lstm": ("i", "f", "o", "c"), "gru": ("z", "r", "h"), "simplernn": ("h",)}


@dataclass(frozen=True, eq=False)
class Recurrent:
    """A layer that remembers."""

    kind: str
    """A key of `GATES`."""
    gates: Mapping[str, Gate]
    """Each with U."""
    activation: Activation
    """Of the content."""
    inner: Activation
    """Of the gates."""


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution along a sequence."""

    kernel: Array
    """(length, m, k)"""
    bias: Array
    """(m,)"""
    dilation: int
    """Distance between the elements that are summed."""
    padding: str
    """``valid``, ``same`` or ``causal``."""
    activation: Activation
    """Of each value."""


@dataclass(frozen=True, eq=False)
class Embedding:
    """Categories, each replaced by the numbers of its row."""

    tables: tuple[tuple[int, Array], ...]
    """Place of a category, (categories, m) what it becomes; one after the other."""


Layer = Dense | Normalization | Maxout | Highway | Recurrent | Convolution | Embedding


class Node(NamedTuple):
    """A step of the computation."""

    kind: str
    """As lwtnn calls it: ``feed_forward``, ``add`` ..."""
    sources: tuple[int, ...]
    """The nodes that it takes; of an input its own number."""
    layer: Layer | None
    """What it does, if that is a layer."""
    width: int
    """Number of its values, for each event or for each element of a sequence."""


class Variables(NamedTuple):
    """An input."""

    name: str
    """Of the input."""
    names: tuple[str, ...]
    """Of its variables, in order."""
    offset: Array
    """Is added to them first."""
    scale: Array
    """Multiplies the sum."""
    defaults: Array
    """Take the place of NaN; NaN where a variable has none."""


class Output(NamedTuple):
    """An output."""

    labels: tuple[str, ...]
    """Of its values, in order."""
    node: int
    """Where they come from."""


class Network(NamedTuple):
    """A network as lwtnn evaluates it."""

    inputs: tuple[Variables, ...]
    """One row for each event."""
    sequences: tuple[Variables, ...]
    """Any number of rows for each event."""
    nodes: Mapping[int, Node]
    """In an order in which each comes after its sources."""
    outputs: Mapping[str, Output]
    """By name."""
