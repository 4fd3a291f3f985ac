"""Our evaluation against the lwtnn library itself."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
from preserve import written
from preserve.expressed import EXPRESSED
from preserve.onnx_files import model

import hml_jupyter as hml
from hml_jupyter.methods import Training
from hml_jupyter.preserve.evaluation import evaluate, outputs
from hml_jupyter.preserve.lwtnn import lwtnn_of
from hml_jupyter.preserve.reading import read_lwtnn
from hml_jupyter.preserve.yamlfile import write_yaml

Trained = Callable[[str], Training]
Run = Callable[[Any, list[str]], list[list[float]]]
EVENTS = 20_000


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Our driver, compiled against the installed copy that $LWTNN_DIR names."""
    installed, folder = Path(os.environ["LWTNN_DIR"]), tmp_path_factory.mktemp("lwtnn")
    driver, source = folder / "driver", Path(__file__).with_name("lwtnn_driver.cc")
    link = [
        f"-I{installed}/include",
        "-I/usr/include/eigen3",
        f"-L{installed}/lib",
        "-llwtnn",
        f"-Wl,-rpath,{installed}/lib",
    ]
    subprocess.run(["g++", "-O1", "-std=c++17", str(source), "-o", str(driver), *link], check=True)

    def run(network: Any, events: list[str]) -> list[list[float]]:
        file = folder / "network.json"
        file.write_text(json.dumps(network, allow_nan=False))
        done = subprocess.run([driver, file], input="\n".join(events), capture_output=True, text=True, check=True)
        return [[float(value) for value in line.split()] for line in done.stdout.splitlines()]

    return run


@pytest.mark.lwtnn
@pytest.mark.parametrize("kind", ["network", "elu", "silu", "branched", "cuts and network"])
def test_our_networks(kind: str, trained: Trained, columns: hml.Dataset, library: Run) -> None:
    network = lwtnn_of(trained(kind))
    rng = np.random.default_rng(1)
    X = columns.X[rng.integers(0, len(columns.X), 100_000)] + rng.normal(0, 0.1, (100_000, 3))
    theirs = np.array(library(network, [" ".join(map(repr, row)) for row in X.tolist()]))
    assert theirs.shape == (100_000, 1)
    np.testing.assert_allclose(evaluate(network, X), theirs[:, 0], rtol=0, atol=1e-12)


@pytest.mark.lwtnn
@pytest.mark.parametrize("kind", written.NETWORKS)
def test_every_kind_of_network(kind: str, library: Run) -> None:
    network = written.NETWORKS[kind]()
    known = read_lwtnn(network)
    rng = np.random.default_rng(2)
    lengths = rng.integers(written.SHORTEST.get(kind, 0), 12, EVENTS)
    given: dict[str, Any] = {}
    for each in known.inputs:
        given[each.name] = rng.normal(0, 3, (EVENTS, len(each.names)))
        given[each.name][rng.random(EVENTS) < 0.2, np.isfinite(each.defaults)] = np.nan
    for each in known.sequences:
        elements = rng.normal(0, 2, (lengths.sum(), len(each.names)))
        if kind == "embedding":
            elements[:, 2] = rng.integers(0, 4, len(elements))
        given[each.name] = np.split(elements, np.cumsum(lengths)[:-1])
    ours = outputs(network, given)
    theirs = library(network, [_line(known, given, i) for i in range(EVENTS)])
    for i, line in enumerate(theirs):
        found = np.concatenate([np.ravel(ours[name][i]) for name in sorted(ours)])
        assert len(found) == len(line)
        np.testing.assert_allclose(found, line, rtol=1e-12, atol=1e-12)


