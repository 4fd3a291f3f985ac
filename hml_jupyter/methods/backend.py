"""Keras, which is imported when it is used."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import DamagedError

__all__ = ["keras", "normalizations", "numbers", "opened", "quiet", "reason", "single"]

Array = npt.NDArray[Any]


def keras() -> Any:
    """Return Keras; its backend is JAX unless ``KERAS_BACKEND`` says otherwise."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras as found

    from . import cut_layers, keras_layers, surrogate_layers  # noqa: F401 (a model file may name them)

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


def opened(file: Path) -> Any:
    """Return the model in a file of Keras; code in it is not executed.

    Raises
    ------
    DamagedError
        It is no such file, or holds code or layers that are not known here.
    """
    try:
        return keras().saving.load_model(file, compile=False, safe_mode=True)
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        msg = f"{file.name} cannot be read ({reason(error)})"
        raise DamagedError(msg) from error


def reason(error: Exception) -> str:
    """Return what Keras says in one line, the beginning of it; not its advice to run code from a file."""
    plain = re.sub(r"\x1b\[\d+m", "", str(error))
    said = " ".join(plain.removeprefix("Exception encountered when calling").split())
    return said.partition(" If you trust")[0][:200]


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
