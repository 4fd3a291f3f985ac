from __future__ import annotations

import ast
import json
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.calls import Call, Ref
from hml_jupyter.canonical import digest
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.literals import literal, value_of
from hml_jupyter.observables import Events, branches
from hml_jupyter.representations import Graph, from_config
from hml_jupyter.representations import graph as graphs


def fat(*particles: tuple[float, ...]) -> dict[str, Any]:
    """An event with one fat jet at (0.1, 3.1) of particles (pt, eta, phi, charge)."""
    parts = [dict(zip(("PT", "Eta", "Phi", "Charge"), (*p, 0)[:4], strict=True)) for p in particles]
    return samples.event(fatjets=[{"PT": 100.0, "Eta": 0.1, "Phi": 3.1, "Mass": 90.0, "Constituents": parts}])


def told(graph: Graph, record: ak.Array, source: str = "") -> tuple[dict[str, Any], list[str]]:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        made = graph.read(Events(record, source))
    return made, [each.text for each in heard if each.is_notice]


#: Out of order; three and one particles, none, and no jet.
RECORD = ak.Array(
    [
        fat((10.0, 0.1, 3.1, 1), (30.0, 0.4, -3.1, -1), (20.0, 0.1, 2.9, 0)),
        fat((5.0, 0.0, 0.0, 0)),
        fat(),
        samples.event(),
    ]
)


def test_constituents_by_falling_pt() -> None:
    made, texts = told(Graph("fatjet0.constituents", max_nodes=4, edges=None), RECORD, "'zz'")
    nodes, count = made["nodes"], made["count"]
    assert (nodes.dtype, nodes.shape, count.dtype) == (np.float32, (4, 4, 4), np.int16)
    across = 2 * np.pi - 6.2
    wanted = [[30.0, 0.3, across, -1.0], [20.0, 0.0, -0.2, 0.0], [10.0, 0.0, 0.0, 1.0], [0.0] * 4]
    np.testing.assert_allclose(nodes[0], wanted, atol=1e-6)
    assert count.tolist() == [3, 1, 0, 0]
    assert not nodes[2].any()
    assert np.isnan(nodes[3]).all()
    assert texts == ["graph of fatjet0.constituents: 1 of 4 events of 'zz' have no such jet: their nodes are NaN"]


@pytest.mark.parametrize("huge", [np.inf, np.nan, 1e39, 1e300])
def test_a_particle_that_is_nowhere_is_no_node(huge: float) -> None:
    graph = Graph("fatjet0.constituents", max_nodes=4, edge_features=["kt", "z"], edges="complete")
    record = ak.Array([fat((10.0, 0.1, 3.1, 1), (huge, 0.1, 3.1, 1)), fat((10.0, 0.1, 3.1, 1), (10.0, huge, 3.1, 1))])
    made, _ = told(graph, record)
    assert made["count"].tolist() == [1, 1]
    assert all(np.isfinite(each).all() for each in graph.expand(made))


def test_the_softest_are_left_out() -> None:
    made, texts = told(Graph("fatjet0.constituents", nodes=["pt"], edges=None, max_nodes=2), RECORD[:2])
    assert made["nodes"][..., 0].tolist() == [[30.0, 20.0], [5.0, 0.0]]
    assert made["count"].tolist() == [2, 1]
    assert texts == [
        "graph of fatjet0.constituents: 1 of 2 events have more than max_nodes=2 nodes: the softest are left out"
    ]


def test_objects_of_several_kinds() -> None:
    graph = Graph(["jet", "fatjet0", "missinget0"], nodes=["pt", "mass", "b_tag"], edges="complete", max_nodes=4)
    assert graph.names == ("pt", "mass", "b_tag", "is_jet", "is_fatjet0", "is_missinget0")
    assert graph.units == {"pt": "GeV", "mass": "GeV", **dict.fromkeys(graph.names[2:], "")}
    made, _ = told(graph, samples.handmade())
    assert made["count"].tolist() == [4, 4, 2, 1]
    assert made["nodes"][0].tolist() == [
        [300.0, 91.0, 0.0, 0.0, 1.0, 0.0],
        [100.0, 10.0, 1.0, 1.0, 0.0, 0.0],
        [60.0, 5.0, 0.0, 1.0, 0.0, 0.0],
        [50.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ]
    assert made["nodes"][3, 0].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]


def test_an_event_without_nodes_is_a_graph() -> None:
    made, texts = told(Graph("jet", max_nodes=3, edges="complete"), samples.handmade())
    assert made["count"].tolist() == [2, 3, 1, 0]
    assert not made["nodes"][3].any()
    assert texts == []


