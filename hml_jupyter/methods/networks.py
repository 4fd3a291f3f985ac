"""Dense networks: Keras, with any of its backends."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import whole
from .method import Array, Method, register
from .options import option
from .sample import Sample

__all__ = ["MLP", "keras"]

ACTIVATIONS = ("relu", "elu", "gelu", "silu", "tanh", "sigmoid", "linear")
#: Length of a schedule that is not given.
EPOCHS = 20
#: Rows that go through a network at once when nothing is learnt.
ROWS = 8192


def keras() -> Any:
    """Return Keras; its backend is JAX unless ``KERAS_BACKEND`` says otherwise."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras as found

    return found


@register
class MLP(Method):
    """Dense layers on normalised inputs, one sigmoid output, Adam on the binary cross-entropy.

    The normalisation (mean and standard deviation of the training events) is the model's first layer, so a model takes
    inputs in physical units.

    Examples
    --------
    >>> MLP(hidden=[32, 32])
    MLP(hidden=(32, 32), activation='relu', dropout=0.0, learning_rate=0.001, batch_size=256)
    """

    file = "model.keras"

    hidden: tuple[int, ...] = option(
        default=(64, 64), doc="Units of each hidden layer.", minimum=1, maximum=16_384, unit="units"
    )
    activation: str = option(default="relu", doc="Activation of the hidden layers.", choices=ACTIVATIONS)
    dropout: float = option(default=0.0, doc="Fraction of units left out while training.", minimum=0.0, maximum=0.95)
    learning_rate: float = option(default=1e-3, doc="Step size of Adam.", minimum=1e-7, maximum=10.0)
    batch_size: int = option(default=256, doc="Events in a step.", minimum=1, maximum=1_000_000, unit="events")

    def schedule(self, epochs: int | None) -> int:
        """Return the number of epochs."""
        return EPOCHS if epochs is None else whole("epochs", epochs, 1)

    def learner(self, sample: Sample, *, seed: int) -> _Learning:
        """Return an untrained network."""
        return _Learning(self, sample, seed)

    def save(self, model: Any, file: Path) -> None:
        """Write the network in Keras's own format, without the optimiser."""
        with warnings.catch_warnings():
            # Keras 3.15 copies its variables in a way that NumPy 2.4 deprecates; the copy is right.
            warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
            keras().Model(model.inputs, model.outputs, name=model.name).save(file)

    def load(self, file: Path) -> Any:
        """Read a network; code in the file is not executed."""
        return keras().saving.load_model(file, compile=False, safe_mode=True)

    def scores(self, model: Any, X: Array) -> Array:
        """Return the output of the network."""
        return np.asarray(model.predict(_single(X), batch_size=ROWS, verbose=0), np.float64)[:, 0]

    def arrays(self, model: Any) -> dict[str, Array]:
        """Return the weights and the normalisation."""
        inputs = model.get_layer("normalization").get_config()
        found = {weight.path: _numbers(weight) for weight in model.weights}
        return {**found, "mean": np.asarray(inputs["mean"]).ravel(), "variance": np.asarray(inputs["variance"]).ravel()}


class _Learning:
    """A network in training; each epoch's order of events depends on the seed and the epoch alone."""

    def __init__(self, method: MLP, sample: Sample, seed: int) -> None:
        k = keras()
        self._method, self._seed = method, seed
        self._train = tuple(map(_single, (sample.train.X, sample.train.y, sample.train.weights)))
        follow = sample.validation
        self._follow = tuple(map(_single, (follow.X, follow.y, follow.weights))) if follow else None
        self._model = _network(method, sample.train.X, seed)
        self._model.compile(
            optimizer=k.optimizers.Adam(method.learning_rate),
            loss=k.losses.BinaryCrossentropy(),
            weighted_metrics=[k.metrics.BinaryAccuracy(name="accuracy")],
        )
        self._model.optimizer.build(self._model.trainable_variables)

    def advance(self, done: int, to: int) -> dict[str, list[float]]:
        curves: dict[str, list[float]] = {}
        for epoch in range(done, to):
            order = np.random.default_rng([self._seed, epoch]).permutation(len(self._train[1]))
            X, y, weights = (a[order] for a in self._train)
            fitted = self._model.fit(
                X,
                y,
                sample_weight=weights,
                batch_size=self._method.batch_size,
                validation_data=self._follow,
                validation_batch_size=ROWS,
                shuffle=False,
                verbose=0,
            )
            for name, (value,) in fitted.history.items():
                curves.setdefault(name, []).append(float(value))
        return curves

    def state(self) -> dict[str, Array]:
        return {f"{i:04d}": _numbers(v) for i, v in enumerate(self._variables())}

    def restore(self, state: Mapping[str, Array]) -> None:
        for name, variable in zip(sorted(state), self._variables(), strict=True):
            variable.assign(state[name])

    def model(self) -> Any:
        return self._model

    def _variables(self) -> list[Any]:
        return [*self._model.variables, *self._model.optimizer.variables]


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
        kernel = initializers.GlorotUniform(seed=_layer_seed(seed, i))
        flow = layers.Dense(units, method.activation, kernel_initializer=kernel, dtype="float32", name=f"hidden_{i}")(
            flow
        )
        if method.dropout > 0:
            flow = layers.Dropout(
                method.dropout, seed=_layer_seed(seed, 1000 + i), dtype="float32", name=f"dropout_{i}"
            )(flow)
    kernel = initializers.GlorotUniform(seed=_layer_seed(seed, len(method.hidden)))
    score = layers.Dense(1, "sigmoid", kernel_initializer=kernel, dtype="float32", name="score")(flow)
    return keras().Model(inputs, score, name="mlp")


def _layer_seed(seed: int, layer: int) -> int:
    return int(np.random.SeedSequence([seed, layer]).generate_state(1)[0]) >> 1


def _single(values: Array) -> Array:
    """Return values in single precision; what is too large becomes infinite, and the loss with it."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _numbers(variable: Any) -> Array:
    return np.asarray(keras().ops.convert_to_numpy(variable.value))
