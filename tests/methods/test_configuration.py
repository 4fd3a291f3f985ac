from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hml_jupyter as hml
from hml_jupyter.canonical import file_sha256, read_json
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import DamagedError
from hml_jupyter.methods.configuration import CONFIG, HISTORY, NEEDED, read_config, read_history

GOOD: dict[str, Any] = {
    "schema": 1,
    "method": {"method": "MLP"},
    "unit": "epoch",
    "names": ["met"],
    "classes": ["zz", "qcd"],
    "signal": ["zz"],
    "cuts": [],
    "events_from": "0" * 64,
    "seed": 1,
    "epochs": 2,
    "finished": 2,
    "events": {"train": 10, "validation": 0},
}


def refused(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    with pytest.raises(DamagedError) as caught:
        (read_config if name == CONFIG else read_history)(folder)
    assert f"{folder.name}/{name}" in str(caught.value)
    return str(caught.value)


def test_read(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(json.dumps({**GOOD, "folds": 2}))
    (tmp_path / HISTORY).write_text('{"loss": [0.7, 0.6], "val_significance": [null, 0.1]}')
    assert read_config(tmp_path) == {**GOOD, "folds": 2}
    assert read_history(tmp_path)["loss"] == [0.7, 0.6]


def test_of_a_newer_version(tmp_path: Path) -> None:
    assert "newer version (schema 99); update hml_jupyter" in refused(
        tmp_path, CONFIG, json.dumps({**GOOD, "schema": 99})
    )


@pytest.mark.parametrize("name", ["schema", *NEEDED])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    left = {key: value for key, value in GOOD.items() if key != name}
    assert f"{name!r} must be " in refused(tmp_path, CONFIG, json.dumps(left))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", 0),
        ("schema", "1"),
        ("method", "MLP"),
        ("method", {"hidden": [3]}),
        ("names", 3),
        ("names", [1]),
        ("cuts", "met > 3"),
        ("seed", -1),
        ("finished", True),
        ("finished", 2.5),
        ("events", {"train": 10}),
        ("events", {"train": 10, "validation": "x"}),
        ("folds", 1),
        ("folds", 10**9),
        ("folds", "a"),
    ],
)
def test_another_kind_is_named(tmp_path: Path, name: str, value: Any) -> None:
    text = refused(tmp_path, CONFIG, json.dumps({**GOOD, name: value}))
    assert f"{name!r} must be " in text
    assert f"and is {value!r}" in text


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000])
def test_what_is_no_dictionary(tmp_path: Path, text: str) -> None:
    for name in (CONFIG, HISTORY):
        assert "is not what a training writes" in refused(tmp_path, name, text)


@pytest.mark.parametrize("text", ["{}", '{"loss": []}', '{"loss": "x"}', '{"loss": [1], "auc": [[]]}'])
def test_curves_that_are_none(tmp_path: Path, text: str) -> None:
    assert "must be numbers, at least one" in refused(tmp_path, HISTORY, text)


@pytest.mark.usefixtures("study")
def test_a_training_with_renewed_checksums(data: Dataset) -> None:
    hml.train(hml.BoostedDecisionTree(n_estimators=2), data, seed=1, path="study/models/bdt")
    folder = Path("study/models/bdt")
    (folder / CONFIG).write_text(json.dumps({**read_json(folder / CONFIG), "schema": 99}))
    record = read_json(folder / "result.json")
    record["files"][CONFIG] = file_sha256(folder / CONFIG)
    (folder / "result.json").write_text(json.dumps(record))
    with pytest.raises(DamagedError, match="schema 99"):
        hml.Training.load("study/models/bdt")
