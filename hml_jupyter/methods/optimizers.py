"""Optimizers of Keras and how their learning rate falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .backend import keras

if TYPE_CHECKING:
    from .keras_learning import KerasMethod

__all__ = ["DECAYS", "OPTIMIZERS", "fit_optimizer", "optimizer"]

_CLASSES = {"adam": "Adam", "adamw": "AdamW", "nadam": "Nadam", "rmsprop": "RMSprop", "sgd": "SGD", "lion": "Lion"}
#: What Keras calls a decay, and its options beside the first learning rate and the steps.
_SCHEDULES: dict[str, tuple[str, dict[str, float]]] = {
    "cosine": ("CosineDecay", {}),
    "linear": ("PolynomialDecay", {"end_learning_rate": 0.0}),
    "exponential": ("ExponentialDecay", {"decay_rate": 0.01}),
}

OPTIMIZERS = tuple(_CLASSES)
DECAYS = ("none", *_SCHEDULES)


def optimizer(name: str, learning_rate: float, decay: str, steps: int) -> Any:
    """Return an optimizer whose learning rate falls over so many steps.

    Parameters
    ----------
    name : str
        One of `OPTIMIZERS`.
    learning_rate : float
        At the beginning.
    decay : str
        ``"none"``; ``"cosine"`` and ``"linear"`` end at 0, ``"exponential"`` at a hundredth.
    steps : int
        Batches of the whole schedule.

    Returns
    -------
    keras.optimizers.Optimizer
    """
    optimizers = keras().optimizers
    rate: Any = learning_rate
    if decay != "none":
        schedule, more = _SCHEDULES[decay]
        rate = getattr(optimizers.schedules, schedule)(learning_rate, decay_steps=steps, **more)
    return getattr(optimizers, _CLASSES[name])(rate)


def fit_optimizer(method: KerasMethod, events: int, epochs: int) -> Any:
    """Return the optimizer of a method for a schedule on so many events."""
    steps = -(-events // method.batch_size) * epochs
    return optimizer(method.optimizer, method.learning_rate, method.decay, steps)