def test_equal_ones_keep_their_order() -> None:
    record = ak.Array([fat((10.0, 0.3, 0.0), (20.0, 0.0, 0.0), (10.0, 0.2, 0.0), (10.0, 0.1, 0.0))])
    made, _ = told(Graph("fatjet0.constituents", nodes=["pt", "eta"], edges=None, max_nodes=4), record)
    np.testing.assert_allclose(made["nodes"][0, :, 1], [0.0, 0.3, 0.2, 0.1], rtol=1e-6)


def test_expand() -> None:
    graph = Graph("fatjet0.constituents", edges=("knn", 2), edge_features=["delta_r", "z"], max_nodes=4)
    made, _ = told(graph, RECORD)
    nodes, mask, neighbours, edges = graph.expand(made)
    assert nodes is made["nodes"]
    assert mask.sum(axis=1).tolist() == [3, 1, 0, 0]
    # 30 at (0.3, 0.083), 20 at (0, -0.2), 10 at (0, 0) from the axis
    assert neighbours[0].tolist() == [[2, 1], [2, 0], [1, 0], [-1, -1]]
    assert (neighbours[1:] == -1).all()
    far, near = np.hypot(0.3, 2 * np.pi - 6.2), np.hypot(0.3, 2 * np.pi - 6.0)
    wanted = [[[far, 0.25], [near, 0.4]], [[0.2, 1 / 3], [near, 0.4]], [[0.2, 1 / 3], [far, 0.25]], [[0, 0], [0, 0]]]
    np.testing.assert_allclose(edges[0], wanted, atol=1e-6)
    assert not edges[1:].any()


@pytest.mark.parametrize(
    ("edges", "most", "first"),
    [
        (None, 0, []),
        ("complete", 3, [1, 2, -1]),
        (("knn", 1), 1, [2]),
        (("radius", 0.32), 3, [2, -1, -1]),
        (("radius", 9.0), 3, [2, 1, -1]),
        (("radius", 9.0, 1), 1, [2]),
    ],
)
def test_edges(edges: Any, most: int, first: list[int]) -> None:
    graph = Graph("fatjet0.constituents", edges=edges, max_nodes=4)
    found = graph.expand(told(graph, RECORD)[0])
    assert graph.max_neighbours == most
    assert found.neighbours.shape == (4, 4, most)
    assert found.edges.shape == (4, 4, most, 0)
    assert found.neighbours[0, 0].tolist() == first


