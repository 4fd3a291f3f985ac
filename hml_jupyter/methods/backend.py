"""Keras, which is imported when it is used."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["keras", "numbers", "single"]

Array = npt.NDArray[Any]


def keras() -> Any:
    """Return Keras; its backend is JAX unless ``KERAS_BACKEND`` says otherwise."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras as found

    from . import keras_layers  # noqa: F401 (a model file may name them)

    return found


def single(values: Array) -> Array:
    """Return values in single precision; what is too large becomes infinite, and the loss with it."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def numbers(variable: Any) -> Array:
    """Return the values of a Keras variable."""
    return np.array(keras().ops.convert_to_numpy(variable.value))
