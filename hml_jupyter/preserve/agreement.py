"""How far a network in one format is from itself in another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from .evaluation import outputs
from .networks import Network, Variables
from .onnx_reading import event_shapes
from .opening import session

__all__ = ["difference"]

#: Random events that are compared.
EVENTS = 1000
#: Largest difference that is accepted between single and double precision, relative to the largest output or 1.
TOLERANCE = 1e-4


def difference(model: Any, network: Network) -> float:
    """Return the largest difference of an output between an opened ONNX model and an lwtnn network, over random events.

    Inputs and outputs of both have the same order. The events are normal behind the normalisation of the inputs.

    Raises
    ------
    ArgumentError
        It is more than single precision explains.
    """
    from onnx import helper

    shapes, rng = event_shapes(model), np.random.default_rng(1)
    types = {each.name: helper.tensor_dtype_to_np_dtype(each.type.tensor_type.elem_type) for each in model.graph.input}
    feeds, given = {}, {}
    for (name, (shape, at_once)), variables in zip(shapes.items(), network.inputs, strict=True):
        batch = at_once or EVENTS
        X = _events(variables, -(-EVENTS // batch) * batch, rng).astype(types[name])
        feeds[name], given[variables.name] = X.reshape(-1, batch, *shape), X.astype(float)
    run = session(model)
    parts = [run.run(None, dict(zip(feeds, each, strict=True))) for each in zip(*feeds.values(), strict=True)]
    ours = [*outputs(network, given).values()]
    theirs = [np.concatenate(each).reshape(one.shape) for each, one in zip(zip(*parts, strict=True), ours, strict=True)]
    largest = max(float(np.max(np.abs(one - other))) for one, other in zip(ours, theirs, strict=True))
    scale = max(1.0, *(float(np.max(np.abs(each))) for each in ours))
    if not largest <= TOLERANCE * scale:
        msg = f"the network differs in the two formats by up to {largest:.3g}, with values up to {scale:.3g}; it is not converted"
        raise ArgumentError(msg)
    return largest


def _events(variables: Variables, n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    scale = np.where(variables.scale == 0, 1, variables.scale)
    return np.asarray(rng.normal(size=(n, len(scale))) / scale - variables.offset)