def test_edges_do_not_depend_on_what_else_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph("fatjet0.constituents", edges=("knn", 3), edge_features=["delta_r", "kt"], max_nodes=5)
    record = samples.events(60, 8)
    made, _ = told(graph, record)
    whole = graph.expand(made)
    rows = np.array([50, 3, 17])
    for ours, theirs in zip(graph.expand({k: v[rows] for k, v in made.items()}), whole, strict=True):
        np.testing.assert_array_equal(ours, theirs[rows])
    monkeypatch.setattr(graphs, "NODES", 35)
    monkeypatch.setattr(graphs, "PAIRS", 100)
    again, _ = told(graph, record)
    np.testing.assert_array_equal(again["nodes"], made["nodes"])
    for ours, theirs in zip(graph.expand(again), whole, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert graph.expand({k: v[:0] for k, v in made.items()}).edges.shape == (0, 5, 3, 2)


def test_neighbours_are_other_nodes() -> None:
    graph = Graph(["jet", "fatjet"], edges=("radius", 2.0, 3), max_nodes=6)
    _, mask, neighbours, _ = graph.expand(told(graph, samples.events(200, 4))[0])
    n, places, _ = neighbours.shape
    event, place, _ = np.nonzero(neighbours >= 0)
    assert len(event) > 100
    assert mask[event, place].all()
    assert mask[event, neighbours[neighbours >= 0]].all()
    assert (neighbours != np.arange(places)[:, None]).all()
    # within a radius everybody is the neighbour of its neighbours, unless it has nearer ones
    everyone = Graph(["jet", "fatjet"], edges=("radius", 2.0), max_nodes=6)
    found = everyone.expand(told(everyone, samples.events(200, 4))[0]).neighbours
    pairs = np.zeros((n, places, places), bool)
    event, place, slot = np.nonzero(found >= 0)
    pairs[event, place, found[event, place, slot]] = True
    assert (pairs == pairs.transpose(0, 2, 1)).all()


def test_expand_refuses_other_arrays() -> None:
    graph = Graph("jet", edges="complete", max_nodes=3)
    made, _ = told(graph, samples.handmade())
    with pytest.raises(ArgumentError, match=r"\('n', 4, 4\) belong to this Graph; got \(4, 3, 4\) and 4 counts"):
        Graph("jet", edges="complete", max_nodes=4).expand(made)


def test_graph_can_be_recorded() -> None:
    made = Graph(
        "FatJet0.Constituents", nodes=["Pt", "delta_eta", "delta_phi"], edges=["radius", 1, 4], edge_features=["kt"]
    )
    call = Call("build_dataset", ({"zz": Ref("zz")}, made), {"signal": "zz"}, "dataset")
    assert Call.parse(call.render()) == call
    assert literal(Graph(["jet", "muon"], edges="complete", max_nodes=8)) == (
        'hml.Graph(\n    ["jet", "muon"],\n    nodes=["pt", "eta", "phi", "mass"],\n    edges="complete",\n    max_nodes=8,\n)'
    )
    for each in (made, Graph("jet", edges=None), Graph(["jet", "missinget0"], edges="complete"), Graph("jet")):
        assert value_of(ast.parse(literal(each), mode="eval").body) == each
        assert hml.Graph(**{k: v for k, v in each.get_config().items() if k != "kind"}) == each
        assert hash(from_config(json.loads(json.dumps(each.get_config())))) == hash(each)
        assert digest(each) == digest(from_config(each.get_config()))


def test_declaration() -> None:
    graph = Graph("fatjet0.constituents", edges=("knn", 4), edge_features=["kt"], max_nodes=16)
    declared = json.loads(json.dumps(graph.declaration()))
    assert declared["kind"] == "graph"
    assert declared["features"][2] == {"name": "delta_phi", "unit": "rad"}
    assert declared["padding"] == "0 up to 16 nodes; the softest of more are left out; count tells how many there are"
    assert declared["steps"] == [
        {"step": "nodes", "features": ["pt", "delta_eta", "delta_phi", "charge"], "max_nodes": 16},
        {"step": "edges", "edges": ["knn", 4], "max_neighbours": 4},
        {"step": "edge features", "features": [{"name": "kt", "unit": "GeV"}]},
    ]
    assert branches(graph.needed) == {"fatjet": True}
    assert branches(Graph(["jet", "missinget0"]).needed) == {"jet": False, "missinget": False}


@pytest.mark.parametrize(
    ("of", "options", "text"),
    [
        ("jet", {"max_nodes": 8}, "8 neighbours of each node, and max_nodes=8 leaves at most 7: 'complete' takes all"),
        ("jet", {"max_nodes": 0}, "must be from 1 to 512"),
        (
            "jet",
            {"edges": "knn"},
            r"\('knn', 8\), \('radius', 0.4\), \('radius', 0.4, 16\), 'complete' or None; got 'knn'",
        ),
        ("jet", {"edges": ("knn", 8, 2)}, "'complete' or None"),
        ("jet", {"edges": np.array(["knn", "8"])}, "'complete' or None; got array"),
        ("jet", {"edges": np.ones(2)}, "'complete' or None; got array"),
        ("jet", {"edges": ("knn", 2.5)}, "must be an integer"),
        ("jet", {"edges": ("radius", -1.0)}, "at least 0"),
        ("jet", {"edges": None, "edge_features": ["kt"]}, r"edges=None has none: edges=\('knn', 8\) has"),
        ("jet", {"nodes": ["pt"]}, r"edges=\('knn', 8\)\) needs 'eta' among the nodes: nodes=\['pt', 'eta'\]"),
        ("fatjet0.constituents", {"nodes": ["pt"]}, "needs 'delta_eta' among the nodes"),
        ("fatjet0.constituents", {"edge_features": ["invariant_mass"]}, "needs 'eta' among the nodes"),
        ("jet", {"nodes": ["eta", "phi"], "edge_features": ["z"]}, r"edge_features=\['z'\]\) needs 'pt' among"),
        ("jet", {"edge_features": ["z", "z"]}, "'z' twice"),
        ("jet", {"edge_features": 3}, "is a list of delta_eta"),
        ("jet", {"nodes": ["delta_eta"]}, "'jet' is in none"),
        ("jet", {"nodes": []}, "a list of features"),
        ("muon0", {}, "'muon0' is one particle"),
    ],
)
def test_graph_refuses(of: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        Graph(of, **options)


def test_graph_refuses_names() -> None:
    with pytest.raises(UnknownNameError, match=r"feature in .*edge_features"):
        Graph("jet", edge_features=[np.array(["kt", "z"])])  # type: ignore[list-item]
    with pytest.raises(UnknownNameError, match="unknown option of Graph 'node'; near names: nodes"):
        Graph("jet", node=["pt"])  # type: ignore[call-arg]
    with pytest.raises(UnknownNameError, match="'delta_rr'; near names: delta_r"):
        Graph("jet", edge_features=["delta_rr"])
    with pytest.raises(UnknownNameError, match="'knnn'; near names: knn"):
        Graph("jet", edges=("knnn", 8))
    with pytest.raises(UnknownNameError, match="'masss'; near names: mass"):
        Graph("jet", nodes=["masss"])
