from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.boards.indexing import within
from hml_jupyter.boards.samples import Samples
from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset


def blinded(*blind: str) -> Dataset:
    sources = {"zz": samples.events(300, 1), "qcd": samples.events(300, 2, "background")}
    data = {"data": samples.events(200, 3, "background"), "more": samples.events(80, 4, "background")}
    return hml.build_dataset(
        sources, hml.Set(["fatjet0.mass", "met"]), signal="zz", observed=data, blind=list(blind), seed=1
    )


def test_data_are_compared_with_simulation_that_is_as_blind() -> None:
    dataset = blinded("met > 20")
    board = hml.board(dataset, ["fatjet0.mass", "met"], luminosity=None, cuts=["fatjet0.mass >= 40"])
    state = board.state()
    assert [each["kind"] for each in state["samples"]] == ["signal", "background", "data", "data"]
    assert state["compared"] == [4, 5, 2, 3]
    assert state["blind"] == ["met > 20"]
    passing, seen = Cut("fatjet0.mass >= 40")(dataset), ~Cut("met > 20")(dataset)
    index = board.index("fatjet0.mass")
    mass, met = state["views"]
    for k in range(2):
        rows = k, state["compared"][k]
        whole, compared = (dataset.weights[passing & (dataset.y == k) & kept].sum() for kept in (True, seen))
        assert compared < whole
        np.testing.assert_allclose([np.sum(met["sums"][row]) for row in rows], [whole, compared])
        dragged = within(index.views["met"][0].sum(axis=-1), index.places.tolist().index(40.0), None)
        np.testing.assert_allclose(dragged[list(rows)], [whole, compared], rtol=1e-6)
        assert state["cutflow"][-1]["sums"][k] == pytest.approx(whole)
    assert len(state["cutflow"][-1]["sums"]) == 4
    assert (mass["apart"], mass["hidden"]) == (True, [])
    assert (met["apart"], met["hidden"]) == (False, [(20.0, met["edges"][-1])])
    assert board.box("fatjet0.mass", "met").shape[1] == 4


def test_without_blinding_each_sample_is_compared_as_it_is() -> None:
    assert Samples(blinded()).compared == [0, 1, 2, 3]


def test_boards_of_a_dataset_share_its_events_and_let_them_go() -> None:
    dataset = blinded()
    boards = [hml.board(dataset, luminosity=None) for _ in range(2)]
    assert boards[0].samples is boards[1].samples
    boards[0].state()
    boards[1].index("met")
    gone = weakref.ref(dataset)
    del dataset, boards
    gc.collect()
    assert gone() is None
