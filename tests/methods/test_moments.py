from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.expressions import parse_observable
from hml_jupyter.methods import CNN, MLP, CutNetwork, GraphNetwork
from hml_jupyter.methods.backend import keras, single
from hml_jupyter.methods.moments import moments, moments_of_rows
from hml_jupyter.methods.networks import normalized
from hml_jupyter.methods.sample import Part, Sample
from hml_jupyter.representations import Graphs

Z = np.random.default_rng(1).normal(size=(400, 1))


def seen(X: Any) -> Any:
    """What is behind the first layer of a network."""
    inputs = keras().Input((1,), dtype="float32")
    model = keras().Model(inputs, normalized(inputs, X.mean(axis=0), X.var(axis=0)))
    return np.asarray(model.predict_on_batch(single(X)), float)


def test_moments() -> None:
    mean, variance = moments(np.array([[1.0, 5.0], [3.0, 5.0]]), ["x", "y"])
    assert (mean.tolist(), variance.tolist()) == ([2.0, 5.0], [1.0, 0.0])
    images = np.array([3.0, 4.0], np.float32).reshape(2, 1, 1, 1)
    assert [each.tolist() for each in moments(images, ["energy"])] == [[0.0], [12.5]]


def test_moments_of_rows_that_there_are_not() -> None:
    assert [each.tolist() for each in moments_of_rows(np.zeros((0, 2), np.float32), ["a", "b"])] == [[0, 0], [1, 1]]


LOST = [
    (1e10 + Z, "'x - 1000"),
    (3 - 1e8 * np.ones_like(Z) + Z, "'x + 999"),
    (1e-9 * Z, "'(x) * 1e"),
    (1e-310 * Z, "'(x) * 1e300'"),
    (1e20 * Z, "'(x) / 1e"),
    (1e200 * Z, "'(x) / 1e300'"),
    (1.0 + 1e-12 * Z, "'(x - 1.0) * 1e1"),
]


@pytest.mark.parametrize(("X", "mended"), LOST)
def test_what_single_precision_loses_is_refused(X: Any, mended: str) -> None:
    with pytest.raises(
        ArgumentError, match=r"x \(mean .*, standard deviation .*\) is lost in the single prec"
    ) as caught:
        moments(X, ["x"])
    found = str(caught.value)
    assert mended in found
    parse_observable(found.split("'")[1].replace("x", "met"))


@pytest.mark.parametrize("X", [1e5 + Z, 3e-7 * Z, 1e18 * Z, -1e-3 + 1e-7 * Z * 2])
def test_what_is_learnt_from_is_seen(X: Any) -> None:
    moments(X, ["x"])
    np.testing.assert_allclose(seen(X), (X - X.mean()) / X.std(), atol=0.02)


@pytest.mark.parametrize("X", [1e-8 * Z, 3e19 * Z])
def test_what_is_refused_is_not_seen(X: Any) -> None:
    assert seen(X).std() < 0.2


def test_a_constant_column_is_no_loss() -> None:
    moments(np.full((100, 3), [0.1, 1e30, 1e-300]), ["a", "b", "c"])


def sample(X: Any, name: str) -> Sample:
    return Sample(Part(X, np.arange(400) % 2, np.ones(400), np.ones(400)), None, (name,))


@pytest.mark.parametrize("method", [MLP(), CutNetwork(), CutNetwork(network=MLP())])
def test_networks_on_columns(method: Any) -> None:
    with pytest.raises(ArgumentError, match=r"column.x \(mean 1e\+09.* take 'column.x - "):
        method.learner(sample(1e9 + Z, "column.x"), seed=1, epochs=1)


def test_networks_on_images_and_graphs() -> None:
    pixels = np.abs(Z * 1e-9).astype(np.float32)
    with pytest.raises(ArgumentError, match=r"energy \(mean 0, .* take events in which it has another unit"):
        CNN().learner(sample(pixels.reshape(400, 1, 1, 1), "energy"), seed=1, epochs=1)
    nodes = Graphs(pixels[:, None], np.full((400, 1), True), np.zeros((400, 1, 0), np.int16), np.zeros((400, 1, 0, 0)))
    with pytest.raises(ArgumentError, match=r"pt \(mean 7.*e-10, .* take events in which it has another unit"):
        GraphNetwork().learner(sample(nodes, "pt"), seed=1, epochs=1)
