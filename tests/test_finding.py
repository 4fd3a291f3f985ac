from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hml_jupyter as hml
from hml_jupyter.errors import PathError
from hml_jupyter.finding import find_saved
from hml_jupyter.provenance import Recipe, Result, Written, produce


@pytest.fixture
def saved(study: Path) -> Path:
    """A working folder with study/runs/zz, study/runs/qcd and study/data/set."""

    def write(folder: Path) -> Written:
        (folder / "number.txt").write_text("1")
        return Written("0", {})

    for path in ("study/runs/zz", "study/runs/qcd", "study/data/set"):
        produce(path, Recipe("make", 1, {"path": path}), write, lambda _: Result())
    return study


def said(path: Any) -> str:
    with pytest.raises(PathError) as error:
        find_saved("a saved run", path)
    return str(error.value)


def test_a_saved_result_is_found(saved: Path) -> None:
    folder, record = find_saved("a saved run", "study/runs/zz")
    assert (folder, record["recipe"]["verb"]) == (saved / "study/runs/zz", "make")


def test_where_nothing_was_saved_near_results_are_named(saved: Path) -> None:
    inside = "study/data/set, study/runs/qcd, study/runs/zz"
    assert said("study") == f"nothing was saved in study: it has no result.json; near results: {inside}"
    assert said(".") == f"nothing was saved in .: it has no result.json; near results: {inside}"
    assert said("study/runs/zzz").endswith(
        f"study/runs/zzz does not exist; the working folder is {saved}; near results: study/runs/zz"
    )
    assert said("stdy/runs/qcd").endswith("near results: study/runs/qcd, study/runs/zz")
    assert said(saved / "study/run/qcd").startswith(f"{saved}/study/run/qcd does not exist; near results: study/runs/q")
    (saved / "study/runs/mine").mkdir()
    assert said("study/runs/mine") == "nothing was saved in study/runs/mine: it has no result.json"


def test_a_file_of_a_result_is_not_the_result(saved: Path) -> None:
    file = "study/data/set/result.json"
    assert said(file) == f"{file} is a file, and a saved run is a folder; near results: study/data/set"


@pytest.mark.parametrize("load", [hml.Run.load, hml.Dataset.load, hml.Training.load])
def test_what_is_opened_says_it(load: Any, saved: Path) -> None:
    with pytest.raises(PathError, match=r"^nothing was saved in study/runs: .*; near results: study/runs/qcd, "):
        load("study/runs")


def test_no_path_is_refused() -> None:
    assert said(7) == "expected the path of a saved run, not 7"
