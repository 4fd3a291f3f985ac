from __future__ import annotations

import math

import pytest

from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError
from hml_jupyter.methods.cut_texts import Threshold, canonical, on_columns, texts, thresholds_of


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("met > 50", [("lower", 50.0)]),
        ("met>=-50", [("lower", -50.0)]),
        ("50 > met", [("upper", 50.0)]),
        ("-1 <= met", [("lower", -1.0)]),
        ("met in [50, 90]", [("lower", 50.0), ("upper", 90.0)]),
        ("50 < met <= 90", [("lower", 50.0), ("upper", 90.0)]),
        ("90 > met >= 50", [("upper", 90.0), ("lower", 50.0)]),
    ],
)
def test_thresholds(text: str, ends: list[tuple[str, float]]) -> None:
    assert thresholds_of([text]) == [Threshold("met", side, value) for side, value in ends]
    assert thresholds_of([canonical(text)]) == thresholds_of([text])


def test_an_observable_is_left_to_the_data() -> None:
    (found,) = thresholds_of(["jet0.pt / met"])
    assert found[:2] == ("jet0.pt / met", "any")
    assert math.isnan(found.value)


@pytest.mark.parametrize(
    "text",
    [
        "met == 50",
        "met > 50 and met < 90",
        "not met > 50",
        "any jet.pt > 30",
        "met > jet0.pt",
        "50 < met > 90",
        "1 < met < jet0.pt",
        "50 < met != 90",
    ],
)
def test_what_cannot_move(text: str) -> None:
    with pytest.raises(ArgumentError, match="a cut that training moves is a threshold, a window or an observable"):
        canonical(text)


@pytest.mark.parametrize("text", ["met >", "1 < 2", "3.5"])
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        canonical(text)


def test_columns() -> None:
    names = ["fatjet0.mass", "column.x"]
    found = [on_columns(t, names).observable for t in thresholds_of(["FatJet0.Mass > 70", "x", "column.x < 2"])]
    assert found == ["fatjet0.mass", "column.x", "column.x"]
    with pytest.raises(
        UnknownNameError, match=r"unknown input 'fatjet0.masss'; near names: fatjet0.mass. A CutNetwork"
    ):
        on_columns(Threshold("fatjet0.masss", "lower", 1.0), names)


def test_texts_read_the_same() -> None:
    thresholds = [Threshold("met", "lower", 0.1), Threshold("met", "upper", 1e-7)]
    assert thresholds_of(texts(thresholds)) == thresholds
