from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset, build_dataset, example
from hml_jupyter.errors import ArgumentError, DamagedError, EmptySelectionError, ExpressionError, UnknownNameError
from hml_jupyter.metrics import asimov
from hml_jupyter.representations import Set
from hml_jupyter.selection import cutflow, select


def test_select_masks_everything() -> None:
    dataset = samples.dataset(200)
    selected = select(dataset, ["fatjet0.mass > 70", "FatJet0.M < 110"])
    mass = dataset.column("fatjet0.mass")
    mask = (mass > 70) & (mass < 110)
    assert selected.n_events == mask.sum()
    assert selected.cuts == ("fatjet0.mass > 70", "fatjet0.mass < 110")
    assert selected.parent is dataset
    for field in ("X", "y", "weights", "split", "event", "is_signal"):
        np.testing.assert_array_equal(getattr(selected, field), getattr(dataset, field)[mask])
    np.testing.assert_array_equal(selected.column("met"), dataset.column("met")[mask])
    assert (selected.counts, selected.fractions) == (dataset.counts, dataset.fractions)


def test_select_from_a_selection() -> None:
    dataset = samples.dataset(200)
    second = select(select(dataset, ["fatjet0.mass > 70"]), ["met > 20"])
    at_once = select(dataset, ["fatjet0.mass > 70", "met > 20"])
    np.testing.assert_array_equal(second.X, at_once.X)
    assert second.cuts == ("met > 20",)
    assert second.all_cuts == at_once.cuts
    assert second.root is dataset


def test_select_without_cuts_keeps_everything() -> None:
    dataset = samples.dataset(100)
    np.testing.assert_array_equal(select(dataset, []).X, dataset.X)


def test_select_is_kept_as_cuts_and_a_mask(study: Path) -> None:
    dataset = samples.dataset(200, path="study/data/set")
    selected = select(dataset, ["met > 20"], path="study/data/deep/selected")
    files = sorted(file.name for file in selected.folder.iterdir())
    assert files == ["mask.bin", "result.json", "selection.json"]
    assert (selected.folder / "mask.bin").stat().st_size == -(-dataset.n_events // 8)
    assert '"path": "../../set"' in (selected.folder / "selection.json").read_text()
    assert select(dataset, ["MissingET0.MET > 20.0"], path="study/data/deep/selected").recipe == selected.recipe
    other = select(dataset, ["met > 30"], path="study/data/deep/selected")
    assert other.n_events < selected.n_events


def test_select_needs_a_saved_dataset_to_be_saved(study: Path) -> None:
    with pytest.raises(ArgumentError, match="give build_dataset a path too"):
        select(samples.dataset(100), ["met > 20"], path="study/data/selected")


def test_select_that_leaves_nothing(study: Path) -> None:
    dataset = samples.dataset(100, path="study/data/set")
    with pytest.raises(EmptySelectionError, match=r"none of \d+ events passes \(fatjet0.mass > 5000\)"):
        select(dataset, ["fatjet0.mass > 5000"], path="study/data/selected")
    assert not (study / "study" / "data" / "selected").exists()


def test_select_that_leaves_no_event_of_a_class_says_so() -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        select(samples.dataset(100), ["fatjet0.mass > 130"])
    assert any("of 'zz' is left" in each.text for each in heard)


@pytest.mark.parametrize("verb", [select, cutflow])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"zz": 1}, "needs a dataset, not a dict: hml.build_dataset"),
        (None, "needs a dataset, not a NoneType"),
        ("study/data/set", r"needs a dataset, not the text of a path: hml.Dataset.load\('study/data/set'\) opens one"),
    ],
)
def test_what_is_no_dataset(verb: Callable[..., Any], given: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{verb.__name__} {message}"):
        verb(given, ["met > 1"])


@pytest.mark.parametrize("cuts", [Cut("met > 1"), {"met": 1}, None])
def test_select_takes_a_list_of_texts(cuts: Any) -> None:
    with pytest.raises(ArgumentError, match=r"^cuts is a list of texts: \['met > 100'\], not "):
        select(samples.dataset(50), cuts)


def test_a_column_that_may_be_meant_is_named() -> None:
    dataset = samples.dataset(40)
    with pytest.raises(
        UnknownNameError, match=r"unknown observable or column 'fatjet0\.tauu21'; near names: fatjet0\.tau21"
    ):
        select(dataset, ["fatjet0.tauu21 < 0.5"])
    with pytest.raises(UnknownNameError, match=r"unknown observable 'x'.*hml\.observables\(\) lists all"):
        select(dataset, ["x < 0.5"])


def test_a_selection_of_what_is_damaged_is_refused(study: Path) -> None:
    dataset = samples.dataset(100, path="study/data/set")
    first = select(dataset, ["met > 10"], path="study/data/first")
    file = Path("study/data/set/events.parquet")
    content = file.read_bytes()
    file.write_bytes(content + b"x")
    for parent in (dataset, first):
        with pytest.raises(DamagedError, match=r"set/events.parquet is not what was saved"):
            select(parent, ["met > 20"])
    file.write_bytes(content)
    samples.dataset(100, seed=2, path="study/data/set")
    for parent in (dataset, first):
        with pytest.raises(DamagedError, match="set has been made anew since it was loaded"):
            select(parent, ["met > 20"])


def test_select_refuses() -> None:
    dataset = samples.dataset(100)
    with pytest.raises(ArgumentError, match=r"a list of texts: \['met > 1'\]"):
        select(dataset, "met > 1")
    with pytest.raises(ArgumentError, match="a list of texts"):
        select(dataset, None)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match=r"near names: fatjet0.mass"):
        select(dataset, ["fatjet0.soft_drop_mass > 1"])
    with pytest.raises(ExpressionError):
        select(dataset, ["met >"])


