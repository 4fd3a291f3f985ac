from __future__ import annotations

import dataclasses

from hml_jupyter.preserve.card import Card, Input, Network, Output
from hml_jupyter.preserve.readme import readme
from hml_jupyter.preserve.validation import Report

GENERATED = {"selection": ("genjet.size > 0",), "measured_selection": ("jet.size > 0",)}
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


def test_the_selection_that_generated_particles_cannot_tell_is_apart() -> None:
    classes = {"zz": {"selected_fraction": 0.8}, "qcd": {"selected_fraction": 0.25}}
    full = dataclasses.replace(CARD, **GENERATED, about={"data": {"classes": classes}})
    text = " ".join(readme(full, REPORT).split())
    assert "- apply `genjet.size > 0` first" in text
    assert "- `jet.size > 0` cannot be applied: generated particles do not tell what is measured" in text
    assert "0.8 of zz and 0.25 of qcd passed the whole selection" in text
    assert "Events pass first" not in text

    rows = dataclasses.replace(full, selection=(), about={"data": {"classes": {"zz": {}, "qcd": {}}}})
    text = readme(rows, REPORT)
    assert "cannot be applied" in text
    assert "- apply" not in text
    assert "whole selection" not in text

    measured = dataclasses.replace(CARD, selection=("jet.size > 0",))
    assert "Events pass first: `jet.size > 0`" in readme(measured, REPORT)
