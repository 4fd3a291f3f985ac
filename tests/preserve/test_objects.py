"""Networks with sequences, scored from a card written by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
from preserve.sequence_cards import (
    EVENTS,
    OUT,
    PT,
    TRACKS,
    Json,
    card,
    jet,
    particle,
    recurrent,
    scores,
    summed,
)

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, UnknownNameError


@pytest.mark.parametrize(
    ("kind", "order", "two", "three"),
    [
        ("simplernn", "falling pt", 10 + 0.5 * 40, 8 + 0.5 * (16 + 0.5 * 32)),
        ("simplernn", "rising pt", 40 + 0.5 * 10, 32 + 0.5 * (16 + 0.5 * 8)),
        ("simplernn", "as given", 40 + 0.5 * 10, 32 + 0.5 * (16 + 0.5 * 8)),
        # c = c / 2 + x / 2, h = c / 2
        ("lstm", "falling pt", (20 / 2 + 10 / 2) / 2, ((16 / 2 + 16 / 2) / 2 + 8 / 2) / 2),
        # h = h / 2 + x / 2
        ("gru", "falling pt", 20 / 2 + 10 / 2, (16 / 2 + 16 / 2) / 2 + 8 / 2),
    ],
)
def test_recurrent_networks_by_hand(kind: str, order: str, two: float, three: float, tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent(kind), TRACKS | {"order": order})
    np.testing.assert_allclose(scores(theirs), [two, 0.0, np.nan, three], rtol=1e-14)
    assert scores(theirs, EVENTS[:0]) == []


@pytest.mark.parametrize(
    ("order", "keep", "kept"),
    [
        ("falling pt", "first", [50.0, 48.0]),
        ("falling pt", "last", [50.0, 24.0]),
        ("rising pt", "first", [50.0, 24.0]),
        ("rising pt", "last", [50.0, 48.0]),
    ],
)
def test_of_more_objects_one_end_is_kept(order: str, keep: str, kept: list[float], tmp_path: Path) -> None:
    theirs = card(tmp_path, summed("pt"), TRACKS | {"order": order, "length": 2, "keep": keep})
    found = scores(theirs)
    assert [found[0], found[3]] == kept


def test_variables_have_units_conventions_and_arithmetic(tmp_path: Path) -> None:
    """The hardest constituent alone: MeV, azimuths in [0, 2pi), relative to the jet, and what the grammar can write."""
    variables = [
        {"name": "p_t", "observable": "pt", "unit": "MeV"},
        {"name": "phi", "unit": "rad", "phi": "[0, 2pi)"},
        {"name": "delta_phi", "unit": "deg"},
        {"name": "delta_r"},
        {"name": "logarithm", "observable": "log(1000 * pt)"},
        {"name": "share", "observable": "pt_fraction * charge", "unit": "e"},
    ]
    names = [each["name"] for each in variables]
    theirs = card(
        tmp_path,
        summed(*reversed(names)),
        TRACKS | {"variables": variables, "length": 1},
        outputs=[{"name": name} for name in reversed(names)],
    )
    turned = 2 * math.pi - 6.0
    expected = [40e3, 2 * math.pi - 3, math.degrees(turned), math.hypot(0.3, turned), math.log(40e3), 0.8]
    np.testing.assert_allclose(scores(theirs)[0][::-1], expected, rtol=1e-6)


def test_arithmetic_over_all_objects_of_an_event(tmp_path: Path) -> None:
    """The second hardest alone, over the hardest; an order may name a variable."""
    variables = [{"name": "x", "observable": "pt / max(pt)"}]
    sequence = TRACKS | {"variables": variables, "order": "rising x", "length": 2, "keep": "last"}
    assert scores(card(tmp_path, summed("x"), sequence))[3] == 1.5


def test_a_filter_chooses_objects(tmp_path: Path) -> None:
    theirs = card(tmp_path, summed("pt"), TRACKS | {"objects": "fatjet0.constituents[charge != 0]"})
    assert scores(theirs, EVENTS[:2]) == [40.0, 0.0]


def test_objects_without_momentum_or_direction_are_none(tmp_path: Path) -> None:
    parts = [particle(math.nan), particle(math.inf), particle(3.0, 999.9), particle(4.0, math.nan), particle(5.0)]
    events = ak.Array(
        [{"FatJet": [jet(50.0, 0.0, 0.0, *parts)]}, {"FatJet": [jet(50.0, math.nan, 0.0, particle(5.0))]}]
    )
    np.testing.assert_array_equal(scores(card(tmp_path, summed("pt"), TRACKS), events), [5.0, np.nan])


def test_several_kinds_of_objects(tmp_path: Path) -> None:
    variables = [*PT, {"name": "is_missinget0"}]
    theirs = card(
        tmp_path,
        summed("pt", "is_missinget0"),
        TRACKS | {"objects": ["fatjet", "missinget0"], "variables": variables},
        outputs=[{"name": "pt"}, {"name": "missing"}],
    )
    assert scores(theirs) == [[55.0, 1.0], [65.0, 1.0], [5.0, 1.0], [95.0, 1.0]]


def test_a_row_for_each_jet_sees_what_is_in_it(tmp_path: Path) -> None:
    of_jet = TRACKS | {"objects": "fatjet.constituents"}
    theirs = card(
        tmp_path,
        summed("pt", "share", inputs=("fatjet.pt", "met")),
        of_jet | {"variables": [*PT, {"name": "share", "observable": "pt_fraction"}]},
        per="FatJet[pt > 10]",
        inputs=[{"name": "fatjet.pt", "unit": "GeV"}, {"name": "met", "unit": "GeV"}],
        outputs=[{"name": name} for name in ("jet", "met", "sum", "share")],
    )
    expected = [[50, 5, 50, 1], [60, 5, 0, 0], [70, 5, 56, 0.8], [20, 5, 20, 1]]
    np.testing.assert_allclose(scores(theirs), expected)
    of_event = card(tmp_path, summed("pt"), TRACKS | {"objects": ["missinget0", "electron"]}, per="fatjet")
    with pytest.raises(UnknownNameError, match="unknown branch 'electron'"):
        scores(of_event)
    chosen = card(tmp_path, summed("pt"), of_jet, per="fatjet", network={"when": "fatjet.pt > 30"})
    with pytest.raises(ArgumentError, match="score a dataset with a row for each"):
        scores(chosen)
    every = card(tmp_path, summed("pt"), TRACKS | {"objects": "fatjet"}, per="fatjet")
    with pytest.raises(ArgumentError, match="a row has one fatjet: take what is in it"):
        scores(every)


def test_undefined_values_have_their_padding_or_no_score(tmp_path: Path) -> None:
    """The logarithm of the charge of a neutral particle."""
    logarithm = {"name": "x", "observable": "log(abs(charge))"}
    network = summed("x")
    assert math.isnan(scores(card(tmp_path, network, TRACKS | {"variables": [logarithm]}))[0])
    padded = TRACKS | {"variables": [logarithm | {"padding": -7.0}]}
    assert scores(card(tmp_path, network, padded))[:2] == [-7.0, 0.0]


def test_a_dataset_of_graphs_has_the_objects(tmp_path: Path) -> None:
    many = ak.concatenate([EVENTS] * 3)
    samples = {"signal": many, "background": many}
    variables = [*PT, {"name": "delta_r"}]
    theirs = card(tmp_path, summed("pt", "delta_r"), TRACKS | {"variables": variables}, outputs=OUT)

    def dataset(*nodes: str, **more: Any) -> hml.Dataset:
        graph = hml.Graph("fatjet0.constituents", nodes=[*nodes], edges=None, **more)
        return hml.build_dataset(samples, graph, signal="signal", seed=1)

    np.testing.assert_allclose(scores(theirs, dataset("delta_r", "pt")), 6 * scores(theirs), rtol=1e-6)
    with pytest.raises(ArgumentError, match=r"score the events, or a dataset of hml.Graph\('fatjet0.constituents'"):
        scores(theirs, dataset("pt"))
    with pytest.raises(ArgumentError, match="the dataset has the 2 hardest objects of tracks"):
        scores(theirs, dataset("pt", "delta_r", max_nodes=2))
    both = card(
        tmp_path,
        summed("pt", inputs=("met",)),
        TRACKS,
        inputs=[{"name": "met", "unit": "MeV"}],
        outputs=[{"name": "met"}, {"name": "sum"}],
    )
    graph = hml.Graph("fatjet0.constituents", edges=None)
    beside = hml.build_dataset(samples, graph, signal="signal", seed=1, observables=["met"])
    assert scores(both, beside)[:2] == [[5e3, 50.0], [5e3, 0.0]]
    columns = hml.build_dataset(samples, hml.Set(["met"]), signal="signal", seed=1)
    with pytest.raises(ArgumentError, match="the sequence tracks is not in the dataset"):
        scores(theirs, columns)


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ({"objects": "fatjt0.constituents"}, UnknownNameError, "unknown branch 'fatjt'; near names: fatjet"),
        ({"objects": None}, ArgumentError, "cannot be found in events: say in the card which objects"),
        ({"order": "falling ptt"}, ArgumentError, "'ptt' of the sequence tracks cannot be computed from events .*near names: pt"),
        ({"variables": [{"name": "d0"}]}, ArgumentError, "'d0' of the sequence tracks cannot be computed from events"),
        ({"variables": [{"name": "pt", "observable": "fatjet0.pt"}]}, ArgumentError, "of each object in a sequence it is 'pt'"),
        ({"variables": [{"name": "pt", "observable": "pt + eta"}]}, ArgumentError, "joins GeV with a pure number"),
        ({"variables": [{"name": "pt"}]}, ArgumentError, "the card says that pt is in no unit, and it is in GeV here"),
        ({"objects": "fatjet", "variables": [{"name": "delta_r"}]}, ArgumentError, "'fatjet' is in none"),
    ],
)  # fmt: skip
def test_what_events_do_not_have(change: Json, error: type[Exception], why: str, tmp_path: Path) -> None:
    sequence = {name: value for name, value in (TRACKS | change).items() if value is not None}
    names = [each["name"] for each in sequence["variables"]]
    with pytest.raises(error, match=why):
        scores(card(tmp_path, summed(*names), sequence))


def test_networks_by_a_rule_have_sequences_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "many.json").write_text(json.dumps(recurrent("simplernn")))
    sequences = [TRACKS, TRACKS | {"name": "rising", "order": "rising pt", "node": "tracks"}]
    networks = [
        {"lwtnn": "network.json", "when": "met < 3", "inputs": ["met", "tracks"]},
        {"lwtnn": "many.json", "when": "met >= 3", "inputs": ["rising"]},
    ]
    theirs = card(tmp_path, summed("pt"), *sequences, inputs=[{"name": "met", "unit": "GeV"}], networks=networks)
    assert scores(theirs, EVENTS[:1]) == [45.0]
    given = {"met": [1.0, 5.0], "tracks": [[[40.0], [10.0]]] * 2, "rising": [[[10.0], [40.0]]] * 2}
    assert scores(theirs, given) == [50.0, 45.0]
