"""lwtnn's activations, in double precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from .networks import Activation

__all__ = ["activated", "sigmoid"]

Array = npt.NDArray[np.float64]


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(-x)), which lwtnn makes 0 below -30 and 1 above 30.

    Examples
    --------
    >>> sigmoid(np.array([0.0, 31.0, -31.0]))
    array([0.5, 1. , 0. ])
    """
    return np.where(x < -30, 0.0, np.where(x > 30, 1.0, expit(x)))


def activated(values: Array, activation: Activation) -> Array:
    """Return the activated values, shape (n, k).

    Notes
    -----
    Source of the formulas: lwtnn 2.14.1, ``include/lwtnn/generic/Stack.tcc``.

    Examples
    --------
    >>> activated(np.array([[-1.0, 2.0]]), Activation("leakyrelu", 0.25))
    array([[-0.25,  2.  ]])
    """
    return np.asarray(_FORMULAS[activation.function](values, activation.alpha))


def _hard_sigmoid(x: Array, _: float) -> Array:
    return np.clip(0.2 * x + 0.5, 0, 1)


def _rectified(x: Array, _: float) -> Array:
    return np.maximum(x, 0)


_FORMULAS: dict[str, Callable[[Array, float], Any]] = {
    "linear": lambda x, _: x,
    "sigmoid": lambda x, _: sigmoid(x),
    "rectified": _rectified,
    "softmax": lambda x, _: softmax(x, axis=-1),
    "tanh": lambda x, _: np.tanh(x),
    "hard_sigmoid": _hard_sigmoid,
    "abs": lambda x, _: np.abs(x),
    "elu": lambda x, alpha: np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0))),
    "leakyrelu": lambda x, alpha: np.where(x > 0, x, alpha * x),
    "swish": lambda x, alpha: x * sigmoid(alpha * x),
    "sigmoid_legacy": lambda x, _: sigmoid(x),
    "hard_sigmoid_legacy": _hard_sigmoid,
    "tanh_legacy": lambda x, _: np.tanh(x),
    "rectified_legacy": _rectified,
}
