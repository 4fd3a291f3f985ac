from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError
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