def two_classes() -> object:
    """Signal 2 pb from 4 events of weights 1 1 1 5; background 30 pb from 100 events."""
    signal = samples.Run(4, 1, "signal", cross_section=2.0)
    masses = [90.0, 80.0, 20.0, 0.0]
    signal._events = build_events(masses, [1.0, 1.0, 1.0, 5.0])
    signal.sum_of_weights = 8.0
    background = samples.Run(100, 1, "background", cross_section=30.0)
    background._events = build_events([float(m) for m in range(1, 101)], [1.0] * 100)
    return build_dataset(
        {"zz": signal, "qcd": background},
        Set(["fatjet0.mass"]),
        signal="zz",
        require="fatjet.size > 0",
        split=(0.0, 0.0, 1.0),
        seed=1,
    )


def build_events(masses: list[float], weights: list[float]) -> object:
    import awkward as ak

    rows = zip(masses, weights, strict=True)
    return ak.Array([samples.event(fatjets=[{"Mass": m}] if m else [], weight=w) for m, w in rows])


def test_cutflow_by_hand() -> None:
    flow = cutflow(two_classes(), ["fatjet0.mass >= 51", "fatjet0.mass < 85"], luminosity=2.0)
    assert [row.label for row in flow.rows] == [
        "generated",
        "fatjet.size > 0",
        "fatjet0.mass >= 51",
        "fatjet0.mass < 85",
    ]
    zz = [row.counts["zz"] for row in flow.rows]
    assert [c.events for c in zz] == [4, 3, 2, 1]
    # 2 pb x 2 /fb = 4000 events; each unit of weight is 500
    assert [c.expected for c in zz] == pytest.approx([4000, 1500, 1000, 500])
    assert [c.efficiency for c in zz] == pytest.approx([1, 3 / 8, 2 / 8, 1 / 8])
    assert [c.relative for c in zz] == pytest.approx([1, 3 / 8, 2 / 3, 1 / 2])
    assert zz[0].error == pytest.approx(500 * np.sqrt(28))
    assert zz[2].error == pytest.approx(500 * np.sqrt(2))
    qcd = [row.counts["qcd"] for row in flow.rows]
    assert [c.events for c in qcd] == [100, 100, 50, 34]
    assert [c.expected for c in qcd] == pytest.approx([60000, 60000, 30000, 20400])
    assert [c.error for c in qcd] == pytest.approx([600 * n**0.5 for n in (100, 100, 50, 34)])
    last = flow.rows[-1].significance
    assert last is not None
    assert last.value == pytest.approx(asimov(500, 20400, 600 * 34**0.5))
    assert last.n_effective == pytest.approx(34)


def test_cutflow_without_enough_background() -> None:
    found = cutflow(two_classes(), ["fatjet0.mass >= 98"]).rows[-1].significance
    assert found is not None
    assert found.value is None
    assert found.reason == "cannot be estimated: 3 effective background events, at least 10 needed"
    assert cutflow(two_classes(), ["fatjet0.mass >= 98"], floor=2).rows[-1].significance.value is not None


def test_cutflow_of_signal_alone_is_cross_section_times_luminosity_times_efficiency() -> None:
    dataset = samples.alone(400)
    flow = cutflow(dataset, ["met > 100"], luminosity=139)
    assert (flow.classes, flow.signal) == (("zz",), ("zz",))
    passing = int(ak.sum(samples.events(400, 1).MissingET.MET[:, 0] > 100))
    found = flow.rows[-1].counts["zz"]
    assert 0 < passing < 400
    assert (found.events, found.efficiency) == (passing, pytest.approx(passing / 400))
    per_event = 0.5 * 139_000 / 400  # 0.5 pb
    assert found.expected == pytest.approx(per_event * passing)
    assert found.error == pytest.approx(per_event * passing**0.5)
    for row in flow.rows:
        assert row.significance is not None
        assert (row.significance.value, row.significance.error, row.significance.b) == (None, None, 0.0)
        assert row.significance.reason == "cannot be estimated: the dataset has no background"
    assert cutflow(dataset, ["met > 100"], luminosity=None).rows[-1].counts["zz"].expected is None


