"""Layers of our own, under the names that model files have for them."""

from __future__ import annotations

from typing import Any

from .backend import keras

__all__ = ["MaskedMean", "Messages", "NeighbourMean", "SignedLog"]

Layer: Any = keras().layers.Layer
registered = keras().saving.register_keras_serializable(package="hml_jupyter")


@registered
class Messages(Layer):  # type: ignore[misc]
    """What goes along each edge: the node, its neighbour minus the node, and the features of the edge.

    Takes nodes (n, N, d), neighbours (n, N, K) and, where there are any, features of edges (n, N, K, e); gives
    (n, N, K, 2d + e). Places -1 give those of the node in the first place; :class:`NeighbourMean` leaves them out.
    """

    def call(self, inputs: Any) -> Any:
        """Gather."""
        ops = keras().ops
        nodes, neighbours, *edges = inputs
        events, places, width = ops.shape(neighbours)
        at = ops.reshape(ops.maximum(neighbours, 0), (events, places * width, 1))
        there = ops.reshape(ops.take_along_axis(nodes, at, axis=1), (events, places, width, nodes.shape[-1]))
        here = ops.broadcast_to(ops.expand_dims(nodes, 2), ops.shape(there))
        return ops.concatenate([here, there - here, *edges], axis=-1)

    def compute_output_shape(self, shapes: Any) -> Any:
        """Return the shape of what is given."""
        nodes, neighbours, *edges = shapes
        return (*neighbours, 2 * nodes[-1] + sum(each[-1] for each in edges))


@registered
class MaskedMean(Layer):  # type: ignore[misc]
    """Mean over the last axis but one of what a mask leaves; 0 where it leaves nothing.

    Takes values (..., N, d) and a mask (..., N) of 0 and 1; gives (..., d).
    """

    def call(self, inputs: Any) -> Any:
        """Average."""
        ops = keras().ops
        values, mask = inputs
        weights = ops.expand_dims(ops.cast(mask, values.dtype), -1)
        return ops.sum(values * weights, axis=-2) / ops.maximum(ops.sum(weights, axis=-2), 1.0)

    def compute_output_shape(self, shapes: Any) -> Any:
        """Return the shape of what is given."""
        values, _ = shapes
        return (*values[:-2], values[-1])


@registered
class NeighbourMean(MaskedMean):
    """Mean over the neighbours of each node, 0 of a node without any; takes values (n, N, K, d) and neighbours (n, N, K)."""

    def call(self, inputs: Any) -> Any:
        """Average."""
        values, neighbours = inputs
        return super().call([values, neighbours >= 0])


@registered
class SignedLog(Layer):  # type: ignore[misc]
    """sign(x) ln(1 + abs(x)), element by element."""

    def call(self, inputs: Any) -> Any:
        """Take the logarithm."""
        ops = keras().ops
        return ops.sign(inputs) * ops.log1p(ops.abs(inputs))

    def compute_output_shape(self, shape: Any) -> Any:
        """Return the shape of what is given."""
        return shape
