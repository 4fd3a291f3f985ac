from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import samples
import uproot

from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, PathError
from hml_jupyter.representations import Graph, Image, Set
from hml_jupyter.selection import select
from hml_jupyter.tables import open_table

NAMES = ["fatjet0.mass", "jet0,jet1.delta_r", "jet0.pt / jet1.pt", "jet[pt > 30].size"]


@pytest.fixture
def dataset() -> Dataset:
    return samples.dataset(200, observables=NAMES)


def through_root(dataset: Dataset) -> Any:
    return open_table(dataset.to_root("set.root")).read()


def through_hdf5(dataset: Dataset) -> Any:
    return open_table(dataset.to_hdf5("set.h5")).read()


def through_parquet(dataset: Dataset) -> Any:
    dataset.to_pandas().to_parquet("set.parquet")
    return open_table("set.parquet").read()


def through_numpy(dataset: Dataset) -> Any:
    array = dataset.to_numpy()
    return {name: array[name] for name in array.dtype.names or ()}


@pytest.mark.parametrize("through", [through_root, through_hdf5, through_parquet, through_numpy])
def test_round_trip(through: Any, dataset: Dataset, study: Path) -> None:
    found = through(dataset)
    np.testing.assert_array_equal(found["weight"], dataset.weights)
    np.testing.assert_array_equal(found["split"], dataset.split)
    np.testing.assert_array_equal(found["event"], dataset.event)
    rows = {
        name: {column: values[found["class"] == k] for column, values in found.items()}
        for k, name in enumerate(dataset.classes)
    }
    again = build_dataset(rows, Set(NAMES), signal="zz", observables=["fatjet.size", "met"], seed=1)
    assert again.names == dataset.names
    assert again.units == dataset.units
    for name in dataset.column_names:
        np.testing.assert_array_equal(again.column(name), dataset.column(name))
    for k in range(2):
        weights = dataset.weights[dataset.y == k]
        np.testing.assert_allclose(again.weights[again.y == k], weights / weights.sum())


def test_columns_of_a_table_come_back(study: Path) -> None:
    table = pd.DataFrame({"m_jj": np.arange(10.0), "n": range(10)})
    sources = {"a": table, "b": table}
    first = build_dataset(sources, Set(["column.m_jj"]), signal="a", observables=["column.n"], seed=1)
    first.to_root("first.root")
    again = build_dataset({"a": "first.root", "b": table}, Set(["column.m_jj"]), signal="a", seed=1)
    np.testing.assert_array_equal(again.X[:20, 0], first.X[:, 0])


def test_what_is_known_goes_along(dataset: Dataset, study: Path) -> None:
    selected = select(dataset, ["fatjet0.mass > 60"])
    selected.to_hdf5("selected.h5")
    with h5py.File("selected.h5") as file:
        found = json.loads(file.attrs["hml_jupyter"])
        assert file["fatjet0.mass"].attrs["unit"] == "GeV"
        assert len(file["fatjet0.mass"]) == selected.n_events < dataset.n_events
    about = found["about"]
    assert found["classes"] == ["zz", "qcd"]
    assert about["cuts"] == ["fatjet0.mass > 60"]
    assert about["requirement"] == dataset.requirement
    assert about["cross_sections"] == {name: each["cross_section"] for name, each in dataset.counts.items()}
    assert about["declaration"] == dataset.declaration
    assert selected.to_pandas().attrs["about"] == about
    with uproot.open(selected.to_root("selected.root")) as file:
        assert file["events"].num_entries == selected.n_events


def test_images_and_graphs(study: Path) -> None:
    runs = {"zz": samples.Run(60, 1, "signal"), "qcd": samples.Run(60, 2, "background")}
    for representation in (
        Image("fatjet0.constituents", size=(5, 4), channel=["pt", "charge"]),
        Graph("fatjet0.constituents", max_nodes=3, edges=None),
    ):
        dataset = build_dataset(runs, representation, signal="zz", require="fatjet.size > 0", seed=1)
        array = dataset.to_numpy()
        for name, values in dataset.arrays.items():
            np.testing.assert_array_equal(array[name], values)
            for file in (dataset.to_root("arrays.root"), dataset.to_hdf5("arrays.h5")):
                np.testing.assert_array_equal(open_table(file).read([name])[name], values)
        with pytest.raises(ArgumentError, match="a DataFrame has no place for"):
            dataset.to_pandas()


def test_jets_as_rows(study: Path) -> None:
    runs = {"zz": samples.Run(60, 1, "signal"), "qcd": samples.Run(60, 2, "background")}
    dataset = build_dataset(runs, Set(["jet.pt", "met"], per="jet"), signal="zz", seed=1)
    assert list(dataset.to_pandas()["jet.pt"]) == dataset.X[:, 0].tolist()


def test_places(dataset: Dataset, study: Path) -> None:
    (study / "mine.root").write_text("mine")
    with pytest.raises(PathError, match="no export of hml_jupyter"):
        dataset.to_root("mine.root")
    with pytest.raises(PathError, match="there is no folder nowhere"):
        dataset.to_hdf5("nowhere/set.h5")
    dataset.to_hdf5("set.h5")
    assert dataset.to_hdf5("set.h5") == Path("set.h5")


def test_weights_of_variations(study: Path) -> None:
    dataset = samples.dataset(100, variations={"xsec_up": {"qcd": 1.3}})
    selected = select(dataset, ["met > 20"])
    found = open_table(selected.to_root("set.root")).read(["weight", "weight_xsec_up"])
    np.testing.assert_array_equal(found["weight_xsec_up"], selected.weights_of("xsec_up"))
    np.testing.assert_allclose(found["weight_xsec_up"] / found["weight"], np.where(selected.is_signal, 1.0, 1.3))
