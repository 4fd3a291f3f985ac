"""Trained models as ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ArgumentError
from ..methods import BoostedDecisionTree, CutAndCount, Training
from ..methods.backend import keras
from .forests import forest
from .graphs import Graph
from .layers import network
from .selections import selection

__all__ = ["OUTPUT", "onnx_of"]

#: Name of the output of every model.
OUTPUT = "score"


def onnx_of(training: Training, fold: int = 0, *, about: Mapping[str, str] | None = None) -> Any:
    """Return a trained model (of a cross-training one of them) as an ``onnx.ModelProto``.

    Its inputs are of single precision, events first: ``inputs`` (n, k), the columns of `training.names` in their units, or images
    (n, x, y, channels); of graphs ``nodes``, ``mask`` (1 and 0), ``neighbours`` (places, -1 for none) and ``edges``. What normalises
    them is inside. A surrogate also takes ``noise`` (n, 2), for each event a uniform number between 0 and 1 and a normal one of mean
    0 and standard deviation 1; a flag with a value that it has not learnt counts as none. The output is ``score`` (n, 1), from 0 to 1;
    `about` are its metadata.

    Raises
    ------
    ArgumentError
        A layer, or a kind of model, that is not written as ONNX here.
    """
    model, method = training.models[fold], training.method
    graph = Graph(training.name)
    if isinstance(method, BoostedDecisionTree):
        output = forest(graph, _columns(graph, training), model)
    elif isinstance(method, CutAndCount):
        output = selection(graph, _columns(graph, training), model)
    elif isinstance(model, keras().Model):
        output = network(graph, model, {each.name: graph.input(each.name, _shape(each)) for each in model.inputs})
    else:
        msg = f"{training.name} is a {type(model).__name__}, which is not written as ONNX here: train a network, trees or cuts"
        raise ArgumentError(msg)
    return graph.model(output, OUTPUT, (1,), about)


def _columns(graph: Graph, training: Training) -> str:
    return graph.input("inputs", (len(training.names),))


def _shape(tensor: Any) -> tuple[int | str, ...]:
    """Return the shape of an event; the places of graphs, and of their neighbours, are free."""
    free = {1: "nodes", 2: "neighbours"}
    return tuple(free[i] if length is None else length for i, length in enumerate(tensor.shape) if i)
