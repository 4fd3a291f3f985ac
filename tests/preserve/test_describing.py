from __future__ import annotations

from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.preserve.card import Input
from hml_jupyter.preserve.describing import selected_fractions, selections_of

REQUIRE = "fatjet.size > 0 and genfatjet0.mass > 30 and (met > 10 or genfatjet.size > 1)"
TOLD, MEASURED = "genfatjet0.mass > 30", ("fatjet.size > 0", "met > 10 or genfatjet.size > 1")
MASS = Input("genfatjet0.mass", level="truth")


def events(kind: str) -> Any:
    """Events whose generated fat jets are those that are measured."""
    made = samples.events(300, 1, kind)
    return ak.with_field(made, made.FatJet, "GenFatJet")


@pytest.fixture(scope="module")
def dataset() -> hml.Dataset:
    classes = {"zz": events("signal"), "qcd": events("background")}
    return hml.build_dataset(
        classes,
        hml.Set(["genfatjet0.mass"]),
        signal="zz",
        require=REQUIRE,
        observables=["fatjet0.tau21"],
        seed=1,
    )


def test_a_selection_is_told_apart_by_what_the_inputs_are_of(dataset: hml.Dataset) -> None:
    assert selections_of([MASS], dataset) == ((TOLD,), MEASURED)
    mixed = [MASS, Input("fatjet0.tau21", level="reco")]
    assert selections_of(mixed, dataset) == ((REQUIRE,), ())
    assert selections_of([], dataset) == ((REQUIRE,), ())
    parameter = Input("column.m", level="parameter")
    assert selections_of([MASS, parameter], dataset) == ((TOLD,), MEASURED)
    fewer = hml.select(dataset, ["genfatjet0.mass < 100", "fatjet0.tau21 < 0.9"])
    assert selections_of([MASS], fewer) == ((TOLD, "genfatjet0.mass < 100"), (*MEASURED, "fatjet0.tau21 < 0.9"))


def test_what_generated_particles_cannot_tell_stands_in_card_readme_and_code(
    dataset: hml.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    used = hml.select(dataset, ["genfatjet0.mass < 100"])
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=2), used, seed=1)
    bundle = hml.preserve(bdt, luminosity=None, path="truth")
    card = hml.load_preserved("truth").card
    assert (card.selection, card.measured_selection) == ((TOLD, "genfatjet0.mass < 100"), MEASURED)

    made = events("signal")
    one, many = ak.num(made.FatJet) > 0, ak.num(made.FatJet) > 1
    mass = ak.fill_none(ak.firsts(made.FatJet.Mass), np.nan)
    passed = one & (mass > 30) & (mass < 100) & ((made.MissingET.MET[:, 0] > 10) | many)
    share = float(np.mean(passed))
    assert card.about["data"]["classes"]["zz"]["selected_fraction"] == pytest.approx(share)

    text = (bundle.folder / "README.md").read_text()
    assert "- apply `genfatjet0.mass > 30` and `genfatjet0.mass < 100` first" in text
    assert "`fatjet.size > 0` and `met > 10 or genfatjet.size > 1` cannot be applied" in text
    assert f"{share:.3g} of zz" in text
    (row,) = (check for check in bundle.verify().checks if check.what == "card")
    assert row.text.endswith("for events that pass what its inputs cannot tell: " + "; ".join(MEASURED))
    for file in (bundle.folder / "code").glob("*.cc"):
        code = file.read_text()
        assert "// scores are those of events that pass, as measured: fatjet.size > 0" in code
        assert 'preselected("fatjet.size' not in code


def test_selected_fractions_are_of_the_generated_weights() -> None:
    tables = {
        "zz": hml.open_table({"x": [1.0, 2.0, 3.0, 4.0] * 5}, cross_section=7.0),
        "qcd": hml.open_table({"x": [1.0, 1.0, 1.0, 4.0] * 5}),
    }
    data = hml.build_dataset(tables, hml.Set(["column.x"]), signal="zz", require="column.x > 1", seed=1)
    assert selected_fractions(data) == {"zz": 0.75, "qcd": 0.25}
    assert selected_fractions(hml.select(data, ["column.x > 2"])) == {"zz": 0.5, "qcd": 0.25}
