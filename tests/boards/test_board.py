from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import samples
from rows import dataset_of

import hml_jupyter as hml
from hml_jupyter.boards import Board
from hml_jupyter.boards.live import answer, moves_of
from hml_jupyter.boards.state import chosen_only
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, EmptySelectionError, ExpressionError, UnknownNameError
from hml_jupyter.histograms import fill
from hml_jupyter.metrics import significance
from hml_jupyter.representations import Set
from hml_jupyter.selection import cutflow, select

nan = np.nan


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    sources = {"zz": samples.Run(400, 1, "signal"), "qcd": samples.Run(500, 2, "background")}
    return build_dataset(sources, Set(["fatjet0.mass", "met"]), signal="zz", observables=["jet.size"], seed=1)


def test_a_board_is_its_cuts(dataset: Dataset) -> None:
    board = hml.board(dataset, cuts=["met > 10"])
    board.move([("fatjet0.mass", "lower", 60.0), ("fatjet0.mass", "upper", 120.0)])
    cuts = ("met > 10", "fatjet0.mass >= 60.0", "fatjet0.mass < 120.0")
    assert board.cuts == cuts
    assert board.cutflow == cutflow(dataset, cuts)
    assert board.significance == cutflow(dataset, cuts).rows[-1].significance
    kept = select(dataset, cuts)
    drawn = board.histograms["met"]
    assert drawn == fill(kept, "met", board.axes["met"].edges)
    assert (
        repr(board)
        == "<board of fatjet0.mass, met, jet.size; met > 10 and fatjet0.mass >= 60.0 and fatjet0.mass < 120.0>"
    )


def test_cuts_that_are_switched_off_stay_where_they_are(dataset: Dataset) -> None:
    board = hml.board(dataset)
    board.set([("met >= 10.0", False), "jet.size >= 1", ("fatjet0.mass >= 50", True)])
    assert board.cuts == ("jet.size >= 1", "fatjet0.mass >= 50")
    board.move([("fatjet0.mass", "lower", 70.0), ("met", "lower", 20.0)])
    assert board.all_cuts == (
        ("met >= 10.0", False),
        ("jet.size >= 1", True),
        ("fatjet0.mass >= 70.0", True),
        ("met >= 20.0", True),
    )
    board.move([("jet.size", "lower", None)])
    assert board.cuts == ("fatjet0.mass >= 70.0", "met >= 20.0")


def test_boards_are_linked_by_choice(dataset: Dataset) -> None:
    one, other, alone = hml.board(dataset, linked=True), hml.board(dataset, ["met"], linked=True), hml.board(dataset)
    heard: list[str] = []
    other.listeners.append(lambda: lambda: heard.append("changed"))
    one.move([("met", "lower", 15.0)])
    assert other.cuts == ("met >= 15.0",)
    assert alone.cuts == ()
    assert heard == ["changed"]
    assert hml.board(dataset, linked=True).cuts == ("met >= 15.0",)


def test_state_holds_numbers_for_every_view(dataset: Dataset) -> None:
    board = hml.board(
        dataset, cuts=["met >= 12.5"], maps=[("met", "fatjet0.mass")], bins={"met": 7}, ranges={"met": (0, 70)}
    )
    state = board.state()
    assert [each["kind"] for each in state["samples"]] == ["signal", "background"]
    met = next(view for view in state["views"] if view["name"] == "met")
    assert len(met["edges"]) == 8
    assert 12.5 in met["fill"]
    assert met["low"] == {"value": 12.5, "text": "12.5", "operator": ">="}
    total = np.sum(met["sums"], axis=1)
    np.testing.assert_allclose(total, [dataset.weights[dataset.y == k].sum() for k in range(2)])
    mass = next(view for view in state["views"] if view["name"] == "fatjet0.mass")
    np.testing.assert_allclose(np.sum(mass["sums"], axis=1), state["cutflow"][-1]["sums"])
    assert state["cutflow"][0]["label"] == "generated"
    assert state["fixed"] == 1
    assert state["maps"][0]["x"] == "met"
    assert len(state["maps"][0]["xedges"]) == 49


