from __future__ import annotations

import math
from typing import Any

import awkward as ak
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import ExpressionError
from hml_jupyter.expressions import Observable, Value, number, parse_cut, parse_observable, render, truth

nan, inf = math.nan, math.inf


def passing(text: str, **columns: Any) -> list[bool]:
    """Values by branch or name: a list of numbers is one each event, of lists a collection of that name."""

    def lookup(observable: Observable) -> Value:
        values = columns[render(observable).replace(".", "_")]
        if values and isinstance(values[0], list):
            return Value(ak.values_astype(ak.Array(values), float), render(observable.objects[0]))
        return Value(np.array(values, dtype=float))

    result: list[bool] = truth(parse_cut(text), lookup).tolist()
    return result


PT = [[50.0, 10.0], [20.0], []]
TAG = [[0.0, 1.0], [1.0], []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jet.pt > 15", [False, True, True]),
        ("all jet.pt > 15", [False, True, True]),
        ("any jet.pt > 15", [True, True, False]),
        ("not any jet.pt > 15", [False, False, True]),
        ("veto jet.pt > 15", [True, False, False]),
        ("any (jet.pt > 15 and jet.tag == 1)", [False, True, False]),
        ("any (jet.pt > 15) and any (jet.tag == 1)", [True, True, False]),
        ("any (jet.pt > 15 and not jet.tag == 1)", [True, False, False]),
        ("all (jet.pt > 15 or jet.tag == 1)", [True, True, True]),
        ("jet.pt > 15 or jet.tag == 1", [True, True, True]),
        ("(jet.pt > 15 or jet.tag == 1)", [True, True, True]),
        ("all (jet.pt > 15) or all (jet.tag == 1)", [False, True, True]),
        ("jet.pt > 15 and met > 1", [False, True, False]),
        ("jet.pt > 15 or met > 1", [True, True, True]),
        ("any (jet.pt > 15 and met > 3)", [False, True, False]),
        ("any jet.pt > 10 * met", [True, False, False]),
        ("max(jet.pt) > 30", [True, False, False]),
        ("min(jet.pt) < 30", [True, True, False]),
        ("15 < jet.pt < 60", [False, True, True]),
        ("any jet.pt in [10, 20]", [True, True, False]),
        ("any max(jet.pt, 30) == 30", [True, True, False]),
    ],
)
def test_truth_over_a_collection(text: str, expected: list[bool]) -> None:
    assert passing(text, jet_pt=PT, jet_tag=TAG, met=[2.0, 5.0, 1.0]) == expected


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_truth_of_a_missing_object_is_false(operator: str) -> None:
    assert passing(f"a {operator} 1", a=[nan]) == [False]
    assert passing(f"1 {operator} a", a=[nan]) == [False]
    assert passing(f"not a {operator} 1", a=[nan]) == [True]
    assert passing(f"any jet.a {operator} 1", jet_a=[[nan]]) == [False]


def test_truth_of_a_window_includes_both_ends() -> None:
    assert passing("a in [1, 2]", a=[0.9, 1, 2, 2.1, nan]) == [False, True, True, False, False]


def test_truth_of_arithmetic() -> None:
    columns = {"a": [4.0, -1.0], "b": [2.0, 0.0]}
    assert passing("sqrt(a) == b", **columns) == [True, False]
    assert passing("a / b == 2", **columns) == [True, False]
    assert passing("log(a) > 1", **columns) == [True, False]
    assert passing("-a ** 2 + 3 * b - 1 == -11", **columns) == [True, False]
    assert passing("abs(a) <= min(a, b, 1)", **columns) == [False, False]
    assert passing("a < inf", **columns) == [True, True]


def test_truth_refuses_elements_of_two_collections() -> None:
    both = {"jet_pt": PT, "fatjet_pt": [[1.0], [2.0, 3.0], []]}
    with pytest.raises(ExpressionError, match="jet with those of fatjet"):
        passing("jet.pt > fatjet.pt", **both)
    with pytest.raises(ExpressionError, match="one prefix covers jet and fatjet"):
        passing("any (jet.pt > 1 and fatjet.pt > 1)", **both)
    assert passing("jet.pt > 15 and fatjet.pt > 2", **both) == [False, False, True]
    assert passing("jet.pt > 15 or fatjet.pt > 1", **both) == [False, True, True]


def test_extremes_of_parts_of_a_collection() -> None:
    nested = Value(ak.Array([[[3.0, 5.0], [4.0]], [[]], []]), over="fatjet.constituents")
    greatest = number(parse_observable("max(fatjet.constituents.pt)"), lambda _: nested)
    assert greatest.over is None
    assert str(greatest.array) == "[ 5. nan nan]"


jets = st.lists(st.tuples(st.sampled_from([nan, 0.0, 1.0, 2.0, inf]), st.sampled_from([0.0, 1.0])), max_size=4)


@given(st.lists(st.tuples(jets, st.sampled_from([0.0, 1.0, nan])), min_size=1, max_size=6))
def test_truth_agrees_with_python(events: list[tuple[list[tuple[float, float]], float]]) -> None:
    layout = ak.Array([[{"pt": pt, "tag": tag} for pt, tag in each] for each, _ in events])
    if not layout.fields:
        return
    met = np.array([value for _, value in events])

    def lookup(observable: Observable) -> Value:
        return Value(layout[observable.name], "jet") if observable.objects else Value(met)

    def check(text: str, expected: list[bool]) -> None:
        assert truth(parse_cut(text), lookup).tolist() == expected

    check("any (jet.pt >= 1 and jet.tag == 1)", [any(p >= 1 and t == 1 for p, t in e) for e, _ in events])
    check("all (jet.pt >= 1 or jet.tag == 1)", [all(p >= 1 or t == 1 for p, t in e) for e, _ in events])
    check("jet.pt >= 1 and met > 0", [all(p >= 1 for p, _ in e) and m > 0 for e, m in events])
    check("not (jet.pt < 2 or met > 0)", [not (all(p < 2 for p, _ in e) or m > 0) for e, m in events])
    check("any (jet.tag != 1 or met > 0)", [any(t != 1 or m > 0 for _, t in e) for e, m in events])
