from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods.sample import balanced_weights, check_finite, training_sample
from hml_jupyter.representations import Set


def masses(*values: float, weights: Any = None) -> ak.Array:
    given_weights = np.ones(len(values)) if weights is None else weights
    return ak.Array(
        [{"Event": [{"Weight": w}], "FatJet": [{"Mass": m}]} for m, w in zip(values, given_weights, strict=True)]
    )


def test_balanced_weights_of_two_backgrounds() -> None:
    classes = [0, 0, 1, 2, 2, 2]
    weights = balanced_weights(classes, np.equal(classes, 0), [1.0, 3.0, 100.0, 0.1, 0.1, 0.2])
    assert weights == pytest.approx([0.75, 2.25, 1.5, 0.375, 0.375, 0.75])


@pytest.mark.parametrize("split", [(0, 0, 1), (0.6, 0.2, 0.2)])
def test_signal_alone_teaches_nothing(split: tuple[float, float, float]) -> None:
    with pytest.raises(ArgumentError) as told:
        training_sample(samples.alone(100, split=split))
    assert str(told.value) == (
        "training needs signal and background, and all of this dataset is signal (zz): build one with a background too, "
        "as in {'zz': ..., 'qcd': qcd}"
    )


def test_balanced_weights_without_any_weight() -> None:
    assert balanced_weights([0, 0, 1], [True, True, False], [0.0, 0.0, 2.0]) == pytest.approx([0.75, 0.75, 1.5])


@given(arrays(float, st.integers(2, 30), elements=st.floats(-10, 10).filter(lambda w: abs(w) > 1e-3)))
def test_balanced_weights_property(weights: Any) -> None:
    is_signal = np.arange(len(weights)) % 2 == 0
    balanced = balanced_weights(is_signal.astype(int), is_signal, weights)
    assert balanced[is_signal].sum() == pytest.approx(len(weights) / 2)
    assert balanced.mean() == pytest.approx(1.0)
    assert (balanced > 0).all()


def test_training_sample_has_no_test_event(data: Dataset) -> None:
    sample = training_sample(data)
    assert sample.validation is not None
    assert len(sample.train.y) == data.part("train").sum()
    assert len(sample.validation.y) == data.part("validation").sum()
    test = {tuple(row) for row in data.X[data.part("test")]}
    assert not test & {tuple(row) for row in np.concatenate([sample.train.X, sample.validation.X])}


def test_negative_weights_are_told() -> None:
    signs = np.where(np.arange(60) % 10 == 0, -1.0, 1.0)
    made = build_dataset(
        {"zz": masses(*range(60), weights=signs), "qcd": masses(*range(60))},
        Set(["fatjet0.mass"]),
        signal="zz",
        split=(1.0, 0.0, 0.0),
        seed=1,
    )
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        sample = training_sample(made)
    assert [r.text for r in heard if r.is_notice] == [
        "6 events have negative weights; training uses their absolute values"
    ]
    assert sample.validation is None
    assert sample.train.weights == pytest.approx(np.ones(120))


def test_too_few_events() -> None:
    made = build_dataset(
        {"zz": masses(*range(12)), "qcd": masses(*range(60))}, Set(["fatjet0.mass"]), signal="zz", seed=1
    )
    with pytest.raises(
        ArgumentError, match=r"only 7 signal events \(zz\) are left for training, at least 10 are needed: loosen"
    ):
        training_sample(made)


def test_one_class_only(data: Dataset) -> None:
    from hml_jupyter.selection import select

    with pytest.raises(ArgumentError, match=r"no signal event \(zz\) is left for training"):
        training_sample(select(data, ["fatjet0.mass < 40"]))


def test_missing_inputs_are_named() -> None:
    made = samples.dataset(100, require=None)
    with pytest.raises(ArgumentError) as caught:
        training_sample(made)
    text = str(caught.value)
    absent = int(np.isnan(made.column("fatjet0.mass")[~made.part("test")]).sum())
    assert f"fatjet0.mass in {absent} of 160 events" in text
    assert 'for example by require="fatjet.size > 0 and jet.size > 1"' in text


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("jet0,jet1.delta_r", "jet.size > 1"),
        ("fatjet0,jet2.inv_m", "fatjet.size > 0 and jet.size > 2"),
        ("jet[abs(eta) < 2.5]0.pt", "jet[abs(eta) < 2.5].size > 0"),
        ("met", "abs(met) < 1e300"),
        ("jet0.pt / jet1.pt", "abs(jet0.pt / jet1.pt) < 1e300"),
        ("column.x", "abs(column.x) < 1e300"),
        ("mlp.score", "abs(mlp.score) < 1e300"),
    ],
)
def test_what_to_require(name: str, required: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        check_finite(np.array([[1.0], [np.inf]]), [name])
    assert f"{name} in 1 of 2 events. Leave" in str(caught.value)
    assert f'require="{required}"' in str(caught.value)


@pytest.mark.parametrize("name", ["column.x", "log(column.y)"])
def test_what_to_require_of_a_table_helps(name: str) -> None:
    tables = {kind: {"x": np.arange(40.0), "y": np.arange(40.0)} for kind in ("signal", "background")}
    tables["signal"]["x"][[3, 5]] = np.nan, np.inf
    given: dict[str, Any] = {"signal": "signal", "seed": 1}
    with pytest.raises(ArgumentError) as caught:
        training_sample(build_dataset(tables, Set([name]), **given))
    require = str(caught.value).split('"')[1]
    assert len(training_sample(build_dataset(tables, Set([name]), require=require, **given)).train.y) < 48


def test_a_dataset_without_training_part() -> None:
    with pytest.raises(ArgumentError, match=r"split=\(0, 0.5, 0.5\), which leaves no train events"):
        training_sample(samples.dataset(100, split=(0.0, 0.5, 0.5)))
