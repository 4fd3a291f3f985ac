from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from hml_jupyter.methods.backend import keras, numbers, quiet
from hml_jupyter.methods.cut_layers import CutModel, Cuts, Gate, HardCuts, Pull, with_own_rate

X = np.random.default_rng(1).normal(0, 2, (50, 2)).astype("float32")


def made(**options: Any) -> Cuts:
    """A window on one column and a threshold on the other, of different scales."""
    columns, sides, at = [0, 0, 1], ["lower", "upper", "lower"], [-1.0, 2.0, 0.5]
    layer = Cuts(columns, sides, at, centres=[0.0, 0.5, 0.0], scales=[2.0, 2.0, 0.5], **options)
    layer.build(X.shape)
    return layer


@pytest.mark.parametrize("function", ["sigmoid", "erf"])
def test_weight_is_the_product(function: str) -> None:
    layer = made(function=function, width=0.5)
    found = numbers_of(layer(X))
    expected = np.ones(len(X))
    for i, side, at, scale in ((0, 1, -1.0, 2.0), (0, -1, 2.0, 2.0), (1, 1, 0.5, 0.5)):
        expected *= by_hand(function, side * (X[:, i] - at) / scale / 0.5)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("function", ["sigmoid", "erf"])
def test_gradient_against_finite_differences(function: str) -> None:
    layer = made(function=function)

    @jax.jit
    def total(places: Any) -> Any:
        return layer.stateless_call([places], [layer.width.value], X)[0].sum()

    places = layer.places.value
    found = np.asarray(jax.grad(total)(places))
    step = 1e-2 * np.eye(3, dtype="float32")
    expected = [(total(places + each) - total(places - each)) / 2e-2 for each in step]
    np.testing.assert_allclose(found, expected, rtol=2e-3)


def test_the_sharper_the_nearer_to_the_hard_cut() -> None:
    layer = made()
    hard = numbers_of(HardCuts([0, 0, 1], ["lower", "upper", "lower"], [-1.0, 2.0, 0.5])(X))
    assert set(hard) == {0.0, 1.0}
    off = []
    for width in (1.0, 0.1, 1e-5):
        layer.width.assign(width)
        off.append(np.abs(numbers_of(layer(X)) - hard).mean())
    assert off[0] > off[1] > off[2]
    assert off[2] < 1e-6


@pytest.mark.parametrize("estimator", ["straight_through", "bernoulli"])
def test_estimators_see_a_hard_cut_and_the_gradient_of_the_soft_one(estimator: str) -> None:
    """Of one threshold: the gradient of the mean weight does not depend on what was drawn."""
    layers = [Cuts([0], ["lower"], [0.3], estimator=each) for each in (estimator, "annealed")]
    gradients = []
    for layer in layers:
        layer.build(X.shape)
        state = [v.value for v in layer.non_trainable_variables]

        @jax.jit
        def mean(places: Any) -> Any:
            return layer.stateless_call([places], state, X, training=True)[0].mean()  # noqa: B023

        gradients.append(np.asarray(jax.grad(mean)(layer.places.value)))
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-5)
    weights = numbers_of(layers[0](X, training=True))
    np.testing.assert_allclose(weights, weights.round(), atol=1e-6)
    soft = numbers_of(layers[1](X))
    if estimator == "straight_through":
        np.testing.assert_allclose(weights, X[:, 0] > 0.3, atol=1e-6)
    else:
        drawn = np.mean([numbers_of(layers[0](X, training=True)) for _ in range(200)], axis=0)
        assert np.abs(drawn - soft).max() < 5 * np.sqrt(0.25 / 200)


def test_pull_ends_at_the_edge() -> None:
    values: Any = np.array([60.0, -60.0, 0.25], "float32")
    pull = Pull([-1.0, -1.0, -1.0], [1.0, 1.0, 1.0])
    for _ in range(30):
        values = pull(values)
    np.testing.assert_allclose(np.asarray(values), [1.0, -1.0, 0.25], atol=1e-5)


def test_a_gate_gives_one_while_it_is_open() -> None:
    gate = Gate()
    assert numbers_of(gate(X[:, :1])).tolist() == X[:, 0].tolist()
    gate.open.assign(1.0)
    assert numbers_of(gate(X[:, :1])).tolist() == [1.0] * len(X)


@pytest.mark.parametrize("name", ["Adam", "SGD", "AdamW"])
def test_thresholds_have_a_learning_rate_of_their_own(name: str) -> None:
    """At first Adam moves by its learning rate, whatever the gradient is; the network's weights by its optimizer."""
    optimizer = with_own_rate(getattr(keras().optimizers, name)(0.25))
    place, weight = (keras().Variable([1.0], name=each) for each in ("thresholds", "kernel"))
    optimizer.build([place, weight])
    optimizer.cut_rate.assign(0.125)
    optimizer.network_rate.assign(0.0)
    optimizer.apply([np.array([8.0], "float32")] * 2, [place, weight])
    assert numbers(place)[0] == pytest.approx(0.875)
    assert numbers(optimizer.gradient)[0] == 8.0
    if name != "AdamW":  # whose decay is no step
        assert numbers(weight)[0] == 1.0


def test_hard_cuts_lose_nothing_that_passes_in_double_precision() -> None:
    threshold = 1 / 3
    x = np.nextafter(threshold, 1)
    layer = HardCuts([0, 0], ["lower", "upper"], [threshold, 1.0])
    assert numbers_of(layer(np.array([[x], [0.33], [1.01]], "float32"))).tolist() == [1.0, 0.0, 0.0]


def test_save_and_load(tmp_path: Path) -> None:
    inputs = keras().Input((2,))
    soft, about = made(estimator="bernoulli", name="soft"), {"cuts": ["met > 1"], "soft": ["met > 1.5"]}
    hard = HardCuts([0], ["lower"], [0.25], about=about, name="cuts")
    model = CutModel(inputs, keras().layers.multiply([hard(inputs), Gate()(soft(inputs))]))
    soft.places.assign([0.5, 1.5, -0.5])
    with quiet():
        model.save(tmp_path / "model.keras")
    found = keras().saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert (found.cuts, found.soft) == (("met > 1",), ("met > 1.5",))
    np.testing.assert_array_equal(found(X), model(X))
    np.testing.assert_array_equal(found.get_layer("soft").thresholds, soft.thresholds)


def by_hand(function: str, distance: Any) -> Any:
    from scipy.special import erf, expit

    return expit(distance) if function == "sigmoid" else (1 + erf(distance * np.sqrt(np.pi) / 4)) / 2


def numbers_of(tensor: Any) -> Any:
    return np.asarray(tensor, np.float64)[:, 0]
