"""The numbers in the pictures of images and graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..checks import whole
from ..errors import ArgumentError, UnknownNameError
from ..representations import Graph, Image
from .maps import Nodes, draw_graphs, draw_images

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..datasets import Dataset

__all__ = ["average_images", "graphs_of", "plot_graphs", "plot_images"]

#: Places of a node, the first that there are.
_PLACES = (("delta_eta", "delta_phi"), ("eta", "phi"))


def average_images(dataset: Dataset, channel: str | None = None) -> dict[str, npt.NDArray[np.float64]]:
    """Return the weighted mean image of each class, (x, y); events without their jet are left out.

    Parameters
    ----------
    dataset : Dataset
        Of an Image.
    channel : str, optional
        One of its channels; the first by default.

    Raises
    ------
    ArgumentError
        The dataset holds no images.
    UnknownNameError
        There is no such channel.
    """
    if not isinstance(dataset.representation, Image):
        msg = f"the dataset holds {dataset.kind}s, no image: build one with hml.Image(...)"
        raise ArgumentError(msg)
    names = dataset.representation.names
    if channel is not None and channel not in names:
        raise UnknownNameError("channel", channel, names)
    pixels = dataset.arrays["image"][..., names.index(channel or names[0])]
    there = np.isfinite(pixels[:, 0, 0])
    found = {}
    for i, name in enumerate(dataset.classes):
        mine = there & (dataset.y == i)
        weights = dataset.weights[mine]
        total = weights.sum()
        mean = np.tensordot(weights, pixels[mine], 1) / total if total > 0 else np.zeros(pixels.shape[1:])
        found[name] = np.asarray(mean, np.float64)
    return found


def plot_images(dataset: Dataset, channel: str | None = None, *, narrow: bool = False) -> Figure:
    """Return the average image of each class."""
    images = average_images(dataset, channel)
    seen: Any = dataset.representation
    name = channel or seen.names[0]
    unit = seen.units[name]
    centred = seen.origin is not None
    axes = ("\N{GREEK SMALL LETTER ETA}", "\N{GREEK SMALL LETTER PHI} [rad]")
    labels = tuple(f"\N{GREEK CAPITAL LETTER DELTA}{axis}" if centred else axis for axis in axes)
    if seen.axis is not None:
        labels = ("turned, across", "turned, along")
    return draw_images(
        {title: image.T for title, image in images.items()},
        seen.range,
        f"mean {name} [{unit}]" if unit else f"mean {name}",
        (labels[0], labels[1]),
        narrow=narrow,
    )


def graphs_of(dataset: Dataset, event: int = 0) -> dict[str, Nodes]:
    """Return the graph of one event of each class.

    Parameters
    ----------
    dataset : Dataset
        Of a Graph.
    event : int
        Which of the events of each class, from 0.

    Raises
    ------
    ArgumentError
        The dataset holds no graphs, or a class has fewer events; or the nodes have no places.
    """
    seen = dataset.representation
    if not isinstance(seen, Graph):
        msg = f"the dataset holds {dataset.kind}s, no graph: build one with hml.Graph(...)"
        raise ArgumentError(msg)
    least = min(int((dataset.y == i).sum()) for i in range(len(dataset.classes)))
    event = whole("event", event, 0, least - 1)
    rows = [int(np.flatnonzero(dataset.y == i)[event]) for i in range(len(dataset.classes))]
    found = seen.expand({name: values[rows] for name, values in dataset.arrays.items()})
    places = next((pair for pair in _PLACES if set(pair) <= set(seen.names)), None)
    if places is None:
        msg = "the nodes have no places to draw them at: take delta_eta and delta_phi, or eta and phi, among their features"
        raise ArgumentError(msg)
    x, y = (found.nodes[:, :, seen.names.index(name)] for name in places)
    pt = found.nodes[:, :, seen.names.index("pt")] if "pt" in seen.names else np.ones_like(x)
    made = {}
    for i, name in enumerate(dataset.classes):
        here = found.mask[i]
        pairs = {(a, int(b)) for a in np.flatnonzero(here).tolist() for b in found.neighbours[i, a] if b >= 0}
        once = sorted((a, b) for a, b in pairs if a < b or (b, a) not in pairs)
        made[name] = Nodes(
            np.stack([x[i, here], y[i, here]], axis=1).astype(np.float64), pt[i, here].astype(np.float64), once
        )
    return made


def plot_graphs(dataset: Dataset, event: int = 0, *, narrow: bool = False) -> Figure:
    """Return the graph of one event of each class."""
    labels = ("\N{GREEK SMALL LETTER ETA}", "\N{GREEK SMALL LETTER PHI} [rad]")
    if "delta_eta" in dataset.representation.names:
        labels = (f"\N{GREEK CAPITAL LETTER DELTA}{labels[0]}", f"\N{GREEK CAPITAL LETTER DELTA}{labels[1]}")
    return draw_graphs(graphs_of(dataset, event), labels, signal=dataset.signal, narrow=narrow)
