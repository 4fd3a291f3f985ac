from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter.methods.backend import keras, quiet
from hml_jupyter.methods.surrogate_layers import Columns, Draw, Flags, Unranked


def test_columns() -> None:
    assert np.asarray(Columns([2, 0])(np.array([[1.0, 2.0, 3.0]], "float32"))).tolist() == [[3.0, 1.0]]


def test_flags_are_1_for_their_value_and_0_where_it_is_not_known() -> None:
    layer = Flags([0, 2], [[4.0, 5.0], [0.0]])
    found = np.asarray(layer(np.array([[4.0, 9.0, 0.0], [5.0, 9.0, 1.0], [7.0, 9.0, 0.0]], "float32")))
    assert found.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(("uniform", "wanted"), [(0.1, 0.5), (0.2, 12.0), (0.69, 12.0), (0.7, 98.5), (0.9999999, 98.5)])
def test_the_uniform_number_chooses_and_the_normal_one_moves(uniform: float, wanted: float) -> None:
    mixture = [np.array([each], "float32") for each in ([0.2, 0.5, 0.3], [1.0, 10.0, 100.0], [0.25, -1.0, 0.75])]
    assert float(Draw()([*mixture, np.array([[uniform, -2.0]], "float32")])[0, 0]) == wanted


def test_unranked() -> None:
    layer = Unranked([-1.0, 1.0, 1.5, 4.0], [0.25, 0.25, 0.75, 1.0])
    found = np.asarray(layer(np.array([[-9.0], [0.9], [1.25], [1.5], [2.75], [9.0]], "float32")))
    assert found[:, 0].tolist() == [0.25, 0.25, 0.5, 0.75, 0.875, 1.0]


def test_files_hold_them(tmp_path: Path) -> None:
    layers: Any = keras().layers
    inputs, noise = keras().Input((3,), name="inputs"), keras().Input((2,), name="noise")
    flags = Flags([2], [[0.0, 1.0]])(inputs)
    rank = Draw()([layers.Softmax()(flags), Columns([0, 1])(inputs), flags, noise])
    model = keras().Model({"inputs": inputs, "noise": noise}, Unranked([0.0, 1.0, 2.0], [0.0, 0.1, 1.0])(rank))
    with quiet():
        model.save(tmp_path / "model.keras")
    opened = keras().saving.load_model(tmp_path / "model.keras", safe_mode=True)
    given = {"inputs": np.eye(3, dtype="float32"), "noise": np.full((3, 2), 0.7, "float32")}
    np.testing.assert_array_equal(opened.predict(given, verbose=0), model.predict(given, verbose=0))
