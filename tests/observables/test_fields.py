from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.events import MODEL
from hml_jupyter.expressions import parse_cut, parse_observable
from hml_jupyter.observables import Events, canonical_name, fields_of, observables
from hml_jupyter.runs.columns import select_columns


def examples() -> list[str]:
    found = {row.example for row in observables().rows if not {"method", "column"} & {*row.kinds}}
    found |= {f"fatjet0.{name}" for row in observables().rows for name in row.members if "fatjet" in row.branches}
    return sorted(each for each in found if not each.startswith("particle"))


def pruned(events: ak.Array, columns: list[str]) -> ak.Array:
    """Only the columns that are named, of constituents too."""
    kept: dict[str, dict[str, Any]] = {}
    for name in columns:
        branch, _, field = name.partition(".")
        inner = field.removeprefix("Constituents.")
        if inner == field:
            kept.setdefault(branch, {})[field] = events[branch][field]
        else:
            parts = [n.rpartition(".")[2] for n in columns if n.startswith(f"{branch}.Constituents.")]
            kept.setdefault(branch, {})["Constituents"] = events[branch].Constituents[parts]
    return ak.zip({branch: ak.zip(fields, depth_limit=2) for branch, fields in kept.items()}, depth_limit=1)


@pytest.mark.parametrize("name", examples())
def test_every_observable_is_computed_from_its_fields_alone(name: str) -> None:
    node = parse_observable(canonical_name(name))
    columns = fields_of([node])
    events = samples.events(60, 3)
    if columns is None or not all(column.split(".")[0] in events.fields for column in columns):
        events = complete(events)
    assert columns is not None
    least, most = Events(pruned(events, columns)).read(node), Events(events).read(node)
    assert ak.array_equal(least, most, equal_nan=True)


def complete(events: ak.Array) -> ak.Array:
    """Every branch of the model, with made-up leptons."""
    for branch in ("Electron", "Muon", "Photon"):
        fields = {field: events.Jet.PT * 0 + k for k, field in enumerate(MODEL[branch])}
        events[branch] = ak.zip(fields)
    return events


def test_fields_by_hand() -> None:
    def found(*texts: str) -> Any:
        return fields_of([parse_observable(canonical_name(text)) for text in texts])

    assert found("jet0,jet1.delta_r") == ["Jet.Eta", "Jet.Phi"]
    assert found("jet0.pt / met") == ["Jet.PT", "MissingET.MET"]
    assert found("fatjet0.constituents.pt") == ["FatJet.Constituents.PT"]
    assert found("fatjet0.constituents.size") == ["FatJet.Constituents.PT"]
    assert found("jet.size") == ["Jet.PT"]
    assert found("genjet0.pt", "genmissinget0.pt") == ["GenJet.PT", "GenMissingET.MET"]
    assert found("particle0.pt") is None
    assert found("column.m_jj") is None
    assert fields_of([parse_cut("jet[b_tag == 1].size > 0 and met > 30")]) == ["Jet.BTag", "MissingET.MET"]


def test_nothing_is_read_twice() -> None:
    columns = fields_of([parse_observable("jet0.mass"), parse_observable("jet0.pt")])
    events = select_columns(samples.events(10, 1), columns)
    assert events.Jet.fields == ["Mass", "PT"]
    np.testing.assert_array_equal(len(events), 10)


def test_columns_of_a_table() -> None:
    nodes = [parse_cut("column.label_QCD == 1 and jet[pt > column.M_jj]0.eta < 2")]
    assert fields_of(nodes, ["label_QCD", "m_jj", "weight"]) == ["Event.label_QCD", "Event.m_jj", "Jet.Eta", "Jet.PT"]
    assert fields_of(nodes, ["label_QCD"]) is None
