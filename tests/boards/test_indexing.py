from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import settings as look
from hypothesis import strategies as st
from rows import dataset_of

from hml_jupyter.boards.axes import Axis
from hml_jupyter.boards.indexing import box, contents, fill_edges, index, totals, within
from hml_jupyter.boards.samples import Samples
from hml_jupyter.bounds import is_threshold_on
from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.representations import Set
from hml_jupyter.selection import cutflow, select

inf, nan = np.inf, np.nan
EDGES, PLACES, VIEW = [0.0, 1.0, 4.0], [0.0, 1.0, 2.5, 4.0], [-1.0, 1.0, 2.0]
AXES = {
    "fatjet0.mass": Axis(np.array(EDGES), np.array(PLACES)),
    "met": Axis(np.array(VIEW), np.array(VIEW)),
}

values = st.sampled_from([nan, inf, -inf, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0, 4.0, 4.5])
weights = st.floats(-2, 2).filter(lambda w: w == 0 or abs(w) > 1e-6)
rows = st.lists(st.tuples(values, values, st.integers(0, 1), weights | st.just(1.0)), min_size=1, max_size=40)
cuts = st.lists(
    st.sampled_from(
        [
            "fatjet0.mass >= 0.5",
            "fatjet0.mass > 1",
            "fatjet0.mass < 3",
            "fatjet0.mass <= 2.5",
            "met >= 1",
            "met < 3.3",
            "met > 0 or fatjet0.mass > 2",
            "fatjet0.mass in [0, 3]",
        ]
    ),
    max_size=4,
    unique=True,
).map(tuple)


def passing(dataset: Dataset, chosen: Any) -> Any:
    return np.logical_and.reduce([np.ones(dataset.n_events, bool), *(Cut(cut)(dataset) for cut in chosen)])


def counted(dataset: Dataset, mask: Any) -> list[list[float]]:
    """Events, sums and squares of each class, by hand."""
    of = [mask & (dataset.y == k) for k in range(3)]
    return [[m.sum() for m in of], *([(dataset.weights[m] ** p).sum() for m in of] for p in (1, 2))]


def windows(places: Any) -> list[tuple[int | None, int | None]]:
    n = len(places)
    return [(i, j) for i in (None, *range(n)) for j in (None, *range(n)) if i is None or j is None or i < j]


def kept_by(values_of: Any, places: Any, low: int | None, high: int | None) -> Any:
    kept = np.ones(len(values_of), bool)
    if low is not None:
        kept &= values_of >= places[low]
    if high is not None:
        kept &= values_of < places[high]
    return kept


@look(max_examples=60)
@given(rows, cuts)
def test_index_agrees_with_counting_again(
    events: list[tuple[float, float, int, float]], chosen: tuple[str, ...]
) -> None:
    dataset = dataset_of(events)
    made = index(Samples(dataset), "fatjet0.mass", AXES, chosen)
    grabbed, view = dataset.column("fatjet0.mass"), dataset.column("met")
    own = [k for k, cut in enumerate(chosen) if is_threshold_on(cut, "fatjet0.mass")]
    filled = fill_edges(AXES["met"].edges, chosen, "met")
    edges = [-inf, *filled, inf]
    for low, high in windows(made.places):
        moved = kept_by(grabbed, made.places, low, high)
        for r in range(len(made.rows)):
            step = chosen if r == len(made.rows) - 1 else chosen[: min(made.low, made.high) + r + 1]
            others = [cut for k, cut in enumerate(step) if k not in own]
            expected = counted(dataset, passing(dataset, others) & moved)
            np.testing.assert_allclose(within(made.rows[r], low, high), expected, atol=1e-12)
        others = [c for c in chosen if not is_threshold_on(c, "met") and not is_threshold_on(c, "fatjet0.mass")]
        kept = passing(dataset, others) & moved
        for v in range(len(filled) + 2):
            last = v == len(filled) + 1
            inside = np.isnan(view) if last else (view >= edges[v]) & ((view < edges[v + 1]) | (edges[v + 1] == inf))
            expected = counted(dataset, kept & inside)[1:]
            found = within(made.views["met"][..., v], low, high)
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@look(max_examples=60)
@given(rows, cuts)
def test_contents_and_totals_agree_with_counting_again(
    events: list[tuple[float, float, int, float]], chosen: tuple[str, ...]
) -> None:
    dataset = dataset_of(events)
    found = contents(Samples(dataset), AXES, chosen)
    np.testing.assert_allclose(totals(Samples(dataset), chosen), counted(dataset, passing(dataset, chosen)), atol=1e-12)
    for name, axis in AXES.items():
        column, filled = dataset.column(name), fill_edges(axis.edges, chosen, name)
        kept = passing(dataset, [cut for cut in chosen if not is_threshold_on(cut, name)])
        edges = [-inf, *filled, inf]
        for v in range(len(filled) + 1):
            inside = (column >= edges[v]) & ((column < edges[v + 1]) | (edges[v + 1] == inf))
            np.testing.assert_allclose(found[name][:, :, v], counted(dataset, kept & inside)[1:], atol=1e-12)
        np.testing.assert_allclose(found[name][:, :, -1], counted(dataset, kept & np.isnan(column))[1:], atol=1e-12)


