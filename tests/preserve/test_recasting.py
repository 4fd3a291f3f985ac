"""A new signal alone, and somebody's bundle: its score, the cut of its working point, a cutflow, and the same again by replay."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError
from hml_jupyter.preserve import Preserved
from hml_jupyter.replay import replay
from hml_jupyter.verdicts import IDENTICAL
from tests.test_replay import notebook

#: Of the new signal, pb; fb^-1.
CROSS_SECTION, LUMINOSITY = 0.02, 139
BUILT = """dataset = hml.build_dataset(
    {"gluino": "gluino.csv"},
    hml.Set(["column.x", "column.y", "column.z"]),
    signal="gluino",
    split=(0, 0, 1),
    seed=1,
    path="study/data/dataset",
)
dataset"""


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(9)
    columns = {"x": rng.normal(130, 40, 500), "y": rng.normal(-1, 2, 500), "z": rng.exponential(1, 500)}
    return pd.DataFrame(columns | {"weight": rng.choice([1.0, 2.0, -0.5], 500)})


def test_a_cutflow_of_a_new_signal_alone(bundles: dict[str, Preserved], table: pd.DataFrame) -> None:
    bundle = hml.load_preserved(bundles["network"].folder)
    gluino = hml.open_table(table, weight="weight", cross_section=CROSS_SECTION)
    dataset = hml.build_dataset(
        {"gluino": gluino},
        hml.Set(["column.x", "column.y", "column.z"]),
        signal="gluino",
        require="column.z > 0.1",
        split=(0, 0, 1),
        seed=1,
    )
    scored = hml.score(dataset, bundle, name="net")
    (point,) = [each for each in bundle.card.about["working_points"] if abs(each["signal_efficiency"] - 0.5) < 0.01]
    flow = hml.cutflow(scored, [f"net.{point['cut']}", "column.x > 120"], luminosity=LUMINOSITY)
    assert [row.label for row in flow.rows[:2]] == ["generated", "column.z > 0.1"]

    # by hand, from the table and the bundle alone
    weights = table["weight"].to_numpy()
    network = bundle.score(table[["x", "y", "z"]].rename(columns="column.{}".format)) >= point["threshold"]
    steps = [np.ones(500, bool), table["z"].to_numpy() > 0.1, network, table["x"].to_numpy() > 120]
    for row, passing in zip(flow.rows, np.logical_and.accumulate(steps), strict=True):
        found = row.counts["gluino"]
        efficiency = weights[passing].sum() / weights.sum()
        assert found.events == passing.sum()
        assert found.efficiency == pytest.approx(efficiency, rel=1e-12)
        assert found.expected == pytest.approx(CROSS_SECTION * 1000 * LUMINOSITY * efficiency, rel=1e-12)
        error = np.sqrt((weights[passing] ** 2).sum()) / weights.sum() * CROSS_SECTION * 1000 * LUMINOSITY
        assert found.error == pytest.approx(error, rel=1e-12)
        assert row.significance is not None
        assert row.significance.value is None
    assert 0 < flow.rows[-1].counts["gluino"].events < flow.rows[-2].counts["gluino"].events < 500

    selected = hml.select(scored, [f"net.{point['cut']}"])
    assert selected.yields(LUMINOSITY).sum() == pytest.approx(flow.rows[2].counts["gluino"].expected)
    board = hml.board(scored, ["net.score"], cuts=[f"net.{point['cut']}"], luminosity=LUMINOSITY)
    assert board.cutflow.rows[-1].counts == flow.rows[2].counts
    assert not scored.test_only


def test_a_selection_that_is_forgotten_is_told(bundles: dict[str, Preserved], table: pd.DataFrame) -> None:
    bundle = hml.load_preserved(bundles["network"].folder)
    bundle.card = replace(bundle.card, selection=("column.z > 0.1",))
    columns = hml.Set(["column.x", "column.y", "column.z"])
    for require, told in ((None, 1), ("column.z > 0.1", 0)):
        dataset = hml.build_dataset({"new": table}, columns, signal="new", require=require, split=(0, 0, 1), seed=1)
        heard: list[str] = []
        with progress.listening(lambda report, heard=heard: heard.append(report.text)):
            hml.score(dataset, bundle)
        assert sum("events that pass column.z > 0.1, which nothing has asked" in text for text in heard) == told


def test_its_readme_counts_a_new_signal(bundles: dict[str, Preserved], table: pd.DataFrame, capsys: Any) -> None:
    bundle = bundles["network"]
    (code,) = re.findall(r"```python\n(dataset = .*?)```", (bundle.folder / "README.md").read_text(), re.DOTALL)
    renamed = table[["x", "y", "z"]].rename(columns="column.{}".format)
    given: dict[str, Any] = {"hml": hml, "bundle": bundle, "new": hml.open_table(renamed, cross_section=CROSS_SECTION)}
    exec(code, given)  # noqa: S102
    point = bundle.card.points[0]
    n = int((bundle.score(renamed) >= point.threshold).sum())
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("network.score")]
    assert row.split()[:4] == ["network.score", ">=", f"{point.threshold:g}", str(n)]


def test_the_working_points_of_a_bundle_are_those_of_its_card(bundles: dict[str, Preserved], columns: Dataset) -> None:
    for verb in (hml.working_point, hml.evaluate):
        with pytest.raises(ArgumentError, match=r"the working points are those that it publishes, bundle.card.points"):
            verb(bundles["network"], columns)  # type: ignore[operator]


def test_it_is_replayed(bundles: dict[str, Preserved], table: pd.DataFrame, study: Path) -> None:
    shutil.copytree(bundles["network"].folder, study / "theirs")
    table.to_csv(study / "gluino.csv", index=False)
    cut = next(each["cut"] for each in bundles["network"].card.about["working_points"])
    steps = [
        BUILT,
        'net = hml.load_preserved("theirs")\nnet',
        'scored = hml.score(dataset, net, name="net", path="study/data/scored")\nscored',
        f'selected = hml.select(scored, ["net.{cut}"], path="study/data/selected")\nselected',
        f'hml.cutflow(scored, ["net.{cut}"], luminosity=None)',
        'board = hml.board(scored, ["net.score"], luminosity=None)\nboard',
    ]
    made = notebook(steps)
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(study)}}).execute()
    nbformat.write(made, study / "study.ipynb")
    found = replay(study / "study.ipynb")
    assert found.ok, found
    assert [step.verdict for step in found.steps] == [IDENTICAL] * 6, found