@pytest.mark.lwtnn
@pytest.mark.parametrize("name", EXPRESSED)
def test_converted_networks(name: str, library: Run, tmp_path: Path) -> None:
    nodes, constants, inputs = EXPRESSED[name]
    (tmp_path / "model.onnx").write_bytes(model(nodes, constants, inputs).SerializeToString())
    network = hml.convert(tmp_path / "model.onnx", "lwtnn").content
    known = read_lwtnn(network)
    (each,) = known.inputs
    given = {each.name: np.random.default_rng(5).normal(0, 3, (1000, len(each.names)))}
    (ours,) = outputs(known, given).values()
    theirs = library(network, [_line(known, given, i) for i in range(1000)])
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.lwtnn
def test_a_card_with_sequences(library: Run, tmp_path: Path) -> None:
    """A tagger of jets: two of their numbers, and the five hardest of their constituents, which we sort and measure here."""
    network = written.NETWORKS["lstm"]()
    scales = {"pt": 0.01, "eta": 1.0, "met": 1e-5}, {"part_pt": 1e-4, "delta_r": 5.0}
    for each, one in zip((network["inputs"][0], network["input_sequences"][0]), scales, strict=True):
        each["variables"] = [{"name": name, "offset": -0.1, "scale": scale} for name, scale in one.items()]
    (tmp_path / "network.json").write_text(json.dumps(network))
    inputs = [{"name": name, "unit": unit} for name, unit in (("pt", "GeV"), ("eta", ""), ("met", "MeV"))]
    inputs[0]["observable"], inputs[1]["observable"] = "jet.pt", "jet.eta"
    tracks = {
        "name": "tracks",
        "objects": "jet.constituents",
        "order": "falling pt",
        "length": 5,
        "variables": [{"name": "delta_r"}, {"name": "part_pt", "observable": "pt", "unit": "MeV"}],
    }
    card = {
        "name": "tagger",
        "per": "jet",
        "inputs": inputs,
        "sequences": [tracks],
        "networks": [{"lwtnn": "network.json"}],
    }
    write_yaml(tmp_path / "card.yaml", card | {"outputs": [{"name": name} for name in ("b", "light", "m0", "m1")]})
    rng = np.random.default_rng(4)
    events, lines = [], []
    for _ in range(2000):
        jets, met = rng.uniform([20, -2, -3], [200, 2, 3], (rng.integers(0, 4), 3)), rng.uniform(0, 100)
        parts = [jet * [0.1, 1, 1] + rng.normal(0, [2, 0.2, 0.2], (rng.integers(0, 9), 3)) for jet in jets]
        events.append((met, jets, parts))
        for jet, inside in zip(jets, parts, strict=True):
            ordered = inside[np.argsort(-inside[:, 0])][:5]
            apart = (ordered[:, 2] - jet[2] + np.pi) % (2 * np.pi) - np.pi
            elements = np.column_stack([1000 * ordered[:, 0], np.hypot(ordered[:, 1] - jet[1], apart)])
            lines.append(
                " ".join(map(repr, [*jet[:2].tolist(), 1000 * met, len(elements), *elements.ravel().tolist()]))
            )
    found = hml.load_preserved(tmp_path).score(ak.Array([_event(*each) for each in events]))
    theirs = np.array(library(network, lines))
    assert len(found) > 2000
    np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-12)
    assert np.ptp(found, axis=0).min() > 0.1


def _event(met: float, jets: Any, parts: Any) -> dict[str, Any]:
    def particles(values: Any) -> list[dict[str, Any]]:
        return [{"PT": pt, "Eta": eta, "Phi": phi, "Mass": 0.0} for pt, eta, phi in values.tolist()]

    inside = zip(particles(jets), parts, strict=True)
    return {
        "MissingET": [{"MET": met, "Eta": 0.0, "Phi": 0.0}],
        "Jet": [jet | {"Constituents": particles(each)} for jet, each in inside],
    }


def _line(network: Any, given: dict[str, Any], i: int) -> str:
    parts = [given[each.name][i].tolist() for each in network.inputs]
    for each in network.sequences:
        elements = given[each.name][i]
        parts += [[len(elements)], elements.ravel().tolist()]
    return " ".join(repr(value) for part in parts for value in part)
