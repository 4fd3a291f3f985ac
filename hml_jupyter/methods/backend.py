"""Keras, which is imported when it is used."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["keras", "normalizations", "numbers", "quiet", "single"]

Array = npt.NDArray[Any]


def keras() -> Any:
    """Return Keras; its backend is JAX unless ``KERAS_BACKEND`` says otherwise."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras as found

    from . import cut_layers, keras_layers  # noqa: F401 (a model file may name them)

    return found


@contextmanager
def quiet() -> Iterator[None]:
    """Save without a warning: Keras 3.15 copies its variables in a way that NumPy 2.4 deprecates; the copy is right."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        yield


def single(values: Array) -> Array:
    """Return values in single precision; what is too large becomes infinite, and the loss with it."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def numbers(variable: Any) -> Array:
    """Return the values of a Keras variable."""
    return np.array(keras().ops.convert_to_numpy(variable.value))


def normalizations(model: Any) -> dict[str, Array]:
    """Return mean and variance of the layers that normalise the inputs of a model, which are not among its weights."""
    found: dict[str, Array] = {}
    for layer in model.layers:
        if isinstance(layer, keras().layers.Normalization):
            prefix, given = layer.name.removesuffix("normalization"), layer.get_config()
            found |= {prefix + name: np.asarray(given[name]).ravel() for name in ("mean", "variance")}
    return found
