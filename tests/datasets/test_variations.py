from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import samples

from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError
from hml_jupyter.representations import Set
from hml_jupyter.selection import select

VARIATIONS = {
    "xsec_up": {"qcd": 1.3},
    "lumi_up": 1.02,
    "tag_up": "1 + 0.1 * Jet0.BTag",
}


def build(**options: Any) -> Dataset:
    runs = {"zz": samples.Run(300, 1, "signal"), "qcd": samples.Run(300, 2, "background")}
    given = {"variations": VARIATIONS, "require": "jet.size > 0", **options}
    return build_dataset(runs, Set(["met"]), signal="zz", observables=["jet0.b_tag"], seed=1, **given)


def test_factors_on_the_weights(study: Path) -> None:
    dataset, without = build(path="study/data/set"), build(variations=None)
    assert dataset.fingerprint != without.fingerprint
    np.testing.assert_array_equal(dataset.weights, without.weights)
    qcd, tag = dataset.y == 1, dataset.column("jet0.b_tag")
    np.testing.assert_allclose(dataset.weights_of("xsec_up"), dataset.weights * np.where(qcd, 1.3, 1.0))
    np.testing.assert_allclose(dataset.weights_of("lumi_up"), dataset.weights * 1.02)
    np.testing.assert_allclose(dataset.weights_of("tag_up"), dataset.weights * (1 + 0.1 * tag))
    np.testing.assert_allclose(dataset.yields(139, "lumi_up"), 1.02 * dataset.yields(139))
    opened = Dataset.load("study/data/set")
    assert opened.variations["tag_up"] == dict.fromkeys(("zz", "qcd"), "1 + 0.1 * jet0.b_tag")
    np.testing.assert_array_equal(opened.weights_of("tag_up"), dataset.weights_of("tag_up"))


def test_selections_inherit_variations() -> None:
    dataset = build(variations={"xsec_up": {"qcd": 1.3}})
    selected = select(dataset, ["met > 30"])
    np.testing.assert_array_equal(selected.weights_of("xsec_up"), dataset.weights_of("xsec_up")[selected.mask])


def test_variations_of_jets_are_those_of_their_event() -> None:
    runs = {"zz": samples.Run(50, 1, "signal"), "qcd": samples.Run(50, 2, "background")}
    shape = {"shape": "1 + met / (met + jet0.pt)"}
    jets = build_dataset(
        runs,
        Set(["jet.pt", "met", "jet0.pt"], per="jet"),
        signal="zz",
        variations=shape,
        require="jet.size > 0",
        seed=1,
    )
    met, pt = jets.column("met"), jets.column("jet0.pt")
    np.testing.assert_allclose(jets.weights_of("shape"), jets.weights * (1 + met / (met + pt)))


@pytest.mark.parametrize(
    ("variations", "error", "message"),
    [
        ([1.2], ArgumentError, "a dictionary of names and factors"),
        ({"": 1.2}, ArgumentError, "printable text such as 'scale_up'"),
        ({"up": -1}, ArgumentError, "a positive number or a text"),
        ({"up": float("nan")}, ArgumentError, "a positive number or a text"),
        ({"up": True}, ArgumentError, "a positive number or a text"),
        ({"up": {"qcdd": 1.2}}, UnknownNameError, "class in the variation 'up' 'qcdd'; near names: qcd"),
        ({"up": "1 +"}, ExpressionError, "text ends"),
        ({"up": "met"}, ArgumentError, "is in GeV; a factor on weights has no unit"),
        ({"up": "1 + jet0.ptt / met"}, UnknownNameError, "near names: jet0.pt"),
        (
            {"up": "1 + jet1.pt / met"},
            ArgumentError,
            "has no finite value in .* of .* events of 'zz': require the objects",
        ),
        ({"up": "1 - 2 * jet0.b_tag"}, ArgumentError, r"is below 0 in .* of .* events of 'zz', down to -1"),
        ({"up": "1 + jet.b_tag"}, ArgumentError, "for each element of a collection"),
    ],
)
def test_bad_input(variations: Any, error: type[Exception], message: str, study: Path) -> None:
    with pytest.raises(error, match=message):
        build(variations=variations, path="study/data/set")
    assert not (study / "study" / "data" / "set").exists()


def test_unknown_variation() -> None:
    with pytest.raises(UnknownNameError, match="near names: lumi_up"):
        build(variations={"lumi_up": 1.02}).weights_of("lumi")
