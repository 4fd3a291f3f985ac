from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter.errors import DamagedError
from hml_jupyter.methods.objectives import OBJECTIVES
from hml_jupyter.methods.rectangular import CutStep, RectangularCuts, passes, read, write
from hml_jupyter.methods.scanning import UNCUT, Range

MODEL = RectangularCuts(
    "significance",
    (
        CutStep("fatjet0.mass", Range(71.3, 108.9), 0.01, 0.8, 0.1),
        CutStep("jet0,jet1.delta_r", UNCUT, 0.01, 0.8, 0.1),
        CutStep("jet0.pt / jet1.pt", Range(-0.5, 1.5, True), None, 0.4, -0.001),
    ),
    0.9,
    0.2,
)


def test_texts_and_scores() -> None:
    assert MODEL.cuts == [
        "fatjet0.mass >= 71.3",
        "fatjet0.mass < 108.9",
        "jet0.pt / jet1.pt < -0.5 or jet0.pt / jet1.pt >= 1.5",
    ]
    X = np.array([[71.3, 0.0, 1.5], [71.3, 9.0, -0.5], [108.9, 0.0, 3.0], [80.0, 0.0, -0.6]])
    assert passes([step.range for step in MODEL.steps], X).tolist() == [True, False, False, True]
    assert MODEL.scores(X).tolist() == [0.9, 0.2, 0.2, 0.9]
    assert MODEL.value is None


def test_write_and_read(tmp_path: Path) -> None:
    write(MODEL, tmp_path / "cuts.json")
    assert read(tmp_path / "cuts.json", OBJECTIVES) == MODEL
    assert json.loads((tmp_path / "cuts.json").read_text())["schema"] == 1


@pytest.mark.parametrize(
    ("where", "what", "value"),
    [
        (None, "schema", 2),
        (None, "objective", "luck"),
        (None, "passing", 1.5),
        (None, "failing", True),
        (None, "steps", []),
        (None, "steps", None),
        (0, "observable", "met > 0 or met"),
        (0, "observable", "FatJet0.Mass"),
        (0, "observable", 7),
        (0, "low", "71.3"),
        (0, "low", 120.0),
        (0, "low", float("nan")),
        (0, "outside", 1),
        (2, "high", None),
        (0, "signal_efficiency", None),
        (0, "value", [1.0]),
    ],
)
def test_what_is_no_list_of_cuts_is_refused(tmp_path: Path, where: int | None, what: str, value: Any) -> None:
    file = tmp_path / "cuts.json"
    write(MODEL, file)
    found = json.loads(file.read_text())
    (found if where is None else found["steps"][where])[what] = value
    file.write_text(json.dumps(found))
    with pytest.raises(DamagedError, match=r"cuts.json is no list of cuts as hml.CutAndCount writes it: train again"):
        read(file, OBJECTIVES)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"schema": 1}', '{"schema": 1, "objective": []}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "cuts.json").write_text(text)
    with pytest.raises(DamagedError):
        read(tmp_path / "cuts.json", OBJECTIVES)
