from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.canonical import file_sha256, read_json
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import DamagedError
from hml_jupyter.methods.backend import keras, predicted, quiet
from hml_jupyter.methods.cut_layers import HardCuts
from hml_jupyter.representations import Graphs


def network(inputs: dict[str, tuple[int | None, ...]], outputs: int = 1) -> Any:
    """A network on the means of its inputs."""
    given = {name: keras().Input(shape, name=name) for name, shape in inputs.items()}
    flows = [each if len(each.shape) == 2 else keras().layers.GlobalAveragePooling1D()(each) for each in given.values()]
    flow = flows[0] if len(flows) == 1 else keras().layers.Concatenate()(flows)
    return keras().Model(given if len(given) > 1 else [*given.values()], keras().layers.Dense(outputs)(flow))


def cutting(columns: list[int], inputs: int = 2) -> Any:
    """Cuts alone, as a model file may have them."""
    given = keras().Input((inputs,), name="inputs")
    flow = HardCuts(columns, ["lower"] * len(columns), [0.0] * len(columns), name="cuts")(given)
    return keras().Model(given, flow)


X = np.ones((3, 2))
GRAPHS = Graphs(
    np.ones((3, 4, 2), "float32"), np.ones((3, 4), bool), np.zeros((3, 4, 0), "int32"), np.zeros((3, 4, 0, 0))
)
SURROGATE = hml.Surrogate(of="mlp.score", flags=["flag"])


def test_of_a_model_with_one_output_the_numbers_are_returned() -> None:
    model = network({"x": (2,)})
    model.set_weights([np.array([[2.0], [3.0]]), np.array([1.0])])
    np.testing.assert_array_equal(predicted(model, X, 2), [6.0, 6.0, 6.0])
    assert predicted(
        network({"nodes": (None, 2), "mask": (None, 1)}), {"nodes": np.ones((3, 4, 2)), "mask": np.ones((3, 4, 1))}, 2
    ).shape == (3,)


def test_a_model_without_a_shape_is_refused() -> None:
    with pytest.raises(DamagedError, match="the saved model gives nothing for an event"):
        predicted(keras().Sequential([keras().layers.Dense(1)]), X, 2)


@pytest.mark.parametrize(
    ("method", "model", "given", "why"),
    [
        (hml.MLP(), lambda: network({"x": (3,)}), X, r"takes x \(3,\) for an event, and is given x \(2,\): it is not the model"),
        (hml.MLP(), lambda: network({"x": (2,)}, 2), X, r"gives \(2,\) for an event, and a score is one number"),
        (hml.MLP(), lambda: network({"x": (2,), "y": (2,)}), X, r"takes x \(2,\) and y \(2,\) for an event, and is given x"),
        (hml.CNN(), lambda: network({"x": (2,)}), np.ones((3, 8, 8, 1)), r"takes x \(2,\) for an event, and is given x \(8, 8, 1\)"),
        (hml.GraphNetwork(), lambda: network({"nodes": (None, 3), "mask": (None, 1)}), GRAPHS, r"nodes \(None, 3\).* for an event, and is given nodes \(4, 2\) and mask \(4,\)"),
        (hml.GraphNetwork(), lambda: network({"x": (2,)}), GRAPHS, r"takes x \(2,\) for an event, and is given nodes"),
        (hml.CutNetwork(), lambda: network({"x": (2,)}), X, r"has no layer cuts \(HardCuts\)"),
        (hml.CutNetwork(), lambda: cutting([0], 3), X, r"takes inputs \(3,\) for an event"),
        (hml.CutNetwork(), lambda: cutting([0, 2]), X, r"cuts on the columns \[0, 2\], and takes 2"),
        (hml.CutNetwork(), lambda: cutting([0]), X, r"has no layer shares \(Rescaling\)"),
        (SURROGATE, lambda: network({"inputs": (2,), "noise": (2,)}), X, r"has no layer flags \(Flags\)"),
    ],
)  # fmt: skip
def test_a_model_of_other_inputs_is_refused(
    method: Any, model: Callable[[], Any], given: Any, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "model.keras"
    with quiet():
        model().save(file)
    with pytest.raises(DamagedError, match=why):
        method.scores(method.load(file), given)


@pytest.mark.usefixtures("study")
def test_a_file_of_another_model_with_renewed_checksums_is_refused(data: Dataset) -> None:
    hml.train(hml.MLP(hidden=(4,)), data, epochs=1, seed=1, path="study/models/mlp")
    folder = Path("study/models/mlp")
    with quiet():
        network({"inputs": (len(data.names) + 1,)}).save(folder / "model.keras")
    record = read_json(folder / "result.json")
    record["files"]["model.keras"] = file_sha256(folder / "model.keras")
    (folder / "result.json").write_text(json.dumps(record))
    other = hml.Training.load("study/models/mlp")
    for use in (other.score, lambda data: hml.score(data, other), lambda data: hml.evaluate(other, data)):
        with pytest.raises(DamagedError, match="it is not the model that was trained on these inputs"):
            use(data)
