"""A board as one page that needs nothing else."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.datasets import build_dataset
from hml_jupyter.representations import Set


def test_a_saved_page_holds_the_bins_of_its_maps(tmp_path: Path) -> None:
    sources = {"zz": samples.Run(400, 1, "signal"), "qcd": samples.Run(500, 2, "background")}
    dataset = build_dataset(sources, Set(["fatjet0.mass", "met"]), signal="zz", seed=1)
    board = hml.board(dataset, ["fatjet0.mass"], maps=[("fatjet0.mass", "met")])
    page = board.save_html(tmp_path / "board.html").read_text()
    found = re.search(r'<script id="hml-board" type="application/json">(.*?)</script>', page)
    assert found
    [box] = json.loads(found[1])["boxes"]
    assert (box["x"], box["y"]) == ("fatjet0.mass", "met")
    numbers = np.frombuffer(base64.b64decode(box["buffer"]), "<f4")
    np.testing.assert_array_equal(numbers.reshape(3, 2, 50, 50), np.float32(board.box("fatjet0.mass", "met")))
    # 40 kB for each class
    assert len(box["buffer"]) == 4 * 3 * 2 * 50 * 50 * 4 / 3


def test_a_saved_page_of_signal_alone_has_no_number_that_is_none(tmp_path: Path) -> None:
    board = hml.board(samples.alone(), ["fatjet0.mass", "met"], cuts=["met > 100"])
    page = board.save_html(tmp_path / "board.html").read_text()
    found = re.search(r'<script id="hml-board" type="application/json">(.*?)</script>', page)
    assert found
    saved = json.loads(found[1], parse_constant=pytest.fail)
    assert [(each["name"], each["kind"]) for each in saved["state"]["samples"]] == [("zz", "signal")]
    passing = board.cutflow.rows[-1].counts["zz"].events
    assert saved["state"]["cutflow"][-1]["events"] == [passing]
