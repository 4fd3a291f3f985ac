from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.errors import ExpressionError, UnknownNameError
from hml_jupyter.expressions import Comparison, Object, Observable, Part, Window, parse_cut, parse_observable, render
from hml_jupyter.expressions.nodes import And, Arithmetic, Function, Not, Number, Or, Quantified


def single(branch: str, index: int) -> Object:
    return Object((Part(branch, None, index),))


def test_parse_observable_of_two_objects() -> None:
    assert parse_observable("Jet0,jet1.delta_r") == Observable("delta_r", (single("jet", 0), single("jet", 1)))


def test_parse_observable_without_objects() -> None:
    assert parse_observable("met") == Observable("met")


@pytest.mark.parametrize(
    ("text", "index"),
    [("jet.pt", None), ("jet3.pt", 3), ("jet1:3.pt", (1, 3)), ("jet:3.pt", (None, 3)), ("jet1:.pt", (1, None))],
)
def test_parse_observable_index(text: str, index: object) -> None:
    assert parse_observable(text).objects[0].parts[0].index == index


def test_parse_observable_part_of_an_object() -> None:
    parts = parse_observable("fatjet0.constituents:100.pt").objects[0].parts
    assert parts == (Part("fatjet", None, 0), Part("constituents", None, (None, 100)))


def test_parse_observable_filter_comes_before_the_index() -> None:
    part = parse_observable("jet[pt < 2.5]0.pt").objects[0].parts[0]
    assert part == Part("jet", Comparison((Observable("pt"), Number(2.5)), ("<",)), 0)


def test_parse_observable_of_arithmetic() -> None:
    pt = Observable("pt", (single("jet", 0),))
    assert parse_observable("jet0.pt / met") == Arithmetic("/", pt, Observable("met"))
    assert parse_observable("(jet0.pt)") == pt
    assert parse_observable("max((jet0,jet1.delta_r), 0.4)") == Function(
        "max", (Observable("delta_r", (single("jet", 0), single("jet", 1))), Number(0.4))
    )


def test_parse_observable_of_a_score() -> None:
    assert parse_observable("mlp.score") == Observable("score", (Object((Part("mlp"),)),))


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "an observable is expected", 0),
        ("2 + 3", "an observable is expected", 0),
        ("jet0.pt > 30", "what compares or joins is a cut", 8),
        ("met and ht", "what compares or joins is a cut", 4),
        ("met in [1, 2]", "what compares or joins is a cut", 4),
        ("(met > 3)", "not something true or false", 0),
        ("any jet.pt", "'any' is found", 0),
        ("jet0.pt /", "the text ends", 9),
        ("jet0.pt met", "'met' is not expected", 8),
        ("jet0.pt; met", "no meaning", 7),
        ("__import__('os')", "no meaning", 11),
        ("met.__class__.__base__.x.y", "at most one part", 0),
        ("open(met)", "unknown function 'open'", 0),
    ],
)
def test_parse_observable_error_points_at_the_place(text: str, message: str, position: int) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        parse_observable(text)
    assert caught.value.position == position


def test_parse_cut_and_binds_tighter_than_or() -> None:
    a, b, c = (Comparison((Observable(name), Number(1.0)), (">",)) for name in "abc")
    assert parse_cut("a > 1 or b > 1 and c > 1") == Or((a, And((b, c))))
    assert parse_cut("a > 1 | b > 1 & c > 1") == Or((a, And((b, c))))
    assert parse_cut("(a > 1 or b > 1) and c > 1") == And((Or((a, b)), c))


def test_parse_cut_name_that_contains_a_keyword() -> None:
    assert parse_cut("jet0.pseudorapidity > 1") == Comparison(
        (Observable("pseudorapidity", (single("jet", 0),)), Number(1.0)), (">",)
    )


def test_parse_cut_chain_and_window() -> None:
    mass = Observable("m")
    assert parse_cut("70 < m <= 110") == Comparison((Number(70.0), mass, Number(110.0)), ("<", "<="))
    assert parse_cut("m in [-inf, 110]") == Window(mass, float("-inf"), 110.0)


def test_parse_cut_prefixes() -> None:
    inner = Comparison((Observable("a"), Number(1.0)), (">",))
    assert parse_cut("veto any a > 1") == Not(Quantified("any", inner))
    assert parse_cut("not (a > 1)") == Not(inner)
    assert parse_cut("all (a > 1 and a > 1)") == Quantified("all", And((inner, inner)))