def test_cutflow_where_nothing_is_left() -> None:
    rows = cutflow(two_classes(), ["fatjet0.mass > 900", "fatjet0.mass > 901"]).rows
    assert rows[-2].counts["qcd"].relative == 0.0
    assert rows[-1].counts["qcd"].relative is None
    assert rows[-1].significance.reason.endswith("no background event is left")


def test_cutflow_of_a_selection_begins_with_the_generated_events() -> None:
    dataset = samples.dataset(200)
    first = select(dataset, ["fatjet0.mass > 70"])
    flow = cutflow(select(first, ["met > 20"]), ["fatjet.size >= 1"])
    assert [row.label for row in flow.rows][-3:] == ["fatjet0.mass > 70", "met > 20", "fatjet.size >= 1"]
    assert flow.rows == cutflow(dataset, ["fatjet0.mass > 70", "met > 20", "fatjet.size >= 1"]).rows
    assert cutflow(first).rows == flow.rows[:-2]
    assert flow.rows[-1].counts["zz"].events == (select(first, ["met > 20"]).y == 0).sum()


def test_cutflow_without_cross_section() -> None:
    events = {"zz": samples.events(50, 1), "qcd": samples.events(50, 2, "background")}
    dataset = build_dataset(events, Set(["met"]), signal="zz", seed=1)
    with pytest.raises(ArgumentError, match="luminosity=None"):
        cutflow(dataset, ["met > 10"])
    flow = cutflow(dataset, ["met > 10"], luminosity=None)
    passing = int(Cut("met > 10")(events["zz"]).sum())
    assert flow.rows[-1].counts["zz"].events == passing
    assert flow.rows[-1].counts["zz"].efficiency == pytest.approx(passing / 50)
    assert flow.rows[-1].counts["zz"].expected is None
    assert flow.rows[-1].significance is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"luminosity": "139"}, "luminosity='139' must be a positive number of fb"),
        ({"luminosity": True}, "luminosity=True"),
        ({"floor": "x"}, "floor='x' must be a number of background events"),
        ({"floor": -1}, "floor=-1"),
        ({"lumi": 139}, "unknown option of cutflow 'lumi'; near names: luminosity"),
    ],
)
def test_cutflow_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises((ArgumentError, UnknownNameError), match=message):
        cutflow(samples.dataset(50), **options)


def test_cutflow_refuses() -> None:
    dataset = samples.dataset(100)
    with pytest.raises(ArgumentError, match="luminosity"):
        cutflow(dataset, luminosity=-1)
    with pytest.raises(UnknownNameError, match="column"):
        cutflow(dataset, ["jet0.pt > 3"])


@pytest.mark.parametrize("cuts", [np.array(["met > 1", "met > 2"]), 5, "met > 1"])
def test_what_is_no_list_of_cuts_is_refused(cuts: Any) -> None:
    dataset = samples.dataset(50)
    for call in (lambda: select(dataset, cuts), lambda: cutflow(dataset, cuts, luminosity=None)):
        with pytest.raises(ArgumentError, match="cuts is a list of texts"):
            call()


def with_mass() -> Dataset:
    masses = np.array([40.0, 90.0, 120.0, np.nan] * 15)
    tables = {name: hml.open_table({"m": masses, "x": masses / 10}) for name in ("zz", "qcd")}
    return hml.build_dataset(tables, hml.Set(["column.m"]), signal="zz", seed=1, observables=["column.x"])


@pytest.mark.parametrize(
    ("cuts", "says"),
    [
        (["m > 500"], r"\(column.m > 500\); nothing was selected: column.m is from 40 to 120$"),
        (
            ["m > 100", "x < 5", "m > 5"],
            r"nothing was selected: before \(column.x < 5\) there are 30, column.x is from 12 to 12$",
        ),
        (["m > 500 and x > 0"], "column.m is from 40 to 120, column.x is from 4 to 12$"),
    ],
)
def test_a_cut_that_leaves_nothing_says_where_the_values_are(cuts: list[str], says: str) -> None:
    with pytest.raises(EmptySelectionError, match=says):
        select(with_mass(), [cut.replace("m ", "column.m ").replace("x ", "column.x ") for cut in cuts])


def test_the_range_has_its_unit() -> None:
    with pytest.raises(EmptySelectionError, match=r"fatjet0.mass is from \S+ to \S+ GeV$"):
        select(example(), ["fatjet0.mass > 5000"])


def test_a_name_without_its_object_is_looked_for_among_the_columns() -> None:
    with pytest.raises(ArgumentError, match=r"^this dataset has fatjet0.mass; 'mass': mass is of one object"):
        select(example(), ["mass > 50"])
    with pytest.raises(ArgumentError, match=r"^'eta': eta is of one object"):
        select(example(), ["eta > 0.5"])
