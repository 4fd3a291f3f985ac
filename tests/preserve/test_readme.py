from __future__ import annotations

import dataclasses
from types import SimpleNamespace

from hml_jupyter.methods.evaluation import Importance
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
    text = readme(measured, REPORT)
    assert "Events pass first: `jet.size > 0`" in text
    assert 'require=" and ".join(bundle.card.selection)' in text


def test_folds_say_what_scores_the_events_of_others() -> None:
    folds = dataclasses.replace(CARD, networks=(Network("a.onnx", fold=(0, 2)), Network("b.onnx", fold=(1, 2))))
    text = " ".join(readme(folds, REPORT).split())
    assert "- `b.onnx`, which has not seen the events whose number divided by 2 leaves 1" in text
    assert "The score of any other event, yours, is the mean of all networks" in text
    assert "mean of all" not in readme(CARD, REPORT)


def test_working_points_say_of_which_events_they_are_shares() -> None:
    assert "that pass all cuts of `validation/cutflow.csv` before the one on the network" in readme(CARD, REPORT)
    rule = dataclasses.replace(CARD, networks=(Network("a.onnx", when="met > 1"), Network("b.onnx", when="met <= 1")))
    assert "`validation/cutflow_*.csv`" in readme(rule, REPORT)


def test_the_most_important_inputs_are_named() -> None:
    importance = [Importance(f"x{i}", 0.1 / (i + 1), 0.01) for i in range(7)]
    found = SimpleNamespace(auc=0.75, n_test=40, importance=importance)
    text = readme(CARD, Report((), {"": found}, []))  # type: ignore[dict-item]
    assert "AUC 0.7500, of 40 events that it has not seen." in text
    assert "shuffled: `x0` 0.100 ± 0.010, `x1` 0.050 ± 0.010" in text
    assert "`x4` 0.020 ± 0.010 ...\n" in text
    assert "x5" not in text
    found.importance = None
    assert "shuffled" not in readme(CARD, Report((), {"": found}, []))  # type: ignore[dict-item]


def test_a_readme_says_where_seeds_cards_and_versions_are() -> None:
    text = readme(CARD, REPORT)
    assert all(f"`{place}`" in text for place in ("card.yaml", "environment.txt", "cards/", "validation/", "hepdata/"))


def test_a_yield_counts_the_selection_once() -> None:
    about = {"data": {"classes": {"zz": {"selected_fraction": 0.8}}}}
    text = " ".join(readme(dataclasses.replace(CARD, **GENERATED, about=about), REPORT).split())
    assert "a yield of a process like one of these is cross section x luminosity x that share of all" in text
    assert "do not multiply by your share of events that pass the generated part as well" in text
    assert "which share of those that pass the generated part pass the measured part is not known here" in text


def test_nothing_is_left_empty_above_the_first_section() -> None:
    assert readme(CARD, REPORT).startswith(
        "# mlp\n\n## Run it\n\nAll that follows runs in the folder that holds `mlp`."
    )
    about = {"description": "Finds it.", "licence": "CC-BY-4.0"}
    text = readme(dataclasses.replace(CARD, about=about), REPORT)
    assert text.startswith("# mlp\n\nFinds it.\n\nLicence: CC-BY-4.0  \n\n## Run it")


def test_a_card_without_random_numbers_is_no_surrogate() -> None:
    assert "surrogate, whose" not in readme(CARD, REPORT)
