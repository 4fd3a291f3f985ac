from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from methods import kinds, own_models
from sklearn.ensemble import RandomForestClassifier

from hml_jupyter.calls import Call, Ref, literal
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, DamagedError, HmlError
from hml_jupyter.methods import MLP, CutNetwork, Network, Training, evaluate, get, train
from hml_jupyter.methods.backend import keras, quiet
from hml_jupyter.methods.keras_learning import KerasMethod
from hml_jupyter.methods.sample import training_sample

BUILT = Network(builder="methods.own_models:build", batch_size=64)
FOREST = Network(estimator=RandomForestClassifier(5, max_depth=3))
PATH = "study/models/one"


def model_of(*layers: Any, columns: int = 3) -> Any:
    return keras().Sequential([keras().Input((columns,)), *layers, keras().layers.Dense(1, "sigmoid")])


def test_a_builder_is_written_by_its_name() -> None:
    method = Network(builder=own_models.build)
    assert literal(method) == 'hml.Network(builder="methods.own_models:build")'
    call = Call("train", (method, Ref("data")), {"seed": 1}, "own")
    assert Call.parse(call.render()) == call


def test_an_estimator_is_written_by_its_class_and_options() -> None:
    text = (
        'hml.Network(estimator="sklearn.ensemble.RandomForestClassifier", options={"max_depth": 3, "n_estimators": 5})'
    )
    assert "".join(literal(FOREST).split()).replace(",)", ")") == "".join(text.split())
    assert get({"method": "Network", **FOREST.get_config()}) == FOREST


def test_a_model_becomes_its_config() -> None:
    method = Network(config=model_of())
    assert method == Network(config=method.config)
    assert method.config["class_name"] == "Sequential"


@pytest.mark.parametrize("method", [BUILT, FOREST], ids=["keras", "scikit-learn"])
def test_a_saved_training_is_the_training(study: Path, data: Dataset, method: Network) -> None:
    options: dict[str, Any] = {} if method.estimator else {"epochs": 2}
    made = train(method, data, seed=1, path=PATH, **options)
    again = Training.load(PATH)
    assert again.method == method
    np.testing.assert_array_equal(again.score(data), made.score(data))
    assert made.fingerprint == train(method, data, seed=1, **options).fingerprint
    assert made.fingerprint != train(method, data, seed=2, **options).fingerprint
    assert evaluate(again, data).auc > 0.6


def test_it_goes_on_from_a_checkpoint(data: Dataset) -> None:
    sample = training_sample(data)
    whole, first, second = (BUILT.learner(sample, seed=1) for _ in range(3))
    whole.advance(0, 3)
    first.advance(0, 1)
    second.restore(first.state())
    second.advance(1, 3)
    np.testing.assert_equal(BUILT.arrays(second.model()), BUILT.arrays(whole.model()))


def test_a_compiled_model_keeps_its_optimizer_and_loss(data: Dataset) -> None:
    method = Network(builder=own_models.compiled)
    learner = method.learner(training_sample(data), seed=1)
    curves = learner.advance(0, 2)
    assert curves["val_loss"][0] == curves["val_loss"][1] < 0.5


def test_columns_are_normalised_unless_asked_not_to(data: Dataset) -> None:
    sample = training_sample(data)
    arrays = BUILT.arrays(BUILT.learner(sample, seed=1).model())
    np.testing.assert_allclose(arrays["mean"], sample.train.X.mean(axis=0))
    plain = Network(builder=own_models.build, normalize=False)
    assert "mean" not in plain.arrays(plain.learner(sample, seed=1).model())


@pytest.mark.parametrize(("builder", "kind"), [(own_models.pixels, "image"), (own_models.nodes, "graph")])
def test_images_and_graphs(builder: Any, kind: str) -> None:
    data = kinds.dataset({"image": kinds.IMAGE, "graph": kinds.GRAPH}[kind])
    made = train(Network(builder=builder, inputs=kind), data, seed=1, epochs=1)
    assert np.isfinite(made.score(data)).all()


