from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from preserve.sequence_cards import (
    OUT,
    PT,
    TRACKS,
    card,
    recurrent,
    summed,
)


def reference(folder: Path, events: Any) -> None:
    (folder / "validation").mkdir(exist_ok=True)
    (folder / "validation" / "reference_0.json").write_text(json.dumps(events))


def test_verify_compares_reference_events_with_sequences(tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS)
    found = theirs.verify()
    assert [check.ok for check in found.checks] == [None, True, None]
    assert found.checks[1].text == "1 network, 0 inputs, 1 sequence, 1 output"
    assert "there are no reference events" in found.checks[2].text
    reference(tmp_path, [{"tracks": [{"pt": 40}, {"pt": 10}], "score_lwtnn": 30.0}, {"tracks": [], "score_lwtnn": 0}])
    found = theirs.verify()
    assert found.checks[2].ok
    assert found.checks[2].text == "2 reference events, largest difference 0, allowed 1e-12"
    reference(tmp_path, [{"tracks": [{"pt": 40}], "score_lwtnn": 30.0}])
    assert theirs.verify().checks[2].ok is False
    assert theirs.verify().checks[2].difference == 10.0


def test_verify_compares_the_outputs_that_reference_events_have(tmp_path: Path) -> None:
    variables = [*PT, {"name": "r"}]
    theirs = card(tmp_path, summed("pt", "r"), TRACKS | {"variables": variables}, outputs=OUT)
    objects = [[{"pt": 40, "r": 0.5}, {"pt": 10, "r": 0.25}], [{"r": 0.5, "pt": 3}]]

    def check(*scores: Any) -> Any:
        reference(tmp_path, [{"tracks": each, "score_lwtnn": s} for each, s in zip(objects, scores, strict=True)])
        return theirs.verify().checks[2]

    assert check([50, 0.75], [3, 0.5]).text == "2 reference events, largest difference 0, allowed 1e-12"
    assert check([50, 0.75], [3, 1.5]).difference == 1.0
    assert check(50, 3).ok
    assert check(50, 3).text.endswith("of 2 outputs compared: pt")
    assert "have 3 scores each, and the card names 2 outputs" in check([50, 0, 0], [3, 0, 0]).text
    assert not check([50, 0], [3]).ok
    assert not check(50, None).ok


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([], "must be a list of events"),
        ({"tracks": []}, "must be a list of events"),
        ([{"tracks": [{"pt": 1}], "score_lwtnn": 1}, {"tracks": []}], "event 1 has tracks; event 0 has tracks, score_lwtnn"),
        ([{"tracks": [{"pt": 1}, {"pt": 1, "eta": 2}], "score_lwtnn": 1}], "each with the same names"),
        ([{"tracks": [1.0], "score_lwtnn": 1}], "must be a list of objects in each event"),
        ([{"tracks": 1.0, "score_lwtnn": 1}], "must be lists, one for each event"),
        ([{"tracks": [{"eta": 1}], "score_lwtnn": 1}], "unknown variable of the sequence tracks 'eta'"),
        ([{"tracks": [{"pt": None}], "score_lwtnn": 1}], "the reference event 0 lacks something"),
        ([{"tracks": [{"pt": "x"}], "score_lwtnn": 1}], "could not convert"),
        ([{"tracks": [{"pt": math.nan}], "score_lwtnn": 1}], "NaN is no number of JSON"),
        ([{"tracks": [{"pt": 1}], "score": 1}], "has no events with a column score_lwtnn"),
    ],
)  # fmt: skip
def test_bad_reference_events_are_named(events: Any, why: str, tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS)
    reference(tmp_path, events)
    check = theirs.verify().checks[2]
    assert not check.ok
    assert why in check.text


def test_reference_events_in_columns_are_none_of_sequences(tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS)
    (tmp_path / "validation").mkdir()
    (tmp_path / "validation" / "reference_0.csv").write_text("pt,score_lwtnn\n1.0,2.0\n")
    assert "the card has sequences: its reference events stand in a file .json" in theirs.verify().checks[2].text


def test_the_table_of_a_card_lists_its_sequences(tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS | {"length": 40})
    assert "tracks: fatjet0.constituents by falling pt, the first 40 (pt [GeV])" in str(theirs)
    assert any("what each input is" in line for line in theirs.lacking)
