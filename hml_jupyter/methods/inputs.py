"""Inputs of a method: columns, images or graphs, with one event in each row of their arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from ..representations import Graphs

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["as_graphs", "as_images", "as_matrix", "check_kind", "check_representation", "count", "finite", "take"]

Array = npt.NDArray[Any]

#: What a method learns from -> how a dataset of it is built.
KINDS = {
    "set": ("columns", "hml.Set([...])"),
    "image": ("images", "hml.Image(...)"),
    "graph": ("graphs", "hml.Graph(...)"),
}


def mapped(X: Any, change: Callable[[Array], Array]) -> Any:
    """Return inputs with each of their arrays changed."""
    return type(X)(*map(change, X)) if isinstance(X, tuple) else change(X)


def take(X: Any, rows: Array | slice) -> Any:
    """Return some events: `rows` are their numbers, a mask, or a slice.

    Examples
    --------
    >>> take(np.array([[1.0], [2.0], [3.0]]), np.array([True, False, True])).tolist()
    [[1.0], [3.0]]
    """
    return mapped(X, lambda each: each[rows])


def count(X: Any) -> int:
    """Return the number of events."""
    return len(X[0] if isinstance(X, tuple) else X)


def finite(X: Any) -> Array:
    """Return which events have neither NaN nor infinite inputs, (n,).

    Examples
    --------
    >>> finite(np.array([[1.0, 2.0], [1.0, np.nan]])).tolist()
    [True, False]
    """
    whole = np.ones(count(X), bool)
    for each in X if isinstance(X, tuple) else (X,):
        if each.dtype.kind == "f":
            good = np.isfinite(each)
            # as a rule all are, and over short rows numpy is slow
            if not good.all():
                whole &= good.all(axis=tuple(range(1, each.ndim)))
    return whole


def check_kind(dataset: Dataset, kind: str) -> None:
    """Refuse a dataset whose rows are not what a method learns from."""
    if dataset.kind != kind:
        learns, how = KINDS[kind]
        holds = KINDS[dataset.kind][0]
        msg = f"this method learns from {learns}, and the dataset holds {holds}: build one with {how}"
        raise ArgumentError(msg)


def check_representation(name: str, learned: Mapping[str, Any], dataset: Dataset) -> None:
    """Refuse a dataset whose images or graphs are not made as those that the training `name` learned from."""
    now = dataset.representation.get_config()
    other = [key for key in learned if now.get(key) != learned[key]]
    if other:
        was, found = (
            ", ".join(f"{key}={config.get(key)!r}" for key in other if key in config) for config in (learned, now)
        )
        msg = f"{name} learned from {KINDS[dataset.kind][0]} with {was}; this dataset has {found or 'none'}: build it with the same"
        raise ArgumentError(msg)


def as_matrix(X: npt.ArrayLike) -> Array:
    """Return `X` as a float64 matrix; refuse other shapes."""
    try:
        matrix = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"inputs are a dataset, or numbers of the shape (events, columns), not a {type(X).__name__}"
        raise ArgumentError(msg) from error
    if matrix.ndim != 2:
        msg = f"inputs have the shape (events, columns), [[90.0, 0.3]] for one event; got {matrix.shape}"
        raise ArgumentError(msg)
    return matrix


def as_images(X: npt.ArrayLike, shape: Sequence[int]) -> Array:
    """Return `X` as images (n, x, y, channels) float32; refuse others than those of `shape`."""
    try:
        images = np.asarray(X, dtype=np.float32)
    except (TypeError, ValueError) as error:
        msg = f"inputs are a dataset of images, or numbers of the shape (events, x, y, channels), not a {type(X).__name__}"
        raise ArgumentError(msg) from error
    if images.shape[1:] != tuple(shape):
        msg = f"inputs are images of the shape {('n', *shape)}; got {images.shape}"
        raise ArgumentError(msg)
    return images


def as_graphs(X: Any, shape: Sequence[int]) -> Graphs:
    """Return `X` if it is graphs with so many features of a node and of an edge."""
    if not isinstance(X, Graphs):
        msg = f"inputs are a dataset of graphs, or the Graphs that its X is, not a {type(X).__name__}"
        raise ArgumentError(msg)
    found = X.nodes.shape[-1], X.edges.shape[-1]
    if found != tuple(shape):
        msg = f"inputs are graphs with {shape[0]} features of a node and {shape[1]} of an edge; got {found[0]} and {found[1]}"
        raise ArgumentError(msg)
    return X
