"""What is told of the events that a method scores."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset
from hml_jupyter.methods.scorers import check_selection


def dataset(require: str | None) -> Dataset:
    columns = {"met": [50.0, 150.0, 250.0], "n": [1, 2, 3], "x": [0.1, 0.2, 0.3]}
    made = {f"column.{name}": values for name, values in columns.items() if name != "met"} | {"met": columns["met"]}
    return hml.build_dataset(
        {"new": made}, hml.Set(["column.x"]), signal="new", require=require, split=(0, 0, 1), seed=1
    )


def told(data: Dataset, *selection: str) -> list[str]:
    heard: list[str] = []
    made_for: Any = SimpleNamespace(name="susy", selection=selection)
    with progress.listening(lambda report: heard.append(report.text)):
        check_selection(made_for, data)
    return heard


@pytest.mark.parametrize(
    ("require", "selection"),
    [
        ("met > 100", ["met > 100"]),
        ("met > 100 and column.n > 1", ["column.n > 1", "met > 100"]),
        ("met > 100.0 and column.n > 1", ["column.n > 1 and met > 100"]),
        (None, ["column.x < 0.5"]),  # a column that all events pass
    ],
)
def test_nothing_is_told_of_a_selection_that_was_asked_for(require: str | None, selection: list[str]) -> None:
    assert told(dataset(require), *selection) == []


def test_cuts_that_nothing_asked_for_are_told() -> None:
    (text,) = told(dataset("met > 100"), "met > 100 and column.n > 2", "column.x > 0.2")
    assert text.startswith(
        "susy was made for events that pass column.n > 2 and column.x > 0.2, which nothing has asked"
    )
    assert text.endswith("ask for it when the dataset is built, by require=")


def test_a_selection_in_words_is_told_as_it_is() -> None:
    (text,) = told(dataset(None), "two leptons of the same charge")
    assert "events that pass two leptons of the same charge, which" in text


def test_cuts_of_a_selection_count() -> None:
    data = hml.select(dataset(None), ["column.x > 0.15"])
    assert told(data, "column.x > 0.15") == []
    assert told(data, "column.x > 0.1") == []  # all that are left pass
