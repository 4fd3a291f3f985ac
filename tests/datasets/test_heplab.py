from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter import progress
from hml_jupyter.calls import Call
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, FileFormatError, PathError, UnknownNameError
from hml_jupyter.selection import select
from tests.heplab.test_reading import IMAGE, OBSERVABLES, SET, ds

RNG = np.random.default_rng(1)
N = 40
SAMPLES = RNG.normal(80, 10, (N, 3))
TARGETS = (np.arange(N) % 4 == 0).astype(np.int32)
NAMES = {0: "qcd", 1: "zz"}


def write(name: str = "old.ds", **members: Any) -> str:
    Path(name).write_bytes(ds(**{"samples": SAMPLES, "targets": TARGETS, **members}))
    return name


def parts(train: Any, validation: Any, test: Any) -> dict[str, bytes]:
    rows = {"train": train, "val": validation, "test": test}
    return {name: ds(samples=SAMPLES[r], targets=TARGETS[r]) for name, r in rows.items() if len(r)}


def test_columns_and_weights(study: Path) -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        dataset = Dataset.from_heplab(write(), signal="zz", classes=NAMES, seed=1)
    assert heard[-1].text.startswith("old.ds: such a file has no cross sections, weights and sources")
    assert dataset.classes == ("qcd", "zz")
    assert dataset.names == ("fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r")
    assert dataset.units == ("GeV", "", "")
    np.testing.assert_array_equal(dataset.X, SAMPLES[np.argsort(TARGETS, kind="stable")])
    np.testing.assert_array_equal(dataset.X, SAMPLES[dataset.event])
    assert dataset.weights[dataset.is_signal].tolist() == [0.1] * 10
    assert dataset.without_cross_section == ("qcd", "zz")
    assert np.bincount(dataset.split).tolist() == [24, 8, 8]
    assert select(dataset, ["fatjet0.mass > 80"]).n_events == (SAMPLES[:, 0] > 80).sum()
    assert dataset.to_numpy()["fatjet0.mass"].shape == (N,)
    assert dataset.describe().n_events == N


def test_names_by_number(study: Path) -> None:
    dataset = Dataset.from_heplab(write(), signal="1", split=(0.5, 0.0, 0.5), seed=1)
    assert (dataset.classes, dataset.signal, dataset.parts) == (("0", "1"), ("1",), (0.5, 0.0, 0.5))
    turned = Dataset.from_heplab("old.ds", signal="zz", classes={1: "zz", 0: "qcd"}, seed=1)
    assert turned.classes == ("zz", "qcd")
    assert (turned.event[turned.is_signal] % 4 == 0).all()


def test_its_own_split_is_kept(study: Path) -> None:
    rows = np.split(RNG.permutation(N), [24, 32])
    write(configs={**SET, "been_split": True, "seed": 42}, **parts(*rows))
    dataset = Dataset.from_heplab("old.ds", signal="zz", classes=NAMES)
    assert (dataset.seed, dataset.parts) == (42, (0.6, 0.2, 0.2))
    for part, mine in zip(("train", "validation", "test"), (rows[0], rows[1], rows[2]), strict=True):
        found = dataset.X[dataset.part(part)]
        assert sorted(found[:, 0]) == sorted(SAMPLES[mine, 0])
    for options in ({"seed": 1}, {"split": (0.5, 0.0, 0.5)}):
        with pytest.raises(ArgumentError, match=r"old\.ds was split by HEP ML Lab, and keeps that"):
            Dataset.from_heplab("old.ds", signal="zz", classes=NAMES, **options)  # type: ignore[arg-type]


def test_two_parts(study: Path) -> None:
    write(configs={**SET, "been_split": True, "seed": None}, **parts(range(20), (), range(20, 40)))
    dataset = Dataset.from_heplab("old.ds", signal="1")
    assert dataset.parts == (0.5, 0.0, 0.5)
    with pytest.raises(ArgumentError, match="leaves no validation events"):
        dataset.check_part("validation")