def test_the_builder_is_part_of_the_recipe(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    before = BUILT.sources()
    monkeypatch.setattr(own_models, "build", own_models.compiled)
    assert BUILT.sources() != before
    assert FOREST.sources() == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Network takes one of builder='mine:build', .*; got none"),
        ({"builder": "mine:build", "estimator": "sklearn.svm.SVC"}, "got builder and estimator"),
        ({"builder": "build"}, "a function in a file that is imported, 'mine:build'; got 'build'"),
        ({"builder": lambda shape: shape}, "write it with def at the top of a file of its own"),
        ({"estimator": 3}, "is a classifier of scikit-learn, not 3"),
        ({"config": {"a": float("nan")}}, "must be of numbers, texts, lists and dictionaries"),
    ],
)
def test_what_it_takes(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Network(**options)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (Network(builder="methods.own_models:none"), "there is no function 'methods.own_models:none' to import"),
        (
            Network(builder=own_models.failing),
            r"methods.own_models:failing\(\(3,\)\) failed with IndexError: tuple index out of range",
        ),
        (Network(builder=own_models.failing_layer), r"the model does not take inputs of the shape \(3,\): "),
        (Network(builder=own_models.nothing), r"gives a keras.Model, not None"),
        (Network(builder=own_models.two), r"the model gives \(None, 2\), and a method has one score"),
        (Network(config={"class_name": "Nothing", "config": {}}), "cannot be made from its config"),
        (Network(estimator="os.system"), "there is no 'os.system' in scikit-learn"),
        (Network(estimator="sklearn.svm.SVC"), "has no predict_proba"),
        (Network(estimator="sklearn.svm.SVC", options={"D": 1.0}), "cannot be made with options={'D': 1.0}"),
    ],
)
def test_what_cannot_be_trained(data: Dataset, method: Network, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        train(method, data, seed=1)


def test_models_that_do_not_fit_or_hold_code(data: Dataset) -> None:
    sample = training_sample(data)
    with pytest.raises(ArgumentError, match=r"does not take inputs of the shape \(3,\)"):
        Network(config=model_of(columns=4)).learner(sample, seed=1)
    with pytest.raises(ArgumentError, match="cannot be made from its config, which holds no code"):
        Network(config=model_of(keras().layers.Lambda(lambda x: x))).learner(sample, seed=1)


@pytest.mark.parametrize("method", [MLP(), CutNetwork(), Network(builder=own_models.build)])
def test_code_in_a_file_is_refused_without_the_advice_to_run_it(
    tmp_path: Path, method: KerasMethod | CutNetwork
) -> None:
    with quiet():
        model_of(keras().layers.Lambda(lambda x: x)).save(tmp_path / "model.keras")
    with pytest.raises(HmlError, match=r"model.keras cannot be read \(Requested the deserialization") as caught:
        method.load(tmp_path / "model.keras")
    assert "safe_mode" not in str(caught.value)
    (tmp_path / "model.keras").write_bytes(b"no archive")
    with pytest.raises(HmlError, match=r"model.keras cannot be read"):
        method.load(tmp_path / "model.keras")


def test_a_score_is_between_0_and_1(data: Dataset) -> None:
    with pytest.raises(ArgumentError, match=r"a score is between 0 and 1: end it with Dense\(1, 'sigmoid'\)"):
        train(Network(builder=own_models.unbounded, loss="squared"), data, seed=1, epochs=1)


def test_epochs_mean_nothing_to_a_classifier() -> None:
    with pytest.raises(ArgumentError, match=r"means nothing for sklearn\.ensemble"):
        FOREST.schedule(20)


def test_a_file_with_other_classes_is_refused(tmp_path: Path) -> None:
    from skops import io

    io.dump({"path": Path("x")}, tmp_path / "model.skops")
    with pytest.raises(DamagedError, match=r"no part of scikit-learn and is not opened: pathlib"):
        FOREST.load(tmp_path / "model.skops")
