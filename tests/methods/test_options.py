from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods import METHODS, MLP, BoostedDecisionTree, CutAndCount, Network, options


def test_every_option_is_documented() -> None:
    for name, method in METHODS.items():
        for declared in options(method):
            assert declared.doc.endswith("."), f"{name}.{declared.name}"
            if declared.kind in ("flag", "text", "json", "texts", "method"):
                continue
            words = declared.default if declared.kind == "choices" else (declared.default,)
            assert set(words) <= set(declared.choices) or declared.minimum is not None


def test_options_are_in_the_order_of_the_form() -> None:
    assert [o.name for o in options(MLP)][:5] == ["hidden", "activation", "dropout", "learning_rate", "batch_size"]
    assert [o.kind for o in options(MLP)][:5] == ["integers", "choice", "number", "number", "integer"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dropout": 1.0}, "MLP(dropout=...) must be from 0 to 0.95; got 1.0"),
        ({"learning_rate": 0}, "MLP(learning_rate=...) must be from 1e-07 to 10; got 0"),
        ({"learning_rate": float("nan")}, "MLP(learning_rate=...) must be a number from 1e-07 to 10; got nan"),
        ({"learning_rate": "fast"}, "MLP(learning_rate=...) must be a number from 1e-07 to 10; got 'fast'"),
        ({"batch_size": 2.5}, "MLP(batch_size=...) must be an integer from 1 to 1000000; got 2.5"),
        ({"batch_size": True}, "MLP(batch_size=...) must be an integer from 1 to 1000000; got True"),
        ({"hidden": {64, 32}}, "MLP(hidden=...) must be a list of integers, such as (64, 64); got {64, 32}"),
        ({"hidden": np.array(64)}, "MLP(hidden=...) must be a list of integers, such as (64, 64); got array(64)"),
        ({"hidden": 64}, "MLP(hidden=...) must be a list of integers, such as (64, 64); got 64"),
        ({"hidden": (64, 0)}, "MLP(hidden=...) must be from 1 to 16384; got 0"),
    ],
)
def test_out_of_bounds(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        MLP(**given)
    assert str(caught.value) == message


def test_misspelt_names_raise_with_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="unknown option of MLP 'hiden'; near names: hidden"):
        MLP(hiden=(8,))  # type: ignore[call-arg]
    with pytest.raises(UnknownNameError, match="unknown activation 'reluu'; near names: relu"):
        MLP(activation="reluu")
    with pytest.raises(UnknownNameError, match="unknown activation"):
        MLP(activation=np.array(["relu"]))  # type: ignore[arg-type]


def test_one_word_or_several() -> None:
    assert CutAndCount(sides="lower") == CutAndCount(sides=["lower"])  # type: ignore[arg-type]
    assert CutAndCount(sides=("lower", "any")).sides == ("lower", "any")
    with pytest.raises(
        UnknownNameError, match=r"unknown sides 'lowre'; near names: lower\. It is an option of CutAndCount"
    ):
        CutAndCount(sides=("any", "lowre"))
    with pytest.raises(ArgumentError, match=r"CutAndCount\(sides=...\) must be words, such as 'any'; got 1"):
        CutAndCount(sides=1)  # type: ignore[arg-type]


def test_numpy_values_become_plain() -> None:
    method = MLP(hidden=np.array([8, 4]), learning_rate=np.float32(0.5))  # type: ignore[arg-type]
    assert method == MLP(hidden=(8, 4), learning_rate=0.5)
    assert type(method.hidden[0]) is int
    assert type(method.learning_rate) is float


def test_signature_tells_the_options() -> None:
    parameters = inspect.signature(BoostedDecisionTree).parameters
    assert parameters["n_estimators"].default == 100
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())


def test_texts_flags_and_json() -> None:
    with pytest.raises(ArgumentError, match=r"Network\(normalize=...\) must be True or False; got 1"):
        Network(builder="mine:build", normalize=1)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"Network\(builder=...\) must be a text; got 7"):
        Network(builder=7)
    assert Network(estimator="sklearn.svm.SVC", options={"steps": (1, 2)}).options == {"steps": [1, 2]}
