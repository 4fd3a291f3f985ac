from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from hml_jupyter.metrics import asimov, significance


@pytest.mark.parametrize(
    ("s", "b", "expected"),
    [
        (10.0, 100.0, 0.98399164),  # sqrt(2 (110 ln 1.1 - 10))
        (5.0, 1.0, 3.39132918),  # sqrt(2 (6 ln 6 - 5))
        (1.0, 1.0, 0.87897),  # sqrt(2 (2 ln 2 - 1))
    ],
)
def test_asimov_by_hand(s: float, b: float, expected: float) -> None:
    assert asimov(s, b) == pytest.approx(math.sqrt(2 * ((s + b) * math.log(1 + s / b) - s)), rel=1e-12)
    assert asimov(s, b) == pytest.approx(expected, rel=1e-5)


def formula_20(s: float, b: float, sigma: float) -> float:
    """Equation 20 of Cowan's note as it is printed."""
    v = sigma**2
    first = (s + b) * math.log((s + b) * (b + v) / (b**2 + (s + b) * v))
    return math.sqrt(2 * (first - b**2 / v * math.log(1 + v * s / (b * (b + v)))))


@given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0.1, 2.0))
def test_asimov_with_background_uncertainty_is_formula_20(s: float, b: float, relative: float) -> None:
    assert asimov(s, b, relative * b) == pytest.approx(formula_20(s, b, relative * b), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("s", "b", "sigma"), [(10.0, 100.0, 10.0), (5.0, 3.0, 1.5), (40.0, 20.0, 8.0)])
def test_asimov_is_the_profile_likelihood_of_the_asimov_data(s: float, b: float, sigma: float) -> None:
    tau = b / sigma**2
    n, m = s + b, tau * b

    def minus_log_likelihood(background: float) -> float:
        return background - n * math.log(background) + tau * background - m * math.log(tau * background)

    best = minimize_scalar(minus_log_likelihood, bounds=(1e-6, n + b), method="bounded", options={"xatol": 1e-10})
    free = n - n * math.log(n) + m - m * math.log(m)
    assert asimov(s, b, sigma) == pytest.approx(math.sqrt(2 * (best.fun - free)), rel=1e-6)


def test_asimov_limits() -> None:
    assert asimov(0.0, 0.0) == 0.0
    assert asimov(0.0, 5.0, 2.0) == 0.0
    assert asimov(1.0, 0.0) == math.inf
    assert asimov(1.0, 0.0, 1.0) == 0.0
    assert asimov(1.0, 1e-12, 1.0) == pytest.approx(0.0, abs=1e-4)
    assert math.isnan(asimov(-1.0, 5.0))
    assert math.isnan(asimov(1.0, -5.0))
    assert math.isnan(asimov(1.0, math.nan))


@pytest.mark.parametrize("ratio", [1e-2, 1e-4, 1e-8, 1e-12])
def test_asimov_keeps_its_digits_where_signal_is_tiny(ratio: float) -> None:
    b = 1e8
    s = ratio * b
    expected = s / math.sqrt(b) * math.sqrt(1 - ratio / 3 + ratio**2 / 6)
    assert asimov(s, b) == pytest.approx(expected, rel=1e-7)
    assert asimov(s, b, 1e5) == pytest.approx(s / math.sqrt(b + 1e10), rel=max(1e-9, ratio))


@given(st.floats(0, 1e4), st.floats(1e-3, 1e4))
def test_asimov_of_a_tiny_uncertainty_is_the_plain_one(s: float, b: float) -> None:
    assert asimov(s, b, 1e-9 * b) == pytest.approx(asimov(s, b), rel=1e-6, abs=1e-9)


def test_asimov_is_smooth_where_the_series_ends() -> None:
    s = np.array([0.99999e-2, 1.00001e-2])
    z = asimov(s, 1.0)
    assert z[1] / z[0] == pytest.approx(s[1] / s[0], rel=1e-6)


def test_significance_takes_the_monte_carlo_error() -> None:
    found = significance(10.0, 100.0, 100.0, sum_w2_s=1.0)
    assert found.value == asimov(10.0, 100.0, 10.0)
    assert found.n_effective == 100.0
    low, high = asimov(10, 110, 10), asimov(10, 90, 10)
    more, less = asimov(11, 100, 10), asimov(9, 100, 10)
    assert found.error == pytest.approx(math.hypot((high - low) / 2, (more - less) / 2))


@pytest.mark.parametrize(
    ("s", "b", "sum_w2_b", "reason"),
    [
        (1.0, 3.0, 3.0, "cannot be estimated: 3 effective background events, at least 10 needed"),
        (1.0, 0.0, 0.0, "cannot be estimated: no background event is left"),
        (1.0, -2.0, 6.0, "cannot be estimated: the background's weights do not sum to more than 0"),
        (-1.0, 100.0, 100.0, "cannot be estimated: the signal's weights sum to less than 0"),
    ],
)
def test_significance_that_cannot_be_estimated(s: float, b: float, sum_w2_b: float, reason: str) -> None:
    found = significance(s, b, sum_w2_b)
    assert found.value is None
    assert found.error is None
    assert found.reason == reason


def test_significance_at_the_floor_is_not_lost_by_the_last_digits() -> None:
    w = 0.1
    assert (10 * w) ** 2 / sum([w**2] * 10) < 10
    assert significance(1.0, 10 * w, sum([w**2] * 10)).value is not None


def test_significance_floor_is_an_option() -> None:
    assert significance(1.0, 3.0, 3.0, floor=2).value is not None
    assert significance(1.0, 0.0, 0.0, floor=0).value is None