def test_observed_data_are_counted_beside_the_classes() -> None:
    sources = {"zz": samples.events(50, 1), "qcd": samples.events(60, 2, "background")}
    data = {"data": samples.events(40, 3)}
    made = build_dataset(sources, Set(["fatjet0.mass", "met"]), signal="zz", observed=data, seed=1)
    board = hml.board(made, luminosity=None, cuts=["met >= 10"])
    state = board.state()
    assert state["samples"][-1] == {"name": "data", "kind": "data", "n": made.observed.n_events}
    assert state["cutflow"][0]["events"][-1] == made.observed.n_events
    assert state["cutflow"][-1]["events"][-1] == int((made.observed.column("met") >= 10).sum())
    found = board.index("fatjet0.mass")
    assert found.rows.shape[2] == 3


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"observables": "met"}, ArgumentError, "a list of columns"),
        ({"observables": []}, ArgumentError, "a list of columns"),
        ({"observables": ["met", "met"]}, ArgumentError, "twice"),
        ({"observables": ["mett"]}, UnknownNameError, "met"),
        ({"bins": 0}, ArgumentError, "bins of"),
        ({"bins": {"met": 1000}}, ArgumentError, "bins of met"),
        ({"bins": [3]}, ArgumentError, "a dictionary of columns"),
        ({"ranges": {"met": (5, 5)}}, ArgumentError, "must rise"),
        ({"ranges": {"met": (0, nan)}}, ArgumentError, "range of met"),
        ({"ranges": {"met": 5}}, ArgumentError, "lowest and highest"),
        ({"maps": [("met", "met")]}, ArgumentError, "pairs"),
        ({"maps": "met"}, ArgumentError, "pairs"),
        ({"how": "stack"}, UnknownNameError, "stacked"),
        ({"below": "ratios"}, UnknownNameError, "ratio"),
        ({"log": 1}, ArgumentError, "True or False"),
        ({"luminosity": 0}, ArgumentError, "luminosity"),
        ({"uncertainty": -0.1}, ArgumentError, "uncertainty"),
        ({"cuts": ["met >"]}, ExpressionError, "met >"),
        ({"cuts": ["jet0.pt > 3"]}, UnknownNameError, "jet0.pt"),
        ({"cuts": ["met > 1e9"]}, EmptySelectionError, "no event of"),
        ({"cuts": "met > 3"}, ArgumentError, "list of texts"),
        ({"cuts": b"met > 3"}, ArgumentError, "list of texts"),
        ({"cuts": np.array(["met > 3"])}, ArgumentError, "list of texts"),
        ({"cuts": [None]}, ArgumentError, "a cut is a text.*not None"),
        ({"cuts": [("met > 3",)]}, ArgumentError, "a cut is a text"),
        ({"cuts": [("met > 3", "no")]}, ArgumentError, "whether it is switched on.*'no'"),
        ({"cuts": ["met > 3"] * 101}, ArgumentError, "room for 100 cuts, and 101"),
        ({"observables": b"met"}, ArgumentError, "a list of columns"),
        ({"ranges": {"met": (1, 1 + 1e-12)}}, ArgumentError, "too narrow"),
        ({"ranges": {"met": (-1.7e308, 1.7e308)}}, ArgumentError, "from -1e\\+300 to 1e\\+300"),
        ({"ranges": {"met": (0, 10**400)}}, ArgumentError, "range of met"),
        ({"maps": [("met", "MET")]}, ArgumentError, "pairs of columns that differ"),
        ({"maps": [("met", "jet.size")] * 2}, ArgumentError, "there twice"),
        ({"how": np.array([1, 2])}, UnknownNameError, "how="),
        ({"linked": 1}, ArgumentError, "linked must be True or False, not 1"),
        ({"luminosity": 1e300}, ArgumentError, "luminosity must be from"),
        ({"uncertainty": 1e300}, ArgumentError, "uncertainty must be from 0 to 1000"),
        ({"luminosty": 3}, UnknownNameError, "luminosity"),
    ],
)
def test_what_a_board_refuses(dataset: Dataset, options: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        hml.board(dataset, **options)


@pytest.mark.parametrize(
    ("moves", "text"),
    [
        (None, "moves is a list of thresholds"),
        ("met", "moves is a list of thresholds"),
        ({"met": 5}, "moves is a list of thresholds"),
        (("met", "lower", 5.0), "a threshold is a column, its side and its place.*not 'met'"),
        ([("met", "lower")], "a threshold is a column"),
        ([("met", "low", 5.0)], "side='low' must be"),
        ([("met", ["lower"], None)], "must be 'lower' or 'upper'"),
        ([("met", "lower", "5")], "a threshold on met must be a number; got '5'"),
        ([("met", "lower", nan)], "must be a number; got nan"),
        ([("met", "upper", np.inf)], "must be a number; got inf"),
        ([("met", "lower", True)], "must be a number; got True"),
        ([("met", "lower", 5.0)] * 101, "room for 100 moves"),
    ],
)
def test_moves_that_cannot_be_change_nothing(dataset: Dataset, moves: Any, text: str) -> None:
    board = hml.board(dataset, cuts=["met > 10"])
    with pytest.raises(ArgumentError, match=text):
        board.move(moves)
    assert board.cuts == ("met > 10",)


def test_numbers_of_a_board_are_checked_where_they_are_given(dataset: Dataset) -> None:
    board = hml.board(dataset)
    for wrong in (-1, nan, "x", 1e300):
        with pytest.raises(ArgumentError, match="luminosity must be"):
            board.luminosity = wrong  # type: ignore[assignment]
        with pytest.raises(ArgumentError, match="uncertainty must be"):
            board.uncertainty = wrong  # type: ignore[assignment]
    assert (board.luminosity, board.uncertainty) == (139.0, 0.0)
    with pytest.raises(ArgumentError, match="cross section"):
        hml.board(dataset_of([(1.0, 2.0, 0, 1.0)]), luminosity=None).luminosity = 139.0


@pytest.mark.parametrize("how", ["stacked", "overlaid"])
def test_expected_events_need_a_luminosity(how: str, dataset: Dataset) -> None:
    wanted = rf"how='{how}' draws expected events, which need a luminosity: .* luminosity=139, or draw shapes"
    with pytest.raises(ArgumentError, match=wanted):
        hml.board(dataset, ["met"], luminosity=None, how=how)
    board = hml.board(dataset, ["met"], how=how)
    with pytest.raises(ArgumentError, match=wanted):
        board.luminosity = None
    assert board.luminosity == 139.0


def test_what_is_no_dataset() -> None:
    with pytest.raises(ArgumentError, match="board"):
        hml.board([1, 2])  # type: ignore[arg-type]


def test_odd_columns_give_a_sensible_board() -> None:
    rows = [(5.0, nan, k % 2, 1.0) for k in range(20)]
    board = hml.board(dataset_of(rows), luminosity=None)
    state = board.state()
    constant, missing = state["views"]
    assert np.sum(constant["sums"][0]) == 10
    assert missing["sums"][0][-1] == 10
    assert np.isfinite(board.index("met").rows).all()
    one = hml.board(dataset_of([(1.0, 2.0, 0, -1.0)]), luminosity=None)
    assert [np.sum(each) for each in one.state()["views"][0]["sums"]] == [-1.0, 0.0, 0.0]


def test_a_layout_says_only_what_was_chosen(dataset: Dataset) -> None:
    board = hml.board(dataset, ["met", "fatjet0.mass"])
    state = board.state()
    automatic = {v["name"]: len(v["edges"]) - 1 for v in state["views"]}
    spans = {v["name"]: (v["edges"][0], v["edges"][-1]) for v in state["views"]}
    same = hml.board(dataset, ["met", "fatjet0.mass"], bins=automatic, ranges=spans)
    assert chosen_only(board.samples, same.layout).bins == {}
    assert chosen_only(board.samples, same.layout).ranges == {}
    other = hml.board(dataset, ["met"], bins={"met": 11}, ranges={"met": (0, 33)})
    assert chosen_only(board.samples, other.layout) == other.layout


def test_answers_of_a_page(dataset: Dataset) -> None:
    board = hml.board(dataset, ["met", "fatjet0.mass"], cuts=["met >= 11.3"])
    value, (rows, view) = answer(board, "index", {"observable": "met"})
    assert value["position"] == {"low": 0, "high": 1}
    assert value["from"] == 0
    assert 11.3 in value["places"]
    slices = len(value["places"]) + 2
    assert len(rows) == 8 * value["rows"] * 3 * 2 * slices
    assert len(view) == 4 * 2 * 2 * slices * (len(board.axes["fatjet0.mass"].edges) + 2)
    best, _ = answer(board, "best", {"observable": "met", "side": "low"})
    assert f"at ≥ {best['label']}" in best["text"]
    _, (counts,) = answer(board, "box", {"x": "met", "y": "fatjet0.mass"})
    assert len(counts) == 4 * 3 * 2 * 50 * 50


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("nonsense", {}),
        ("index", {}),
        ("index", {"observable": "jet0.pt"}),
        ("index", {"observable": ["met"]}),
        ("best", {"observable": "met", "side": "left"}),
        ("best", {"side": "low"}),
        ("box", {"x": "met", "y": "nothing"}),
    ],
)
def test_answers_refuse(dataset: Dataset, what: str, values: dict[str, Any]) -> None:
    with pytest.raises((ArgumentError, UnknownNameError)):
        answer(hml.board(dataset, ["met"]), what, values)


