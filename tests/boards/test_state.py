from __future__ import annotations

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.boards.state import index_value
from hml_jupyter.datasets import Dataset


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    sources = {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(300, 2, "background")}
    return hml.build_dataset(sources, hml.Set(["fatjet0.mass", "jet.size"]), signal="zz", seed=1)


def test_a_strict_threshold_is_shown_as_it_is_written(dataset: Dataset) -> None:
    board = hml.board(dataset, cuts=["jet.size > 1", "jet.size <= 3"])
    view = board.state()["views"][1]
    above = np.nextafter([1.0, 3.0], np.inf).tolist()
    assert view["low"] == {"value": above[0], "text": "1.0", "operator": ">"}
    assert view["high"] == {"value": above[1], "text": "3.0", "operator": "<="}
    found, _ = index_value(board.index("jet.size"), [])
    assert [found["places"][at] for at in found["strict"]] == above
    assert [found["labels"][at] for at in found["strict"]] == ["1.0", "3.0"]


def test_other_thresholds_are_not_strict(dataset: Dataset) -> None:
    board = hml.board(dataset, cuts=["jet.size >= 1", "fatjet0.mass < 101.5"])
    mass, jets = board.state()["views"]
    assert (jets["low"]["operator"], mass["high"]["operator"]) == (">=", "<")
    assert index_value(board.index("fatjet0.mass"), [])[0]["strict"] == []


def test_regions_of_the_dataset_are_named_with_their_cuts() -> None:
    sources = {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(300, 2, "background")}
    regions = {"SR": "fatjet0.mass in [70, 110]", "CR": "fatjet0.mass < 50"}
    made = hml.build_dataset(sources, hml.Set(["fatjet0.mass"]), signal="zz", regions=regions, seed=1)
    board = hml.board(made)
    named = {each["name"]: each["text"] for each in board.state()["regions"]}
    assert list(named) == ["SR", "CR"]
    board.set([named["SR"]])
    assert [count.events for count in board.cutflow.rows[-1].counts.values()] == [
        int((made.region("SR").y == k).sum()) for k in range(2)
    ]
