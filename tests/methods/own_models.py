"""Models of a user's own, as they would be in a file beside the notebook."""

from __future__ import annotations

from typing import Any


def build(shape: tuple[int, ...]) -> Any:
    from hml_jupyter.methods.backend import keras

    layers = keras().layers
    return keras().Sequential([layers.Dense(6, "relu"), layers.Dropout(0.1), layers.Dense(1, "sigmoid")])


def compiled(shape: tuple[int, ...]) -> Any:
    from hml_jupyter.methods.backend import keras

    model = build(shape)
    model.compile(optimizer=keras().optimizers.SGD(0.0), loss="mse")
    return model


def two(shape: tuple[int, ...]) -> Any:
    from hml_jupyter.methods.backend import keras

    return keras().Sequential([keras().layers.Dense(2, "softmax")])


def unbounded(shape: tuple[int, ...]) -> Any:
    from hml_jupyter.methods.backend import keras

    return keras().Sequential([keras().layers.Dense(1)])


def pixels(shape: tuple[int, ...]) -> Any:
    from hml_jupyter.methods.backend import keras

    layers = keras().layers
    return keras().Sequential([keras().Input(shape), layers.Flatten(), layers.Dense(1, "sigmoid")])


def nodes(shapes: dict[str, tuple[int, ...]]) -> Any:
    from hml_jupyter.methods.backend import keras
    from hml_jupyter.methods.keras_layers import MaskedMean

    inputs = {name: keras().Input(shape, name=name) for name, shape in shapes.items()}
    flow = MaskedMean()([inputs["nodes"], inputs["mask"]])
    return keras().Model(inputs, keras().layers.Dense(1, "sigmoid")(flow))


def failing(shape: tuple[int, ...]) -> Any:
    return shape[7]


def failing_layer(shape: tuple[int, ...]) -> Any:
    from hml_jupyter.methods.backend import keras

    class Failing(keras().layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, inputs: Any) -> Any:
            return inputs[9, 9, 9]

    return keras().Sequential([Failing(), keras().layers.Dense(1, "sigmoid")])


def nothing(shape: tuple[int, ...]) -> None:
    """Return no model."""
