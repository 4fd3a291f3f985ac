from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hml_jupyter import metrics
from hml_jupyter.errors import ArgumentError
from hml_jupyter.metrics.arrays import flags, floats

SCORES, SIGNAL, WEIGHTS = [0.9, 0.2, 0.3, 0.6], [True, False, False, True], [1.0] * 4
RAGGED: Any = [[1], [1, 2]]


def test_floats() -> None:
    assert floats("x", [1, True]).tolist() == [1.0, 1.0]
    assert floats("x", np.array([1, 2.5], object)).tolist() == [1.0, 2.5]
    column = np.arange(3.0)
    assert floats("x", column) is column


def test_flags() -> None:
    assert flags("x", [1.0, 0.0]).tolist() == [True, False]
    column = np.array([True, False])
    assert flags("x", column) is column


@pytest.mark.parametrize("given", [["a"], RAGGED, [1j], np.array(["a", 1], object), {"a": 1}, np.array([1j], object)])
def test_what_are_no_numbers(given: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^x must be real numbers; got "):
        floats("x", given)


@pytest.mark.parametrize("given", [["a"], RAGGED, [1j], [2], [0.5], [np.nan], [None]])
def test_what_are_no_flags(given: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^x must be True or False, or 1 and 0, for each event; got "):
        flags("x", given)


@pytest.mark.parametrize("given", [[1.0, 0.0, 1.0], [[1.0, 0.0]], 1.0])
def test_another_shape(given: Any) -> None:
    for check in (floats, flags):
        with pytest.raises(ArgumentError, match=r"x has the shape \(.*\), and not one element for each event, \(2,\)"):
            check("x", given, (2,))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.auc(0.5, True), r"differ in shape: \(\), \(\), \(\)"),
        (lambda: metrics.auc([SCORES], [SIGNAL]), "differ in shape"),
        (lambda: metrics.auc([], []), "there is no signal"),
        (lambda: metrics.roc(np.array(SCORES) + 1j, SIGNAL), "scores must be real numbers; got complex128"),
        (lambda: metrics.accuracy(SCORES, ["a", "b", "b", "a"]), "is_signal must be True or False"),
        (lambda: metrics.auc(SCORES, [0, 1, 2, 1]), "is_signal must be True or False, .*; got 2"),
        (lambda: metrics.auc(SCORES, SIGNAL, ["a"] * 4), "weights must be real numbers"),
        (lambda: metrics.max_significance(SCORES, SIGNAL, WEIGHTS, uncertainty=-1), "uncertainty must be from 0 to 10"),
        (lambda: metrics.max_significance(SCORES, SIGNAL, WEIGHTS, floor=np.nan), "floor must be a number at least 0"),
        (lambda: metrics.significance("a", 1.0, 1.0), "s must be a number; got 'a'"),
        (lambda: metrics.significance(1.0, 1.0, -1.0), "sum_w2_b must be at least 0"),
        (lambda: metrics.asimov([1, 2], [1, 2, 3]), r"expected events differ: s \(2,\), b \(3,\), sigma_b \(\)"),
        (lambda: metrics.asimov("a", 1), "s must be real numbers"),
        (lambda: metrics.separation("a", "b"), "signal must be real numbers"),
        (lambda: metrics.calibration(SCORES, SIGNAL, bins=0), "bins must be from 1 to 10000; got 0"),
        (lambda: metrics.rejection_at_efficiency(SCORES, SIGNAL, None, "x"), "efficiency must be a number; got 'x'"),
        (lambda: metrics.rejection_of_raw_counts(SCORES, SIGNAL, 2.0), "efficiency must be from 0 to 1; got 2.0"),
        (
            lambda: metrics.rejections_at_efficiency(SCORES, SIGNAL, None, 0.5, {"qcd": [True]}),
            r"backgrounds\['qcd'\] has the shape \(1,\), and not one element for each event, \(4,\)",
        ),
        (
            lambda: metrics.rejection_at_threshold(SCORES, [True], WEIGHTS, 0.5, 1.0),
            "background has the shape",
        ),
        (lambda: metrics.confusion(SCORES, {"zz": SIGNAL}, [1.0]), r"weights has the shape \(1,\), .* \(4,\)"),
        (lambda: metrics.confusion(SCORES, {"zz": [True]}, WEIGHTS), r"classes\['zz'\] has the shape \(1,\)"),
        (lambda: metrics.bootstrap(np.sum, [[1, 2]]), r"shape \(n,\); got the shape \(1, 2\)"),
        (lambda: metrics.bootstrap(np.sum, []), r"shape \(n,\); got the shape \(0,\)"),
        (lambda: metrics.bootstrap(np.sum, [1, 2], seed=-1), "seed must be from 0"),
        (lambda: metrics.roc_at_efficiencies(metrics.roc(SCORES, SIGNAL), [0.5, np.nan]), "must lie from 0 to 1"),
    ],
)
def test_metrics_refuse_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()
