"""ONNX graphs as flows of an lwtnn network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from . import arithmetic, nonlinear
from .drafts import Draft, Flow
from .onnx_nodes import Unexpressed, attributes, refuse, unexpressed

__all__ = ["EVENTS", "Translation"]

Array = npt.NDArray[Any]
Value = Flow | Array

#: Events that a free first axis stands for while constants are computed.
EVENTS = 7


class Translation:
    """The values of an ONNX graph, by name: constants, or flows of a draft.

    Parameters
    ----------
    versions : mapping
        Domain -> version of its operators.
    events : int
        Length of the first axis of everything that flows.
    """

    def __init__(self, versions: Mapping[str, int], events: int) -> None:
        self.draft = Draft()
        self.values: dict[str, Value] = {}
        self.versions, self.events = versions, events

    def read(self, node: Any) -> None:
        """Take the next operator of the graph in.

        Raises
        ------
        ArgumentError
            lwtnn cannot express it.
        """
        missing = [name for name in node.input if name and name not in self.values]
        if missing:
            refuse(node, f"it takes {missing[0]!r}, which lwtnn has no values for")
        given = [self.values[name] if name else None for name in node.input]
        flows = [each for each in given if isinstance(each, Flow)]
        if not flows and not node.op_type.startswith(("Random", "Bernoulli", "Multinomial")):
            found: Sequence[Value] = self.computed(node, given)
        elif node.op_type in ("Shape", "Size"):
            found = self.computed(node, [np.zeros((self.events, *flows[0].shape))])
        elif node.op_type in _OPERATORS:
            found = [self._expressed(node, given)]
        elif node.op_type in _MOVES:
            found = self._moved(node, given)
        else:
            refuse(
                node, f"lwtnn has nothing for it; what can be expressed: {', '.join(sorted([*_OPERATORS, *_MOVES]))}"
            )
        self.values.update(zip(filter(None, node.output), found, strict=False))

    def _expressed(self, node: Any, given: Sequence[Value | None]) -> Flow:
        try:
            return _OPERATORS[node.op_type](self, node, given)
        except Unexpressed:
            raise
        except ArgumentError as error:
            refuse(node, str(error), error)

    def computed(self, node: Any, given: Sequence[Any]) -> list[Array]:
        """Return the outputs of an operator on constants."""
        from onnx import helper
        from onnx.reference import ReferenceEvaluator

        feeds = {name: each for name, each in zip(node.input, given, strict=True) if each is not None}
        infos = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(each.dtype), each.shape)
            for name, each in feeds.items()
        ]
        graph = helper.make_graph(
            [node], "one", infos, [helper.make_empty_tensor_value_info(n) for n in node.output if n]
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in self.versions.items()]
        try:
            found = ReferenceEvaluator(helper.make_model(graph, opset_imports=opsets)).run(None, feeds)
        # of any kind: the evaluator checks nothing itself
        except Exception as error:
            raise unexpressed(node, f"it cannot be computed ({type(error).__name__}: {error})") from error
        return [np.asarray(each) for each in found]

    def _moved(self, node: Any, given: Sequence[Value | None]) -> list[Flow]:
        """Return what an operator makes of a flow by putting its values elsewhere: every value is traced by its place."""
        flow, *rest = given
        if not isinstance(flow, Flow) or any(isinstance(each, Flow) for each in rest):
            refuse(node, "where its values go depends on other values")
        places = np.arange(self.events * flow.width).reshape(self.events, *flow.shape)
        found = []
        for each in self.computed(node, [places, *rest]):
            first = flow.width * np.arange(self.events).reshape(-1, *(1,) * (each.ndim - 1)) if each.ndim else each
            if each.shape[:1] != (self.events,) or not np.array_equal(
                each - first, np.broadcast_to(each[0], each.shape)
            ):
                refuse(node, "it mixes events")
            if each[0].size == 0 or each[0].min() < 0 or each[0].max() >= flow.width:
                refuse(node, "it mixes events, or leaves nothing of them")
            found.append(self.draft.selected(flow, each[0].astype(np.int64)))
        return found


def _same(_: Translation, node: Any, given: Sequence[Any]) -> Flow:
    flow, *rest = given
    if not isinstance(flow, Flow) or (len(rest) > 1 and (isinstance(rest[1], Flow) or np.any(rest[1]))):
        refuse(node, "it is that of a training")
    return flow


def _cast(_: Translation, node: Any, given: Sequence[Any]) -> Flow:
    from onnx import TensorProto

    kind = attributes(node)["to"]
    if kind not in (TensorProto.FLOAT, TensorProto.DOUBLE):
        refuse(node, f"it makes {TensorProto.DataType.Name(kind)} of numbers; lwtnn has double precision alone")
    return _same(_, node, given)


_MOVES = ("Expand", "Flatten", "Gather", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze")
_OPERATORS: dict[str, Callable[[Any, Any, Sequence[Any]], Flow]] = {
    **arithmetic.OPERATORS,
    **nonlinear.OPERATORS,
    "Cast": _cast,
    "Dropout": _same,
    "Identity": _same,
}