def test_parse_cut_numbers() -> None:
    for text in ("70", "70.", "70.0", "7e1", "0.7e+2"):
        assert parse_cut(f"a > {text}") == parse_cut("a > 70")


def test_parse_cut_comma_separates_arguments_of_max_only() -> None:
    assert render(parse_cut("abs(jet0,jet1.delta_eta) > 3")) == "abs(jet0,jet1.delta_eta) > 3"
    assert render(parse_cut("max((jet0,jet1.delta_r), 0.4) > 1")) == "max((jet0,jet1.delta_r), 0.4) > 1"
    assert render(parse_cut("max(jet0.pt, jet1.pt) > 1")) == "max(jet0.pt, jet1.pt) > 1"


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("any jet.pt > 30 and met > 3", "parentheses", 16),
        ("not a > 3 or b > 3", "parentheses", 10),
        ("any (jet.pt + 3) > 2 and a > 3", "parentheses", 21),
        ("any not a > 3", "cannot follow", 4),
        ("jet0.pt = 3", "write ==", 8),
        ("jet0,jet1 > 3", "name of an observable", 10),
        ("max(jet:2, 3) > 2", "in parentheses", 9),
        ("jet0.pt", "compares something", 7),
        ("(a > 3) > 2", "a number is expected", 0),
        ("a and b > 3", "compares nothing", 0),
        ("jet0[pt > 3].pt > 3", "filter comes before", 4),
        ("jet[pt].pt > 3", "a filter compares", 4),
        ("foo(3) > 2", "unknown function 'foo'", 0),
        ("a > 3 and", "the text ends", 9),
        ("(a > 3", "to close", 6),
        ("a > 3)", "not expected", 5),
        ("a in [3, 1]", "is empty", 10),
        ("a in [b, 1]", "a number", 6),
        ("jet3:3.pt > 1", "range", 0),
        ("a.b.c.d > 1", "at most one part", 0),
        ("1 > 2", "at least one observable", 0),
        ("a > 1 § 3", "no meaning", 6),
        ("!a > 1", "not to negate", 0),
        ("", "the cut is empty", 0),
        ("a >", "the text ends", 3),
    ],
)
def test_parse_cut_error_points_at_the_place(text: str, message: str, position: int) -> None:
    with pytest.raises(ExpressionError, match=message.replace("(", r"\(")) as caught:
        parse_cut(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000 + "a > 3" + ")" * 4000,
        "-" * 9000 + "a > 3",
        "a" + "+a" * 4000 + " > 3",
        "jet[" * 2000,
        "2**" * 3000 + "a>1",
    ],
)
def test_parse_cut_bombs_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="nested"):
        parse_cut(text)


def test_parse_cut_long_text_is_refused() -> None:
    with pytest.raises(ExpressionError, match="characters"):
        parse_cut("a > 3 and " * 2000 + "a > 3")


def test_parse_cut_many_terms_are_fine() -> None:
    assert len(parse_cut(" and ".join(["a > 3"] * 800)).terms) == 800  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [None, 3, ["a > 3"], b"a > 3"])
def test_parse_cut_takes_texts_only(value: object) -> None:
    with pytest.raises(
        ExpressionError, match=r"a text is expected, .*: several cuts are one text by ' and '.join\(cuts\)"
    ):
        parse_cut(("met > 100", "ht > 300"))  # type: ignore[arg-type]
    with pytest.raises(ExpressionError, match="a text is expected"):
        parse_cut(value)  # type: ignore[arg-type]


@given(st.text(max_size=60) | st.text(alphabet="ajet01.,:[]()<>=! &|+-*/ndorinym", max_size=60))
def test_parse_observable_fails_with_its_own_error_only(text: str) -> None:
    try:
        node = parse_observable(text)
    except ExpressionError:
        return
    assert parse_observable(render(node)) == node


@given(st.text(max_size=60) | st.text(alphabet="ajet01.,:[]()<>=! &|+-*/ndorinym", max_size=60))
def test_parse_cut_fails_with_its_own_error_only(text: str) -> None:
    try:
        node = parse_cut(text)
    except (ExpressionError, UnknownNameError):
        return
    assert parse_cut(render(node)) == node


@pytest.mark.parametrize(
    "text", ["jet99999999999999999999.pt", "jet1:99999999999999999999.pt", "jet[pt > 3]9999999999.pt"]
)
def test_an_index_that_no_event_has(text: str) -> None:
    with pytest.raises(ExpressionError, match="an index has at most 9 digits"):
        parse_observable(text)
