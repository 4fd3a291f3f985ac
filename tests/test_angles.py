from __future__ import annotations

import math

import awkward as ak
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hml_jupyter.angles import delta_phi, wrap_phi

BELOW = float(np.nextafter(-math.pi, -4))


@given(st.floats(-50, 50))
@example(BELOW)
@example(math.pi)
@example(-3 * math.pi)
def test_wrap_phi_is_the_same_angle_from_minus_pi_to_below_pi(angle: float) -> None:
    result = float(wrap_phi(np.float64(angle)))
    assert -math.pi <= result < math.pi
    assert math.cos(result) == pytest.approx(math.cos(angle), abs=1e-12)
    assert math.sin(result) == pytest.approx(math.sin(angle), abs=1e-12)


@given(st.floats(-math.pi, math.pi, exclude_max=True))
def test_wrap_phi_keeps_the_bits_of_what_is_in_range(angle: float) -> None:
    assert float(wrap_phi(angle)) == angle


def test_wrap_phi_of_arrays() -> None:
    jagged = ak.Array([[BELOW, math.pi], [], [0.1]])
    assert wrap_phi(jagged).tolist() == [[-math.pi, -math.pi], [], [0.1]]
    flat = wrap_phi(np.array([math.nan, 0.1, math.pi]))
    assert math.isnan(flat[0])
    assert flat[1:].tolist() == [0.1, -math.pi]


def test_delta_phi_goes_the_shorter_way() -> None:
    assert delta_phi(3.0, -3.0) == pytest.approx(6.0 - 2 * math.pi)
    assert delta_phi(-3.0, 3.0) == pytest.approx(2 * math.pi - 6.0)
    assert delta_phi(math.pi / 2, -math.pi / 2) == -math.pi


@pytest.mark.parametrize("reach", [3.0, 6.2, 9.4, 50.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_wrap_phi_has_the_bits_of_the_remainder(reach: float, dtype: type) -> None:
    edges = [np.pi, -np.pi, 2 * np.pi, -2 * np.pi, BELOW]
    phi = np.array([*np.random.default_rng(1).uniform(-reach, reach, 10_000), *edges], dtype=dtype)
    inside = (phi >= -np.pi) & (phi < np.pi)
    turned = np.mod(phi + np.pi, 2 * np.pi) - np.pi
    expected = np.where(inside, phi, np.where(turned >= np.pi, -np.pi, turned))
    kept = phi.copy()
    np.testing.assert_array_equal(wrap_phi(phi), expected)
    np.testing.assert_array_equal(delta_phi(phi, dtype(0)), expected)
    np.testing.assert_array_equal(phi, kept)


def test_wrap_phi_of_whole_numbers() -> None:
    found = wrap_phi(np.array([[0, 4], [7, -4]]))
    np.testing.assert_allclose(found, [[0, 4 - 2 * math.pi], [7 - 2 * math.pi, 2 * math.pi - 4]])
    assert delta_phi(np.array([4]), np.array([0]))[0] == pytest.approx(4 - 2 * math.pi)
    assert wrap_phi(4) == pytest.approx(4 - 2 * math.pi)
