from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.expressions import render
from hml_jupyter.observables import Events
from hml_jupyter.representations.clouds import batches, canonical_objects, parent, read_axis, read_cloud


def cloud(events: ak.Array, objects: str | list[str], *names: str):
    return read_cloud(Events(events), canonical_objects(objects, "Graph"), names)


def test_constituents_of_one_jet() -> None:
    found = cloud(samples.handmade(), "fatjet0.constituents", "charge")
    assert found.counts.tolist() == [2, 0, 0, 0]
    assert found.missing.tolist() == [False, True, True, True]
    assert found.values["pt"].tolist() == [200.0, 100.0]
    assert found.values["eta"].tolist() == [0.0, 0.2]
    assert found.values["charge"].tolist() == [1.0, 0.0]


def test_collections() -> None:
    found = cloud(samples.handmade(), "jet[pt > 35]", "b_tag")
    assert found.counts.tolist() == [2, 2, 0, 0]
    assert not found.missing.any()
    assert found.values["pt"].tolist() == [100.0, 60.0, 80.0, 40.0]
    assert found.values["b_tag"].tolist() == [1.0, 0.0, 0.0, 1.0]
    assert found.event.tolist() == [0, 0, 1, 1]


def test_several_kinds_event_by_event() -> None:
    found = cloud(samples.handmade(), ["jet0", "fatjet", "missinget0"], "b_tag", "mass")
    assert found.counts.tolist() == [3, 2, 2, 1]
    assert found.values["pt"].tolist() == [100.0, 300.0, 50.0, 80.0, 20.0, 30.0, 5.0, 1.0]
    assert found.kind.tolist() == [0, 1, 2, 0, 2, 0, 2, 2]
    # what a fat jet or missing momentum does not have is 0
    assert found.values["b_tag"].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert found.values["mass"][:3].tolist() == [10.0, 91.0, 0.0]


def test_constituents_of_all_jets() -> None:
    parts = [[{"PT": 5.0}, {"PT": 4.0}], [{"PT": 3.0}]]
    event = samples.event(jets=[{"PT": 9.0, "Constituents": each} for each in parts])
    found = cloud(ak.Array([event, samples.event(), event]), "jet.constituents")
    assert found.counts.tolist() == [3, 0, 3]
    assert found.values["pt"].tolist() == [5.0, 4.0, 3.0] * 2
    assert not found.missing.any()
    first = cloud(ak.Array([event, samples.event()]), "jet.constituents0")
    assert (first.counts.tolist(), first.values["pt"].tolist()) == ([2, 0], [5.0, 3.0])


def test_particles_along_the_beam_are_left_out() -> None:
    event = samples.event(jets=[{"PT": 9.0, "Eta": np.inf}, {"PT": 3.0, "Eta": 1.0}])
    found = cloud(ak.Array([event, event]), "jet", "mass")
    assert (found.counts.tolist(), found.values["eta"].tolist()) == ([1, 1], [1.0, 1.0])
    assert len(found.values["mass"]) == 2


def test_an_observable_that_nothing_has() -> None:
    with pytest.raises(UnknownNameError, match="field of 'jet' 'Tau'"):
        cloud(samples.handmade(), "jet", "tau21")
    with pytest.raises(UnknownNameError, match="field of 'jet' 'Tau'"):
        cloud(samples.handmade(), ["jet", "missinget0"], "tau21")
    with pytest.raises(UnknownNameError, match="branch 'muon'"):
        cloud(samples.handmade(), ["jet", "muon"])


def test_canonical_objects() -> None:
    assert [render(each) for each in canonical_objects(["Jet[PT>30]", "MissingET0"], "Graph")] == [
        "jet[pt > 30]",
        "missinget0",
    ]
    with pytest.raises(ArgumentError, match=r"'jet0' is one particle, Graph is of many: 'jet0\.constituents'"):
        canonical_objects("jet0", "Graph")
    with pytest.raises(ArgumentError, match="Graph is of particles"):
        canonical_objects(None, "Graph")  # type: ignore[arg-type]


def test_parent_and_axis() -> None:
    assert parent(canonical_objects("jet.constituents", "Image")) is None
    assert parent(canonical_objects(["jet", "fatjet0.constituents"], "Image")) is None
    jet = parent(canonical_objects("fatjet[mass > 50]0.constituents:10", "Image"))
    assert jet is not None
    assert render(jet) == "fatjet[mass > 50]0"
    axis = read_axis(Events(samples.handmade()), jet)
    np.testing.assert_allclose(axis.pt, [300.0, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(axis.energy[0], np.hypot(91.0, 300.0 * np.cosh(0.1)))


def test_batches() -> None:
    pieces = list(batches(Events(samples.handmade(), "here"), 3))
    assert [(start, len(each.record), each.source) for start, each in pieces] == [(0, 3, "here"), (3, 1, "here")]