@pytest.mark.parametrize(
    "moves", [None, [], [3], [{"observable": "met"}], [{"observable": "met", "side": "low", "value": "3"}]]
)
def test_moves_refuse(moves: Any) -> None:
    with pytest.raises(ArgumentError):
        moves_of({"moves": moves})


def test_a_board_shows_its_picture_and_cutflow(dataset: Dataset) -> None:
    board = hml.board(dataset, ["met", "fatjet0.mass"], cuts=["met >= 11.3"], how="stacked")
    shown = hml.board(dataset, cuts=["met >= 11.3"])._repr_mimebundle_()
    assert "met >= 11.3" in shown["text/plain"]
    assert "image/png" in shown
    figure = hml.plot(board)
    assert len(figure.axes) == 4
    assert isinstance(board, Board)


def test_uncertainty_of_the_background_enters_the_significance(dataset: Dataset) -> None:
    row = cutflow(dataset, ["met > 10"], uncertainty=0.2).rows[-1]
    found = row.significance
    assert found is not None
    plain = cutflow(dataset, ["met > 10"]).rows[-1].significance
    assert plain is not None
    assert found.value < plain.value  # type: ignore[operator]
    squares = sum((c.error or 0) ** 2 for name, c in row.counts.items() if name == "qcd")
    by_hand = significance(found.s, found.b, squares, uncertainty=0.2)
    assert found.value == pytest.approx(by_hand.value)
    with pytest.raises(ArgumentError, match="uncertainty"):
        cutflow(dataset, [], uncertainty=-1)
