from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import toys
import yaml
from methods import kinds
from preserve import models
from preserve.models import KINDS

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, DamagedError, PathError, UnknownNameError
from hml_jupyter.methods import Training
from hml_jupyter.preserve import Preserved

Trained = Callable[[str], Training]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_preserved_gives_the_scores_and_verifies(
    kind: str, bundles: dict[str, Preserved], trained: Trained, columns: Dataset
) -> None:
    bundle, training = bundles[kind], trained(kind)
    X = columns.X.astype(np.float32).astype(float)
    np.testing.assert_allclose(bundle.score(X), training.score(X), rtol=0, atol=1e-6)
    np.testing.assert_allclose(bundle.score(columns), training.score(columns), rtol=0, atol=1e-5)
    found = bundle.verify()
    assert found.ok, str(found)
    assert {check.what for check in found.checks} >= {"files", "card", "onnx"}
    agreement = json.loads((bundle.folder / "validation/agreement.json").read_text())
    assert all(each["events"] >= 10_000 and each["difference"] <= each["allowed"] for each in agreement)


def test_both_formats_where_lwtnn_can_and_a_reason_where_it_cannot(
    bundles: dict[str, Preserved], columns: Dataset
) -> None:
    both = bundles["cuts and network"]
    np.testing.assert_allclose(both.score(columns, format="lwtnn"), both.score(columns), rtol=0, atol=1e-5)
    (network,) = both.card.networks
    assert network.cuts
    assert network.normalisation == "inside"
    (trees,) = bundles["trees"].card.networks
    assert trees.lwtnn is None
    assert "preserved as ONNX alone" in trees.without_lwtnn
    with pytest.raises(ArgumentError, match=r"has no file in the format 'lwtnn'; it has onnx"):
        bundles["trees"].score(columns, format="lwtnn")


def test_the_card_answers_the_wishlist(bundles: dict[str, Preserved], columns: Dataset) -> None:
    bundle = bundles["network"]
    card = bundle.card
    assert [each.name for each in card.inputs] == list(columns.names)
    assert bundle.lacking == ["how the objects are selected: pt, eta, identification (objects)"]  # a table has none
    plain = yaml.safe_load((bundle.folder / "card.yaml").read_text())
    assert plain["licence"] == "CC-BY-4.0"
    assert plain["training"]["events_from"] == columns.fingerprint
    low, high = card.inputs[0].range or (0, 0)
    used = columns.column("column.x")[columns.part("train")]
    assert (low, high) == (used.min(), used.max())
    text = (bundle.folder / "README.md").read_text()
    assert "What this card does not say" in text
    assert "| 0 | `column.x` |" in text


def test_working_points_are_exact(bundles: dict[str, Preserved], trained: Trained, columns: Dataset) -> None:
    """The published threshold keeps, in the reference formats, the published share of the signal."""
    test = columns.part("test")
    signal = columns.is_signal[test]
    for kind in KINDS:
        for point in bundles[kind].card.about["working_points"]:
            for score in (trained(kind).score(columns)[test], bundles[kind].score(columns)[test]):
                check_point(point, score, signal)


