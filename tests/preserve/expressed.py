"""ONNX operators that lwtnn can express."""

from __future__ import annotations

from typing import Any

import numpy as np
from preserve.onnx_files import node

rng = np.random.default_rng(3)


def drawn(*shape: int) -> Any:
    return rng.normal(size=shape)


X3: Any = {"x": ["events", 3]}
W = {"W": drawn(3, 4), "c": drawn(4)}
H = [node("MatMul", "x W", "h")]
#: Name -> operators from x of shape (events, 3), constants, and the inputs where they are others.
EXPRESSED: dict[str, tuple[list[Any], dict[str, Any], dict[str, Any]]] = {
    "gemm": ([node("Gemm", "x W c", "y")], W, X3),
    "gemm of pytorch": ([node("Gemm", "x V c", "y", transB=1)], {"V": drawn(4, 3), "c": drawn(1, 4)}, X3),
    "gemm with factors": ([node("Gemm", "x W c", "y", alpha=0.5, beta=2.0)], W, X3),
    "matmul and add": ([*H, node("Add", "c h", "y")], W, X3),
    "matmul on an axis": ([node("MatMul", "x V", "y")], {"V": drawn(2, 2)}, {"x": ["events", 3, 2]}),
    "normalisation": ([node("Sub", "x m", "a"), node("Div", "a s", "y")], {"m": drawn(1, 3), "s": [[1.0, 2, 3]]}, X3),
    "minmax": ([node("Mul", "x s", "a"), node("Add", "a m", "y")], {"m": drawn(3), "s": [1.0, 2, 3]}, X3),
    "minmax with a 0": ([node("Mul", "x s", "a"), node("Add", "a m", "y")], {"m": drawn(3), "s": [1.0, 0, 3]}, X3),
    "constant less x": ([node("Sub", "m x", "y")], {"m": drawn(3)}, X3),
    "batch normalisation": (
        [*H, node("BatchNormalization", "h g b m v", "y", epsilon=0.01)],
        W | {"g": [1.0, 0, 2, 3], "b": drawn(4), "m": drawn(4), "v": [1.0, 2, 3, 4]},
        X3,
    ),
    "batch normalisation of channels": (
        [node("BatchNormalization", "x g b m v", "y")],
        {"g": [1.0, 2], "b": drawn(2), "m": drawn(2), "v": [1.0, 2]},
        {"x": ["events", 2, 3]},
    ),
    "residual": ([*H, node("Relu", "h", "r"), node("Add", "r h", "y")], W, X3),
    "difference": ([*H, node("Tanh", "h", "r"), node("Sub", "h r", "y")], W, X3),
    "sum of three": ([*H, node("Sum", "h c h", "y")], W, X3),
    "mean": ([*H, node("Abs", "h", "a"), node("Mean", "h a", "y")], W, X3),
    "one value to all": (
        [node("MatMul", "x V", "h"), node("Add", "x h", "y")],
        {"V": drawn(3, 1)},
        X3,
    ),
    "gemm with a branch": (
        [*H, node("Relu", "h", "r"), node("Gemm", "x W r", "y", beta=0.5)],
        W,
        X3,
    ),
    "concat": ([*H, node("Concat", "x h x", "y", axis=1)], W, X3),
    "concat behind": ([node("Concat", "x x", "z", axis=-1), node("Flatten", "z", "y")], {}, {"x": ["events", 2, 2]}),
    "slice": ([node("Slice", "x a b k s", "y")], {"a": [2], "b": [-4], "k": [1], "s": [-1]}, X3),
    "gather": ([node("Gather", "x i", "y", axis=1)], {"i": [2, 0, 2]}, X3),
    "gather of one": ([node("Gather", "x i", "a", axis=1), node("Unsqueeze", "a k", "y")], {"i": 1, "k": [1]}, X3),
    "split": ([node("Split", "x n", "a b", axis=1), node("Concat", "b a", "y", axis=1)], {"n": [1, 2]}, X3),
    "transpose": (
        [node("Transpose", "x", "t", perm=[0, 2, 1]), node("Flatten", "t", "y")],
        {},
        {"x": ["events", 2, 3]},
    ),
    "reshape": ([node("Reshape", "x a", "t"), node("Reshape", "t b", "y")], {"a": [-1, 1, 3], "b": [0, 3]}, X3),
    "reshape by shape": (
        [
            node("Shape", "x", "s"),
            node("Gather", "s i", "n"),
            node("Concat", "n m", "t", axis=0),
            node("Reshape", "x t", "y"),
        ],
        {"i": [0], "m": [-1]},
        {"x": ["events", 2, 2]},
    ),
    "one event at once": ([node("Reshape", "x a", "t"), node("MatMul", "t W", "y")], W | {"a": [1, 3]}, {"x": [1, 3, 1]}),
    "sum over jets": ([node("ReduceSum", "x a", "y", keepdims=0)], {"a": [1]}, {"x": ["events", 4, 2]}),
    "mean over jets": ([node("ReduceMean", "x", "y", axes=[1], keepdims=0)], {}, {"x": ["events", 4, 2]}),
    "nothing": (
        [node("Identity", "x", "a"), node("Dropout", "a", "b"), node("Cast", "b", "c", to=11), node("Cast", "c", "y", to=1)],
        {},
        X3,
    ),
    "relu": ([*H, node("Relu", "h", "y")], W, X3),
    "sigmoid": ([node("Sigmoid", "x", "y")], {}, X3),
    "softmax": ([*H, node("Softmax", "h", "y", axis=-1)], W, X3),
    "elu": ([*H, node("Elu", "h", "y", alpha=0.7)], W, X3),
    "selu": ([*H, node("Selu", "h", "y")], W, X3),
    "leaky": ([*H, node("LeakyRelu", "h", "y")], W, X3),
    "hard sigmoid": ([*H, node("HardSigmoid", "h", "y")], W, X3),
    "hard sigmoid of pytorch": ([*H, node("HardSigmoid", "h", "y", alpha=1 / 6)], W, X3),
    "swish": ([*H, node("Add", "h c", "g"), node("Sigmoid", "g", "s"), node("Mul", "g s", "y")], W, X3),
    "swish with a factor": (
        [*H, node("Mul", "h f", "g"), node("Sigmoid", "g", "s"), node("Mul", "s h", "y")],
        W | {"f": 1.7},
        X3,
    ),
    "max and min": ([*H, node("Max", "h l", "a"), node("Min", "c a", "y")], W | {"l": -0.5}, X3),
    "clip": ([*H, node("Clip", "h l u", "y")], W | {"l": 0.0, "u": 6.0}, X3),
    "clip below": ([*H, node("Clip", "h l", "y")], W | {"l": -1.0}, X3),
    "neg": ([node("Neg", "x", "y")], {}, X3),
    "computed constants": (
        [node("Sqrt", "v", "s"), node("Max", "s e", "t"), node("Sub", "x m", "a"), node("Div", "a t", "y")],
        {"v": [1.0, 4, 0], "e": 1e-3, "m": drawn(3)},
        X3,
    ),
}  # fmt: skip
