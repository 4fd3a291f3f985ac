from __future__ import annotations

import math
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
from preserve.sequence_cards import (
    OUT,
    PT,
    TRACKS,
    card,
    scores,
    summed,
)

from hml_jupyter.errors import ArgumentError, UnknownNameError


def test_lists_are_given_by_name(tmp_path: Path) -> None:
    theirs = card(tmp_path, summed("pt", "r"), TRACKS | {"variables": [*PT, {"name": "r"}]}, outputs=OUT)
    numbers = [[[40.0, 0.1], [10.0, 0.2]], []]
    records = ak.Array([[{"r": 0.1, "pt": 40.0}, {"r": 0.2, "pt": 10.0}], []])
    for given in (numbers, ak.Array(numbers), records):
        np.testing.assert_allclose(scores(theirs, {"tracks": given}), [[50.0, 0.3], [0.0, 0.0]])
    assert scores(theirs, {"tracks": ak.Array([])}) == []
    assert math.isnan(scores(theirs, {"tracks": ak.Array([[{"r": None, "pt": 40.0}]])})[0][0])
    with pytest.raises(ArgumentError, match=r"comes by falling pt; in event 1 there is 10 before 40"):
        scores(theirs, {"tracks": [[], [[10.0, 0.1], [40.0, 0.2]]]})
    for bad, why in [
        ({"tracks": [1.0, 2.0]}, "must be lists, one for each event, of elements of 2 numbers"),
        ({"tracks": ak.Array([[{"pt": 1.0}]])}, "the sequence tracks needs r of each object; got pt"),
        ({"tracks": ak.Array([[{"pt": 1.0, "r": 1.0, "eta": 1.0}]])}, "unknown variable of the sequence tracks 'eta'"),
        ({"tracks": ak.Array([{"pt": 1.0, "r": 1.0}])}, "is a list of objects for each event"),
        ({"tracks": ak.Array([[{"pt": [1.0], "r": 1.0}]])}, "each with one number for pt, r"),
        ({"tracks": ak.Array([[{"pt": "x", "r": 1.0}]])}, "must be lists, one for each event"),
        ({"tracks": ak.Array([[None, [1.0, 2.0]]])}, "has None for an event or an object"),
        ({"tracks": ak.Array([None, [[1.0, 2.0]]])}, "has None for an event or an object"),
        ({"track": numbers}, "unknown input of theirs 'track'; near names: tracks"),
        ({}, "theirs needs 'tracks' too; got nothing"),
        (np.zeros((2, 2)), r"it scores events, or {'tracks': ...}; not a ndarray"),
    ]:
        with pytest.raises((ArgumentError, UnknownNameError), match=why):
            scores(theirs, bad)


def test_a_number_for_an_input_and_a_list_for_a_sequence(tmp_path: Path) -> None:
    theirs = card(
        tmp_path,
        summed("pt", inputs=("met",)),
        TRACKS,
        inputs=[{"name": "met", "unit": "GeV"}],
        outputs=[{"name": "met"}, {"name": "sum"}],
    )
    assert scores(theirs, {"met": [5.0], "tracks": [[[1.0]]]}) == [[5.0, 1.0]]
    with pytest.raises(ArgumentError, match="the input met is one number for an event"):
        scores(theirs, {"met": [[5.0, 1.0]], "tracks": [[[1.0]]]})
    with pytest.raises(ArgumentError, match="the sequence tracks is of 2 events, and the others of 1"):
        scores(theirs, {"met": [5.0], "tracks": [[[1.0]], []]})
