from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.display.numbers import count, number, probability, with_error


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        # the examples of the Particle Data Group: 354 keeps two digits, 355 one, 950 becomes 1000
        (0.827, 0.119, "0.83 ± 0.12"),
        (0.827, 0.367, "0.8 ± 0.4"),
        (14.674, 0.964, "14.7 ± 1.0"),
        (1.961, 0.012, "1.961 ± 0.012"),
        (56849.04763, 61.0, "56850 ± 60"),
        (123456.0, 789.0, "(1.235 ± 0.008) × 10⁵"),
        (0.00077034, 0.0000012, "(7.703 ± 0.012) × 10⁻⁴"),
        (0.0, 1.84, "0.0 ± 1.8"),
        (-0.5, 0.25, "-0.50 ± 0.25"),
        (3.0, 0.0, "3"),
        (3.14159265, None, "3.142"),
        (3.0, math.nan, "3"),
        (None, None, "–"),
        (math.nan, 1.0, "–"),
        (math.inf, None, "–"),
    ],
)
def test_with_error(value: float | None, error: float | None, text: str) -> None:
    assert with_error(value, error) == text


@given(st.floats(1e-12, 1e12), st.floats(1e-6, 1e3))
def test_with_error_can_be_read_back(value: float, relative: float) -> None:
    error = value * relative
    text = with_error(value, error)
    plain, _, power = text.strip("(").replace(")", "").partition(" × 10")
    scale = 10.0 ** int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0)
    shown_value, shown_error = (float(part) * scale for part in plain.split(" ± "))
    assert shown_error == pytest.approx(error, rel=0.15)
    assert abs(shown_value - value) <= 0.51 * error


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.25312, "0.2531"),
        (99999.0, "100000"),
        (1e5, "1 × 10⁵"),
        (1e-9, "1 × 10⁻⁹"),
        (-12.5, "-12.5"),
        (None, "–"),
    ],
)
def test_number(value: float | None, text: str) -> None:
    assert number(value) == text


def test_count() -> None:
    assert count(12_943) == "12\N{NARROW NO-BREAK SPACE}943"
    assert count(0) == "0"


@pytest.mark.parametrize(
    ("value", "text"), [(0.413, "0.41"), (1.0, "1.0"), (0.999, "1.0"), (0.0, "< 0.001"), (0.032, "0.032"), (None, "–")]
)
def test_probability(value: float | None, text: str) -> None:
    assert probability(value) == text
