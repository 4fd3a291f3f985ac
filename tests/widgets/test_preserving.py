from __future__ import annotations

import pytest

from tests.widgets.bench import Page, Refused
from tests.widgets.test_lab import study_of, train
from tests.widgets.test_panels import errors

FORM = {
    "model": "bdt",
    "name": "bdt_bundle",
    "description": "Z from QCD",
    "authors": "A. One, B. Two",
    "licence": "MIT",
}
PLACE = "study/preserved/bdt_bundle"


@pytest.fixture
def trained(page: Page) -> Page:
    study_of(page)
    train(page)
    return page


def test_without_a_model_there_is_nothing_to_preserve(page: Page) -> None:
    assert page.lab.preserve["models"] == page.lab.preserve["bundles"] == []
    assert "Train a model" in page.lab.preserve["next"]
    assert list(errors(page, "preserve", {"model": ""})) == ["model"]


def test_the_checklist_fills_itself(trained: Page) -> None:
    shown = {row["item"]: row["ok"] for row in trained.ask("preserve", "check", model="bdt", name="b")["checklist"]}
    assert {item for item, ok in shown.items() if not ok} == {"description", "authors", "licence", "citation"}
    full = trained.ask("preserve", "check", **FORM, citation="none")
    assert all(row["ok"] for row in full["checklist"])
    for line in ('licence="MIT"', 'authors=["A. One", "B. Two"]', 'path="study/preserved/bdt_bundle"'):
        assert line in full["code"]


def test_the_check_names_the_field(trained: Page) -> None:
    for field, changes in {
        "model": {"model": "nobody"},
        "name": {"name": "dataset"},
        "efficiencies": {"efficiencies": "0.5, x"},
    }.items():
        assert list(errors(trained, "preserve", {**FORM, **changes})) == [field]
    assert list(errors(trained, "preserve", {**FORM, "efficiencies": "2"})) == ["efficiencies"]


def test_a_bundle_is_written_verified_read_and_used(trained: Page) -> None:
    trained.commit("preserve", "preserve", **FORM)
    (row,) = trained.lab.preserve["bundles"]
    assert (row["target"], row["formats"], row["verified"]) == ("bdt_bundle", ["onnx"], None)
    assert row["lacking"] == ["what to cite (citation)"]
    assert "preserved as ONNX alone" in row["why"]
    assert trained.lab.counts["preserve"] == "1 bundle"
    assert trained.lab.record["entries"][-1]["summary"] == "networks: 1, inputs: 4"
    found = trained.ask("preserve", "verify", bundle=PLACE)
    assert found["ok"]
    assert trained.lab.preserve["next"].endswith("Then cut on its score in Cuts.")
    text = trained.ask("preserve", "read", bundle=PLACE, file="README.md")["text"]
    assert text.startswith("# bdt_bundle")
    trained.commit("preserve", "score", bundle=PLACE, dataset="dataset")
    scored = trained.shell.user_ns["dataset_bdt_bundle"]
    assert scored.side_names[-1] == "bdt_bundle.score"
    assert trained.sources[-1].startswith("dataset_bdt_bundle = hml.score(")


def test_only_files_of_a_bundle_are_read(trained: Page) -> None:
    trained.commit("preserve", "preserve", **FORM)
    for file in ("../bdt/training.json", "/etc/passwd", "model.onnx", "nothing.txt"):
        with pytest.raises(Refused, match="is no text or picture of bdt_bundle"):
            trained.ask("preserve", "read", bundle=PLACE, file=file)


def test_a_damaged_bundle_is_told(trained: Page) -> None:
    trained.commit("preserve", "preserve", **FORM)
    bundle = trained.shell.user_ns["bdt_bundle"]
    file = bundle.folder / "README.md"
    file.write_text(file.read_text() + "!")
    found = trained.ask("preserve", "verify", bundle=PLACE)
    assert not found["ok"]
    assert "README.md is not what was saved" in found["rows"][0]["text"]


def test_somebody_elses_actions_are_refused(trained: Page) -> None:
    with pytest.raises(Refused, match="the Preserve panel has no action 'delete'"):
        trained.commit("preserve", "delete")
    with pytest.raises(Refused, match="no bundle mlp here"):
        trained.ask("preserve", "verify", bundle="mlp")
