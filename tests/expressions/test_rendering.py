from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.expressions import Comparison, Object, Observable, Part, Window, parse_cut, parse_observable, render
from hml_jupyter.expressions.nodes import And, Arithmetic, Function, Negative, Not, Number, Or, Quantified, used

words = st.sampled_from(["pt", "eta", "tau21", "delta_r", "b_tag", "orange", "android"])
branches = st.sampled_from(["jet", "fatjet", "missinget", "constituents", "any_jet"])
numbers = st.floats(min_value=0, allow_nan=False).map(Number)
bounds = st.floats(allow_nan=False)
indices = st.none() | st.integers(0, 30)
ranges = (
    st.tuples(st.integers(0, 5), st.integers(6, 99))
    | st.tuples(st.none(), st.integers(1, 9))
    | st.tuples(st.integers(0, 9), st.none())
)


def observables(conditions: st.SearchStrategy[object]) -> st.SearchStrategy[Observable]:
    part = st.builds(Part, branches, conditions, indices | ranges)
    objects = st.lists(part, min_size=1, max_size=2).map(lambda parts: Object(tuple(parts)))
    return st.builds(Observable, words, st.lists(objects, max_size=2).map(tuple))


def sums(observable: st.SearchStrategy[Observable]) -> st.SearchStrategy[object]:
    return st.recursive(
        numbers | observable,
        lambda inner: (
            st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner)
            | st.builds(Negative, inner)
            | st.builds(Function, st.sampled_from(["abs", "sqrt", "log"]), inner.map(lambda a: (a,)))
            | st.builds(Function, st.sampled_from(["min", "max"]), st.lists(inner, min_size=1, max_size=3).map(tuple))
        ),
        max_leaves=6,
    )


def comparison(operands: list[object], operators: list[str]) -> Comparison:
    return Comparison(tuple(operands), tuple(operators[: len(operands) - 1]))  # type: ignore[arg-type]


def cuts(observable: st.SearchStrategy[Observable]) -> st.SearchStrategy[object]:
    operators = st.lists(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), min_size=3, max_size=3)
    inner_sums = sums(observable)
    simple = st.builds(comparison, st.lists(inner_sums, min_size=2, max_size=3), operators) | st.builds(
        lambda value, a, b: Window(value, min(a, b), max(a, b)), inner_sums, bounds, bounds
    )
    return st.recursive(
        simple,
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(Quantified, st.sampled_from(["any", "all"]), inner)
            | st.builds(lambda terms: And(tuple(terms)), st.lists(inner, min_size=2, max_size=3))
            | st.builds(lambda terms: Or(tuple(terms)), st.lists(inner, min_size=2, max_size=3))
        ),
        max_leaves=5,
    )


whole = cuts(observables(st.none() | cuts(observables(st.none()))))


@given(whole.filter(used))
def test_render_is_read_back(node: Comparison) -> None:
    assert parse_cut(render(node)) == node
    assert render(parse_cut(render(node))) == render(node)


@given(sums(observables(st.none() | cuts(observables(st.none())))).filter(used))
def test_render_of_an_observable_is_read_back(node: Observable) -> None:
    assert parse_observable(render(node)) == node
    assert render(parse_observable(render(node))) == render(node)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Jet0.pt>30.&met<=5", "jet0.pt > 30 and met <= 5"),
        ("((a > 1))", "a > 1"),
        ("(a > 1 and b > 1) or c > 1", "a > 1 and b > 1 or c > 1"),
        ("(a > 1 or b > 1) and c > 1", "(a > 1 or b > 1) and c > 1"),
        ("veto any a > 1", "not any a > 1"),
        ("met > 1 and any a > 1", "met > 1 and any (a > 1)"),
        ("a - (b - c) > -3 ** 2", "a - (b - c) > -3 ** 2"),
        ("(a - b) - c > (-3) ** 2", "a - b - c > (-3) ** 2"),
        ("a ** 2 ** 3 > 1", "a ** 2 ** 3 > 1"),
        ("jet : 3.pt > 1e3", "jet:3.pt > 1000"),
        ("a in [1,2]", "a in [1, 2]"),
    ],
)
def test_render_is_canonical(text: str, canonical: str) -> None:
    assert render(parse_cut(text)) == canonical
