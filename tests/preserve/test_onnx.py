from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import toys
from methods import kinds
from preserve.models import METHODS

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import Training
from hml_jupyter.methods.draws import noise
from hml_jupyter.preserve.onnx import onnx_of

Trained = Callable[[str], Training]
IMAGES: Any = {
    "plain": hml.CNN(filters=(4, 6)),
    "logarithms": hml.CNN(filters=(4,), scale="log", summary="flatten", pool=3),
}
GRAPHS: Any = {"neighbours": kinds.GRAPH, "no edges": hml.Graph(["jet", "missinget0"], edges=None, max_nodes=5)}


def run(model: Any, **given: Any) -> Any:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["score"], {name: values.astype(np.float32) for name, values in given.items()})[0][:, 0]


@pytest.mark.parametrize("kind", [*METHODS, "branched"])
def test_onnx_gives_the_scores(kind: str, trained: Trained, columns: hml.Dataset) -> None:
    training = trained(kind)
    model = onnx_of(training)
    # what single precision can hold: a cut tells two values apart that it does not
    X = columns.X.astype(np.float32).astype(float)
    np.testing.assert_allclose(run(model, inputs=X), training.score(X), rtol=0, atol=1e-6)
    assert np.ptp(training.score(X)) > 0.01


@pytest.mark.parametrize("kind", ["network", "trees", "cuts and network"])
def test_old_runtimes_open_it(kind: str, trained: Trained) -> None:
    model = onnx_of(trained(kind))
    versions = {each.domain: each.version for each in model.opset_import}
    assert versions == ({"": 17, "ai.onnx.ml": 3} if kind == "trees" else {"": 17})
    assert model.ir_version == 8
    assert [each.name for each in model.graph.input] == ["inputs"]
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "events"
    onnx.checker.check_model(model, full_check=True)


def test_a_dense_layer_is_one_operator(trained: Trained) -> None:
    operators = [node.op_type for node in onnx_of(trained("network")).graph.node]
    assert operators == ["Sub", "Div", "Gemm", "Relu", "Gemm", "Relu", "Gemm", "Sigmoid"]


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("name", IMAGES)
def test_images(name: str) -> None:
    data = kinds.dataset(kinds.IMAGE)
    training = hml.train(IMAGES[name], data, epochs=1, seed=1)
    np.testing.assert_allclose(run(onnx_of(training), inputs=data.X), training.score(data), rtol=0, atol=1e-6)


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("name", GRAPHS)
def test_graphs(name: str) -> None:
    data = kinds.dataset(GRAPHS[name])
    training = hml.train(hml.GraphNetwork(messages=(6, 6), hidden=(6,)), data, epochs=1, seed=1)
    given = training.method.tensors(data.X)  # type: ignore[attr-defined]
    np.testing.assert_allclose(run(onnx_of(training), **given), training.score(data), rtol=0, atol=1e-6)


def test_cuts_are_those_of_double_precision_for_single_values(columns: hml.Dataset) -> None:
    """At 0.1, which single precision does not have, and at its two neighbours that it has."""
    training = hml.train(hml.CutNetwork(cuts=["y > 0.1", "y < 2.3"]), columns, epochs=2, seed=1)
    layer = training.model.get_layer("cuts")
    edges = np.array(
        [np.nextafter(np.float32(t), np.float32(t + way)) for t in layer.config["thresholds"] for way in (-1, 0, 1)]
    )
    X = np.zeros((len(edges), 3)) + columns.X.mean(axis=0)
    X[:, 1] = edges
    X = X.astype(np.float32).astype(float)
    np.testing.assert_allclose(run(onnx_of(training), inputs=X), training.score(X), rtol=0, atol=1e-6)


def test_a_surrogate_takes_its_noise(trained: Trained) -> None:
    training, X = trained("surrogate"), np.tile(toys.dataset(500).X, (10, 1))
    X = np.column_stack([X, np.arange(len(X)) % 3]).astype(np.float32).astype(float)
    model = onnx_of(training)
    assert [each.name for each in model.graph.input] == ["inputs", "noise"]
    assert (model.opset_import[0].version, model.ir_version) == (17, 8)
    drawn = run(model, inputs=X, noise=noise(X, 5))
    np.testing.assert_allclose(drawn, training.score(X, seed=5), rtol=0, atol=1e-5)
    # the same events ten times over, which the noise alone tells apart
    assert np.std(drawn.reshape(10, -1), axis=0).mean() > 0.05
    assert np.ptp(run(model, inputs=X[:1], noise=np.array([[0.5, 0.0]]))) == 0


def test_what_cannot_be_written_is_refused(columns: hml.Dataset) -> None:
    training = hml.train(hml.Network(estimator="sklearn.naive_bayes.GaussianNB"), columns, seed=1)
    with pytest.raises(
        ArgumentError, match="GaussianNB, which is not written as ONNX here: train a network, trees or cuts"
    ):
        onnx_of(training)
