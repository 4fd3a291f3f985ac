from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError
from hml_jupyter.methods import Training
from hml_jupyter.preserve.evaluation import evaluate
from hml_jupyter.preserve.lwtnn import lwtnn_of

Trained = Callable[[str], Training]
NETWORKS = ["network", "elu", "silu", "branched"]


@pytest.mark.parametrize("kind", NETWORKS)
def test_lwtnn_gives_the_scores(kind: str, trained: Trained, columns: hml.Dataset) -> None:
    training = trained(kind)
    network = json.loads(json.dumps(lwtnn_of(training), allow_nan=False))
    np.testing.assert_allclose(evaluate(network, columns.X), training.score(columns), rtol=0, atol=1e-6)
    assert ("nodes" in network) == (kind == "branched")


def test_behind_cuts_the_network_is_written_and_the_cuts_as_text(trained: Trained, columns: hml.Dataset) -> None:
    training = trained("cuts and network")
    network = lwtnn_of(training)
    passed = training.score(columns) > 0
    np.testing.assert_allclose(evaluate(network, columns.X)[passed], training.score(columns)[passed], rtol=0, atol=1e-6)
    assert network["miscellaneous"]["cuts"] == " and ".join(training.model.cuts)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("trees", "lwtnn has dense networks on columns; a BoostedDecisionTree is preserved as ONNX alone"),
        ("cuts", "a CutAndCount is preserved as ONNX alone"),
        ("surrogate", "a Surrogate is preserved as ONNX alone"),
        ("learnt cuts", "cuts without a network are no lwtnn network; their text is all there is: column.x"),
        ("gelu", "lwtnn does not have the activation 'gelu' of the layer hidden_0; it has linear, relu"),
    ],
)
def test_what_lwtnn_does_not_have_is_said(kind: str, why: str, trained: Trained) -> None:
    with pytest.raises(ArgumentError, match=why):
        lwtnn_of(trained(kind))


@pytest.mark.parametrize(
    "network", [{}, {"nodes": [], "inputs": [], "outputs": {}}, {"inputs": [], "layers": [{}], "outputs": ["a"]}]
)
def test_what_is_no_network_is_refused(network: dict[str, object]) -> None:
    with pytest.raises(DamagedError, match="no lwtnn network"):
        evaluate(network, np.zeros((2, 3)))


def test_a_node_that_takes_a_later_one_is_refused() -> None:
    nodes = [{"type": "input", "sources": [0], "size": 1}, {"type": "add", "sources": [1, 1]}]
    inputs = [{"name": "n", "variables": [{"name": "a", "offset": 0, "scale": 1}]}]
    graph = {
        "inputs": inputs,
        "nodes": nodes,
        "layers": [],
        "outputs": {"score": {"labels": ["score"], "node_index": 1}},
    }
    with pytest.raises(DamagedError, match="a node takes what comes after it"):
        evaluate(graph, np.zeros((2, 1)))


@pytest.mark.lwtnn
@pytest.mark.parametrize("kind", [*NETWORKS, "cuts and network"])
def test_the_library_agrees(kind: str, trained: Trained, columns: hml.Dataset, tmp_path: Path) -> None:
    """Compile our driver against the installed copy that $LWTNN_DIR names, and compare 100,000 events."""
    installed = Path(os.environ["LWTNN_DIR"])
    driver, source = tmp_path / "driver", Path(__file__).with_name("lwtnn_driver.cc")
    link = [
        f"-I{installed}/include",
        "-I/usr/include/eigen3",
        f"-L{installed}/lib",
        "-llwtnn",
        f"-Wl,-rpath,{installed}/lib",
    ]
    subprocess.run(["g++", "-O1", "-std=c++17", str(source), "-o", str(driver), *link], check=True)
    network = lwtnn_of(trained(kind))
    (tmp_path / "network.json").write_text(json.dumps(network))
    rng = np.random.default_rng(1)
    X = columns.X[rng.integers(0, len(columns.X), 100_000)] + rng.normal(0, 0.1, (100_000, 3))
    events = "\n".join(" ".join(map(repr, row)) for row in X.tolist())
    done = subprocess.run([driver, tmp_path / "network.json"], input=events, capture_output=True, text=True, check=True)
    theirs = np.array(done.stdout.split(), float)
    assert len(theirs) == 100_000
    np.testing.assert_allclose(evaluate(network, X), theirs, rtol=0, atol=1e-12)