@look(max_examples=30)
@given(rows, cuts)
def test_box_agrees_with_counting_again(events: list[tuple[float, float, int, float]], chosen: tuple[str, ...]) -> None:
    dataset = dataset_of(events)
    edges = (np.array([0.0, 1.0, 3.0]), np.array([-1.0, 2.5]))
    found = box(Samples(dataset), "fatjet0.mass", "met", edges, chosen)
    x, y = dataset.column("fatjet0.mass"), dataset.column("met")
    kept = passing(dataset, [c for c in chosen if not any(is_threshold_on(c, n) for n in AXES)])
    for i in range(4):
        for j in range(3):
            inside = (np.searchsorted(edges[0], x, "right") == i) & (np.searchsorted(edges[1], y, "right") == j)
            expected = counted(dataset, kept & inside & ~np.isnan(x) & ~np.isnan(y))
            np.testing.assert_allclose(found[:, :, i, j], expected, atol=1e-12)


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize(
    "chosen", [(), ("met >= 40.0",), ("fatjet0.mass >= 31.7", "met < 200", "fatjet0.mass < 120.3")]
)
def test_every_place_is_what_select_and_cutflow_give(side: str, chosen: tuple[str, ...]) -> None:
    dataset = samples.dataset(300)
    made = samples_board(dataset).axes
    found = index(Samples(dataset), "fatjet0.mass", made, chosen)
    for place in range(0, len(found.places), 9):
        own = [
            cut for cut in chosen if not (is_threshold_on(cut, "fatjet0.mass") and ("<" in cut) == (side == "upper"))
        ]
        threshold = f"fatjet0.mass {'>=' if side == 'lower' else '<'} {found.places.tolist()[place]!r}"
        flow = cutflow(dataset, [*own, threshold], luminosity=None)
        other = next((k for k, p in enumerate(found.places.tolist()) if _stands(chosen, side, p)), None)
        low, high = (place, other) if side == "lower" else (other, place)
        if other is None or low < high:  # type: ignore[operator]
            events = within(found.rows[-1], low, high)[0]
            assert events.tolist() == [count.events for count in flow.rows[-1].counts.values()]


def _stands(chosen: tuple[str, ...], side: str, place: float) -> bool:
    """Tell whether the threshold of the other side stands there."""
    sign = "<" if side == "lower" else ">="
    return f"fatjet0.mass {sign} {place!r}" in chosen


def samples_board(dataset: Dataset) -> Any:
    import hml_jupyter as hml

    return hml.board(dataset, luminosity=None)


def test_whole_numbers_stand_on_edges_and_agree_with_select() -> None:
    events = ak.Array([samples.event(jets=[{"PT": 30.0}] * n) for n in (0, 1, 1, 2, 3, 3)])
    dataset = build_dataset({"a": events, "b": events}, Set(["jet.size"]), signal="a", split=(0, 0, 1), seed=1)
    axes = samples_board(dataset).axes
    assert axes["jet.size"].places.tolist() == [0, 1, 2, 3, 4]
    made = index(Samples(dataset), "jet.size", axes, ())
    for i, place in enumerate(made.places[:-1]):
        for sign, window in ((">=", (i, None)), ("<", (None, i))):
            left = within(made.rows[-1][0], *window)
            if left.sum():
                assert (
                    np.bincount(select(dataset, [f"jet.size {sign} {place}"]).y, minlength=2).tolist() == left.tolist()
                )


def test_classes_in_any_order_and_weights_that_are_alike_or_not() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(2, 1, 500), rng.integers(0, 2, 500)
    alike, apart = np.where(y == 0, 0.5, 2.0), rng.uniform(0.5, 1.5, 500)
    for w in (alike, apart):
        mixed = list(zip(x, x**2, y, w, strict=True))
        one = index(Samples(dataset_of(mixed)), "met", AXES, ())
        other = index(Samples(dataset_of(sorted(mixed, key=lambda row: row[2]))), "met", AXES, ())
        np.testing.assert_allclose(one.rows, other.rows, rtol=1e-12)
        np.testing.assert_allclose(one.views["fatjet0.mass"], other.views["fatjet0.mass"], rtol=1e-6)
