"""Networks with sequences, scored from a card written by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
from preserve.onnx_files import model, node

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, DamagedError, UnknownNameError
from hml_jupyter.preserve import Preserved
from hml_jupyter.preserve.yamlfile import write_yaml

Json = dict[str, Any]


def particle(pt: float, eta: float = 0.0, phi: float = 0.0, charge: int = 0) -> Json:
    return {"PT": pt, "Eta": eta, "Phi": phi, "Mass": 0.0, "Charge": charge}


def jet(pt: float, eta: float, phi: float, *parts: Json) -> Json:
    return {**particle(pt, eta, phi), "Mass": 10.0, "Constituents": list(parts)}


#: Two constituents by rising pt, none, no jet, three of which the hardest come last.
FATJETS = [
    [jet(50.0, 0.0, 3.0, particle(10.0, 0.0, 3.1), particle(40.0, 0.3, -3.0, 1))],
    [jet(60.0, 1.0, 0.0)],
    [],
    [jet(70.0, 0.0, 0.0, particle(8.0), particle(16.0), particle(32.0)), jet(20.0, 0.0, 0.0, particle(20.0))],
]
EVENTS = ak.Array([{"FatJet": each, "MissingET": [{"MET": 5.0, "Eta": 1.0, "Phi": 0.0}]} for each in FATJETS])


def gate(weight: float, memory: float = 0.0) -> Json:
    return {"weights": [weight], "bias": [0.0], "U": [memory]}


#: Recurrent layers of one number, without activation; gates that see nothing are sigmoid(0) = 1/2.
LAYERS: dict[str, Json] = {
    "simplernn": {"h": gate(1.0, 0.5)},
    "lstm": {"i": gate(0.0), "f": gate(0.0), "o": gate(0.0), "c": gate(1.0)},
    "gru": {"z": gate(0.0), "r": gate(0.0), "h": gate(1.0)},
}


def recurrent(kind: str) -> Json:
    """A layer on ``tracks`` of ``pt``, in the form of a graph."""
    layer = {
        "architecture": kind,
        "components": LAYERS[kind],
        "activation": "linear",
        "inner_activation": "sigmoid",
    }
    return {
        "inputs": [],
        "input_sequences": [{"name": "tracks", "variables": [{"name": "pt", "offset": 0.0, "scale": 1.0}]}],
        "layers": [layer],
        "nodes": [
            {"type": "input_sequence", "sources": [0], "size": 1},
            {"type": "sequence", "sources": [0], "layer_index": 0},
        ],
        "outputs": {"score": {"labels": ["score"], "node_index": 1}},
    }


def summed(*variables: str, inputs: tuple[str, ...] = ()) -> Json:
    """The sums of the variables of ``tracks``, behind the inputs of ``jet``."""
    given = [{"name": each, "offset": 0.0, "scale": 1.0} for each in inputs]
    nodes: list[Json] = [
        {"type": "input_sequence", "sources": [0], "size": len(variables)},
        {"type": "sum", "sources": [0]},
    ]
    if inputs:
        nodes += [
            {"type": "input", "sources": [0], "size": len(inputs)},
            {"type": "concatenate", "sources": [2, 1]},
        ]
    return {
        "inputs": [{"name": "jet", "variables": given}] if inputs else [],
        "input_sequences": [
            {"name": "tracks", "variables": [{"name": each, "offset": 0.0, "scale": 1.0} for each in variables]}
        ],
        "layers": [],
        "nodes": nodes,
        "outputs": {"y": {"labels": [*inputs, *variables], "node_index": len(nodes) - 1}},
    }


PT = [{"name": "pt", "unit": "GeV"}]
TRACKS: Json = {"name": "tracks", "objects": "fatjet0.constituents", "order": "falling pt", "variables": PT}


def card(folder: Path, file: Any, *sequences: Json, **more: Any) -> Preserved:
    """A card beside an lwtnn network or an ONNX model."""
    if isinstance(file, dict):
        (folder / "network.json").write_text(json.dumps(file))
    else:
        (folder / "network.onnx").write_bytes(file.SerializeToString())
    network = {"lwtnn": "network.json"} if isinstance(file, dict) else {"onnx": "network.onnx"}
    network |= more.pop("network", {})
    given = {"name": "theirs", "outputs": [{"name": "score"}], "sequences": list(sequences), "networks": [network]}
    write_yaml(folder / "card.yaml", given | more)
    return hml.load_preserved(folder)


def scores(preserved: Preserved, data: Any = EVENTS, **more: Any) -> list[Any]:
    return preserved.score(data, format=next(iter(preserved.card.networks[0].files)), **more).tolist()


@pytest.mark.parametrize(
    ("kind", "order", "two", "three"),
    [
        ("simplernn", "falling pt", 10 + 0.5 * 40, 8 + 0.5 * (16 + 0.5 * 32)),
        ("simplernn", "rising pt", 40 + 0.5 * 10, 32 + 0.5 * (16 + 0.5 * 8)),
        ("simplernn", "as given", 40 + 0.5 * 10, 32 + 0.5 * (16 + 0.5 * 8)),
        # c = c / 2 + x / 2, h = c / 2
        ("lstm", "falling pt", (20 / 2 + 10 / 2) / 2, ((16 / 2 + 16 / 2) / 2 + 8 / 2) / 2),
        # h = h / 2 + x / 2
        ("gru", "falling pt", 20 / 2 + 10 / 2, (16 / 2 + 16 / 2) / 2 + 8 / 2),
    ],
)
def test_recurrent_networks_by_hand(kind: str, order: str, two: float, three: float, tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent(kind), TRACKS | {"order": order})
    np.testing.assert_allclose(scores(theirs), [two, 0.0, np.nan, three], rtol=1e-14)


@pytest.mark.parametrize(
    ("order", "keep", "kept"),
    [
        ("falling pt", "first", [50.0, 48.0]),
        ("falling pt", "last", [50.0, 24.0]),
        ("rising pt", "first", [50.0, 24.0]),
        ("rising pt", "last", [50.0, 48.0]),
    ],
)
def test_of_more_objects_one_end_is_kept(order: str, keep: str, kept: list[float], tmp_path: Path) -> None:
    theirs = card(tmp_path, summed("pt"), TRACKS | {"order": order, "length": 2, "keep": keep})
    found = scores(theirs)
    assert [found[0], found[3]] == kept


def test_variables_have_units_conventions_and_arithmetic(tmp_path: Path) -> None:
    """The hardest constituent alone: MeV, azimuths in [0, 2pi), relative to the jet, and what the grammar can write."""
    variables = [
        {"name": "p_t", "observable": "pt", "unit": "MeV"},
        {"name": "phi", "unit": "rad", "phi": "[0, 2pi)"},
        {"name": "delta_phi", "unit": "deg"},
        {"name": "delta_r"},
        {"name": "logarithm", "observable": "log(1000 * pt)"},
        {"name": "share", "observable": "pt_fraction * charge", "unit": "e"},
    ]
    names = [each["name"] for each in variables]
    theirs = card(
        tmp_path,
        summed(*reversed(names)),
        TRACKS | {"variables": variables, "length": 1},
        outputs=[{"name": name} for name in reversed(names)],
    )
    turned = 2 * math.pi - 6.0
    expected = [40e3, 2 * math.pi - 3, math.degrees(turned), math.hypot(0.3, turned), math.log(40e3), 0.8]
    np.testing.assert_allclose(scores(theirs)[0][::-1], expected, rtol=1e-6)


def test_a_filter_chooses_objects(tmp_path: Path) -> None:
    theirs = card(tmp_path, summed("pt"), TRACKS | {"objects": "fatjet0.constituents[charge != 0]"})
    assert scores(theirs, EVENTS[:2]) == [40.0, 0.0]


def test_several_kinds_of_objects(tmp_path: Path) -> None:
    variables = [*PT, {"name": "is_missinget0"}]
    theirs = card(
        tmp_path,
        summed("pt", "is_missinget0"),
        TRACKS | {"objects": ["fatjet", "missinget0"], "variables": variables},
        outputs=[{"name": "pt"}, {"name": "missing"}],
    )
    assert scores(theirs) == [[55.0, 1.0], [65.0, 1.0], [5.0, 1.0], [95.0, 1.0]]


def test_a_row_for_each_jet_sees_what_is_in_it(tmp_path: Path) -> None:
    theirs = card(
        tmp_path,
        summed("pt", "share", inputs=("fatjet.pt", "met")),
        TRACKS
        | {
            "objects": "fatjet.constituents",
            "variables": [*PT, {"name": "share", "observable": "pt_fraction"}],
        },
        per="FatJet[pt > 10]",
        inputs=[{"name": "fatjet.pt", "unit": "GeV"}, {"name": "met", "unit": "GeV"}],
        outputs=[{"name": name} for name in ("jet", "met", "sum", "share")],
    )
    expected = [[50, 5, 50, 1], [60, 5, 0, 0], [70, 5, 56, 0.8], [20, 5, 20, 1]]
    np.testing.assert_allclose(scores(theirs), expected)
    of_event = card(tmp_path, summed("pt"), TRACKS | {"objects": ["missinget0", "electron"]}, per="fatjet")
    with pytest.raises(UnknownNameError, match="unknown branch 'electron'"):
        scores(of_event)
    every = card(tmp_path, summed("pt"), TRACKS | {"objects": "fatjet"}, per="fatjet")
    with pytest.raises(ArgumentError, match="a row has one fatjet: take what is in it"):
        scores(every)


def test_undefined_values_have_their_padding_or_no_score(tmp_path: Path) -> None:
    """The logarithm of the charge of a neutral particle."""
    logarithm = {"name": "x", "observable": "log(abs(charge))"}
    network = summed("x")
    assert math.isnan(scores(card(tmp_path, network, TRACKS | {"variables": [logarithm]}))[0])
    padded = TRACKS | {"variables": [logarithm | {"padding": -7.0}]}
    assert scores(card(tmp_path, network, padded))[:2] == [-7.0, 0.0]


# padded ONNX files --------------------------------------------------------------------------------------------------


def deep_set(length: Any = 3, *, transposed: bool = False, mask: Any = None) -> Any:
    """The sum of ReLU(x - 1) over the places, and where there is a mask of those that it marks."""
    shape = ["events", 2, length] if transposed else ["events", length, 2]
    nodes, each = [node("Sub", "x one", "a"), node("Relu", "a", "b")], "b"
    if mask is not None:
        nodes.append(node("Mul", "b mask", "c"))
        each = "c"
    nodes.append(node("ReduceSum", f"{each} axes", "y", keepdims=0))
    inputs = {"x": shape} if mask is None else {"x": shape, "mask": mask}
    return model(nodes, {"one": [-1.0], "axes": [2 if transposed else 1]}, inputs)


BOTH = {"variables": [*PT, {"name": "delta_r"}], "length": 3, "padding": 0.0}
OUT = [{"name": "pt"}, {"name": "r"}]
SUM_R = 0.1 + math.hypot(0.3, 2 * math.pi - 6.0)


@pytest.mark.parametrize("length", [3, "objects"])
def test_places_without_an_object_are_padded(length: Any, tmp_path: Path) -> None:
    """Each place adds 1 and what is in it."""
    theirs = card(tmp_path, deep_set(length), TRACKS | BOTH, outputs=OUT)
    np.testing.assert_allclose(scores(theirs)[:2], [[53.0, SUM_R + 3], [3.0, 3.0]], rtol=1e-6)
    theirs = card(tmp_path, deep_set(length), TRACKS | BOTH | {"padding": -1.0}, outputs=OUT)
    np.testing.assert_allclose(scores(theirs)[:2], [[52.0, SUM_R + 2], [0.0, 0.0]], rtol=1e-6)


@pytest.mark.parametrize(("transposed", "mask"), [(False, ["events", 3, 1]), (True, ["events", 1, 3])])
def test_a_mask_tells_where_objects_are(transposed: bool, mask: list[Any], tmp_path: Path) -> None:
    sequence = TRACKS | BOTH | {"mask": "mask", "node": "x", "transposed": transposed}
    theirs = card(tmp_path, deep_set(transposed=transposed, mask=mask), sequence, outputs=OUT)
    np.testing.assert_allclose(scores(theirs)[:2], [[52.0, SUM_R + 2], [0.0, 0.0]], rtol=1e-6)


def test_a_mask_of_two_axes(tmp_path: Path) -> None:
    nodes = [
        node("Mul", "m mask", "a"),
        node("ReduceSum", "x axes", "s"),
        node("Squeeze", "s last", "b"),
        node("ReduceSum", "a one", "c"),
        node("Add", "b c", "y"),
    ]
    made = model(
        nodes, {"m": [100.0], "axes": [1], "one": [1], "last": [2]}, {"x": ["events", 3, 1], "mask": ["events", 3]}
    )
    theirs = card(tmp_path, made, TRACKS | {"length": 3, "padding": 0.0, "mask": "mask", "node": "x"})
    np.testing.assert_allclose(scores(theirs), [250.0, 0.0, np.nan, 356.0])


def test_normalisation_outside_comes_before_padding(tmp_path: Path) -> None:
    network = {"normalisation": "outside", "mean": [20.0, 0.0], "spread": [10.0, 1.0]}
    theirs = card(tmp_path, deep_set(), TRACKS | BOTH, outputs=OUT, network=network)
    # (10 - 20) / 10 = -1 adds 0, (40 - 20) / 10 = 2 adds 3, padding adds 1
    np.testing.assert_allclose(scores(theirs)[:2], [[4.0, SUM_R + 3], [3.0, 3.0]], rtol=1e-6)
    of_each = [{"name": "pt", "unit": "GeV", "padding": 30.0}, {"name": "delta_r", "padding": 1.0}]
    before = {**TRACKS, **BOTH, "variables": of_each}
    del before["padding"]
    theirs = card(tmp_path, deep_set(), before, outputs=OUT, network=network)
    # (30 - 20) / 10 = 1 adds 2
    np.testing.assert_allclose(scores(theirs)[:2], [[5.0, SUM_R + 4], [6.0, 6.0]], rtol=1e-6)


def test_many_events_are_padded_in_batches(tmp_path: Path) -> None:
    theirs = card(tmp_path, deep_set(), TRACKS | BOTH, outputs=OUT)
    lists = [[[1.0, 0.5]] * (i % 4) for i in range(5000)]
    found = theirs.score({"tracks": lists})
    np.testing.assert_allclose(found[:, 0], [3 + min(i % 4, 3) for i in range(5000)])


# given as lists, and as graphs --------------------------------------------------------------------------------------


def test_lists_are_given_by_name(tmp_path: Path) -> None:
    theirs = card(tmp_path, summed("pt", "r"), TRACKS | {"variables": [*PT, {"name": "r"}]}, outputs=OUT)
    numbers = [[[40.0, 0.1], [10.0, 0.2]], []]
    records = ak.Array([[{"r": 0.1, "pt": 40.0}, {"r": 0.2, "pt": 10.0}], []])
    for given in (numbers, ak.Array(numbers), records):
        np.testing.assert_allclose(scores(theirs, {"tracks": given}), [[50.0, 0.3], [0.0, 0.0]])
    with pytest.raises(ArgumentError, match=r"comes by falling pt; in event 1 there is 10 before 40"):
        scores(theirs, {"tracks": [[], [[10.0, 0.1], [40.0, 0.2]]]})
    for bad, why in [
        ({"tracks": [1.0, 2.0]}, "must be lists, one for each event, of elements of 2 numbers"),
        ({"tracks": ak.Array([[{"pt": 1.0}]])}, "the sequence tracks needs r of each object; got pt"),
        ({"tracks": ak.Array([[{"pt": 1.0, "r": 1.0, "eta": 1.0}]])}, "unknown variable of the sequence tracks 'eta'"),
        ({"tracks": ak.Array([None, [[1.0, 2.0]]])}, "is None in an event"),
        ({"track": numbers}, "unknown input of theirs 'track'; near names: tracks"),
        ({}, "theirs needs 'tracks' too; got nothing"),
        (np.zeros((2, 2)), r"it scores events, or {'tracks': ...}; not a ndarray"),
    ]:
        with pytest.raises((ArgumentError, UnknownNameError), match=why):
            scores(theirs, bad)


def test_a_number_for_an_input_and_a_list_for_a_sequence(tmp_path: Path) -> None:
    theirs = card(
        tmp_path,
        summed("pt", inputs=("met",)),
        TRACKS,
        inputs=[{"name": "met", "unit": "GeV"}],
        outputs=[{"name": "met"}, {"name": "sum"}],
    )
    assert scores(theirs, {"met": [5.0], "tracks": [[[1.0]]]}) == [[5.0, 1.0]]
    with pytest.raises(ArgumentError, match="the input met is one number for an event"):
        scores(theirs, {"met": [[5.0, 1.0]], "tracks": [[[1.0]]]})
    with pytest.raises(ArgumentError, match="the sequence tracks is of 2 events, and the others of 1"):
        scores(theirs, {"met": [5.0], "tracks": [[[1.0]], []]})


def test_a_dataset_of_graphs_has_the_objects(tmp_path: Path) -> None:
    many = ak.concatenate([EVENTS] * 3)
    samples = {"signal": many, "background": many}
    variables = [*PT, {"name": "delta_r"}]
    theirs = card(tmp_path, summed("pt", "delta_r"), TRACKS | {"variables": variables}, outputs=OUT)

    def dataset(*nodes: str, **more: Any) -> hml.Dataset:
        graph = hml.Graph("fatjet0.constituents", nodes=[*nodes], edges=None, **more)
        return hml.build_dataset(samples, graph, signal="signal", seed=1)

    np.testing.assert_allclose(scores(theirs, dataset("delta_r", "pt")), 6 * scores(theirs), rtol=1e-6)
    with pytest.raises(ArgumentError, match=r"score the events, or a dataset of hml.Graph\('fatjet0.constituents'"):
        scores(theirs, dataset("pt"))
    with pytest.raises(ArgumentError, match="the dataset has the 2 hardest objects of tracks"):
        scores(theirs, dataset("pt", "delta_r", max_nodes=2))
    columns = hml.build_dataset(samples, hml.Set(["met"]), signal="signal", seed=1)
    with pytest.raises(ArgumentError, match="the sequence tracks is not in the dataset"):
        scores(theirs, columns)


# cards and files that are wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"length": 0}, "length must be from 1 to 4096; got 0"),
        ({"length": 10**9}, "length must be from 1 to 4096"),
        ({"length": 1.5}, "length must be an integer"),
        ({"order": None}, r"sequences\[0\] lacks order"),
        ({"order": "pt"}, "'falling pt' with the hardest first, or 'as given'; not 'pt'"),
        ({"order": "falling "}, "not 'falling '"),
        ({"variables": []}, "the sequence tracks has no variables"),
        ({"variables": PT + PT}, "has the variable pt twice"),
        ({"variables": [{"name": "m", "level": "parameter"}]}, "m of the sequence tracks is a parameter"),
        ({"variables": [{"name": "pt", "node": "x"}]}, "names a node"),
        ({"variables": [{"name": "phi", "phi": "degrees"}]}, "unknown range of phi"),
        ({"variables": [{"name": "pt", "level": "guess"}]}, "unknown level"),
        ({"variables": "pt"}, r"variables must be a list, not 'pt'"),
        ({"keep": "middle"}, "unknown end of the sequence tracks to keep 'middle'"),
        ({"objects": "fatjet0"}, "'fatjet0' is one particle"),
        ({"objects": "fatjet0..pt"}, "is no card that can be used"),
        ({"mask": "mask"}, "has a mask, an input of ONNX files"),
        ({"lenght": 3}, "near names: length"),
        ({"transposed": "yes"}, "transposed must be True or False"),
    ],
)
def test_a_bad_sequence_is_refused(change: Json, why: str, tmp_path: Path) -> None:
    sequence = {name: value for name, value in (TRACKS | change).items() if value is not None}
    with pytest.raises(DamagedError, match=why):
        card(tmp_path, summed("pt"), sequence)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"inputs": [TRACKS]}, r"inputs\[0\] is a list of objects, and inputs are single numbers"),
        ({"inputs": [{"name": "tracks"}]}, "the input tracks is there twice"),
        ({"kind": "graph"}, "a graph has no sequences"),
        ({"network": {"noise": "z"}}, "stands beside the random numbers z"),
        ({"network": {"onnx": "network.onnx"}}, "of network.onnx needs a length"),
        (
            {"network": {"normalisation": "outside", "mean": [1.0, 2.0], "spread": [1.0, 2.0]}},
            "must have a number for each of 1",
        ),
    ],
)
def test_a_bad_card_with_sequences_is_refused(more: Json, why: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match=why):
        card(tmp_path, summed("pt"), TRACKS, **more)


def test_an_onnx_file_needs_a_padding(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match="needs a padding: what the file gets in places without an object"):
        card(tmp_path, deep_set(), TRACKS | {"length": 3})


@pytest.mark.parametrize(
    ("file", "sequences", "more", "why"),
    [
        (lambda: summed("pt"), [TRACKS, TRACKS | {"name": "more"}], {}, "the sequences that network.json takes: tracks; those of the card: tracks, more"),
        (lambda: summed("pt", "eta"), [TRACKS], {}, "the sequence tracks of network.json is of pt, eta, and that of the card of pt"),
        (lambda: summed("pt"), [TRACKS | {"variables": [*PT, {"name": "eta"}]}], {}, "and that of the card of pt, eta"),
        (lambda: summed("pt"), [], {"inputs": [{"name": "met", "unit": "GeV"}]}, "takes: tracks; those of the card: none"),
        (lambda: {"inputs": [{"name": "pt", "offset": 0, "scale": 1}], "layers": [], "outputs": ["y"]}, [TRACKS | {"name": "inputs"}], {}, "takes pt .of inputs., which are single numbers there"),
        (deep_set, [TRACKS | {"length": 3, "padding": 0.0}], {}, r"x of network.onnx has the shape \(3, 2\) for an event, and the card gives \(3, 1\)"),
        (deep_set, [TRACKS | BOTH | {"length": 4}], {}, r"and the card gives \(4, 2\)"),
        (deep_set, [TRACKS | BOTH | {"transposed": True}], {}, r"and the card gives \(2, 3\)"),
        (lambda: model([node("Relu", "x", "y")], {}, {"x": ["events", 2]}), [TRACKS | BOTH], {}, r"has the shape \(2,\) for an event"),
        (deep_set, [TRACKS | BOTH, TRACKS | BOTH | {"name": "more"}], {}, "gives network.onnx more than it takes: x twice"),
        (deep_set, [TRACKS | BOTH | {"mask": "mask"}], {}, "network.onnx takes x, and the card gives x, mask"),
        (lambda: deep_set(mask=["events", 3, 1]), [TRACKS | BOTH | {"node": "x"}], {}, "network.onnx takes x, mask, and the card gives x"),
        (deep_set, [TRACKS | BOTH], {"inputs": [{"name": "met", "unit": "GeV"}]}, "network.onnx takes x, and the card gives inputs, x"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_the_card(
    file: Callable[[], Any], sequences: list[Json], more: Json, why: str, tmp_path: Path
) -> None:
    theirs = card(tmp_path, file(), *sequences, **more)
    with pytest.raises(DamagedError, match=why):
        scores(theirs)


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ({"objects": "fatjt0.constituents"}, UnknownNameError, "unknown branch 'fatjt'; near names: fatjet"),
        ({"objects": None}, ArgumentError, "cannot be found in events: say in the card which objects"),
        ({"order": "falling ptt"}, ArgumentError, "'ptt' of the sequence tracks cannot be computed from events .*near names: pt"),
        ({"variables": [{"name": "d0"}]}, ArgumentError, "'d0' of the sequence tracks cannot be computed from events"),
        ({"variables": [{"name": "pt", "observable": "fatjet0.pt"}]}, ArgumentError, "of each object in a sequence it is 'pt'"),
        ({"variables": [{"name": "pt", "observable": "pt + eta"}]}, ArgumentError, "joins GeV with a pure number"),
        ({"variables": [{"name": "pt"}]}, ArgumentError, "the card says that pt is in no unit, and it is in GeV here"),
        ({"objects": "fatjet", "variables": [{"name": "delta_r"}]}, ArgumentError, "'fatjet' is in none"),
    ],
)  # fmt: skip
def test_what_events_do_not_have(change: Json, error: type[Exception], why: str, tmp_path: Path) -> None:
    sequence = {name: value for name, value in (TRACKS | change).items() if value is not None}
    names = [each["name"] for each in sequence["variables"]]
    with pytest.raises(error, match=why):
        scores(card(tmp_path, summed(*names), sequence))


def test_an_output_for_each_object_is_none_of_an_event(tmp_path: Path) -> None:
    network = summed("pt") | {"outputs": {"y": {"labels": ["y"], "node_index": 0}}}
    with pytest.raises(DamagedError, match="gives y for each object of a sequence"):
        scores(card(tmp_path, network, TRACKS))


# verify -------------------------------------------------------------------------------------------------------------


def reference(folder: Path, events: Any) -> None:
    (folder / "validation").mkdir(exist_ok=True)
    (folder / "validation" / "reference_0.json").write_text(json.dumps(events))


def test_verify_compares_reference_events_with_sequences(tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS)
    found = theirs.verify()
    assert [check.ok for check in found.checks] == [None, True, None]
    assert found.checks[1].text == "1 network, 0 inputs, 1 sequence, 1 output"
    assert "there are no reference events" in found.checks[2].text
    reference(tmp_path, [{"tracks": [{"pt": 40}, {"pt": 10}], "score_lwtnn": 30.0}, {"tracks": [], "score_lwtnn": 0}])
    found = theirs.verify()
    assert found.checks[2].ok
    assert found.checks[2].text == "2 reference events, largest difference 0, allowed 1e-12"
    reference(tmp_path, [{"tracks": [{"pt": 40}], "score_lwtnn": 30.0}])
    assert theirs.verify().checks[2].ok is False
    assert theirs.verify().checks[2].difference == 10.0


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([], "must be a list of events"),
        ({"tracks": []}, "must be a list of events"),
        ([{"tracks": [{"pt": 1}], "score_lwtnn": 1}, {"tracks": []}], "event 1 has tracks; event 0 has tracks, score_lwtnn"),
        ([{"tracks": [{"pt": 1}, {"pt": 1, "eta": 2}], "score_lwtnn": 1}], "each with the same names"),
        ([{"tracks": [1.0], "score_lwtnn": 1}], "must be a list of objects in each event"),
        ([{"tracks": 1.0, "score_lwtnn": 1}], "must be lists, one for each event"),
        ([{"tracks": [{"eta": 1}], "score_lwtnn": 1}], "unknown variable of the sequence tracks 'eta'"),
        ([{"tracks": [{"pt": None}], "score_lwtnn": 1}], "the reference event 0 lacks something"),
        ([{"tracks": [{"pt": "x"}], "score_lwtnn": 1}], "could not convert"),
        ([{"tracks": [{"pt": math.nan}], "score_lwtnn": 1}], "NaN is no number of JSON"),
        ([{"tracks": [{"pt": 1}], "score": 1}], "has no events with a column score_lwtnn"),
    ],
)  # fmt: skip
def test_bad_reference_events_are_named(events: Any, why: str, tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS)
    reference(tmp_path, events)
    check = theirs.verify().checks[2]
    assert not check.ok
    assert why in check.text


def test_reference_events_in_columns_are_none_of_sequences(tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS)
    (tmp_path / "validation").mkdir()
    (tmp_path / "validation" / "reference_0.csv").write_text("pt,score_lwtnn\n1.0,2.0\n")
    assert "the card has sequences: its reference events stand in a file .json" in theirs.verify().checks[2].text


def test_the_table_of_a_card_lists_its_sequences(tmp_path: Path) -> None:
    theirs = card(tmp_path, recurrent("simplernn"), TRACKS | {"length": 40})
    assert "tracks: fatjet0.constituents by falling pt, the first 40 (pt [GeV])" in str(theirs)
    assert any("what each input is" in line for line in theirs.lacking)
