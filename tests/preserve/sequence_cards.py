"""Cards of networks with sequences, written by hand, and tiny networks for them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import awkward as ak
from preserve.onnx_files import model, node

import hml_jupyter as hml
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


def scores(preserved: Preserved, data: Any = EVENTS) -> list[Any]:
    return preserved.score(data).tolist()


def deep_set(length: Any = 3, *, transposed: bool = False, mask: Any = None) -> Any:
    """The sum of ReLU(x + 1) over the places, and where there is a mask of those that it marks."""
    shape = ["events", 2, length] if transposed else ["events", length, 2]
    nodes, each = [node("Add", "x one", "a"), node("Relu", "a", "b")], "b"
    if mask is not None:
        nodes.append(node("Mul", "b mask", "c"))
        each = "c"
    nodes.append(node("ReduceSum", f"{each} axes", "y", keepdims=0))
    inputs = {"x": shape} if mask is None else {"x": shape, "mask": mask}
    return model(nodes, {"one": [1.0], "axes": [2 if transposed else 1]}, inputs)


BOTH = {"variables": [*PT, {"name": "delta_r"}], "length": 3, "padding": 0.0}
OUT = [{"name": "pt"}, {"name": "r"}]
SUM_R = 0.1 + math.hypot(0.3, 2 * math.pi - 6.0)
