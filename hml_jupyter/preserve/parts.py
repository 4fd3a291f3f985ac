"""The layers of lwtnn's JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .networks import (
    GATES,
    Activation,
    Convolution,
    Dense,
    Embedding,
    Gate,
    Highway,
    Layer,
    Maxout,
    Normalization,
    Recurrent,
)
from .values import at, listed, numbers, refuse, table, text, whole

__all__ = ["ACTIVATIONS", "MOST", "ON_SEQUENCES", "layer"]

Array = npt.NDArray[np.float64]

#: Most values of one event that a network may ask for; what real files have is a thousand times less.
MOST = 2**20
#: Activations -> whether they have a parameter.
ACTIVATIONS = {
    "linear": False,
    "sigmoid": False,
    "rectified": False,
    "softmax": False,
    "tanh": False,
    "hard_sigmoid": False,
    "abs": False,
    "elu": True,
    "leakyrelu": True,
    "swish": True,
    # lwtnn still reads files with these
    "sigmoid_legacy": False,
    "hard_sigmoid_legacy": False,
    "tanh_legacy": False,
    "rectified_legacy": False,
}
#: Layers that lwtnn has for sequences alone.
ON_SEQUENCES = (*GATES, "conv1d", "embedding")


def layer(given: Any, width: int, where: str) -> tuple[Layer, int]:
    """Return a layer that takes `width` values, and how many it gives.

    Raises
    ------
    DamagedError
        Its numbers do not fit, or lwtnn has no such layer.
    """
    kind = text(given, "architecture", where)
    if kind not in _LAYERS:
        refuse(f"{where} is of the architecture {kind!r}; lwtnn has {', '.join(_LAYERS)}")
    return _LAYERS[kind](given, width, f"{where} ({kind})")


def _activation(given: Any, name: str, where: str) -> Activation:
    found = at(given, name, where)
    function = found if isinstance(found, str) else text(found, "function", f"the {name} of {where}")
    if function not in ACTIVATIONS:
        refuse(f"{where} has the {name} {function!r}; lwtnn has {', '.join(ACTIVATIONS)}")
    if isinstance(found, str):
        # as lwtnn: only files of an old elu go without
        if ACTIVATIONS[function] and function != "elu":
            refuse(f"the {name} {function!r} of {where} needs an alpha: {{'function': {function!r}, 'alpha': ...}}")
        return Activation(function, 1.0 if function == "elu" else np.nan)
    (alpha,) = numbers({"alpha": [at(found, "alpha", f"the {name} of {where}")]}, "alpha", where)
    return Activation(function, float(alpha))


def _matrix(values: Array, width: int, name: str, where: str) -> Array:
    if not values.size or values.size % width:
        refuse(f"{where} takes {width} values, of which its {values.size} {name} are no multiple")
    return values.reshape(-1, width)


def _vector(given: Any, length: int, where: str) -> Array:
    bias = numbers(given, "bias", where)
    if len(bias) != length:
        refuse(f"{where} has a bias of {len(bias)} numbers for {length} values")
    return bias


def _dense(given: Any, width: int, where: str) -> tuple[Layer, int]:
    weights, bias = numbers(given, "weights", where), numbers(given, "bias", where)
    matrix = _matrix(weights, width, "weights", where) if weights.size else None
    width = width if matrix is None else len(matrix)
    return Dense(
        matrix, _vector(given, width, where) if bias.size else None, _activation(given, "activation", where)
    ), width


def _normalization(given: Any, width: int, where: str) -> tuple[Layer, int]:
    weights = numbers(given, "weights", where)
    if len(weights) != width:
        refuse(f"{where} has {len(weights)} weights for {width} values")
    return Normalization(weights, _vector(given, width, where)), width


def _gate(given: Any, width: int, where: str, remembers: bool = False) -> Gate:
    W = _matrix(numbers(given, "weights", where), width, "weights", where)
    bias = _vector(given, len(W), where)
    if not remembers:
        return Gate(W, None, bias)
    U = numbers(given, "U", where)
    if U.size != len(W) ** 2:
        refuse(f"{where} gives {len(W)} values; its U has {U.size} numbers instead of {len(W) ** 2}")
    return Gate(W, U.reshape(len(W), len(W)), bias)


def _same_width(gates: list[Gate], where: str) -> int:
    widths = {len(gate.b) for gate in gates}
    if len(widths) != 1:
        refuse(f"the parts of {where} give different numbers of values: {sorted(widths)}")
    return widths.pop()


def _maxout(given: Any, width: int, where: str) -> tuple[Layer, int]:
    units = [_gate(each, width, f"a part of {where}") for each in listed(given, "sublayers", where)]
    return Maxout(tuple(units)), _same_width(units, where)


def _highway(given: Any, width: int, where: str) -> tuple[Layer, int]:
    parts = at(given, "components", where)
    transform, carry = (_gate(at(parts, name, where), width, f"{name!r} of {where}") for name in ("t", "carry"))
    if {len(transform.b), len(carry.b)} != {width}:
        refuse(f"{where} takes {width} values and must give as many")
    return Highway(transform, carry, _activation(given, "activation", where)), width


def _recurrent(kind: str) -> Callable[[Any, int, str], tuple[Layer, int]]:
    def read(given: Any, width: int, where: str) -> tuple[Layer, int]:
        parts = table(at(given, "components", where), f"'components' of {where}")
        gates = {
            name: _gate(at(parts, name, where), width, f"{name!r} of {where}", remembers=True) for name in GATES[kind]
        }
        activation = _activation(given, "activation", where)
        inner = activation if kind == "simplernn" else _activation(given, "inner_activation", where)
        return Recurrent(kind, gates, activation, inner), _same_width([*gates.values()], where)

    return read


def _convolution(given: Any, width: int, where: str) -> tuple[Layer, int]:
    weights, bias = numbers(given, "weights", where), numbers(given, "bias", where)
    dilation, padding = whole(given, "dilation_rate", where, MOST), text(given, "padding", where)
    activation = _activation(given, "activation", where)
    if not bias.size or not weights.size or weights.size % (width * len(bias)):
        refuse(f"{where} takes {width} values and has {weights.size} weights for a bias of {len(bias)} numbers")
    if padding not in ("valid", "same", "causal"):
        refuse(f"{where} has the padding {padding!r}; lwtnn has valid, same, causal")
    if activation.function == "softmax":
        refuse(f"{where} has a softmax, which lwtnn takes over the sequence and Keras over the channels")
    kernel = weights.reshape(len(bias), width, -1).transpose(2, 0, 1)
    return Convolution(kernel, bias, dilation, padding, activation), len(bias)


def _embedding(given: Any, width: int, where: str) -> tuple[Layer, int]:
    tables = []
    for each in listed(given, "sublayers", where):
        place, length = whole(each, "index", where, width - 1), whole(each, "n_out", where, MOST)
        weights = numbers(each, "weights", where)
        if not length or not weights.size or weights.size % length:
            refuse(f"{where} has {weights.size} weights for categories of {length} numbers")
        tables.append((place, weights.reshape(length, -1).T))
        width += length - 1
    return Embedding(tuple(tables)), width


_LAYERS: dict[str, Callable[[Any, int, str], tuple[Layer, int]]] = {
    "dense": _dense,
    "normalization": _normalization,
    "maxout": _maxout,
    "highway": _highway,
    **{kind: _recurrent(kind) for kind in GATES},
    "conv1d": _convolution,
    "embedding": _embedding,
}
