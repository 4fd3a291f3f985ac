from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from methods import kinds

from hml_jupyter.methods import CNN, GraphNetwork, train
from hml_jupyter.methods.sample import Part, Sample
from hml_jupyter.representations import Graphs

METHOD = GraphNetwork(messages=(6, 6), hidden=(4,), batch_size=64)


def graphs(n: int = 200, places: int = 6, neighbours: int = 3, edge_features: int = 1, seed: int = 1) -> Graphs:
    """Random graphs of one to `places` nodes."""
    rng = np.random.default_rng(seed)
    mask = np.arange(places) < rng.integers(1, places + 1, n)[:, np.newaxis]
    nodes = np.where(mask[:, :, np.newaxis], rng.normal(5, 2, (n, places, 2)), 0).astype(np.float32)
    links = np.full((n, places, neighbours), -1, np.int16)
    for event, count in enumerate(mask.sum(axis=1)):
        for node in range(count):
            others = rng.permutation([k for k in range(count) if k != node])[:neighbours]
            links[event, node, : len(others)] = others
    edges = rng.random((n, places, neighbours, edge_features), np.float32) * (links >= 0)[..., np.newaxis]
    return Graphs(nodes, mask, links, edges.astype(np.float32))


def trained(X: Graphs, epochs: int = 1, method: GraphNetwork = METHOD) -> Any:
    y = (X.nodes[:, 0, 0] > 5).astype(np.int64)
    learner = method.learner(Sample(Part(X, y, np.ones(len(y)), np.ones(len(y))), None), seed=1)
    return learner, learner.advance(0, epochs)


@pytest.fixture(scope="module")
def model() -> Any:
    return trained(graphs())[0].model()


def test_padding_never_matters(model: Any) -> None:
    X = graphs(50)
    wider = [(0, 0), (0, 3), (0, 2), (0, 0)]
    padded = Graphs(
        np.pad(X.nodes, [(0, 0), (0, 3), (0, 0)], constant_values=9.0),
        np.pad(X.mask, wider[:2]),
        np.pad(X.neighbours, wider[:3], constant_values=-1),
        np.pad(X.edges, wider, constant_values=9.0),
    )
    np.testing.assert_allclose(METHOD.scores(model, padded), METHOD.scores(model, X), atol=1e-5)


def test_the_order_of_nodes_never_matters(model: Any) -> None:
    X = graphs(50)
    order = np.random.default_rng(2).permutation(6)
    at = np.append(np.argsort(order), -1)
    moved = Graphs(X.nodes[:, order], X.mask[:, order], at[X.neighbours[:, order]].astype(np.int16), X.edges[:, order])
    np.testing.assert_allclose(METHOD.scores(model, moved), METHOD.scores(model, X), atol=1e-5)


def test_the_order_of_neighbours_never_matters(model: Any) -> None:
    X = graphs(50)
    turned = X._replace(neighbours=X.neighbours[:, :, ::-1], edges=X.edges[:, :, ::-1])
    np.testing.assert_allclose(METHOD.scores(model, turned), METHOD.scores(model, X), atol=1e-5)


@pytest.mark.parametrize("change", ["nodes", "neighbours", "edges"])
def test_what_there_is_matters(model: Any, change: str) -> None:
    X = graphs(50)
    other = X._replace(**{change: getattr(graphs(50, seed=3), change)})
    assert np.abs(METHOD.scores(model, other) - METHOD.scores(model, X)).max() > 1e-3


def test_one_layer_by_hand() -> None:
    X = graphs(20)
    method = GraphNetwork(messages=(3,), hidden=())
    model = trained(X, 1, method)[0].model()
    a = method.arrays(model)
    nodes = (X.nodes - a["mean"]) / np.sqrt(a["variance"])
    edges = (X.edges - a["edge_mean"]) / np.sqrt(a["edge_variance"])
    scores = []
    for event in range(20):
        flow = []
        for i in np.flatnonzero(X.mask[event]):
            sent = []
            for k, j in enumerate(X.neighbours[event, i]):
                if j >= 0:
                    x = np.concatenate([nodes[event, i], nodes[event, j] - nodes[event, i], edges[event, i, k]])
                    for layer in ("edge_0_0", "edge_0_1"):
                        x = np.maximum(x @ a[f"{layer}/kernel"] + a[f"{layer}/bias"], 0)
                    sent.append(x)
            own = nodes[event, i] @ a["node_0/kernel"] + a["node_0/bias"]
            flow.append(np.maximum(own + np.mean(sent or [np.zeros(3)], axis=0), 0))
        logit = np.mean(flow, axis=0) @ a["score/kernel"] + a["score/bias"]
        scores.append(1 / (1 + np.exp(-logit[0])))
    np.testing.assert_allclose(method.scores(model, X), scores, atol=1e-5)


def test_normalised_over_nodes_that_there_are(model: Any) -> None:
    X, arrays = graphs(), METHOD.arrays(model)
    np.testing.assert_allclose(arrays["mean"], X.nodes[X.mask].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(arrays["edge_variance"], X.edges[X.neighbours >= 0].var(axis=0), rtol=1e-5)


@pytest.mark.parametrize(("neighbours", "edge_features"), [(0, 0), (3, 0)], ids=["no edges", "edges without features"])
def test_it_learns(neighbours: int, edge_features: int, tmp_path: Path) -> None:
    X = graphs(300, neighbours=neighbours, edge_features=edge_features)
    method = GraphNetwork(messages=(8,), hidden=(8,), batch_size=64, learning_rate=0.02)
    learner, curves = trained(X, 12, method)
    assert curves["accuracy"][-1] > 0.75
    assert any(name.startswith("edge") for name in method.arrays(learner.model())) == bool(neighbours)


def test_save_and_load(model: Any, tmp_path: Path) -> None:
    METHOD.save(model, tmp_path / "model.keras")
    loaded = METHOD.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(METHOD.scores(loaded, graphs()), METHOD.scores(model, graphs()))
    np.testing.assert_equal(METHOD.arrays(loaded), METHOD.arrays(model))


PROGRAM = "from methods.test_graph_network import prints; print(*prints())"


def prints() -> list[str]:
    """Return the fingerprints of a trained CNN and of a trained graph network."""
    cnn = train(CNN(filters=(4,), batch_size=64, dropout=0.1), kinds.dataset(kinds.IMAGE), seed=1, epochs=2)
    graph = train(GraphNetwork(messages=(6,), batch_size=64), kinds.dataset(kinds.GRAPH), seed=1, epochs=2)
    return [cnn.fingerprint, graph.fingerprint]


def test_the_same_in_a_fresh_process() -> None:
    """Both networks of this kind at once: a process costs more than they do."""
    tests = Path(kinds.__file__).parents[1]
    program = f"import sys; sys.path[:0] = {[str(tests), str(tests.parent)]!r}\n{PROGRAM}"
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    here = prints()
    assert other.communicate()[0].split()[-2:] == here
