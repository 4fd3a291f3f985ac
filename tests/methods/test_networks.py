from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import samples
from methods import kinds

import hml_jupyter
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import CNN, MLP, GraphNetwork, Training, evaluate, train
from hml_jupyter.methods.method import Method
from hml_jupyter.methods.sample import Part, Sample, training_sample
from hml_jupyter.representations import Image, Representation

METHOD = MLP(hidden=(4,), dropout=0.2, batch_size=64)


@pytest.fixture(scope="module")
def sample(data: Dataset) -> Sample:
    return training_sample(data)


def test_the_normalisation_is_inside(sample: Sample) -> None:
    arrays = METHOD.arrays(METHOD.learner(sample, seed=1).model())
    np.testing.assert_allclose(arrays["mean"], sample.train.X.mean(axis=0))
    np.testing.assert_allclose(arrays["variance"], sample.train.X.var(axis=0))


def test_score_is_what_the_arrays_say(sample: Sample) -> None:
    model = METHOD.learner(sample, seed=1).model()
    a = METHOD.arrays(model)
    flow = (sample.train.X - a["mean"]) / np.sqrt(a["variance"])
    flow = np.maximum(flow @ a["hidden_0/kernel"] + a["hidden_0/bias"], 0)
    logit = flow @ a["score/kernel"] + a["score/bias"]
    np.testing.assert_allclose(METHOD.scores(model, sample.train.X), 1 / (1 + np.exp(-logit[:, 0])), rtol=1e-4)


def test_a_constant_column_does_not_blow_up() -> None:
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(1e3, 1, 64), np.full(64, 70.1)])
    y = np.arange(64) % 2
    learner = METHOD.learner(Sample(Part(X, y, np.ones(64), np.ones(64)), None), seed=1)
    curves = learner.advance(0, 1)
    assert np.isfinite(curves["loss"]).all()
    assert np.ptp(METHOD.scores(learner.model(), np.column_stack([np.full(8, 1e3), 70.1 + np.arange(8) * 1e-6]))) < 1e-3


def test_trained_twice_in_one_process(sample: Sample) -> None:
    first, second = (METHOD.learner(sample, seed=1) for _ in range(2))
    random.seed(7)
    assert first.advance(0, 2) == second.advance(0, 2)
    assert_same(METHOD.arrays(first.model()), METHOD.arrays(second.model()))


def test_another_seed_is_another_network(sample: Sample) -> None:
    one, two = (METHOD.arrays(METHOD.learner(sample, seed=seed).model()) for seed in (1, 2))
    assert not np.allclose(one["hidden_0/kernel"], two["hidden_0/kernel"])


def test_state_goes_on_as_if_nothing_had_been(sample: Sample) -> None:
    whole, first, second = (METHOD.learner(sample, seed=1) for _ in range(3))
    curves = whole.advance(0, 3)
    first.advance(0, 1)
    second.restore(first.state())
    assert second.advance(1, 3)["val_loss"] == curves["val_loss"][1:]
    assert_same(METHOD.arrays(second.model()), METHOD.arrays(whole.model()))


def test_save_and_load(sample: Sample, tmp_path: Path) -> None:
    model = METHOD.learner(sample, seed=1).model()
    METHOD.save(model, tmp_path / "model.keras")
    loaded = METHOD.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(METHOD.scores(loaded, sample.train.X), METHOD.scores(model, sample.train.X))
    assert_same(METHOD.arrays(loaded), METHOD.arrays(model))


def test_global_random_numbers_are_left_alone(sample: Sample) -> None:
    np.random.seed(3)  # noqa: NPY002
    random.seed(3)
    METHOD.learner(sample, seed=1).advance(0, 1)
    after = np.random.random(), random.random()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    random.seed(3)
    assert after == (np.random.random(), random.random())  # noqa: NPY002


def test_no_hidden_layer_is_logistic_regression(sample: Sample) -> None:
    arrays = METHOD.arrays(MLP(hidden=()).learner(sample, seed=1).model())
    assert [name for name in arrays if "/" in name] == ["score/kernel", "score/bias"]


@pytest.mark.parametrize("epochs", [0, -1, 2.5, True, "20"])
def test_epochs_must_be_positive(epochs: object) -> None:
    with pytest.raises(ArgumentError, match="epochs must be"):
        METHOD.schedule(epochs)  # type: ignore[arg-type]


def test_importing_the_methods_loads_no_framework() -> None:
    code = "import sys, hml_jupyter.methods; print([m for m in ('keras', 'jax', 'sklearn', 'matplotlib', 'skops') if m in sys.modules])"
    place = Path(hml_jupyter.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=place)
    assert done.stdout.strip() == "[]"


