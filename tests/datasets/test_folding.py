from __future__ import annotations

import numpy as np
import pytest
import samples

from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.datasets.folding import fold_of, folded
from hml_jupyter.representations import Set
from hml_jupyter.selection import select


@pytest.fixture(scope="module")
def data() -> Dataset:
    return samples.dataset(200)


@pytest.mark.parametrize("folds", [2, 3])
def test_each_event_is_a_test_event_of_one_fold(data: Dataset, folds: int) -> None:
    views = [folded(data, i, folds) for i in range(folds)]
    assert (np.sum([view.part("test") for view in views], axis=0) == 1).all()
    np.testing.assert_allclose(np.sum([view.share("test") for view in views], axis=0), 1.0)
    for i, view in enumerate(views):
        np.testing.assert_array_equal(view.part("test"), data.event % folds == i)
        others = ~view.part("test")
        np.testing.assert_array_equal(view.part("validation")[others], data.part("validation")[others])
        np.testing.assert_array_equal(view.X, data.X)
        assert sum(view.parts) == pytest.approx(1.0)


def test_a_selection_keeps_the_shares_of_the_whole(data: Dataset) -> None:
    kept = select(data, ["fatjet0.mass > 60"])
    view = folded(kept, 1, 2)
    np.testing.assert_array_equal(view.part("test"), kept.event % 2 == 1)
    for k, name in enumerate(data.classes):
        mine = data.y == k
        share = data.weights[mine & (data.event % 2 == 1)].sum() / data.weights[mine].sum()
        np.testing.assert_allclose(view.share("test")[kept.y == k], share, err_msg=name)
    assert (view.all_cuts, view.n_events) == (kept.all_cuts, kept.n_events)


def test_jets_of_one_event_are_in_one_fold() -> None:
    runs = {"zz": samples.Run(60, 1, "signal"), "qcd": samples.Run(60, 2, "background")}
    jets = build_dataset(runs, Set(["jet.pt", "jet.eta"], per="jet"), signal="zz", seed=1)
    fold, view = fold_of(jets, 2), folded(jets, 0, 2)
    same = (np.diff(jets.event) == 0) & (np.diff(jets.y) == 0)
    assert same.any()
    assert (np.diff(fold)[same] == 0).all()
    share = jets.weights[(jets.y == 0) & (fold == 0)].sum() / jets.weights[jets.y == 0].sum()
    assert view.share("test")[0] == pytest.approx(share)
