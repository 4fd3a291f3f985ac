from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from preserve.onnx_files import model, node
from preserve.sequence_cards import (
    BOTH,
    PT,
    TRACKS,
    Json,
    card,
    deep_set,
    scores,
    summed,
)

from hml_jupyter.errors import DamagedError


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
        (
            {"mask": "mask", "marks": "paddings"},
            "unknown places that the mask of the sequence tracks marks 'paddings'; near names: padding",
        ),
        ({"mask": "mask", "marks": 0}, r"marks must be a text, not 0"),
        ({"marks": "padding"}, "says what its mask marks, and no mask"),
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


def test_an_output_for_each_object_is_none_of_an_event(tmp_path: Path) -> None:
    network = summed("pt") | {"outputs": {"y": {"labels": ["y"], "node_index": 0}}}
    with pytest.raises(DamagedError, match="gives y for each object of a sequence"):
        scores(card(tmp_path, network, TRACKS))