def assert_same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> None:
    assert a.keys() == b.keys()
    for name, values in a.items():
        np.testing.assert_array_equal(values, b[name], err_msg=name)


IMAGES = CNN(filters=(4, 6), hidden=(5,), batch_size=64, learning_rate=0.01)


def images(n: int = 200) -> Part:
    """Pixels of energy, and of charge; signal has its energy on the left."""
    rng = np.random.default_rng(1)
    X = rng.exponential(50, (n, 6, 6, 2)) * (rng.random((n, 6, 6, 2)) < 0.2)
    X[..., 1] = np.sign(X[..., 1]) * rng.choice([-1, 1], (n, 6, 6))
    y = np.arange(n) % 2
    X[y == 1, :3, :, 0] *= 4
    return Part(X.astype(np.float32), y, np.ones(n), np.ones(n))


@pytest.mark.parametrize("summary", ["average", "flatten"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_images_are_learnt(scale: str, summary: str) -> None:
    method = CNN(filters=(4,), hidden=(8,), batch_size=32, learning_rate=0.02, scale=scale, summary=summary)
    curves = method.learner(Sample(images(), None), seed=1).advance(0, 8)
    assert curves["loss"][-1] < 0.8 * curves["loss"][0]


def test_channels_are_divided_by_their_root_mean_square() -> None:
    part = images()
    arrays = IMAGES.arrays(IMAGES.learner(Sample(part, None), seed=1).model())
    np.testing.assert_allclose(arrays["mean"], [0.0, 0.0])
    np.testing.assert_allclose(arrays["variance"], (part.X.astype(float) ** 2).mean(axis=(0, 1, 2)))


def test_images_are_saved_and_go_on(tmp_path: Path) -> None:
    sample = Sample(images(), None)
    method = CNN(filters=(4,), batch_size=64, dropout=0.2, scale="log", pool=1)
    whole, first, second = (method.learner(sample, seed=1) for _ in range(3))
    whole.advance(0, 3)
    first.advance(0, 1)
    second.restore(first.state())
    second.advance(1, 3)
    assert_same(method.arrays(second.model()), method.arrays(whole.model()))
    method.save(whole.model(), tmp_path / "model.keras")
    loaded = method.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(method.scores(loaded, sample.train.X), method.scores(whole.model(), sample.train.X))


@pytest.mark.parametrize(
    ("method", "representation"),
    [(IMAGES, kinds.IMAGE), (GraphNetwork(messages=(6,), batch_size=64, learning_rate=0.02), kinds.GRAPH)],
    ids=["images", "graphs"],
)
def test_trained_scored_and_evaluated(study: Path, method: Method, representation: Representation) -> None:
    data = kinds.dataset(representation, path="study/data/set")
    made = train(method, data, seed=1, epochs=6, path="study/models/one")
    again = Training.load("study/models/one")
    np.testing.assert_array_equal(again.score(data), made.score(data))
    np.testing.assert_array_equal(again.score(data.X), made.score(data))
    assert again.names == representation.names
    assert evaluate(again).n_test == data.part("test").sum()
    with pytest.raises(
        ArgumentError, match=f"learns from {representation.kind}s, and the dataset holds columns: build"
    ):
        train(method, samples.dataset(100), seed=1)
    with pytest.raises(ArgumentError, match="and the dataset holds columns: build one with hml"):
        again.score(samples.dataset(100))
    with pytest.raises(ArgumentError, match="learns from columns, and the dataset holds"):
        train(METHOD, data, seed=1)


def test_images_of_another_size_are_refused() -> None:
    made = train(CNN(filters=(2,)), kinds.dataset(kinds.IMAGE), seed=1, epochs=1)
    with pytest.raises(
        ArgumentError, match=r"CNN learned from images with size=\[8, 8\]; this dataset has size=\[9, 9\]"
    ):
        made.score(kinds.dataset(replace(kinds.IMAGE, size=(9, 9))))
    with pytest.raises(ArgumentError, match=r"images of the shape \('n', 8, 8, 1\); got \(2, 9, 9, 1\)"):
        made.score(np.zeros((2, 9, 9, 1)))


def test_missing_jets_are_told_and_not_scored() -> None:
    image = Image("fatjet0.constituents", size=(4, 4))
    with pytest.raises(ArgumentError, match=r'have no fatjet0.constituents.*require="fatjet.size > 0"'):
        train(CNN(filters=(2,)), kinds.dataset(image), seed=1)
    made = train(CNN(filters=(2,)), kinds.dataset(image, require="fatjet.size > 0"), seed=1, epochs=1)
    data = kinds.dataset(image)
    np.testing.assert_array_equal(np.isnan(made.score(data)), np.isnan(data.X).any(axis=(1, 2, 3)))
