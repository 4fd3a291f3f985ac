"""Dense networks: Keras, with any of its backends."""

from __future__ import annotations

from typing import Any

import numpy as np

from .backend import keras
from .keras_learning import KerasMethod, layer_seed
from .method import Array, register
from .options import option
from .sample import Sample

__all__ = ["ACTIVATIONS", "MLP"]

ACTIVATIONS = ("relu", "elu", "gelu", "silu", "tanh", "sigmoid", "linear")


@register
class MLP(KerasMethod):
    """Dense layers on normalised inputs and one sigmoid output.

    The normalisation (mean and standard deviation of the training events) is the model's first layer, so a model takes
    inputs in physical units.

    Examples
    --------
    >>> MLP(hidden=[32, 32])
    MLP(hidden=(32, 32))
    """

    hidden: tuple[int, ...] = option(
        default=(64, 64), doc="Units of each hidden layer.", minimum=1, maximum=16_384, unit="units"
    )
    activation: str = option(default="relu", doc="Activation of the hidden layers.", choices=ACTIVATIONS)
    dropout: float = option(default=0.0, doc="Fraction of units left out while training.", minimum=0.0, maximum=0.95)

    def build(self, sample: Sample, seed: int) -> Any:
        """Return the untrained network."""
        return _network(self, sample.train.X, seed)


def _network(method: MLP, X: Array, seed: int) -> Any:
    """Return the untrained network. Names, types and seeds are given so that nothing depends on what was built before."""
    layers, initializers = keras().layers, keras().initializers
    variance = X.var(axis=0)
    inputs = keras().Input((X.shape[1],), dtype="float32", name="inputs")
    # Set rather than adapted: Keras would take the mean of GeV squared in single precision, and blow up a constant column.
    with np.errstate(over="ignore"):
        flow = layers.Normalization(
            mean=X.mean(axis=0), variance=np.where(variance > 0, variance, 1.0), dtype="float32", name="normalization"
        )(inputs)
    for i, units in enumerate(method.hidden):
        kernel = initializers.GlorotUniform(seed=layer_seed(seed, i))
        flow = layers.Dense(units, method.activation, kernel_initializer=kernel, dtype="float32", name=f"hidden_{i}")(
            flow
        )
        if method.dropout > 0:
            flow = layers.Dropout(
                method.dropout, seed=layer_seed(seed, 1000 + i), dtype="float32", name=f"dropout_{i}"
            )(flow)
    kernel = initializers.GlorotUniform(seed=layer_seed(seed, len(method.hidden)))
    score = layers.Dense(1, "sigmoid", kernel_initializer=kernel, dtype="float32", name="score")(flow)
    return keras().Model(inputs, score, name="mlp")
