"""What the Observables panel shows before a dataset is built: small histograms and pictures."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..binning import binning
from ..datasets import build_dataset
from ..errors import ArgumentError
from ..expressions import Node
from ..observables import unit_of
from ..representations import Representation
from ..runs import Run
from .samples import first_events

__all__ = ["histograms", "pictures"]

Floats = npt.NDArray[np.float64]

#: Events of each class in a picture.
PICTURED = 400
BINS = 30


def histograms(name: str, columns: Mapping[str, Floats], signal: Sequence[str], rows: str) -> dict[str, Any]:
    """Return a small histogram of an observable for each source, each of unit area, and how many values are missing.

    Raises
    ------
    ArgumentError
        There is nothing to draw.
    """
    everything = np.concatenate([c[np.isfinite(c)] for c in columns.values()])
    if not len(everything):
        some = any(len(c) for c in columns.values())
        msg = f"{name} is missing in all {rows}" if some else f"the requirement leaves no {rows}"
        raise ArgumentError(msg)
    edges = binning(everything, bins=BINS)
    series = [
        {"label": label, "is_signal": label in signal, "density": _density(values, edges)}
        for label, values in columns.items()
    ]
    missing = {label: int(np.isnan(c).sum()) for label, c in columns.items()}
    unit = unit_of(name)
    return {
        "name": name,
        "unit": unit,
        "edges": edges.tolist(),
        "series": series,
        "missing": missing,
        "rows": rows,
        "error": None,
    }


def pictures(
    seen: Representation, classes: Mapping[str, Run], signal: Sequence[str], require: str, needed: Sequence[Node]
) -> dict[str, Any]:
    """Return what a representation makes of some events: the average images of each channel, or one graph of each class.

    Raises
    ------
    HmlError
        It cannot be made of them.
    """
    from ..plots import png
    from ..plots.pictures import plot_graphs, plot_images

    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        made = build_dataset(
            {name: first_events(run, PICTURED, (*seen.needed, *needed)) for name, run in classes.items()},
            seen,
            signal=list(signal),
            require=require or None,
            split=(0.0, 0.0, 1.0),
            seed=0,
        )
    if made.kind == "image":
        counts = " and ".join(f"{int((made.y == i).sum())} {name}" for i, name in enumerate(made.classes))
        channels: Any = seen.names
        about = f"average of {counts} events"
        drawn = {
            f"{name}: {about}" if len(channels) > 1 else about: plot_images(made, name, narrow=True)
            for name in channels
        }
    else:
        drawn = {"the first event of each class": plot_graphs(made, narrow=True)}
    shown = [{"png": base64.b64encode(png(figure)).decode(), "about": about} for about, figure in drawn.items()]
    return {"pictures": shown, "error": None, "notes": [each.text for each in heard if each.is_notice]}


def _density(values: Floats, edges: Floats) -> list[float]:
    counts = np.histogram(values[np.isfinite(values)], edges)[0]
    total = counts.sum()
    return [float(c) / total if total else 0.0 for c in counts]
