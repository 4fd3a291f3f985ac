from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hml_jupyter import progress
from hml_jupyter.errors import FileFormatError, PathError
from hml_jupyter.heplab import LabDataset, read_heplab

#: As SetDataset(["FatJet0.Mass", "FatJet0.Tau21", "Jet0,Jet1.DeltaR"]).config of version 0.4.3.
OBSERVABLES = {
    "0": {"class_name": "M", "config": {"physics_object": "FatJet0", "class_name": "Mass"}},
    "1": {"class_name": "TauMN", "config": {"physics_object": "FatJet0", "class_name": "Tau21", "m": 2, "n": 1}},
    "2": {"class_name": "AngularDistance", "config": {"physics_object": "Jet0,Jet1", "class_name": "DeltaR"}},
}
SET = {"observable_configs": OBSERVABLES, "class_name": "SetDataset", "been_split": False, "seed": None}
SAMPLES = np.arange(12, dtype=np.float32).reshape(4, 3)
TARGETS = np.array([1, 0, 1, 0], np.int32)


def config(name: str, objects: str = "FatJet0.Constituents") -> dict[str, Any]:
    return {"class_name": name, "config": {"physics_object": objects, "class_name": name}}


IMAGE = {
    "height_config": config("Phi"),
    "width_config": config("Eta"),
    "channel_config": None,
    "registered_methods": [
        ["translate", {"origin": "SubJet0"}],
        ["pixelate", {"size": [2, 3], "range": [[-1, 1], [-1, 2]]}],
    ],
    "been_pixelated": True,
    "w_bins": [-1.0, 0.0, 1.0, 2.0],
    "h_bins": [-1.0, 0.0, 1.0],
    "class_name": "ImageDataset",
    "been_split": False,
    "seed": None,
}


def npz(**arrays: Any) -> bytes:
    data = io.BytesIO()
    np.savez(data, **arrays)
    return data.getvalue()


