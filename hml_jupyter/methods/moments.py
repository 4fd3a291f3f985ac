"""Means and variances that bring inputs to the same size, where the single precision of networks can follow."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from ..errors import ArgumentError
from .backend import keras
from .method import Array

__all__ = ["FAR", "moments", "moments_of_rows"]

Mended: TypeAlias = Callable[[str, float, float], str]

#: How many standard deviations a mean may lie from 0: in single precision a hundred values are left of such a column.
FAR = 1e6


def moments(X: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Return what normalises inputs: mean and variance of columns, or 0 and the mean square of the channels of images.

    Parameters
    ----------
    X : array, shape (n, k) or (n, x, y, k)
        Columns, or images with their channels last.
    names : sequence of str
        Of the columns or channels; numbered if there are none.

    Raises
    ------
    ArgumentError
        Inputs that are not constant and of which single precision leaves little, or that Keras' ``Normalization`` cannot bring
        to size 1: a mean further than a million standard deviations from 0, a standard deviation below Keras' epsilon, or one
        whose square is beyond the largest number.

    Examples
    --------
    >>> mean, variance = moments(np.array([[1.0, 7.0], [3.0, 7.0]]), ["x", "one"])
    >>> mean.tolist(), variance.tolist()
    ([2.0, 7.0], [1.0, 0.0])
    >>> moments(1e9 + np.arange(100.0)[:, None], ["x"])
    Traceback (most recent call last):
    hml_jupyter.errors.ArgumentError: x (mean 1e+09, standard deviation 28.9) is lost in the single precision of networks: take 'x - 1000000000.0'
    """
    if X.ndim == 2:
        return _moments(X, names, _mended)
    squares = np.array([np.mean(np.square(X[..., k], dtype=np.float64)) for k in range(X.shape[-1])])
    mean = np.zeros(len(squares))
    _check(mean, squares, squares > 0, names, _in_another_unit)
    return mean, squares


def moments_of_rows(X: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Return mean and variance of the features of nodes or edges, (rows, k); 0 and 1 of no rows at all. Raises as `moments`."""
    if not len(X):
        return np.zeros(X.shape[-1]), np.ones(X.shape[-1])
    return _moments(X.astype(np.float64), names, _in_another_unit)


def _moments(X: Array, names: Sequence[str], mended: Mended) -> tuple[Array, Array]:
    with np.errstate(over="ignore", invalid="ignore"):
        mean, variance = X.mean(axis=0), X.var(axis=0)
    _check(mean, variance, X.min(axis=0) < X.max(axis=0), names, mended)
    return mean, variance


def _check(mean: Array, variance: Array, varies: Array, names: Sequence[str], mended: Mended) -> None:
    """Refuse what single precision loses, by the first of its names."""
    deviation = np.sqrt(variance)
    least, most = _ends()
    fits = (least <= deviation) & (deviation <= most) & (np.abs(mean) <= FAR * deviation)
    lost = np.flatnonzero(varies & ~fits)
    if len(lost):
        i = int(lost[0])
        name, m, s = names[i] if names else f"input {i}", float(mean[i]), float(deviation[i])
        msg = (
            f"{name} (mean {m:.3g}, standard deviation {s:.3g}) is lost in the single precision of networks: "
            f"take {mended(name, m, s)}"
        )
        raise ArgumentError(msg)


def _ends() -> tuple[float, float]:
    """Return the smallest and the largest standard deviation that ``Normalization`` can divide by."""
    return keras().config.epsilon(), math.sqrt(np.finfo(np.float32).max)


def _in_another_unit(name: str, mean: float, deviation: float) -> str:  # noqa: ARG001
    return "events in which it has another unit"


def _mended(name: str, mean: float, deviation: float) -> str:
    """Return what can be written in place of a column: its distance from its mean, in a unit of its size."""
    text, (least, most) = name, _ends()
    if 0 < FAR * deviation < abs(mean) < math.inf:
        digits = min(17, math.floor(math.log10(abs(mean) / deviation)))
        text = f"{name} {'-' if mean > 0 else '+'} {float(f'{abs(mean):.{digits}g}')}"
    if not least <= deviation <= most:
        power = min(300, abs(math.floor(math.log10(deviation)))) if 0 < deviation < math.inf else 300
        text = f"({text}) {'*' if deviation < least else '/'} 1e{power}"
    return repr(text)
