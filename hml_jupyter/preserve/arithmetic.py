"""ONNX operators that are linear, as flows of an lwtnn network."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .drafts import MOST_WEIGHTS, Flow
from .onnx_nodes import attributes, refuse, unexpressed

if TYPE_CHECKING:
    from .translation import Translation

__all__ = ["OPERATORS", "added", "scaled"]

Array = npt.NDArray[Any]


def _spread(t: Translation, node: Any, flow: Flow, constant: Array) -> tuple[Flow, Array]:
    """Return a flow and a constant (k,) of the shape that both together have."""
    values = np.asarray(constant, float)
    if values.ndim > len(flow.shape) and values.shape[0] == 1:
        values = values[0]
    if values.ndim > len(flow.shape) or not np.all(np.isfinite(values)):
        refuse(node, "its constant is of another number of axes, or not finite")
    shape = np.broadcast_shapes(flow.shape, values.shape)
    return _of_shape(t, flow, shape), np.broadcast_to(values, shape).ravel()


def _of_shape(t: Translation, flow: Flow, shape: tuple[int, ...]) -> Flow:
    if shape == flow.shape:
        return flow
    return t.draft.selected(flow, np.broadcast_to(np.arange(flow.width).reshape(flow.shape), shape))


def added(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    """Return the sum of flows and constants."""
    constants = [each for each in given if not isinstance(each, Flow)]
    flows = [each for each in given if isinstance(each, Flow)]
    if len({len(flow.shape) for flow in flows}) != 1:
        refuse(node, "its inputs have different numbers of axes")
    shape = np.broadcast_shapes(*(flow.shape for flow in flows))
    flows = [_of_shape(t, flow, shape) for flow in flows]
    found = t.draft.joined("add", flows) if len(flows) > 1 else flows[0]
    for each in constants:
        found = t.draft.shifted(*_spread(t, node, found, each))
    return found


def _difference(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    first, second = given
    if isinstance(second, Flow):
        second = t.draft.multiplied(second, -np.ones(second.width))
    else:
        second = -np.asarray(second, float)
    return added(t, node, [first, second])


def _product(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    first, second = given
    if isinstance(first, Flow) and isinstance(second, Flow):
        return _swish(t, node, first, second)
    flow, constant = (first, second) if isinstance(first, Flow) else (second, first)
    return t.draft.multiplied(*_spread(t, node, flow, constant))


def _swish(t: Translation, node: Any, first: Flow, second: Flow) -> Flow:
    """Return x sigmoid(alpha x), the one product that lwtnn has."""
    for x, other in ((first, second), (second, first)):
        inner = other.sigmoid_of
        same = inner is not None and (inner.node, inner.shape, other.shape) == (x.node, x.shape, x.shape)
        if inner is not None and same and np.array_equal(inner.bias, x.bias) and np.all(x.weights):
            alpha = inner.weights / x.weights
            if np.all(alpha == alpha[0]):
                return t.draft.activated(x, {"function": "swish", "alpha": float(alpha[0])})
    raise unexpressed(
        node, "it is the product of two values that both depend on the inputs; lwtnn has x * sigmoid(alpha * x) alone"
    )


def _quotient(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow, constant = given
    if not isinstance(flow, Flow) or isinstance(constant, Flow):
        refuse(node, "it divides by a value that depends on the inputs")
    if not np.all(constant):
        refuse(node, "it divides by 0")
    return _product(t, node, [flow, 1 / np.asarray(constant, float)])


def _matrix_product(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow, weights = given
    if not isinstance(flow, Flow) or isinstance(weights, Flow):
        refuse(node, "its second factor depends on the inputs")
    if weights.ndim != 2 or not flow.shape or flow.shape[-1] != len(weights):
        refuse(node, f"it multiplies events of the shape {flow.shape} by constants of the shape {weights.shape}")
    outer = flow.shape[:-1]
    _check_size(node, max(1, weights.size) * math.prod(outer) ** 2)
    whole = np.kron(np.eye(math.prod(outer)), weights.astype(float).T)
    return t.draft.dense(flow, whole, None, (*outer, weights.shape[1]))


def _check_size(node: Any, weights: int) -> None:
    if weights > MOST_WEIGHTS:
        refuse(node, f"as a dense layer it has {weights} weights; up to {MOST_WEIGHTS} are written")


def _gemm(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow, weights, *bias = given
    told = {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 0} | attributes(node)
    if not isinstance(flow, Flow) or isinstance(weights, Flow) or told["transA"]:
        refuse(node, "lwtnn multiplies events by constants alone")
    constant = told["alpha"] * (weights.T if told["transB"] else weights).astype(float)
    found = _matrix_product(t, node, [flow, constant])
    given_bias = [each for each in bias if each is not None]
    if not given_bias:
        return found
    if isinstance(given_bias[0], Flow):
        return added(t, node, [found, scaled(t, given_bias[0], told["beta"])])
    return added(t, node, [found, told["beta"] * given_bias[0].astype(float)])


def scaled(t: Translation, flow: Flow, factor: float) -> Flow:
    """Return a flow times a number."""
    return t.draft.multiplied(flow, np.full(flow.width, factor))


def _batch_normalization(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow, *constants = given
    told = {"epsilon": 1e-5, "training_mode": 0} | attributes(node)
    if not isinstance(flow, Flow) or any(isinstance(each, Flow) for each in constants) or told["training_mode"]:
        refuse(node, "it normalises by what the events themselves are")
    # the channels come first, behind the events
    scale, bias, mean, variance = (each.astype(float).reshape(-1, *(1,) * (len(flow.shape) - 1)) for each in constants)
    found = added(t, node, [flow, -mean])
    found = _product(t, node, [found, scale / np.sqrt(variance + told["epsilon"])])
    return added(t, node, [found, bias])


def _concatenation(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    if not all(isinstance(each, Flow) for each in given):
        refuse(node, "it puts constants beside values of the events")
    axis, axes = attributes(node)["axis"], len(given[0].shape) + 1
    axis += axes if axis < 0 else 0
    if axis == 0:
        refuse(node, "it puts events behind one another")
    firsts = np.cumsum([0, *(flow.width for flow in given)])
    places = [first + np.arange(f.width).reshape(f.shape) for first, f in zip(firsts, given, strict=False)]
    return t.draft.selected(t.draft.joined("concatenate", given), np.concatenate(places, axis=axis - 1))


def _reduced(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    """Return sums or means of axes: they are linear, so that what they make of each value alone, and of none, tells all."""
    flow, *rest = given
    if not isinstance(flow, Flow) or any(isinstance(each, Flow) for each in rest):
        refuse(node, "its axes depend on the inputs")
    _check_size(node, flow.width**2)
    alone = np.eye(flow.width + 1, flow.width, k=-1).reshape(-1, *flow.shape)
    (found,) = t.computed(node, [alone, *rest])
    if found.shape[:1] != alone.shape[:1]:
        refuse(node, "it mixes events")
    weights = found.reshape(len(found), -1)[1:].T
    return t.draft.dense(flow, weights, None, found.shape[1:])


def _mean(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    return scaled(t, added(t, node, given), 1 / len(given))


OPERATORS: dict[str, Callable[[Any, Any, Sequence[Any]], Flow]] = {
    "Add": added,
    "BatchNormalization": _batch_normalization,
    "Concat": _concatenation,
    "Div": _quotient,
    "Gemm": _gemm,
    "MatMul": _matrix_product,
    "Mean": _mean,
    "Mul": _product,
    "Neg": lambda t, _, given: scaled(t, given[0], -1.0),
    "ReduceMean": _reduced,
    "ReduceSum": _reduced,
    "Sub": _difference,
    "Sum": added,
}
