"""Differentiable cuts as Keras layers, and what trains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .backend import keras, numbers, quiet
from .method import Array

__all__ = ["CutModel", "Cuts", "Gate", "HardCuts", "Pull", "with_own_rate"]

ops: Any = keras().ops
Layer: Any = keras().layers.Layer
Constraint: Any = keras().constraints.Constraint
Model: Any = keras().Model
registered = keras().saving.register_keras_serializable(package="hml_jupyter")

#: How much of the moments of a threshold's gradient a step leaves. That of the square is short: what the gradient was far away, where
#: it is large, or with wide cuts, must not slow the threshold down.
MEMORY = (0.9, 0.9)
TINY = 1e-20
#: With it the error function is as steep at the threshold as the sigmoid.
SLOPE = 0.25 * np.sqrt(np.pi).item()


@registered
class Cuts(Layer):  # type: ignore[misc]
    """Product of differentiable cuts: a weight from 0 to 1 for each event, (n, k) -> (n, 1).

    Parameters
    ----------
    columns : sequence of int
        Column of the inputs that each threshold is on; a window has two thresholds on one column.
    sides : sequence of str
        ``"lower"`` keeps what is above a threshold, ``"upper"`` what is below.
    thresholds : sequence of float
        Where they start, in the unit of the inputs.
    centres, scales : sequence of float, optional
        Mean and standard deviation of each threshold's column; 0 and 1 if not given. Thresholds move in units of the scale.
    ranges : sequence of (float, float), optional
        Where the data are: a threshold outside is pulled back by :class:`Pull`.
    function : str
        ``"sigmoid"``, 1 / (1 + exp(-d)), or ``"erf"``, (1 + erf(d sqrt(pi) / 4)) / 2, as steep, of the distance d to the
        threshold in widths.
    estimator : str
        ``"annealed"``: the weight is the differentiable function; ``"straight_through"``: it is the hard cut, with the derivative of that
        function (Bengio, Leonard, Courville, arXiv:1308.3432); ``"bernoulli"``: while training, a hard cut that passes with that
        probability, with the same derivative.
    width : float
        First width of all cuts, in units of their scales. The variable ``width`` is set by whoever trains.
    seed : int
        Of the random numbers of ``"bernoulli"``.

    Examples
    --------
    >>> cuts = Cuts([0], ["lower"], [2.0])
    >>> np.asarray(cuts(np.array([[1.0], [2.0], [9.0]], "float32"))).astype(float).ravel().round(3).tolist()
    [0.269, 0.5, 0.999]
    """

    def __init__(
        self,
        columns: Sequence[int],
        sides: Sequence[str],
        thresholds: Sequence[float],
        *,
        centres: Sequence[float] | None = None,
        scales: Sequence[float] | None = None,
        ranges: Sequence[Sequence[float]] | None = None,
        function: str = "sigmoid",
        estimator: str = "annealed",
        width: float = 1.0,
        seed: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32"} | options)
        self.config: dict[str, Any] = {
            "columns": list(columns),
            "sides": list(sides),
            "thresholds": list(thresholds),
            "centres": [0.0] * len(columns) if centres is None else list(centres),
            "scales": [1.0] * len(columns) if scales is None else list(scales),
            "ranges": None if ranges is None else [list(each) for each in ranges],
            "function": function,
            "estimator": estimator,
            "width": width,
            "seed": seed,
        }
        self.generator = keras().random.SeedGenerator(seed) if estimator == "bernoulli" else None

    def build(self, _: Any) -> None:
        """Make the variables: the thresholds in units of their scales, from their centres, and the width."""
        count = len(self.config["columns"])
        pull = (
            None if self.config["ranges"] is None else Pull(*np.transpose(self._scaled(self.config["ranges"])).tolist())
        )
        start = keras().initializers.Constant(self._scaled(self.config["thresholds"]))
        self.places = self.add_weight(shape=(count,), initializer=start, constraint=pull, name="thresholds")
        width = keras().initializers.Constant(self.config["width"])
        self.width = self.add_weight(shape=(), initializer=width, trainable=False, name="width")

    @property
    def thresholds(self) -> Array:
        """Where the thresholds are now, in the unit of the inputs, (c,) float64."""
        return np.asarray(numbers(self.places) * np.array(self.config["scales"]) + self.config["centres"], np.float64)

    def factors(self, inputs: Any, *, sample: bool = False) -> Any:
        """Return what each threshold gives each event, (n, c); `sample` draws those of ``"bernoulli"``."""
        x = (ops.take(inputs, self.config["columns"], axis=-1) - _row(self.config["centres"])) / _row(
            self.config["scales"]
        )
        distance = (x - self.places) * _signs(self.config["sides"]) / self.width
        soft = ops.sigmoid(distance) if self.config["function"] == "sigmoid" else 0.5 * (1 + ops.erf(SLOPE * distance))
        if self.config["estimator"] == "straight_through":
            return soft + ops.stop_gradient(ops.cast(distance > 0, soft.dtype) - soft)
        if sample and self.generator is not None:
            drawn = keras().random.uniform(ops.shape(soft), seed=self.generator)
            return soft + ops.stop_gradient(ops.cast(drawn < soft, soft.dtype) - soft)
        return soft

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the weight of each event."""
        return ops.prod(self.factors(inputs, sample=bool(training)), axis=-1, keepdims=True)

    def compute_output_shape(self, shape: Any) -> Any:
        """Return the shape of the weights."""
        return (*shape[:-1], 1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; the thresholds of now are in the weights."""
        return {**super().get_config(), **self.config}

    def _scaled(self, values: Any) -> Array:
        """Return values in units of the scales, from the centres; one row for each threshold."""
        given, each = np.asarray(values, float), (np.array(self.config[name]) for name in ("centres", "scales"))
        centres, scales = ((a[:, None] if given.ndim > 1 else a) for a in each)
        return np.asarray((given - centres) / scales)


@registered
class HardCuts(Layer):  # type: ignore[misc]
    """Cuts as they are: 1 for an event that passes all of them, 0 for any other, (n, k) -> (n, 1).

    In single precision, where a value that rounds to a threshold passes: no event that passes in double precision is lost.

    Parameters
    ----------
    columns, sides, thresholds : sequence
        As for :class:`Cuts`.
    about : mapping
        What is kept with them, as plain JSON.

    Examples
    --------
    >>> np.asarray(HardCuts([0], ["lower"], [2.5])(np.array([[2.0], [3.0]], "float32"))).tolist()
    [[0.0], [1.0]]
    """

    def __init__(
        self,
        columns: Sequence[int],
        sides: Sequence[str],
        thresholds: Sequence[float],
        *,
        about: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32"} | options)
        self.config: dict[str, Any] = {
            "columns": list(columns),
            "sides": list(sides),
            "thresholds": list(thresholds),
            "about": dict(about or {}),
        }

    def call(self, inputs: Any) -> Any:
        """Return 1 for what passes."""
        signs = _signs(self.config["sides"])
        x = ops.take(inputs, self.config["columns"], axis=-1)
        passed = ops.all(x * signs >= _row(self.config["thresholds"]) * signs, axis=-1, keepdims=True)
        return ops.cast(passed, "float32")

    def compute_output_shape(self, shape: Any) -> Any:
        """Return the shape of what is given."""
        return (*shape[:-1], 1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().get_config(), **self.config}


@registered
class Gate(Layer):  # type: ignore[misc]
    """Gives what it is given, or 1 while its variable ``open`` is 1: then what comes before it has no effect and no gradient."""

    def build(self, _: Any) -> None:
        """Make the variable; the gate is closed."""
        self.open = self.add_weight(shape=(), initializer="zeros", trainable=False, name="open")

    def call(self, inputs: Any) -> Any:
        """Pass, or not."""
        return ops.where(self.open > 0.5, ops.ones_like(inputs), inputs)


@registered
class Pull(Constraint):  # type: ignore[misc]
    """Brings values that are outside a range back, by half of their distance each step.

    It is a step against the gradient of half the squared distance, which grows with the distance, where that of a cut beyond all
    data vanishes.

    Examples
    --------
    >>> np.asarray(Pull([0.0, 0.0], [1.0, 1.0])(np.array([9.0, 0.5], "float32"))).tolist()
    [5.0, 0.5]
    """

    def __init__(self, low: Sequence[float], high: Sequence[float], rate: float = 0.5) -> None:
        self.low, self.high, self.rate = list(low), list(high), rate

    def __call__(self, value: Any) -> Any:
        """Return the values after a step."""
        return value - self.rate * (value - ops.clip(value, _row(self.low), _row(self.high)))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"low": self.low, "high": self.high, "rate": self.rate}


@registered
class CutModel(Model):  # type: ignore[misc]
    """A Keras model whose output is that of a network for events that pass hard cuts and 0 for all others, or one of two shares of signal."""

    @property
    def about(self) -> dict[str, Any]:
        """The cuts, and the thresholds of the annealed ones, as plain JSON."""
        return dict(self.get_layer("cuts").config["about"])

    @property
    def cuts(self) -> tuple[str, ...]:
        """The hard cuts, as :func:`hml_jupyter.select` takes them."""
        return tuple(self.about["cuts"])

    @property
    def soft(self) -> tuple[str, ...]:
        """The cuts with the thresholds at which annealing ended."""
        return tuple(self.about["soft"])


def with_own_rate(optimizer: Any) -> Any:
    """Return an optimizer like the given one, whose thresholds move by Adam with a learning rate of their own.

    Its variables: ``cut_rate``, the learning rate of the thresholds; ``network_rate``, a factor of that of all other weights;
    ``gradient`` and ``steps``, the sum of the gradients of the thresholds and their number, to be set to 0 by who reads them.
    """
    kind = type(optimizer)

    class OwnRate(kind):  # type: ignore[misc, valid-type]
        def build(self, variables: Any) -> None:
            super().build(variables)
            (places,) = (v for v in variables if v.name == "thresholds")
            for name in ("cut_rate", "network_rate", "steps"):
                setattr(self, name, self.add_variable((), name=name))
            for name in ("gradient", "mean", "square"):
                setattr(self, name, self.add_variable(places.shape, name=name))
            self.exclude_from_weight_decay(var_list=[places])

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            if variable.name != "thresholds":
                super().update_step(gradient, variable, learning_rate * self.network_rate)
                return
            self.assign_add(self.gradient, gradient)
            self.assign_add(self.steps, 1.0)
            done = ops.cast(self.iterations + 1, "float32")
            for moment, memory, now in zip((self.mean, self.square), MEMORY, (gradient, gradient**2), strict=True):
                self.assign_add(moment, (now - moment) * (1 - memory) / (1 - memory**done))
            self.assign_sub(variable, self.cut_rate * self.mean / (ops.sqrt(self.square) + TINY))

    with quiet():
        return OwnRate.from_config(optimizer.get_config())


def _signs(sides: Sequence[str]) -> Array:
    return np.array([1.0 if side == "lower" else -1.0 for side in sides], np.float32)


def _row(values: Sequence[float]) -> Array:
    return np.asarray(values, np.float32)
