"""Layers of a surrogate: truth flags, a draw from a mixture, and the score of a rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .backend import keras

__all__ = ["Columns", "Draw", "Flags", "Unranked"]

ops: Any = keras().ops
Layer: Any = keras().layers.Layer
registered = keras().saving.register_keras_serializable(package="hml_jupyter")


class Configured(Layer):  # type: ignore[misc]
    """A layer that is made of lists of numbers, which its file holds."""

    def __init__(self, *, config: dict[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.config = config

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        config: dict[str, Any] = super().get_config()
        return config | self.config


@registered
class Columns(Configured):
    """Some of the columns of its input."""

    def __init__(self, columns: Sequence[int], **options: Any) -> None:
        super().__init__(config={"columns": list(columns)}, **options)

    def call(self, inputs: Any) -> Any:
        """Take them."""
        return ops.take(inputs, np.array(self.config["columns"], "int32"), axis=1)

    def compute_output_shape(self, shape: Any) -> Any:
        """Return the shape of what is given."""
        return (shape[0], len(self.config["columns"]))


@registered
class Flags(Configured):
    """1 for the value that a column has and 0 for all others; values that are not known have none.

    Takes (n, k); `values` are those of each column.
    """

    def __init__(self, columns: Sequence[int], values: Sequence[Sequence[float]], **options: Any) -> None:
        super().__init__(config={"columns": list(columns), "values": [list(each) for each in values]}, **options)

    @property
    def pairs(self) -> tuple[list[int], list[float]]:
        """The column and the value of each output."""
        each = zip(self.config["columns"], self.config["values"], strict=True)
        listed = [(column, value) for column, values in each for value in values]
        return [column for column, _ in listed], [value for _, value in listed]

    def call(self, inputs: Any) -> Any:
        """Compare."""
        columns, values = self.pairs
        taken = ops.take(inputs, np.array(columns, "int32"), axis=1)
        return ops.cast(ops.equal(taken, np.array(values, "float32")), "float32")

    def compute_output_shape(self, shape: Any) -> Any:
        """Return the shape of what is given."""
        return (shape[0], len(self.pairs[0]))


@registered
class Draw(Layer):  # type: ignore[misc]
    """One draw from a mixture of K Gaussians.

    Takes their shares, means and standard deviations, (n, K) each, and the noise, (n, 2): a uniform number chooses the Gaussian, a
    normal one the place in it; gives (n, 1).

    Examples
    --------
    >>> shares, means, widths = (np.array([each], "float32") for each in ([0.25, 0.75], [-1.0, 1.0], [0.1, 2.0]))
    >>> [float(Draw()([shares, means, widths, np.array([[u, 1.0]], "float32")])[0, 0]) for u in (0.2, 0.3)]
    [-0.8999999761581421, 3.0]
    """

    def call(self, inputs: Any) -> Any:
        """Draw."""
        shares, means, widths, noise = inputs
        inner = ops.cumsum(shares, axis=1)[:, :-1]
        chosen = ops.sum(ops.cast(noise[:, :1] >= inner, "int32"), axis=1, keepdims=True)
        return ops.take_along_axis(means + widths * noise[:, 1:], chosen, axis=1)

    def compute_output_shape(self, shapes: Any) -> Any:
        """Return the shape of what is given."""
        return (shapes[0][0], 1)


@registered
class Unranked(Configured):
    """The score of a rank, (n, 1): straight lines between points, and the first or the last score beyond them.

    Examples
    --------
    >>> np.asarray(Unranked([-1.0, 0.0, 2.0], [0.0, 0.5, 1.0])(np.array([[-3.0], [0.5], [9.0]], "float32")))[:, 0].tolist()
    [0.0, 0.625, 1.0]
    """

    def __init__(self, ranks: Sequence[float], scores: Sequence[float], **options: Any) -> None:
        super().__init__(config={"ranks": list(ranks), "scores": list(scores)}, **options)

    @property
    def lines(self) -> tuple[Any, Any, Any]:
        """Where each line begins, how long it is, and by how much the score rises along it, single precision."""
        ranks, scores = (np.asarray(self.config[name], np.float64) for name in ("ranks", "scores"))
        return tuple(each.astype(np.float32) for each in (ranks[:-1], np.diff(ranks), np.diff(scores)))  # type: ignore[return-value]

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last score."""
        return self.config["scores"][0], self.config["scores"][-1]

    def call(self, inputs: Any) -> Any:
        """Add up what has risen."""
        begin, length, rise = self.lines
        low, high = self.ends
        risen = ops.clip((inputs - begin) / length, 0.0, 1.0)
        return ops.clip(ops.matmul(risen, rise[:, None]) + low, low, high)

    def compute_output_shape(self, shape: Any) -> Any:
        """Return the shape of what is given."""
        return (shape[0], 1)
