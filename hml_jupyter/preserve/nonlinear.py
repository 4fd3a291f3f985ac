"""ONNX operators that are not linear, as flows of an lwtnn network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .arithmetic import added, scaled
from .drafts import Flow
from .onnx_nodes import attributes, refuse

if TYPE_CHECKING:
    from .translation import Translation

__all__ = ["OPERATORS"]

Array = npt.NDArray[Any]


def _softmax(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow = given[0]
    axis = attributes(node).get("axis", -1 if t.versions[""] >= 13 else 1)
    if len(flow.shape) != 1 or axis not in (1, -1):
        refuse(node, f"lwtnn takes the softmax of all values of an event, not of the axis {axis} of {flow.shape}")
    return t.draft.activated(flow, "softmax")


def _hard_sigmoid(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    """Return the hard sigmoid; lwtnn has that of 0.2 x + 0.5."""
    told = {"alpha": 0.2, "beta": 0.5} | attributes(node)
    # 0.2 of single precision is the 0.2 that is meant
    alpha, beta = (float(str(np.float32(told[name]))) for name in ("alpha", "beta"))
    flow = given[0]
    if alpha != 0.2:
        flow = scaled(t, flow, alpha / 0.2)
    if beta != 0.5:
        flow = t.draft.shifted(flow, np.full(flow.width, (beta - 0.5) / 0.2))
    return t.draft.activated(flow, "hard_sigmoid")


def _selu(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    told = {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875} | attributes(node)
    return scaled(t, t.draft.activated(given[0], {"function": "elu", "alpha": told["alpha"]}), told["gamma"])


def _activation(name: str) -> Callable[..., Flow]:
    return lambda t, _, given: t.draft.activated(given[0], name)


def _parametrised(name: str, default: float) -> Callable[..., Flow]:
    def made(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
        return t.draft.activated(given[0], {"function": name, "alpha": float(attributes(node).get("alpha", default))})

    return made


def _at_least(t: Translation, node: Any, flow: Flow, floor: Array, sign: float = 1.0) -> Flow:
    """Return max(x, c), which is c + max(x - c, 0); with the sign -1 min(x, c)."""
    turned = scaled(t, flow, sign)
    turned = added(t, node, [turned, -sign * np.asarray(floor, float)]) if np.any(floor) else turned
    turned = t.draft.activated(turned, "rectified")
    turned = scaled(t, turned, sign)
    return added(t, node, [turned, floor]) if np.any(floor) else turned


def _extreme(sign: float) -> Callable[..., Flow]:
    def made(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
        flows = [each for each in given if isinstance(each, Flow)]
        if len(flows) != 1:
            refuse(node, "it compares values that all depend on the inputs")
        found: Flow = flows[0]
        for each in given:
            found = found if isinstance(each, Flow) else _at_least(t, node, found, each, sign)
        return found

    return made


def _clip(t: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow: Flow = given[0]
    ends, told = given[1:], attributes(node)
    low, high = (
        ends[i] if len(ends) > i and ends[i] is not None else told.get(name) for i, name in enumerate(("min", "max"))
    )
    for end, sign in ((low, 1.0), (high, -1.0)):
        if isinstance(end, Flow):
            refuse(node, "its bounds depend on the inputs")
        if end is not None and np.all(np.isfinite(end)) and np.all(np.abs(end) < np.finfo(np.float32).max):
            flow = _at_least(t, node, flow, np.asarray(end), sign)
    return flow


OPERATORS: dict[str, Callable[[Any, Any, Sequence[Any]], Flow]] = {
    "Abs": _activation("abs"),
    "Clip": _clip,
    "Elu": _parametrised("elu", 1.0),
    "HardSigmoid": _hard_sigmoid,
    "LeakyRelu": _parametrised("leakyrelu", 0.01),
    "Max": _extreme(1.0),
    "Min": _extreme(-1.0),
    "Relu": _activation("rectified"),
    "Selu": _selu,
    "Sigmoid": _activation("sigmoid"),
    "Softmax": _softmax,
    "Swish": _parametrised("swish", 1.0),
    "Tanh": _activation("tanh"),
}