def test_it_is_kept(study: Path) -> None:
    made = Dataset.from_heplab(write(), signal="zz", classes=NAMES, seed=1, path="study/data/old")
    opened = Dataset.load("study/data/old")
    assert opened.fingerprint == made.fingerprint
    selected = select(made, ["fatjet0.mass > 80"], path="study/data/selected")
    assert Dataset.load("study/data/selected").fingerprint == selected.fingerprint
    write(samples=SAMPLES + 1)
    again = Dataset.from_heplab("old.ds", signal="zz", classes=NAMES, seed=1, path="study/data/old")
    assert again.recipe != made.recipe


def test_it_is_recorded() -> None:
    call = Call("Dataset.from_heplab", ("old.ds",), {"signal": "zz", "classes": NAMES, "path": "study/data/old"}, "old")
    assert call.render().startswith('old = hml.Dataset.from_heplab(\n    "old.ds",')
    assert Call.parse(call.render()) == call


def test_observables_that_we_do_not_have(study: Path) -> None:
    mine = {"0": OBSERVABLES["0"], "1": {"class_name": "My", "config": {"physics_object": "Jet0", "class_name": "my"}}}
    write(configs={**SET, "observable_configs": mine}, samples=SAMPLES[:, :2])
    dataset = Dataset.from_heplab("old.ds", signal="1", seed=1)
    assert dataset.names == ("fatjet0.mass", "column.Jet0_my")
    assert dataset.representation.names == dataset.names
    assert len(dataset.column("Jet0_my")) == N


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"seed": None}, ArgumentError, r"old\.ds was never split: seed= draws"),
        ({"signal": "zzz"}, UnknownNameError, "near names: zz"),
        ({"classes": {0: "qcd"}}, ArgumentError, "its class numbers are 0, 1; classes= gives each a name"),
        ({"classes": {0: "zz", 1: "zz"}}, ArgumentError, "a name of its own"),
        ({"classes": ["qcd", "zz"]}, ArgumentError, r"class numbers of the file, \{0: 'qcd', 1: 'zz'\}, not"),
        ({"split": (0.5, 0.5)}, ArgumentError, "three fractions"),
        ({"split": 0.5}, ArgumentError, "three fractions"),
        ({"file": "none.ds"}, PathError, "there is no file none.ds"),
        ({"file": 3}, PathError, "expected the path of a dataset of HEP ML Lab, not 3"),
    ],
)
def test_bad_input(options: dict[str, Any], error: type[Exception], message: str, study: Path) -> None:
    given = {"file": write(), "signal": "zz", "classes": NAMES, "seed": 1, **options}
    with pytest.raises(error, match=message):
        Dataset.from_heplab(given.pop("file"), **given, path="study/data/old")
    assert not Path("study/data/old").exists()


def test_events_of_one_class(study: Path) -> None:
    write(targets=np.ones(N, int))
    dataset = Dataset.from_heplab("old.ds", signal="1", seed=1)
    assert (dataset.classes, dataset.background, dataset.n_events) == (("1",), (), N)


def test_files_that_are_no_dataset(study: Path) -> None:
    write(samples=SAMPLES[:0], targets=TARGETS[:0])
    with pytest.raises(FileFormatError, match=r"old\.ds: there is no event in it"):
        Dataset.from_heplab("old.ds", signal="1", seed=1)
    order = np.argsort(TARGETS, kind="stable")
    write(configs={**SET, "been_split": True}, **parts(order[:20], (), order[20:]))
    with pytest.raises(FileFormatError, match=r"its train events are all of qcd; split it again"):
        Dataset.from_heplab("old.ds", signal="zz", classes=NAMES)
    nan = SAMPLES.copy()
    nan[:, 1] = np.nan
    write(samples=nan)
    with pytest.raises(ArgumentError, match=r"'fatjet0.tau21' has a finite value in no event of any class"):
        Dataset.from_heplab("old.ds", signal="1", seed=1)


def test_images_are_refused(study: Path) -> None:
    pixels = np.arange(N * 6, dtype=np.float64).reshape(N, 3, 2)
    write(configs=IMAGE, samples=pixels)
    with pytest.raises(ArgumentError, match=r"old\.ds: it holds images, .* build them from the events with hml\.Image"):
        Dataset.from_heplab("old.ds", signal="1", seed=1)
