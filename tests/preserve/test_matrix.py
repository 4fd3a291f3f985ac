from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hml_jupyter.preserve.card import Input, Network
from hml_jupyter.preserve.matrix import Matrix, largest, tell_far

PT, MASS = Input("pt", unit="GeV", padding=-1.0, range=(0.0, 50.0)), Input("mass", range=(-2.0, 1.0))


def matrix(values: list[list[float]], **more: object) -> Matrix:
    network = Network("network.onnx", **more)  # type: ignore[arg-type]
    return Matrix(network, (PT, MASS), len(values), np.array(values, float).__getitem__)


def test_part() -> None:
    """A missing pt is -1, a missing mass stays so; the sizes are those before the normalisation."""
    three = matrix([[1, 2], [np.nan, 3], [-5, np.nan]], normalisation="outside", mean=(1, 1), spread=(2, 4))
    values, sizes = three.part(slice(1, 3))
    np.testing.assert_array_equal(values, [[-1, 0.5], [-3, np.nan]])
    assert sizes.tolist() == [5, 3]


def test_whole_tells_of_what_is_far_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix([[5001.0, 199.0], [1.0, -200.0]]).whole().tolist() == [[5001, 199], [1, -200]]
    assert (
        capsys.readouterr().out == "pt is up to 5e+03 GeV, and was at most 50 in the training: is it in another unit?\n"
    )


def test_tell_far_needs_a_range(capsys: pytest.CaptureFixture[str]) -> None:
    tell_far([Input("pt"), Input("flag", range=(0.0, 0.0))], np.array([1e9, 1e9]))
    assert not capsys.readouterr().out


@pytest.mark.parametrize("events", [0, 1, 63, 64, 65, 127, 128, 300])
def test_largest(events: int) -> None:
    """The largest is in the last row."""
    values = np.zeros((events, 3))
    values[-1:] = -7, np.nan, math.inf
    assert largest(values).tolist() == ([7, 0, math.inf] if events else [0, 0, 0])


def test_largest_of_no_columns() -> None:
    assert largest(np.empty((200, 0))).shape == (0,)


@given(arrays(np.float64, st.tuples(st.integers(0, 200), st.integers(1, 4))))
def test_largest_is_that_of_all(values: npt.NDArray[np.float64]) -> None:
    np.testing.assert_array_equal(largest(values), np.fmax.reduce(np.abs(values), axis=0, initial=0.0))