def archive(members: dict[str, bytes | str], compression: int = zipfile.ZIP_STORED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def ds(configs: Any = SET, samples: Any = SAMPLES, targets: Any = TARGETS, **parts: bytes) -> bytes:
    """The bytes of a dataset, as SetDataset.save writes them."""
    members: dict[str, bytes | str] = {
        "configs.json": json.dumps(configs),
        "data.npz": npz(samples=samples, targets=targets),
    }
    return archive({**members, **{f"{name}.ds": data for name, data in parts.items()}})


def read(data: bytes) -> LabDataset:
    path = Path("dataset.ds")
    path.write_bytes(data)
    return read_heplab(path)


def test_columns(study: Path) -> None:
    found = read(ds())
    assert list(found.columns) == ["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r"]
    assert found.names["Jet0,Jet1.DeltaR"] == "jet0,jet1.delta_r"
    assert found.columns["fatjet0.tau21"].tolist() == [1.0, 4.0, 7.0, 10.0]
    assert found.columns["fatjet0.mass"].dtype == np.float64
    assert found.targets.tolist() == [1, 0, 1, 0]
    assert (found.split, found.seed, found.images, found.image, found.unknown) == (None, None, None, None, ())


def test_split(study: Path) -> None:
    parts = {
        "train": ds(samples=SAMPLES[[2, 0]], targets=TARGETS[[2, 0]]),
        "test": ds(samples=SAMPLES[[3]], targets=TARGETS[[3]]),
        "val": ds(samples=SAMPLES[[1]], targets=TARGETS[[1]]),
    }
    found = read(ds({**SET, "been_split": True, "seed": 42}, **parts))
    assert found.seed == 42
    assert found.split is not None
    assert found.split.tolist() == [0, 0, 1, 2]
    assert found.columns["fatjet0.mass"].tolist() == [6.0, 0.0, 3.0, 9.0]
    assert found.targets.tolist() == [1, 1, 0, 0]


def test_observables_that_we_do_not_have(study: Path) -> None:
    mine = {"0": {"class_name": "MyOwn", "config": {"physics_object": "Jet0", "class_name": "my_own"}}}
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        found = read(ds({**SET, "observable_configs": mine}, SAMPLES[:, :1]))
    assert found.unknown == ("Jet0.my_own",)
    assert list(found.columns) == ["Jet0.my_own"]
    assert heard[0].text == "dataset.ds: Jet0.my_own: no observable is called so; the names are kept"


def test_generic_names_of_n_subjettiness(study: Path) -> None:
    configs = {
        "0": {"class_name": "TauN", "config": {"physics_object": "FatJet0", "class_name": "TauN", "n": 3}},
        "1": {"class_name": "TauMN", "config": {"physics_object": "FatJet0", "class_name": "TauMN", "m": 3, "n": 2}},
        "2": {"class_name": "E", "config": {"physics_object": "Jet0", "class_name": None}},
    }
    assert list(read(ds({**SET, "observable_configs": configs})).columns) == [
        "fatjet0.tau3",
        "fatjet0.tau32",
        "jet0.energy",
    ]


def test_missing_values_and_targets_in_a_column(study: Path) -> None:
    samples = SAMPLES.copy()
    samples[1, 2] = np.nan
    found = read(ds(samples=samples, targets=TARGETS[:, np.newaxis]))
    assert np.isnan(found.columns["jet0,jet1.delta_r"][1])
    assert found.targets.shape == (4,)


def test_images(study: Path) -> None:
    pixels = np.arange(4 * 3 * 2, dtype=np.float64).reshape(4, 3, 2)  # events, width, height
    found = read(ds(IMAGE, pixels))
    assert found.images is not None
    assert found.image is not None
    assert found.images.shape == (4, 2, 3)
    assert found.images[1, 0, 2] == pixels[1, 2, 0]
    assert (found.image.height, found.image.width) == ("fatjet0.constituents.phi", "fatjet0.constituents.eta")
    assert found.image.channel is None
    assert found.image.width_edges is not None
    assert found.image.width_edges.tolist() == [-1.0, 0.0, 1.0, 2.0]
    assert found.image.steps[0] == ("translate", {"origin": "SubJet0"})
    assert found.columns == {}


def test_images_of_older_versions(study: Path) -> None:
    old = {"height": "FatJet0.Constituents.Phi", "width": "FatJet0.Constituents.Eta", "channel": "FatJet0.Constituents.Pt",
           "registered_methods": [], "been_split": False, "seed": None}  # fmt: skip
    image = read(ds(old, np.zeros((4, 3, 2)))).image
    assert image is not None
    assert image.channel == "fatjet0.constituents.pt"
    assert image.height_edges is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no archive", "expected a dataset of HEP ML Lab"),
        (ds()[:-200], "expected a dataset of HEP ML Lab"),
        (archive({"configs.json": "{}"}), "data.npz is missing"),
        (archive({"data.npz": b""}), "configs.json is missing"),
        (archive({"configs.json": "{}", "data.npz": b"", "../evil.py": b""}), r"found '\.\./evil\.py'"),
        (archive({"configs.json": "{}", "data.npz": b"", "/etc/passwd": b""}), "found '/etc/passwd'"),
        (archive({"configs.json": "no JSON", "data.npz": b""}), r"configs\.json is no JSON"),
        (archive({"configs.json": "[" * 100_000, "data.npz": b""}), r"configs\.json is no JSON"),
        (archive({"configs.json": "[]", "data.npz": b""}), "describes nothing"),
        (archive({"configs.json": json.dumps(SET), "data.npz": b"no archive"}), "expected a dataset of HEP ML Lab"),
        (archive({"configs.json": json.dumps(SET), "data.npz": npz(samples=SAMPLES)}), "targets is missing"),
        (ds(samples=SAMPLES[:, :2]), r"3 observables are described, the samples are of shape \(4, 2\)"),
        (ds(targets=TARGETS[:3]), r"samples are of shape \(4, 3\) and targets of \(3,\)"),
        (ds(targets=TARGETS + 0.5), "the targets are no class numbers"),
        (ds({**SET, "observable_configs": {"0": 7}}), "an observable without class_name and config"),
        (
            ds({**SET, "observable_configs": dict.fromkeys("012", OBSERVABLES["0"])}),
            "'FatJet0.Mass' is there twice",
        ),
        (ds({"been_split": False}), "expected columns, or images"),
        (ds(IMAGE, np.zeros((4, 2, 3))), "the edges of the pixels do not fit 2 of them"),
        (ds({**IMAGE, "registered_methods": ["x"]}, np.zeros((4, 3, 2))), "a step of an image that is none"),
        (ds(train=ds()), r"expected train\.ds and test\.ds"),
        (ds(train=ds(), test=ds()), "its parts hold 8 events, the whole 4"),
        (ds(train=ds(train=ds()), test=ds()), r"train\.ds: .*found 'train\.ds'"),
        (ds(samples=np.array([None] * 4)), "Python objects"),
    ],
)
def test_what_is_refused(study: Path, data: bytes, why: str) -> None:
    with pytest.raises(FileFormatError, match=why) as error:
        read(data)
    assert "dataset.ds" in str(error.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice(study: Path) -> None:
    with zipfile.ZipFile("dataset.ds", "w") as file:
        for name in ("configs.json", "data.npz", "configs.json"):
            file.writestr(name, "{}")
    with pytest.raises(FileFormatError, match=r"'configs\.json' is there twice"):
        read_heplab("dataset.ds")


def test_a_bomb_is_refused_before_it_unpacks(study: Path) -> None:
    bomb = archive({"configs.json": json.dumps(SET), "data.npz": b"\0" * (64 << 20)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(FileFormatError, match=r"data\.npz would unpack to 67,108,864 bytes"):
        read(bomb)
    inner = io.BytesIO()
    np.savez_compressed(inner, samples=np.zeros((8 << 20, 1)), targets=np.zeros(8 << 20, np.int8))
    with pytest.raises(FileFormatError, match=r"samples\.npy would unpack to 67,108,992 bytes"):
        read(archive({"configs.json": json.dumps(SET), "data.npz": inner.getvalue()}))


def test_an_encrypted_member_is_refused(study: Path) -> None:
    data = bytearray(ds())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.index(mark) + place
        data[at : at + 2] = struct.pack("<H", 1)
    with pytest.raises(FileFormatError, match="expected a dataset of HEP ML Lab"):
        read(bytes(data))


def test_no_file(study: Path) -> None:
    with pytest.raises(PathError, match=r"there is no file nothing\.ds"):
        read_heplab("nothing.ds")
