from __future__ import annotations

import json

import numpy as np
import pytest
from counting import plain, table

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError
from hml_jupyter.statistics.bins import Bins
from hml_jupyter.statistics.refusing import wider


def test_bins_without_background_are_refused() -> None:
    lacking = r"no background is expected in 'SR', column.x 2 to 3 \(there are no events of qcd and tt\), .*"
    with pytest.raises(
        ArgumentError, match=rf"{lacking}bins=\[0\.0, 1\.0, 3\.0\] would do, with at least 10 effective"
    ):
        hml.workspace(plain(), column="x", bins=[0, 1, 2, 3])
    assert hml.workspace(plain(), column="x", bins=[0.0, 1.0, 3.0]).channels[0].edges == (0, 1, 3)
    with pytest.raises(ArgumentError, match=r"column.x 2 to 3 and 3 to 4 .*the background is between 0\.5 and 1\.5"):
        hml.workspace(plain(), column="x", bins=[2, 3, 4])
    with pytest.raises(ArgumentError, match=r"0\.02 to 0\.03, 0\.03 to 0\.04 and 54 more bins"):
        hml.workspace(plain(), column="x", bins=(np.arange(60) / 100).tolist())


def test_bins_of_a_score_count_test_events() -> None:
    """The bins that a message offers are bins that work."""
    dataset = plain()
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), dataset, seed=42)
    scored = hml.score(dataset, bdt, name="bdt")
    with pytest.raises(ArgumentError, match="there are no test events of qcd and tt") as refused:
        hml.workspace(scored, column="bdt.score", bins=[0, 0.2, 0.4, 0.6, 0.8, 1])
    offered = json.loads(str(refused.value).partition("bins=")[2].partition(" would")[0])
    assert set(offered) < {0, 0.2, 0.4, 0.6, 0.8, 1}
    (channel,) = hml.workspace(scored, column="bdt.score", bins=offered).channels
    assert min(channel.effective) >= 10


def test_negative_weights_may_not_win() -> None:
    weights = np.repeat([1.0, -0.5], [60, 20])
    sources = {
        "zz": table([0.5, 1.5], [10, 10], 1.0),
        "qcd": hml.open_table({"x": np.repeat([0.5, 1.5], [60, 20]), "w": weights}, weight="w", cross_section=1.0),
    }
    dataset = hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1)
    with pytest.raises(ArgumentError, match=r"the weights of 'qcd' sum to less than 0 in 'SR', column.x 1 to 2: bins="):
        hml.workspace(dataset, column="x", bins=[0, 1, 2])


@pytest.mark.parametrize(
    ("counts", "edges"),
    [
        ([10, 10], [0, 1, 2]),
        ([0, 10, 0, 10], [0, 2, 4]),
        ([10, 10, 9], [0, 1, 3]),
        ([4, 4], []),
        ([0, 0], []),
    ],
)
def test_neighbours_are_joined_until_each_has_enough(counts: list[float], edges: list[float]) -> None:
    sums = np.array([counts], float)
    assert wider(Bins("x", np.arange(len(counts) + 1.0)), np.array([True]), sums, sums, 10.0) == edges


def test_a_negative_end_goes_to_the_one_before() -> None:
    bins, sums = Bins("x", np.arange(4.0)), np.array([[3.0, 1.0, -2.0]])
    assert wider(bins, np.array([True]), sums, np.abs(sums), 0.0) == [0, 3]
