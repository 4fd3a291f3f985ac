"""The numbers in the picture of a board: those of its page, `hml_jupyter.boards.state`, counted in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..bounds import tightest
from ..metrics import significance
from .datasets import observed_points
from .maps import Plane
from .spectra import Lower, Panel, Points
from .style import with_unit

__all__ = ["panels_of_board", "planes_of_board"]

Floats = npt.NDArray[np.float64]
State = Mapping[str, Any]
Range = tuple[float, float]
EVERYTHING = (-np.inf, np.inf)


def panels_of_board(state: State) -> list[Panel]:
    """Return each histogram of a board: events that pass all cuts but its own thresholds, with those drawn in."""
    return [_panel(state, view, state["layout"]["how"] == "normalised") for view in state["views"]]


def planes_of_board(board: Any, state: State) -> list[Plane]:
    """Return the maps of a board: events that pass all cuts but the thresholds on the two observables, which are the box."""
    made = []
    for each in state["maps"]:
        names = each["x"], each["y"]
        counts = board.box(*names)[1, :, 1:-1, 1:-1]
        signal, background = (_of_kind(state, counts, kind) for kind in ("signal", "background"))
        x, y = (with_unit(name, board.dataset.unit(name)) for name in names)
        ranges = [_range(*(tightest(board.cuts, name, side) for side in ("lower", "upper"))) for name in names]
        made.append(Plane((x, y), (each["xedges"], each["yedges"]), background, signal, (ranges[0], ranges[1])))
    return made


def _range(low: Any, high: Any) -> Range:
    return low.edge if low else -np.inf, high.edge if high else np.inf


def _panel(state: State, view: State, normalised: bool) -> Panel:
    names = [sample["name"] for sample in state["samples"]]
    kinds = [sample["kind"] for sample in state["samples"]]
    rows = state["compared"] if view["apart"] else list(range(len(names)))
    sums, squares = (_folded(view, view[what])[rows] for what in ("sums", "squares"))
    areas = sums[:, :-1].sum(axis=1)
    scales = np.array([1.0 if kind == "data" else state["scale"] for kind in kinds])
    if normalised:
        scales = np.divide(1.0, areas, out=np.zeros(len(areas)), where=areas > 0)
    simulated = [k for k, kind in enumerate(kinds) if kind != "data"]
    shown = sums[:, 1:-2]
    total = sums.sum(axis=1)
    marks = [view[side]["value"] for side in ("low", "high") if view[side]]
    kept = _kept_range(view)
    return Panel(
        view["name"],
        view["unit"],
        view["edges"],
        {names[k]: (scales[k] * shown[k]).tolist() for k in simulated},
        {names[k]: (scales[k] * np.sqrt(squares[k, 1:-2])).tolist() for k in simulated},
        {names[k]: float(1 - shown[k].sum() / total[k]) if total[k] > 0 else 0.0 for k in simulated},
        {names[k]: observed_points(shown[k], scales[k]) for k, kind in enumerate(kinds) if kind == "data"},
        view["hidden"],
        view["apart"],
        _lower(state, view, kept),
        marks,
        [each for each in ((-np.inf, kept[0]), (kept[1], np.inf)) if each[0] < each[1]],
    )


def _kept_range(view: State) -> Range:
    low, high = (view[side] and view[side]["value"] for side in ("low", "high"))
    return -np.inf if low is None else low, np.inf if high is None else high


def _lower(state: State, view: State, kept: Range) -> Lower | None:
    below = state["layout"]["below"]
    compares = any(sample["kind"] == "background" for sample in state["samples"])
    if state["luminosity"] is None or below == "none" or not compares:
        return None
    return _ratio(state, view, kept) if below == "ratio" else _significances(state, view, kept)


def _ratio(state: State, view: State, kept: Range) -> Lower:
    """Return data over background, or signal over background where there are no data, of what the thresholds keep."""
    names = {kind: [each["name"] for each in state["samples"] if each["kind"] == kind] for kind in ("data", "signal")}
    top = "data" if names["data"] else "signal"
    powers = zip(("sums", "squares"), (state["scale"], state["scale"] ** 2), strict=True)
    of = [(_folded(view, view[what], kept)[state["compared"], 1:-2], factor) for what, factor in powers]
    b, b2 = (_of_kind(state, rows, "background") * factor for rows, factor in of)
    a, a2 = (_of_kind(state, rows, top) * (1.0 if top == "data" else factor) for rows, factor in of)
    over = np.where(b > 0, b, np.nan)
    own = np.zeros(len(b)) if top == "data" else (a / over**2) ** 2 * b2
    values, errors = np.where(a > 0, a / over, np.nan), np.sqrt(a2 / over**2 + own)
    points = {names[top][0]: Points(values.tolist(), errors.tolist(), errors.tolist())} if names[top] else {}
    band = np.nan_to_num(np.sqrt(b2) / over).tolist() if top == "data" else None
    return Lower("data / bkg." if top == "data" else "sig. / bkg.", points=points, band=band)


def _significances(state: State, view: State, kept: Range) -> Lower:
    """Return the significance of a threshold at each edge, the other one of the column as it is."""

    def at(low: float, high: float) -> float:
        expected = [
            (float(_of_kind(state, sums, kind).sum()) * state["scale"] ** power)
            for kind in ("signal", "background")
            for power, sums in enumerate((_folded(view, view[what], (low, high)) for what in ("sums", "squares")), 1)
        ]
        s, s2, b, b2 = expected
        found = significance(s, b, b2, sum_w2_s=s2, uncertainty=state["uncertainty"], floor=state["floor"])
        return np.nan if found.value is None else found.value

    edges = view["edges"]
    return Lower("Z", steps={"from x up": [at(x, kept[1]) for x in edges], "up to x": [at(kept[0], x) for x in edges]})


def _of_kind(state: State, rows: Floats, kind: str) -> Floats:
    chosen = [k for k, sample in enumerate(state["samples"]) if sample["kind"] == kind]
    return np.asarray(rows[chosen].sum(axis=0))


def _folded(view: State, rows: Sequence[Sequence[float]], kept: Range = EVERYTHING) -> Floats:
    """Return the drawn bins inside a range that ends at edges: below, the bins, above, without a value, (m, v + 3)."""
    edges, fill = np.asarray(view["edges"]), np.asarray(view["fill"])
    left, right = np.concatenate([[-np.inf], fill]), np.concatenate([fill, [np.inf]])
    inside = np.append((left >= kept[0]) & (right <= kept[1]), kept == EVERYTHING)
    slots = np.concatenate([[0], np.searchsorted(edges, fill, side="right"), [len(edges) + 1]])
    return np.stack([np.bincount(slots, np.where(inside, row, 0.0), len(edges) + 2) for row in rows])
