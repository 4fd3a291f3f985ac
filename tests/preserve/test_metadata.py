from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnx
import pytest
import samples
from onnx import helper

import hml_jupyter as hml
from hml_jupyter.preserve.metadata import names_in

NAMES = ["jet0,jet1.delta_r", "fatjet0.mass", "fatjet0.phi"]


def model(**said: str) -> Any:
    found = helper.make_model(helper.make_graph([], "g", [], []))
    helper.set_model_props(found, {key.replace("__", "."): text for key, text in said.items()})
    return found


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"hml__input_names": json.dumps(NAMES)}, NAMES),
        ({"input_names": "pt,eta"}, ["pt", "eta"]),
        ({"hml__input_names": '["a"]', "input_names": "b"}, ["a"]),
        ({}, []),
        ({"input_names": "pt,,eta"}, []),
        ({"input_names": "pt,pt"}, []),
        ({"hml__input_names": "[" * 100_000}, []),
        ({"hml__input_names": '{"a": 1}'}, []),
        ({"hml__input_names": "[1, 2]"}, []),
    ],
)
def test_names_that_a_file_says(said: dict[str, str], names: list[str]) -> None:
    assert names_in(model(**said)) == names


def test_names_with_commas_are_kept_from_the_network_to_both_formats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    classes = {"zz": samples.events(200, 1, "signal"), "qcd": samples.events(200, 1, "background")}
    data = hml.build_dataset(classes, hml.Set(NAMES), signal="zz", require="jet.size > 1 and fatjet.size > 0", seed=1)
    bundle = hml.preserve(hml.train(hml.MLP(hidden=(2,)), data, epochs=1, seed=1), luminosity=None, path="mlp")
    found = hml.convert("mlp/model.onnx", "lwtnn", out="mlp.json")
    assert [each["name"] for each in found.content["inputs"]] == NAMES
    back = hml.convert("mlp.json", "onnx", out="back.onnx")
    opened = onnx.load_from_string(back.content)
    assert names_in(opened) == NAMES
    said = {each.key: each.value for each in onnx.load(bundle.folder / "model.onnx").metadata_props}
    assert json.loads(said["hml.input_units"]) == ["", "GeV", "rad"]
    assert json.loads(said["hml.input_phi"]) == {"fatjet0.phi": "[-pi, pi)"}
