"""Keras, which is imported when it is used."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import DamagedError

__all__ = [
    "check_inputs",
    "keras",
    "layer_of",
    "normalizations",
    "numbers",
    "opened",
    "predicted",
    "quiet",
    "reason",
    "single",
]

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


def check_inputs(model: Any, given: Any) -> None:
    """Refuse a model that was read for other inputs than it is `given`, an array or a dictionary of arrays, (n, ...) each.

    Raises
    ------
    DamagedError
        It takes inputs of other names or shapes, or gives something else than one number for each event.
    """
    theirs = {each.name: tuple(each.shape[1:]) for each in getattr(model, "inputs", None) or ()}
    ours = given if isinstance(given, dict) else dict.fromkeys([*theirs, "inputs"][:1], given)
    outputs = [tuple(each.shape[1:]) for each in getattr(model, "outputs", None) or ()]
    if outputs != [(1,)]:
        msg = f"the saved model gives {_listed(outputs)} for an event, and a score is one number: it is not the model that was trained"
        raise DamagedError(msg)
    sizes = {name: _of_graph(each) if len(ours) > 1 else np.shape(each)[1:] for name, each in ours.items()}
    if {*theirs} != {*ours} or not all(_fits(theirs[name], size) for name, size in sizes.items()):
        have = {name: np.shape(each)[1:] for name, each in ours.items()}
        asked, has = (_listed(f"{name} {shape}" for name, shape in each.items()) for each in (theirs, have))
        msg = f"the saved model takes {asked} for an event, and is given {has}: it is not the model that was trained on these inputs"
        raise DamagedError(msg)


def layer_of(model: Any, name: str, kind: type) -> Any:
    """Return a layer of a model that was read; refuse one without it."""
    found = next((each for each in getattr(model, "layers", ()) if each.name == name), None)
    if not isinstance(found, kind):
        msg = f"the saved model has no layer {name} ({kind.__name__}): it is not the model that was trained"
        raise DamagedError(msg)
    return found


def _of_graph(values: Array) -> tuple[int | None, ...]:
    """Return the axes of an array of graphs, None for the numbers of nodes and of neighbours: features alone are fixed."""
    return (*[None] * (values.ndim - 2), None if values.dtype.kind == "i" else values.shape[-1])


def _fits(theirs: tuple[int | None, ...], ours: tuple[int | None, ...]) -> bool:
    return len(theirs) == len(ours) and all(None in (n, m) or n == m for n, m in zip(theirs, ours, strict=True))


def _listed(several: Iterable[Any]) -> str:
    return " and ".join(map(str, several)) or "nothing"


def predicted(model: Any, given: Any, rows: int) -> Array:
    """Return the one output of a model for each event, (n,) float64; `rows` events go through it at once.

    Raises
    ------
    DamagedError
        As for `check_inputs`.
    """
    check_inputs(model, given)
    return np.asarray(model.predict(given, batch_size=rows, verbose=0), np.float64)[:, 0]


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
