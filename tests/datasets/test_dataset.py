from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples

from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, DamagedError, FileFormatError, PathError, UnknownNameError
from hml_jupyter.provenance import read_json, write_json
from hml_jupyter.selection import select


def same(one: Dataset, other: Dataset) -> None:
    assert one.fingerprint == other.fingerprint
    assert (one.names, one.side_names, one.units, one.classes) == (
        other.names,
        other.side_names,
        other.units,
        other.classes,
    )
    assert (one.counts, one.fractions, one.cuts) == (other.counts, other.fractions, other.cuts)
    for field in ("X", "y", "weights", "split", "event", "is_signal"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))


def test_load_gives_the_same(study: Path) -> None:
    saved = samples.dataset(100, path="study/data/set")
    same(Dataset.load("study/data/set"), saved)
    same(Dataset.load(study / "study" / "data" / "set"), saved)


def test_load_of_a_selection_loads_its_parent(study: Path) -> None:
    saved = samples.dataset(100, path="study/data/set")
    first = select(saved, ["fatjet0.mass > 70"], path="study/data/first")
    second = select(first, ["met > 20"], path="study/data/second")
    loaded = Dataset.load("study/data/second")
    same(loaded, second)
    assert loaded.parent is not None
    same(loaded.parent, first)
    same(loaded.root, saved)
    assert loaded.all_cuts == ("fatjet0.mass > 70", "met > 20")


def test_load_of_a_moved_study(study: Path) -> None:
    selected = select(samples.dataset(100, path="study/data/set"), ["met > 20"], path="study/data/selected")
    shutil.copytree(study / "study", study / "elsewhere")
    shutil.rmtree(study / "study")
    same(Dataset.load("elsewhere/data/selected"), select(samples.dataset(100), ["met > 20"]))
    assert Dataset.load("elsewhere/data/selected").fingerprint == selected.fingerprint


def test_load_of_a_selection_whose_parent_was_made_anew(study: Path) -> None:
    select(samples.dataset(100, path="study/data/set"), ["met > 20"], path="study/data/selected")
    samples.dataset(120, path="study/data/set")
    with pytest.raises(DamagedError, match=r"study/data/set, which has been made anew since; run its cell again"):
        Dataset.load("study/data/selected")


def test_load_of_a_selection_without_its_parent(study: Path) -> None:
    select(samples.dataset(100, path="study/data/set"), ["met > 20"], path="study/data/selected")
    shutil.rmtree(study / "study" / "data" / "set")
    with pytest.raises(DamagedError, match="needs the dataset it was made from"):
        Dataset.load("study/data/selected")


def test_stale_selection_says_so(study: Path) -> None:
    selected = select(samples.dataset(100, path="study/data/set"), ["met > 20"], path="study/data/selected")
    assert selected.stale == ()
    samples.dataset(120, path="study/data/set")
    assert "study/data/set" in selected.stale[0]


def test_dataset_that_was_replaced_before_it_was_read(study: Path) -> None:
    old = samples.dataset(100, path="study/data/set")
    samples.dataset(120, path="study/data/set")
    with pytest.raises(DamagedError, match="made anew after this dataset was opened"):
        old.X  # noqa: B018


@pytest.mark.parametrize("file", ["events.parquet", "index.parquet"])
@pytest.mark.parametrize("how", ["lost", "another"])
def test_files_that_change_after_a_dataset_was_opened(file: str, how: str, study: Path) -> None:
    samples.dataset(100, path="study/data/set")
    other = samples.dataset(90)
    opened = Dataset.load("study/data/set")
    place = study / "study/data/set" / file
    if how == "lost":
        place.unlink()
    else:
        shutil.copyfile(other.folder / file, place)
    with pytest.raises(DamagedError):
        opened.X, opened.y  # noqa: B018


def test_load_of_something_else(study: Path) -> None:
    with pytest.raises(PathError):
        Dataset.load("nowhere")
    samples.dataset(100, path="study/data/set")
    record = read_json(study / "study/data/set/result.json")
    record["recipe"]["verb"] = "generate"
    write_json(study / "study/data/set/result.json", record)
    with pytest.raises(FileFormatError, match="made by generate"):
        Dataset.load("study/data/set")


def test_load_of_damaged_files(study: Path) -> None:
    samples.dataset(100, path="study/data/set")
    (study / "study/data/set/events.parquet").write_bytes(b"no")
    with pytest.raises(DamagedError):
        Dataset.load("study/data/set")


def test_arrays_cannot_be_changed() -> None:
    dataset = samples.dataset(100)
    for array in (dataset.X, dataset.y, dataset.weights, dataset.split, dataset.is_signal, dataset.column("met")):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    dataset.counts["zz"]["generated"] = -1
    assert dataset.counts["zz"]["generated"] == 100


def test_unknown_column_and_part() -> None:
    dataset = samples.dataset(100)
    with pytest.raises(UnknownNameError, match=r"near names: fatjet0.mass"):
        dataset.column("fatjet0.mas")
    with pytest.raises(UnknownNameError, match="column"):
        dataset.unit("jet0.pt")
    with pytest.raises(UnknownNameError, match="known: train, validation, test"):
        dataset.part("x")
    assert dataset.part("test").sum() == (dataset.split == 2).sum()


@pytest.mark.parametrize("luminosity", [0.0, -1.0, float("inf"), float("nan")])
def test_yields_need_a_luminosity(luminosity: float) -> None:
    with pytest.raises(ArgumentError, match="luminosity"):
        samples.dataset(100).yields(luminosity)


def test_repr() -> None:
    dataset = samples.dataset(100)
    assert repr(dataset).startswith("<dataset of ")
    assert repr(select(dataset, ["met > 1"])).startswith("<selection of ")


@pytest.mark.parametrize("given", [None, 5, b"set", [], "a\0b"])
def test_what_is_no_path_is_refused(given: Any) -> None:
    with pytest.raises(PathError, match="expected the path of a saved dataset, not"):
        Dataset.load(given)
    for export in (samples.dataset(50).to_root, samples.dataset(50).to_hdf5):
        with pytest.raises(PathError, match=r"expected the path of an export, such as 'set\.root', not"):
            export(given)


@pytest.mark.parametrize("name", [None, 5, ["SR"], np.array(["a", "b"])])
def test_what_is_no_name_is_refused(name: Any) -> None:
    dataset = samples.dataset(50)
    for call in (dataset.region, dataset.weights_of, dataset.part, dataset.column):
        with pytest.raises(UnknownNameError, match="unknown"):
            call(name)


def test_a_score_that_is_missing_says_how_it_is_added() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown column 'mlp.score'.*hml.score\(dataset, mlp, name='mlp'\) adds it"
    ):
        samples.dataset(50).column_name("mlp.score")
