from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods.keras_metrics import MaxSignificance, RejectionAtEfficiency
from hml_jupyter.methods.networks import keras
from hml_jupyter.metrics import max_significance, rejection_at_efficiency

CROSS_SECTIONS = (30.0, 0.4, 5.0)


def events(seed: int, n: int = 20_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels (1 is signal), scores in single precision that are steep at both ends, weights."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(3, n, p=(0.4, 0.4, 0.2))
    odds = 3 * rng.normal(size=n) + np.array([-3.0, 3.0, -1.0])[labels]
    return labels, (1 / (1 + np.exp(-odds))).astype(np.float32), rng.exponential(size=n)


def result(metric: Any, *given: np.ndarray) -> float:
    """The value after four batches."""
    for batch in zip(*(np.array_split(each, 4) for each in given), strict=True):
        metric.update_state(*batch)
    return float(metric.result())


@pytest.mark.parametrize("seed", range(4))
def test_max_significance_is_just_below_the_exact_one(seed: int) -> None:
    labels, scores, weights = events(seed)
    share = np.array([weights[labels == k].sum() for k in range(3)])
    exact = max_significance(
        scores, labels == 1, weights * (1000 * np.array(CROSS_SECTIONS) / share)[labels] * 10.0, uncertainty=0.05
    )
    binned = result(MaxSignificance(CROSS_SECTIONS, 10.0, uncertainty=0.05), labels, scores, weights)
    assert exact.value is not None
    assert 0.98 < binned / exact.value < 1 + 1e-5


@pytest.mark.parametrize("background", [None, 0, 2])
def test_rejection_is_just_below_the_exact_one(background: int | None) -> None:
    labels, scores, weights = events(5)
    mine = (labels == 1) | (labels == background) if background is not None else np.full(len(labels), True)
    exact = rejection_at_efficiency(scores[mine], labels[mine] == 1, weights[mine], 0.5)
    binned = result(RejectionAtEfficiency(0.5, background=background, classes=3), labels, scores, weights)
    assert exact.value is not None
    assert 0.97 < binned / exact.value < 1 + 1e-5


def test_scores_at_the_edges_are_exact() -> None:
    """Where no two scores share a bin there is no bias."""
    scores = np.repeat([0.0, 0.2, 0.5, 0.9, 1.0], 40).astype(np.float32)
    labels = (np.arange(200) % 40 < np.repeat([2, 8, 20, 30, 30], 40)).astype(int)
    expected = np.where(labels == 1, 50 / (labels == 1).sum(), 800 / (labels == 0).sum())
    exact = max_significance(scores, labels == 1, expected)
    assert result(MaxSignificance((0.8, 0.05), 1.0), labels, scores) == pytest.approx(exact.value, rel=1e-5)
    rejection = rejection_at_efficiency(scores, labels == 1, None, 0.6)
    assert result(RejectionAtEfficiency(0.6), labels, scores) == pytest.approx(rejection.value, rel=1e-5)


def test_columns_for_each_class() -> None:
    labels, scores, weights = events(1, 2000)
    given = np.stack([1 - scores, scores, np.zeros_like(scores)], axis=1)
    plain = result(MaxSignificance(CROSS_SECTIONS), labels, scores, weights)
    assert result(MaxSignificance(CROSS_SECTIONS), np.eye(3)[labels], given, weights) == plain
    assert result(MaxSignificance(CROSS_SECTIONS), labels[:, None], scores[:, None], weights[:, None]) == plain


def test_what_cannot_be_estimated_is_no_number() -> None:
    few = np.array([0] * 5 + [1] * 20)
    assert math.isnan(result(MaxSignificance((1.0, 1.0)), few, np.linspace(0.1, 0.9, 25)))
    assert math.isnan(result(MaxSignificance((1.0, 1.0)), np.ones(20), np.linspace(0.1, 0.9, 20)))
    assert math.isnan(result(RejectionAtEfficiency(0.5), few, np.linspace(0.1, 0.9, 25)))


def test_a_reset_forgets() -> None:
    labels, scores, weights = events(2, 500)
    metric = MaxSignificance(CROSS_SECTIONS)
    first = result(metric, labels, scores, weights)
    metric.reset_state()
    assert result(metric, labels, scores, weights) == first


@pytest.mark.parametrize(
    "metric",
    [
        MaxSignificance((40.0, 0.5), 10.0, class_id=0, uncertainty=0.1, floor=3, name="z"),
        RejectionAtEfficiency(0.3, class_id=2, background=1, classes=4),
    ],
)
def test_config(metric: Any) -> None:
    again = keras().saving.deserialize_keras_object(keras().saving.serialize_keras_object(metric))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MaxSignificance(CROSS_SECTIONS, 0.0), r"luminosity=0.0 must be a positive number of fb\^-1"),
        (lambda: MaxSignificance(CROSS_SECTIONS, 139.0, class_id=3), "class_id must be from 0 to 2; got 3"),
        (lambda: MaxSignificance(CROSS_SECTIONS, uncertainty=-0.1), "uncertainty must be from 0 to 1000; got -0.1"),
        (lambda: MaxSignificance(CROSS_SECTIONS, floor=math.nan), "floor must be a number at least 0; got nan"),
        (lambda: MaxSignificance([1.0, -2.0]), "each of cross_sections must be at least 0; got -2.0"),
        (lambda: MaxSignificance([1.0]), "cross_sections has one number of pb for each label"),
        (lambda: MaxSignificance(3.0), "cross_sections has one number of pb for each label"),  # type: ignore[arg-type]
        (lambda: MaxSignificance("12"), "each of cross_sections must be a number"),  # type: ignore[arg-type]
        (
            lambda: MaxSignificance(CROSS_SECTIONS, lumi=10.0),
            "unknown option of MaxSignificance 'lumi'; near names: lum",
        ),  # type: ignore[call-arg]
        (lambda: RejectionAtEfficiency(0.0), "efficiency=0.0 must lie above 0 and not above 1"),
        (lambda: RejectionAtEfficiency("half"), "efficiency must be a number; got 'half'"),  # type: ignore[arg-type]
        (lambda: RejectionAtEfficiency(classes=1), "classes must be from 2 to 1000; got 1"),
        (lambda: RejectionAtEfficiency(class_id=2), "class_id must be from 0 to 1; got 2"),
        (lambda: RejectionAtEfficiency(background=1), "background=1 is the signal, class_id=1"),
        (lambda: RejectionAtEfficiency(background=2), "background must be from 0 to 1; got 2"),
        (lambda: RejectionAtEfficiency(bins=9), "unknown option of RejectionAtEfficiency 'bins'"),  # type: ignore[call-arg]
    ],
)
def test_bad_arguments(make: Callable[[], Any], message: str) -> None:
    with pytest.raises((ArgumentError, UnknownNameError), match=message):
        make()


@pytest.mark.usefixtures("compiled_once")
def test_in_fit() -> None:
    k = keras()
    labels, scores, weights = events(3, 400)
    labels = (labels == 1).astype(np.float32)
    model = k.Sequential([k.Input((1,)), k.layers.Dense(1, "sigmoid")])
    model.compile(loss="binary_crossentropy", weighted_metrics=[MaxSignificance((30.0, 0.4)), RejectionAtEfficiency()])
    history = model.fit(scores[:, None], labels, sample_weight=weights, epochs=1, batch_size=100, verbose=0).history
    assert history["max_significance"][0] > 0
    assert history["rejection_at_efficiency"][0] > 1