def test_a_cut_of_two_scores_is_between_them(columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    training = hml.train(hml.CutAndCount(objective="accuracy"), columns, seed=1)
    bundle = hml.preserve(training, path="cuts", signal_efficiencies=[0.3])
    (point,) = bundle.card.about["working_points"]
    low, high = np.unique(training.score(columns))
    assert low < point["threshold"] < high
    assert (bundle.score(columns) >= point["threshold"]).mean() == (training.score(columns) == high).mean()


def check_point(point: dict[str, float], score: np.ndarray, signal: np.ndarray) -> None:
    assert np.mean(score[signal] >= point["threshold"]) == pytest.approx(point["signal_efficiency"], abs=1e-12)
    assert np.mean(score[~signal] >= point["threshold"]) == pytest.approx(point["background_efficiency"], abs=1e-12)


def test_cutflows_histograms_and_importance(bundles: dict[str, Preserved], columns: Dataset) -> None:
    place = bundles["network"].folder / "validation"
    with (place / "cutflow.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    generated = [row for row in rows if row["network cut"] == "none" and row["step"] == "generated"]
    assert {row["class"]: int(row["events"]) for row in generated} == {"signal": 800, "background": 800}
    cut = [row for row in rows if row["step"].startswith("network.score") and row["class"] == "signal"]
    assert [round(float(row["relative"]), 1) for row in cut] == [0.3, 0.5, 0.7]
    table = yaml.safe_load((place.parent / "hepdata/column_x.yaml").read_text())
    values = [each["value"] for each in table["dependent_variables"][0]["values"]]
    outside = table["dependent_variables"][0]["qualifiers"][2]["value"]
    assert sum(values) == pytest.approx(1)
    assert 0 <= outside < 0.05
    with (place / "importance.csv").open() as stream:
        assert {row["input"] for row in csv.DictReader(stream)} == set(columns.names)


def test_the_histograms_are_a_submission(bundles: dict[str, Preserved]) -> None:
    place = bundles["network"].folder / "hepdata"
    first, *tables = yaml.safe_load_all((place / "submission.yaml").read_text())
    assert [each["data_file"] for each in tables] == [
        "column_x.yaml",
        "column_y.yaml",
        "column_z.yaml",
        "network_score.yaml",
    ]
    named = [each["location"] for each in first["additional_resources"]] + [each["data_file"] for each in tables]
    assert sorted([*named, "submission.yaml"]) == sorted(file.name for file in place.iterdir())


def test_metadata_are_what_rivet_reads(bundles: dict[str, Preserved]) -> None:
    model = onnx.load(bundles["network"].folder / "model.onnx")
    said = {each.key: each.value for each in model.metadata_props}
    assert said["norm_means"] == "0,0,0"
    assert said["norm_devs"] == "1,1,1"
    assert json.loads(said["hml.input_names"]) == ["column.x", "column.y", "column.z"]
    assert json.loads(said["hml.input_units"]) == ["", "", ""]
    assert "input_names" not in said  # Rivet splits at commas, which names of observables have
    assert said["license"] == "CC-BY-4.0"
    assert json.loads(said["hml.outputs"]) == {"score": "1 for signal (signal), 0 for background (background)"}
    assert [float(each) for each in said["hml.mean"].split(",")] == list(bundles["network"].card.networks[0].mean or ())


def test_the_example_runs_with_onnxruntime_alone(bundles: dict[str, Preserved]) -> None:
    script = bundles["trees"].folder / "code/example.py"
    done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=True)
    assert "320 events" in done.stdout
    assert float(done.stdout.rsplit(" ", 1)[1]) < 1e-6


def test_the_readme_says_first_how_to_run_it_without_us(bundles: dict[str, Preserved]) -> None:
    text = (bundles["network"].folder / "README.md").read_text()
    run = text[text.index("## Run it") : text.index("## Inputs")]
    places = [
        run.index(each)
        for each in ("pip install numpy onnxruntime", "python network/code/example.py", "import hml_jupyter")
    ]
    assert places == sorted(places)
    assert f"version {hml.__version__}" in run
    assert "the Python package for signal-versus-background studies" in run
    for file in bundles["network"].folder.glob("code/*"):
        assert f"code/{file.name}" in run


def test_a_preserved_network_scores_a_dataset_as_a_column(bundles: dict[str, Preserved], columns: Dataset) -> None:
    scored = hml.score(columns, bundles["network"])
    assert scored.scores == {"network.score": "MLP"}
    np.testing.assert_allclose(scored.column("network.score"), bundles["network"].score(columns))


def test_the_same_call_again_is_loaded(
    bundles: dict[str, Preserved], trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bundles["trees"]
    monkeypatch.chdir(bundle.folder.parent.parent)
    about = {
        "description": "Tells signal from background.",
        "licence": "CC-BY-4.0",
        "citation": "none",
        "authors": ["A. Student"],
    }
    again = hml.preserve(
        trained("trees"), path="preserved/trees", levels={f"column.{name}": "reco" for name in "xyz"}, **about
    )
    assert again.record == bundle.record


def test_a_bundle_that_was_made_anew_since_it_was_read_scores_no_dataset(
    trained: Trained, columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hml.preserve(trained("trees"), path="preserved/one", luminosity=None)
    before = hml.load_preserved("preserved/one")
    hml.score(columns, before, name="one")
    hml.preserve(trained("cuts"), path="preserved/one", luminosity=None)
    with pytest.raises(DamagedError, match=r"^one has been made anew since it was read: load it again$"):
        hml.score(columns, before, name="one")
    assert not before.verify().ok
    hml.score(columns, hml.load_preserved("preserved/one"), name="one")


def test_folds_have_a_network_each_and_score_what_they_have_not_seen(
    columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    training = hml.train(hml.BoostedDecisionTree(n_estimators=5), columns, seed=1, folds=2)
    bundle = hml.preserve(training, path="folds")
    assert [each.fold for each in bundle.card.networks] == [(0, 2), (1, 2)]
    np.testing.assert_allclose(bundle.score(columns), training.score(columns), rtol=0, atol=1e-5)
    np.testing.assert_allclose(bundle.score(columns.X), training.score(columns.X), rtol=0, atol=1e-5)
    assert bundle.verify().ok


def test_several_networks_with_a_rule(columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = ["column.z < 1", "column.z >= 1"]
    trainings = {
        rule: hml.train(hml.BoostedDecisionTree(n_estimators=5), hml.select(columns, [rule]), seed=1) for rule in rules
    }
    bundle = hml.preserve(trainings, columns, path="rule")
    low = columns.column("column.z") < 1
    expected = np.where(low, *(each.score(columns) for each in trainings.values()))
    np.testing.assert_allclose(bundle.score(columns), expected, rtol=0, atol=1e-5)
    assert {point["when"] for point in bundle.card.about["working_points"]} == set(rules)
    assert bundle.verify().ok
    assert bundle.events_from == columns.fingerprint


def test_several_networks_are_described_and_validated_together(
    columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each learns from a selection of its own; both have passed the cut before."""
    monkeypatch.chdir(tmp_path)
    passed = hml.select(columns, ["column.x > 50"])
    tree = hml.BoostedDecisionTree(n_estimators=2)
    low, high = (hml.select(passed, [rule]) for rule in ("column.z < 1", "column.z >= 1"))
    trainings = {
        cut: hml.train(tree, data, seed=1) for cut, data in {"column.z < 1": low, "column.z >= 1": high}.items()
    }
    bundle = hml.preserve(trainings, levels={"column.z": "reco"}, luminosity=None, path="rule")
    assert bundle.card.selection == ("column.x > 50",)
    used = passed.column("column.z")[passed.part("train")]
    assert bundle.card.inputs[2].range == (used.min(), used.max())
    assert bundle.card.inputs[2].level == "reco"
    other = hml.preserve(trainings, columns, luminosity=None, path="other")  # validated by more than they have seen
    assert other.card.selection == bundle.card.selection
    theirs = hml.build_dataset(
        {"signal": models.table(3.0, 5), "background": models.table(2.0, 6)},
        hml.Set([*columns.names]),
        signal="signal",
        seed=1,
    )
    mixed = trainings | {"column.z >= 1": hml.train(tree, theirs, seed=1)}
    with pytest.raises(ArgumentError, match="trained on different datasets: say with dataset="):
        hml.preserve(mixed, path="mixed")


def test_a_cut_that_a_rule_does_not_say_is_told(
    columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tree = hml.BoostedDecisionTree(n_estimators=2)
    rules = {"column.z < 1": ["column.z < 1 and column.x > 50"], "column.z >= 1": ["column.z >= 1"]}
    trainings = {rule: hml.train(tree, hml.select(columns, cuts), seed=1) for rule, cuts in rules.items()}
    hml.preserve(trainings, luminosity=None, path="rule")
    (told,) = (line for line in capsys.readouterr().out.splitlines() if "learnt from events" in line)
    assert "that pass column.x > 50 too, which its rule 'column.z < 1' does not say" in told


def test_another_dataset_validates_and_is_not_what_was_trained_on(
    trained: Trained, columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inputs = {"signal": models.table(3.0, 5), "background": models.table(2.0, 6)}
    theirs = hml.build_dataset(inputs, hml.Set([*columns.names]), signal="signal", require="column.x > 0", seed=1)
    bundle = hml.preserve(trained("trees"), theirs, path="other")
    used = columns.column("column.x")[columns.part("train")]
    assert bundle.card.inputs[0].range == (used.min(), used.max())
    assert bundle.card.selection == ()
    assert bundle.card.about["validated_on"]["requirement"] == "column.x > 0"
    assert "some of which it may have been trained on" in (bundle.folder / "README.md").read_text()


@pytest.mark.usefixtures("compiled_once")
def test_images_and_graphs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for method, kind in (
        (hml.CNN(filters=(4,)), kinds.IMAGE),
        (hml.GraphNetwork(messages=(4,), hidden=(4,)), kinds.GRAPH),
    ):
        data = kinds.dataset(kind)
        training = hml.train(method, data, epochs=1, seed=1)
        bundle = hml.preserve(training, path=data.kind, luminosity=None)
        np.testing.assert_allclose(bundle.score(data), training.score(data), rtol=0, atol=1e-6)
        assert bundle.verify().ok
        (network,) = bundle.card.networks
        assert (network.normalisation, network.mean) == ("inside", None)
        assert bundle.card.about["declaration"] == data.representation.declaration()
        text = (bundle.folder / "README.md").read_text()
        assert f"For each event one {data.kind} of `jet` and `missinget0`:" in text
        assert all(f"| {row} |" in text for row in ("padding", "azimuths", "step 1"))
        assert ("Events pass first: `" in text) == bool(bundle.card.selection)


def test_bad_arguments(trained: Trained, columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match="needs trainings, not 'mlp'"):
        hml.preserve("mlp", path="a")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="preserve needs a training, or several"):
        hml.preserve({}, path="a")
    with pytest.raises(
        ArgumentError, match=r"tells several networks apart, .*hml.select\(dataset, \['column.x > 1'\]\)"
    ):
        hml.preserve({"column.x > 1": trained("trees")}, path="a")
    with pytest.raises(UnknownNameError, match="unknown level 'detektor'; near names: detector"):
        hml.preserve(trained("trees"), levels={"column.x": "detektor"}, path="a")
    with pytest.raises(ArgumentError, match="licence must be a text, not 4"):
        hml.preserve(trained("trees"), licence=4, path="a")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="authors is a list of names"):
        hml.preserve(trained("trees"), authors="Jane", path="a")
    with pytest.raises(ArgumentError, match=r"signal_efficiencies is a list of shares of the signal, .*, not 0\.5"):
        hml.preserve(trained("trees"), signal_efficiencies=0.5, path="a")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="luminosity='139' must be a positive number of fb"):
        hml.preserve(trained("trees"), luminosity="139", path="a")  # type: ignore[arg-type]
    with pytest.raises(PathError, match="path=None must be a text"):
        hml.preserve(trained("trees"), path=None)  # type: ignore[arg-type]
    inputs = {"signal": models.table(0.7, 1), "background": models.table(0.0, 2)}
    swapped = hml.build_dataset(inputs, hml.Set([*columns.names]), signal="background", seed=1)
    with pytest.raises(
        ArgumentError, match="tells signal from background, and the signal of the dataset is background"
    ):
        hml.preserve(trained("trees"), swapped, path="a")
    alone = hml.build_dataset({"signal": inputs["signal"]}, hml.Set([*columns.names]), signal="signal", seed=1)
    with pytest.raises(ArgumentError, match="the validation of a bundle needs signal and background"):
        hml.preserve(trained("trees"), alone, path="a")
    with pytest.raises(ArgumentError, match="not written as ONNX here"):
        hml.preserve(hml.train(hml.Network(estimator="sklearn.naive_bayes.GaussianNB"), columns, seed=1), path="a")
    assert not (tmp_path / "a").exists()


@pytest.mark.usefixtures("compiled_once")
def test_a_surrogate_has_its_noise_as_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = toys.dataset(1000)
    surrogate = hml.Surrogate(of="column.score", inputs=["column.x", "column.y"], flags=["column.flag"])
    training = hml.train(surrogate, data, epochs=1, seed=1)
    bundle = hml.preserve(training, path="surrogate", luminosity=None)
    (network,) = bundle.card.networks
    assert network.noise == "noise"
    # one draw for all formats, whatever the seed of the training is
    assert bundle.record["summary"]["onnx_difference"] < 1e-5
    X = training.inputs(data)
    X = X.astype(np.float32).astype(float)
    for seed in (0, 7):
        np.testing.assert_allclose(bundle.score(X, seed=seed), training.score(X, seed=seed), rtol=0, atol=1e-5)
    assert not np.allclose(bundle.score(X, seed=0), bundle.score(X, seed=7))
    assert bundle.verify().ok
    script = bundle.folder / "code/example.py"
    done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=True)
    assert float(done.stdout.rsplit(" ", 1)[1]) < 1e-6
    check_readme_of_surrogate(bundle)


def check_readme_of_surrogate(bundle: Preserved) -> None:
    """What it is, its random numbers, its closure, and code that runs beside the folder and draws as the bundle does."""
    text = (bundle.folder / "README.md").read_text()
    head = " ".join(text[: text.index("## Run it")].split())
    assert "## A surrogate, whose scores are random" in head
    assert "it replaces the score `column.score` of another model" in head
    assert "`seed=` of `bundle.score`, 0 if not given, chooses the draws" in head
    assert "input `noise`: two new ones for each event, the first uniform from 0 to 1, the second normal" in head
    said = bundle.card.about["closure"]
    numbers = json.loads((bundle.folder / "validation/closure.json").read_text())["classes"]
    assert {*said} == {*numbers} == {"signal", "background"}
    for name, each in said.items():
        assert f"{name} ({each['events']} events) {each['verdict']}" in head
        assert each["auc"] == numbers[name]["auc"]["value"]
        assert each["verdict"] in text[text.index("Beside its original `column.score`:") :]

    (code,) = re.findall(r"```python\n(import numpy.*?)```", text, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, cwd=bundle.folder.parent
    )
    ((draws, mean),) = re.findall(r"^(\d+) draws, mean ([\d.]+)$", done.stdout, re.MULTILINE)
    with (bundle.folder / "validation/reference_0.csv").open() as stream:
        scores = np.array([float(row["score_onnx"]) for row in csv.DictReader(stream)])
    assert int(draws) == len(scores)
    assert float(mean) == pytest.approx(scores.mean(), abs=5 * scores.std() * np.sqrt(2 / len(scores)))


@pytest.mark.usefixtures("compiled_once")
def test_a_surrogate_without_the_score_of_its_original_says_that_it_was_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    surrogate = hml.Surrogate(of="column.score", inputs=["column.x", "column.y"])
    training = hml.train(surrogate, toys.dataset(500), epochs=1, seed=1)
    tables = {"signal": toys.table(500, 3, 0.7), "background": toys.table(500, 4, -0.7)}
    other = hml.build_dataset(tables, hml.Set(["column.x", "column.y"]), signal="signal", seed=1)
    bundle = hml.preserve(training, other, path="surrogate", luminosity=None)
    text = (bundle.folder / "README.md").read_text()
    assert "How near it comes to the original was not measured: unknown column 'column.score'" in text
    assert "closure" not in bundle.card.about
    assert not (bundle.folder / "validation/closure.json").exists()
