"""A board as plain numbers, for a page that draws it.

What each key says stands in ``js/src/shared/boardstate.ts``, whose interfaces these are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..bounds import bound_of, tightest, windows
from ..datasets import Dataset
from ..metrics import FLOOR
from ..selection import steps
from .axes import BINS, Axis, rounded
from .indexing import Index, contents, fill_edges, totals
from .layout import MOST_BINS, Layout
from .samples import Samples

__all__ = [
    "SIDES",
    "chosen_only",
    "flow_rows",
    "index_value",
    "listed",
    "look_state",
    "map_edges",
    "measures_state",
    "samples_state",
    "view_states",
]

#: Bins of a map along each axis.
MAP_BINS = 48
#: What the page calls the sides of a window, and what they are called everywhere else.
SIDES = {"low": "lower", "high": "upper"}
_OF_PAGE = {long: side for side, long in SIDES.items()}

Floats = npt.NDArray[np.float64]


def samples_state(samples: Samples) -> list[dict[str, Any]]:
    """Return the classes and observed samples, m ``Sample``."""
    return [{"name": each.name, "kind": each.kind, "n": each.stop - each.start} for each in samples.shown]


def view_states(
    dataset: Dataset, samples: Samples, axes: Mapping[str, Axis], cuts: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the histograms, a ``BoardView`` each: events that pass all cuts but their own thresholds.

    ``edges`` are (v + 1,), ``places`` and ``labels`` (g + 1,), ``fill`` (f + 1,); ``sums`` [pb] and ``squares`` [pb^2] are
    (m + c, f + 3): below, the bins of ``fill``, above and without a value, of m samples and of the c classes without what is
    blinded in data.
    """
    filled = contents(samples, axes, cuts)
    return [_view_state(dataset, name, axis, cuts, filled[name]) for name, axis in axes.items()]


def _view_state(dataset: Dataset, name: str, axis: Axis, cuts: Sequence[str], filled: Floats) -> dict[str, Any]:
    hidden = windows(dataset.blind, name, (axis.edges[0], axis.edges[-1]))
    return {
        "name": name,
        "unit": dataset.unit(name),
        "edges": axis.edges.tolist(),
        "places": axis.places.tolist(),
        "labels": [repr(place) for place in axis.places.tolist()],
        "fill": fill_edges(axis.edges, cuts, name).tolist(),
        **{side: _bound(cuts, name, long) for side, long in SIDES.items()},
        "sums": filled[0].tolist(),
        "squares": filled[1].tolist(),
        "whole": len(axis.places) == len(axis.edges),
        "hidden": hidden,
        "apart": len(hidden) < len(dataset.blind),
    }


def _bound(cuts: Sequence[str], name: str, side: str) -> dict[str, Any] | None:
    """Return where a handle stands: at the tightest of its cuts."""
    found = tightest(cuts, name, side)
    return found and {"value": found.edge, "text": repr(found.value), "operator": found.operator}


def chosen_only(samples: Samples, layout: Layout) -> Layout:
    """Return a layout without the bins and ranges that its histograms have by themselves."""
    bins, ranges = dict(layout.bins), dict(layout.ranges)
    for name in {**bins, **ranges}:
        edges = samples.axis(name).edges
        if ranges.get(name) == (edges[0], edges[-1]):
            del ranges[name]
        if bins.get(name) == (BINS if name in ranges else len(edges) - 1):
            del bins[name]
    return replace(layout, bins=bins, ranges=ranges)


def listed(cuts: Sequence[tuple[str, bool]]) -> list[dict[str, Any]]:
    """Return the cuts, a ``BoardCut`` each, with what they are on, and which of them are switched on."""
    rows = []
    for text, is_on in cuts:
        found = bound_of(text)
        where = (found.observable, _OF_PAGE[found.side], found.edge) if found else (None, None, None)
        rows.append({"text": text, "on": is_on, **dict(zip(("observable", "side", "value"), where, strict=True))})
    return rows


def flow_rows(dataset: Dataset, samples: Samples, cuts: Sequence[str]) -> tuple[list[dict[str, Any]], int]:
    """Return what is left after each step, a ``FlowRow`` each, and how many steps come before the cuts.

    ``events``, ``sums`` [pb] and ``squares`` [pb^2] are (m,); None where observed events have no such step.
    """
    rows: list[dict[str, Any]] = [
        {
            "label": step.label,
            "events": step.events.tolist(),
            "sums": step.sums.tolist(),
            "squares": step.squares.tolist(),
        }
        for step in steps(dataset)
    ]
    # observed events were never generated; they begin where the cuts begin
    observed = [each.stop - each.start for each in samples.shown if each.kind == "data"]
    for row in rows:
        here = observed if row is rows[-1] else [None] * len(observed)
        row |= {kind: [*row[kind], *here] for kind in ("events", "sums", "squares")}
    fixed = len(rows)
    for k, cut in enumerate(cuts):
        events, sums, squares = totals(samples, cuts[: k + 1])[:, : len(samples.shown)].tolist()
        rows.append({"label": cut, "events": events, "sums": sums, "squares": squares})
    return rows, fixed


def index_value(found: Index, views: Sequence[str]) -> tuple[dict[str, Any], list[bytes]]:
    """Return an index as an ``IndexValue`` and buffers, which hold the arrays of `Index` one after the other, little-endian.

    The first one is ``rows`` in float64, (r, 3, m + c, g + 3); then follow those of `views` in float32, (2, m + c, g + 3, f + 3).
    """
    places = found.places.tolist()
    strict = {bound.edge: repr(bound.value) for bound in found.standing if bound.is_strict}
    value = {
        "observable": found.observable,
        "places": places,
        "labels": [strict.get(place, repr(place)) for place in places],
        "strict": [at for at, place in enumerate(places) if place in strict],
        "position": {"low": found.low, "high": found.high},
        "from": min(found.low, found.high),
        "rows": len(found.rows),
        "views": list(views),
    }
    rows = np.ascontiguousarray(found.rows, "<f8").tobytes()
    return value, [rows, *(np.ascontiguousarray(found.views[name], "<f4").tobytes() for name in views)]


def map_edges(axis: Axis) -> Floats:
    """Return the edges of a map's axis over the range of a histogram."""
    return rounded(np.linspace(axis.edges[0], axis.edges[-1], MAP_BINS + 1), digits=2)


def look_state(layout: Layout) -> dict[str, Any]:
    """Return how the board is drawn, a ``BoardLayout``."""
    chosen = {"bins": dict(layout.bins), "ranges": {name: list(span) for name, span in layout.ranges.items()}}
    drawn = {"how": layout.how, "below": layout.below, "log": layout.log, "snap": layout.snap}
    return {**drawn, **chosen, "most_bins": MOST_BINS}


def measures_state(luminosity: float | None, scale: float, uncertainty: float) -> dict[str, Any]:
    """Return what expected events and significances are computed with: fb^-1, events of 1 pb, a share, and events."""
    return {"luminosity": luminosity, "scale": scale, "uncertainty": uncertainty, "floor": FLOOR}
