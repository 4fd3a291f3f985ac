from __future__ import annotations

from hml_jupyter.expressions import Observable, mentioned, parse_cut, parse_observable, render, replaced, used


def test_mentioned_looks_into_filters() -> None:
    cut = parse_cut("any jet[pt > fatjet[eta < 2]0.pt].eta > met")
    assert [render(each) for each in used(cut)] == ["jet[pt > fatjet[eta < 2]0.pt].eta", "met"]
    assert [render(each) for each in mentioned(cut)][1:] == ["pt", "fatjet[eta < 2]0.pt", "eta", "met"]


def test_replaced_takes_the_largest_part() -> None:
    table = {parse_observable(text): Observable(text) for text in ("a / b", "a", "c")}
    cut = replaced(parse_cut("a / b + c > a and (a / b) / c > 1 or d in [1, 2]"), table)
    assert [each.name for each in used(cut)] == ["a / b", "c", "a", "d"]


def test_replaced_leaves_other_arithmetic() -> None:
    cut = parse_cut("2 * a / b > 1")
    assert replaced(cut, {parse_observable("a / b"): Observable("x")}) == cut
