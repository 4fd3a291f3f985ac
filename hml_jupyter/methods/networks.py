"""Dense and convolutional networks: Keras, with any of its backends."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .backend import keras
from .keras_learning import KerasMethod, layer_seed
from .method import Array, register
from .moments import moments
from .options import option
from .sample import Sample

__all__ = ["ACTIVATIONS", "CNN", "MLP", "dense", "head", "hidden", "normalized"]

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
    activation: str = option(default="relu", doc="Activation of the hidden layers.", choices=ACTIVATIONS, advanced=True)
    dropout: float = option(
        default=0.0, doc="Fraction of units left out while training.", minimum=0.0, maximum=0.95, advanced=True
    )

    def build(self, sample: Sample, seed: int) -> Any:
        """Return the untrained network."""
        X = sample.train.X
        inputs = keras().Input((X.shape[1],), dtype="float32", name="inputs")
        flow = normalized(inputs, *moments(X, sample.names))
        return keras().Model(inputs, head(self, flow, seed), name="mlp")


@register
class CNN(KerasMethod):
    """Convolutions and pooling on the pixels of images, then dense layers and one sigmoid output.

    The model's first layer divides each channel by the root mean square of its pixels in the training images, so that empty
    pixels stay 0; with ``scale="log"`` the logarithm sign(x) ln(1 + abs(x)) follows, for the few pixels that have most of the
    energy. Images that :class:`~hml_jupyter.representations.Image` has normalised already need none.

    Examples
    --------
    >>> CNN(filters=(8, 16), scale="log").kind
    'image'
    """

    kind: ClassVar[str] = "image"
    rows: ClassVar[int] = 1024

    filters: tuple[int, ...] = option(
        default=(32, 64), doc="Filters of each convolution; each is followed by pooling.", minimum=1, maximum=4096
    )
    kernel_size: int = option(default=3, doc="Side of a filter.", minimum=1, maximum=33, unit="pixels", advanced=True)
    pool: int = option(
        default=2,
        doc="Side of the square whose largest pixel is kept; 1 keeps all.",
        minimum=1,
        maximum=33,
        unit="pixels",
        advanced=True,
    )
    scale: str = option(default="linear", doc="What is made of the pixels first.", choices=("linear", "log"))
    summary: str = option(
        default="average",
        doc="What the dense layers get of each filter.",
        choices=("average", "flatten"),
        advanced=True,
    )
    hidden: tuple[int, ...] = option(
        default=(64,), doc="Units of each dense layer.", minimum=1, maximum=16_384, unit="units"
    )
    activation: str = option(
        default="relu", doc="Activation of all layers but the last.", choices=ACTIVATIONS, advanced=True
    )
    dropout: float = option(
        default=0.0,
        doc="Fraction of dense units left out while training.",
        minimum=0.0,
        maximum=0.95,
        advanced=True,
    )

    def build(self, sample: Sample, seed: int) -> Any:
        """Return the untrained network."""
        layers = keras().layers
        from .keras_layers import SignedLog

        X = sample.train.X
        inputs = keras().Input(X.shape[1:], dtype="float32", name="inputs")
        flow = normalized(inputs, *moments(X, sample.names))
        if self.scale == "log":
            flow = SignedLog(name="log", dtype="float32")(flow)
        for i, filters in enumerate(self.filters):
            flow = layers.Conv2D(
                filters,
                self.kernel_size,
                padding="same",
                activation=self.activation,
                kernel_initializer=keras().initializers.GlorotUniform(seed=layer_seed(seed, 100 + i)),
                dtype="float32",
                name=f"convolution_{i}",
            )(flow)
            if self.pool > 1:
                flow = layers.MaxPooling2D(self.pool, padding="same", dtype="float32", name=f"pool_{i}")(flow)
        last = layers.Flatten if self.summary == "flatten" else layers.GlobalAveragePooling2D
        flow = last(dtype="float32", name=self.summary)(flow)
        return keras().Model(inputs, head(self, flow, seed), name="cnn")


def normalized(flow: Any, mean: Array, variance: Array, name: str = "normalization") -> Any:
    """Return inputs with the means and variances of their last axis brought to 0 and 1; constant ones stay 0."""
    # Set rather than adapted: Keras would take the mean of GeV squared in single precision, and blow up a constant column.
    layer = keras().layers.Normalization
    with np.errstate(over="ignore"):
        return layer(mean=mean, variance=np.where(variance > 0, variance, 1.0), dtype="float32", name=name)(flow)


def dense(units: int, activation: str, name: str, seed: int) -> Any:
    """Return a dense layer; its name, type and seed are given so that nothing depends on what was built before."""
    kernel = keras().initializers.GlorotUniform(seed=seed)
    return keras().layers.Dense(units, activation, kernel_initializer=kernel, dtype="float32", name=name)


def head(method: Any, flow: Any, seed: int) -> Any:
    """Return the score that dense layers make of `flow`: those of ``hidden``, with ``dropout``, and one sigmoid."""
    return dense(1, "sigmoid", "score", layer_seed(seed, len(method.hidden)))(hidden(method, flow, seed))


def hidden(method: Any, flow: Any, seed: int) -> Any:
    """Return what the dense layers of ``hidden`` make of `flow`, with ``dropout``."""
    for i, units in enumerate(method.hidden):
        flow = dense(units, method.activation, f"hidden_{i}", layer_seed(seed, i))(flow)
        if method.dropout > 0:
            flow = keras().layers.Dropout(
                method.dropout, seed=layer_seed(seed, 1000 + i), dtype="float32", name=f"dropout_{i}"
            )(flow)
    return flow
