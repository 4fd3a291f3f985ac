from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import UnknownNameError
from hml_jupyter.methods import MLP, BoostedDecisionTree, train


def test_as_keras_and_scikit_learn_have_it(data: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    bdt = train(BoostedDecisionTree(n_estimators=3), data, seed=1)
    np.testing.assert_array_equal(bdt.predict(data), bdt.score(data))
    np.testing.assert_array_equal(bdt.predict_proba(data)[:, 1], bdt.score(data))
    np.testing.assert_allclose(bdt.predict_proba(data).sum(axis=1), 1.0)
    bdt.summary()
    assert "HistGradientBoostingClassifier(" in capsys.readouterr().out
    train(MLP(hidden=(4,)), data, seed=1, epochs=1).summary()
    assert "hidden_0 (Dense)" in capsys.readouterr().out


def test_columns_of_a_table_go_by_their_names(data: Dataset) -> None:
    bdt = train(BoostedDecisionTree(n_estimators=3), data, seed=1)
    frame = data.to_pandas()
    np.testing.assert_array_equal(bdt.score(frame[frame.columns[::-1]]), bdt.score(data))
    with pytest.raises(UnknownNameError, match=rf"the table that {bdt.name} scores: '{bdt.names[0]}'"):
        bdt.score(frame.drop(columns=bdt.names[0]))
