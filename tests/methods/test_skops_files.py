from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from hml_jupyter.errors import DamagedError
from hml_jupyter.methods.skops_files import dumps, is_scikit_learn, loads, numbers_in


def forest(seed: int = 1) -> RandomForestClassifier:
    X = np.random.default_rng(1).normal(size=(60, 2))
    return RandomForestClassifier(3, max_depth=3, random_state=seed).fit(X, X[:, 0] > 0)


def test_numbers_are_those_of_the_model() -> None:
    one, same, other = (numbers_in(dumps(forest(seed))) for seed in (1, 1, 2))
    np.testing.assert_equal(one, same)
    assert any(not np.array_equal(one[name], other.get(name)) for name in one)
    assert any(name.endswith("/threshold") for name in one)
    assert not any("version" in name for name in one)


def test_a_model_is_read_back() -> None:
    X = np.random.default_rng(2).normal(size=(10, 2))
    loaded = loads(dumps(forest()), "model", is_scikit_learn, "scikit-learn")
    np.testing.assert_array_equal(loaded.predict_proba(X), forest().predict_proba(X))


def test_only_what_is_trusted_is_read() -> None:
    with pytest.raises(DamagedError, match=r"model names classes that are no part of x and is not opened: pathlib"):
        loads(dumps(Path("x")), "model", is_scikit_learn, "x")
    with pytest.raises(DamagedError, match=r"not opened: sklearn.tree._tree.Tree"):
        loads(dumps(forest()), "model", lambda _: False, "x")


@pytest.mark.parametrize(
    "name",
    ["os.system", "sklearnish.Tree", "sklearn.nothing.Tree", "sklearn.utils.check_array", "sklearn.svm.np", "sklearn"],
)
def test_other_names_are_not_of_scikit_learn(name: str) -> None:
    assert not is_scikit_learn(name)
