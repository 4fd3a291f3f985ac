from __future__ import annotations

from typing import Any

import pytest

from hml_jupyter.runs import Run
from hml_jupyter.widgets import samples
from hml_jupyter.widgets.base import remembered
from tests.widgets.bench import Page, build, form


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ecm", {"ecm": "13"}),
        ("ecm", {"ecm": "0,5"}),
        ("decays", {"process": "p p > z z, z > j j", "decays": ["z > j j"]}),
        ("decays", {"decays": ["w+ > j j"]}),
        ("settings", {"settings": [["pt_min_pdg", "{23: 9000}"]]}),
        ("settings", {"settings": [["ptj", "200"]]}),
        ("process", {"process": "p p > cut cut"}),
    ],
)
def test_processes_check_names_the_field_that_is_wrong(page: Page, field: str, changes: dict[str, Any]) -> None:
    assert list(page.ask("processes", "check", **form("zz", **changes))["errors"]) == [field]


def test_training_check_names_the_option_that_is_wrong(page: Page) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    page.commit("observables", "build", **build())
    values = {"method": "MLP", "dataset": "dataset", "epochs": "3", "seed": "1", "name": "mlp"}
    options = {"batch_size": "8", "activation": "softsign", "hidden": "8"}
    found = page.ask("training", "check", **values, options=options)["errors"]
    assert list(found) == ["activation"]


def test_observables_panel_reads_only_what_it_shows(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.commit("processes", "generate", **form("zz"))
    page.commit("processes", "generate", **form("qcd"))
    asked: list[set[str]] = []
    read = Run.events

    def events(run: Run, columns: Any = None) -> Any:
        asked.append(set(columns or ["everything"]))
        return read(run, columns)

    monkeypatch.setattr(Run, "events", events)
    monkeypatch.setattr(samples, "_read", remembered(8)(lambda run, columns: run.events(columns)))
    for _ in range(2):
        page.ask("observables", "preview", observable="fatjet0.charge", sources=["zz"])
        page.ask("observables", "preview", observable="fatjet0.eta", sources=["zz"])
        page.ask("observables", "preview", observable="fatjet0.nonsense", sources=["zz"])
        page.ask("observables", "preview", observable="fatjett0.eta", sources=["zz"])
    assert asked[:2] == [{"Event.Weight", "FatJet.Charge"}, {"Event.Weight", "FatJet.Eta"}]
    assert len(asked) == 3  # a branch that there is not: to say which there are
    assert not any("Constituents" in column for columns in asked for column in columns)
