from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from preserve import sequence_cards
from preserve.sequence_cards import BOTH, OUT, TRACKS, deep_set
from preserve.test_preserved import card, linear

from hml_jupyter.preserve import Preserved
from hml_jupyter.preserve.hand_written import made_up

PT, MET = {"name": "jet0.pt", "unit": "GeV"}, {"name": "met", "unit": "GeV"}


def wrong(theirs: Preserved, what: str) -> str:
    """Return what a check says that fails while the others do not."""
    found = theirs.verify()
    assert not found.ok
    assert [check.what for check in found.checks if check.ok is False] == [what]
    return next(check.text for check in found.checks if check.ok is False)


def test_a_card_that_is_right_runs_on_made_up_events(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.5]])
    found = card(tmp_path, [PT, MET]).verify()
    assert found.ok
    assert found.checks[2].text.startswith("it opens, and runs on made-up events; there are no reference events")


def test_outputs_and_inputs_that_the_file_does_not_have(tmp_path: Path) -> None:
    linear(tmp_path, np.ones((2, 3)).tolist())
    outputs = [{"name": "zz"}, {"name": "qcd"}]
    assert "network.onnx gives 3 numbers for an event, and the card names zz, qcd" in wrong(
        card(tmp_path, [PT, MET], outputs=outputs), "onnx"
    )
    linear(tmp_path, np.ones((3, 2)).tolist())
    assert "network.onnx cannot be run" in wrong(card(tmp_path, [PT, MET], outputs=outputs), "onnx")
    assert "network.onnx takes x, and the card gives y" in wrong(
        card(tmp_path, [{**PT, "node": "y"}], outputs=outputs), "onnx"
    )


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"name": "mass", "observable": "fatjet0.mas"}, "the input mass cannot be computed from events: .*mas"),
        ({"name": "jet0.pt", "unit": "rad"}, "the card says that jet0.pt is in rad, and it is in GeV here"),
        (
            {"name": "leading", "observable": "jet0.pt"},
            "the card says that leading is in no unit, and it is in GeV here",
        ),
    ],
)
def test_observables_and_units_of_inputs(inputs: dict[str, Any], why: str, tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.5]])
    text = wrong(card(tmp_path, [inputs, MET]), "card")
    assert re.search(why, text)


def test_inputs_that_are_given_may_have_any_name_and_unit(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0]] * 4)
    inputs = [
        {"name": "sum of all", "unit": "furlong"},
        {"name": "column.x", "unit": "TeV"},
        {"name": "met", "unit": "MeV"},
        {"name": "m_gluino", "unit": "GeV", "level": "parameter"},
    ]
    assert card(tmp_path, inputs).verify().ok
    own = [{"name": "mine", "observable": "mine"}, *inputs[1:]]
    assert card(tmp_path, own, observables={"mine": "code/observable_mine.py"}).verify().ok


def test_outputs_that_are_there_twice(tmp_path: Path) -> None:
    linear(tmp_path, np.ones((1, 2)).tolist())
    theirs = card(tmp_path, [MET], outputs=[{"name": "zz"}, {"name": "zz"}])
    assert "the output zz is there twice" in next(each.text for each in theirs.verify().checks if each.what == "card")


@pytest.mark.parametrize(
    ("file", "more", "why"),
    [
        (
            lambda: deep_set(length=5),
            {},
            "the input x of network.onnx has the shape (5, 2) for an event, and the card gives (3, 2)",
        ),
        (
            lambda: deep_set(mask=["events", 3, 1]),
            {"node": "x", "mask": "msk"},
            "takes x, mask, and the card gives x, msk",
        ),
    ],
)
def test_sequences_that_the_file_does_not_take(file: Any, more: dict[str, Any], why: str, tmp_path: Path) -> None:
    theirs = sequence_cards.card(tmp_path, file(), TRACKS | BOTH | more, outputs=OUT)
    assert why in wrong(theirs, "onnx")


@pytest.mark.parametrize(
    ("variable", "why"),
    [
        (
            {"name": "pt", "unit": "rad"},
            "the card says that pt of the sequence tracks is in rad, and it is in GeV here",
        ),
        ({"name": "first", "observable": "ptt"}, "'ptt' of the sequence tracks cannot be computed from events"),
    ],
)
def test_observables_and_units_of_sequences(variable: dict[str, Any], why: str, tmp_path: Path) -> None:
    theirs = sequence_cards.card(
        tmp_path,
        deep_set(),
        TRACKS | BOTH | {"variables": [variable, {"name": "eta"}], "order": "as given"},
        outputs=OUT,
    )
    assert why in wrong(theirs, "card")


def test_made_up_sequences_are_empty_and_of_one_object(tmp_path: Path) -> None:
    variables = [{"name": "pt", "unit": "GeV", "range": [2.0, 9.0]}, {"name": "d0", "unit": "mm"}]
    theirs = sequence_cards.card(tmp_path, deep_set(), TRACKS | BOTH | {"variables": variables}, outputs=OUT)
    events = made_up(theirs.card, theirs.card.networks[0])
    assert events.sequences[0].lengths.tolist() == [0, 1]
    assert events.sequences[0].content.tolist() == [[2.0, 0.0]]
    assert theirs.verify().ok
