from __future__ import annotations

import awkward as ak
import numpy as np
import pytest
import samples

from hml_jupyter.observables.particles import Particles, nth


@pytest.mark.parametrize("index", [0, 1, 5])
def test_nth_agrees_with_awkward(index: int) -> None:
    jets = samples.events(50, seed=3).Jet
    for lists in (jets, jets[::2], jets[jets.PT > 60], ak.Array([[1.0, 2.0], [], [3.0]])):
        assert nth(lists, index).tolist() == ak.firsts(lists[:, index : index + 1]).tolist()


def test_values_are_read_once_and_stay() -> None:
    jet = Particles(nth(samples.handmade().Jet, 0), "jet0", "jet", True)
    assert jet["PT"] is jet["PT"]
    with pytest.raises(ValueError, match="read-only"):
        jet["PT"][0] = 1.0


def test_together_takes_nested_lists() -> None:
    nested = ak.Array([[[{"PT": 1.0}, {"PT": 2.0}], []], []])
    parts = Particles(nested, "fatjet.constituents", "constituents", False)
    assert parts.together(lambda pt: ak.sum(pt, axis=1), parts["PT"]).tolist() == [[3.0, 0.0], []]


def test_together_of_absent_parents_is_missing() -> None:
    parts = Particles(
        ak.Array([[{"PT": 1.0}], []]), "fatjet0.constituents", "constituents", False, np.array([False, True])
    )
    assert parts.count.tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
