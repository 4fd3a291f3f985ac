from __future__ import annotations

import dataclasses

from hml_jupyter.preserve.card import Card, Input, Network, Output
from hml_jupyter.preserve.readme import readme
from hml_jupyter.preserve.validation import Report

CARD = Card("mlp", (Input("met"),), (Output("score"),), (Network("model.onnx"),))
REPORT = Report((), {}, [])


def test_lines_of_a_list_have_no_end_that_waits_for_more() -> None:
    items = [line for line in readme(CARD, REPORT).splitlines() if line[:2] in ("- ", "0.")]
    assert "- `model.onnx`" in items
    assert "0. `score`" in items
    assert not [line for line in items if line.rstrip().endswith((":", ";"))]
    full = dataclasses.replace(
        CARD,
        outputs=(Output("score", "1 for signal", "inside the network"),),
        networks=(Network("model.onnx", architecture="Dense 1"),),
    )
    text = readme(full, REPORT)
    assert "0. `score`: 1 for signal; inside the network" in text
    assert "- `model.onnx`: Dense 1" in text
