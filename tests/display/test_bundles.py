from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.display import RECORD, metric_texts
from hml_jupyter.methods import MLP, BoostedDecisionTree, Training, compare, evaluate, train
from hml_jupyter.metrics import Sides
from hml_jupyter.observables import observables
from hml_jupyter.registry import SHOWS, Shown
from hml_jupyter.replay import IDENTICAL, Replay, Step
from hml_jupyter.runs import RunSummary, SummaryRow
from hml_jupyter.selection import cutflow, select

pytestmark = pytest.mark.usefixtures("compiled_once")
BDT = BoostedDecisionTree(n_estimators=8, min_samples_leaf=5)


@pytest.fixture
def trained(study: Path) -> Training:
    return train(BDT, samples.dataset(300, path="study/data/set"), seed=1, path="study/models/bdt")


def shown(result: Any) -> dict[str, Any]:
    bundle = result._repr_mimebundle_()
    assert set(bundle) <= {"text/plain", "text/html", "image/png", RECORD}
    if "image/png" in bundle:
        assert base64.b64decode(bundle["image/png"], validate=True).startswith(b"\x89PNG")
    json.dumps(bundle, allow_nan=False)
    return dict(bundle)


def test_every_result_of_the_package_shows_itself() -> None:
    for name in hml.__all__:
        getattr(hml, name)  # what a public name brings along enters its results
    package = Path(hml.__file__).parent
    texts = [file.read_text(encoding="utf-8") for file in package.rglob("*.py")]
    found = {
        name
        for text in texts
        for name in re.findall(r"^class (\w+)\((?:Shown|Result|Described|Exportable|Weighed)\)", text, re.MULTILINE)
    }
    assert found - {"Result", "Described", "Exportable", "Weighed"} == set(SHOWS)


def every_kind(kind: type = Shown) -> Iterator[type]:
    """Give each class of results, and those that are made of it."""
    yield kind
    for each in kind.__subclasses__():
        yield from every_kind(each)


def test_every_result_has_a_line_for_a_console() -> None:
    for name in hml.__all__:
        getattr(hml, name)
    kinds = {kind.__name__: kind for kind in every_kind() if kind.__module__.startswith("hml_jupyter.")}
    assert {"Dataset", "Training", "Preserved", "Workspace", "Limit"} <= kinds.keys() & set(SHOWS)
    assert [name for name in kinds.keys() & set(SHOWS) if kinds[name].__repr__ is object.__repr__] == []


def test_importing_display_is_light() -> None:
    heavy = ("matplotlib", "awkward", "keras", "sklearn", "hist", "mplhep", "pyarrow")
    code = f"import sys, hml_jupyter.display; print([m for m in {heavy} if m in sys.modules])"
    place = str(Path(hml.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=place)
    assert done.stdout.strip() == "[]"


def test_dataset(study: Path) -> None:
    data = samples.dataset(300, path="study/data/set")
    bundle = shown(data)
    lines = bundle["text/plain"].split("\n")
    assert lines[0] == f"dataset: {data.n_events} events"
    train_events = int((data.part("train") & (data.y == 0)).sum())
    assert lines[2].split() == [
        "zz", "signal", "0.500", "±", "0.005", "300", str((data.y == 0).sum()), str(train_events), *lines[2].split()[8:]
    ]  # fmt: skip
    assert "fatjet0.mass [GeV]" in bundle["text/plain"]
    assert "require: fatjet.size &gt; 0 and jet.size &gt; 1" in bundle["text/html"]
    assert "image/png" in bundle
    record = bundle[RECORD]
    assert record.keys() == {
        "schema",
        "path",
        "verb",
        "recipe",
        "fingerprint",
        "summary",
        "inputs",
        "versions",
        "platform",
        "cores",
    }
    assert (record["path"], record["verb"], record["fingerprint"]) == (
        "study/data/set",
        "build_dataset",
        data.fingerprint,
    )


def test_selection(study: Path) -> None:
    data = samples.dataset(300, path="study/data/set")
    bundle = shown(select(data, ["fatjet0.mass > 60"], path="study/data/chosen"))
    assert "image/png" not in bundle
    assert bundle["text/plain"].split("\n")[-1].startswith("fatjet0.mass > 60")
    assert bundle[RECORD]["inputs"]["dataset"]["path"] == "study/data/set"


def test_cutflow_gives_reasons() -> None:
    table = cutflow(samples.dataset(100), ["fatjet0.mass > 80", "fatjet0.mass < 82"])
    bundle = shown(table)
    assert "expected events and Asimov Z at 139 fb⁻¹" in bundle["text/plain"]
    assert "fatjet0.mass < 82: Z cannot be estimated" in bundle["text/plain"]
    rows = bundle[RECORD]["table"]["rows"]
    assert [row["cut"] for row in rows] == [row.label for row in table.rows]
    assert rows[1]["classes"]["zz"]["events"] == table.rows[1].counts["zz"].events
    assert rows[-1]["significance"]["value"] is None


def test_signal_alone_has_one_reason() -> None:
    dataset = samples.alone(100)
    text = str(shown(cutflow(dataset, ["met > 50", "met > 60"]))["text/plain"])
    assert text.count("cannot be estimated") == 1
    assert text.splitlines()[-1] == "Z cannot be estimated: the dataset has no background"
    assert "nan" not in text
    assert "inf" not in text
    columns = shown(dataset.describe())["text/plain"]
    assert "nan" not in columns
    # no background, its range and no separation; then what is missing
    assert columns.splitlines()[2].split()[-5:-1] == ["–", "–", "–", "zz"]
    assert [line.split()[:2] for line in shown(dataset)["text/plain"].splitlines()[2:3]] == [["zz", "signal"]]


def test_training(trained: Training) -> None:
    bundle = shown(trained)
    assert "options  n_estimators 8, learning_rate 0.1" in bundle["text/plain"]
    assert bundle[RECORD]["summary"]["trees"] == 8
    assert "image/png" in bundle
    assert repr(trained) == f"<training 'bdt': BoostedDecisionTree, 8 of 8 trees, inputs {', '.join(trained.names)}>"


def test_a_stopped_training_says_so(study: Path) -> None:
    net = train(MLP(hidden=(2,)), samples.dataset(300), seed=1, epochs=20, stop_after=1)
    assert re.search(r"length +1 of 20 epochs", str(net))
    assert repr(net).startswith("<training 'MLP': MLP, 1 of 20 epochs, inputs ")
    assert re.search(r"accuracy +training 0\.\d+, validation 0\.\d+", str(net))


def test_a_stale_result_says_so(trained: Training) -> None:
    samples.dataset(200, path="study/data/set")
    assert "stale: study/data/set (dataset) has been made anew since" in str(trained)


def test_evaluation(trained: Training) -> None:
    found = evaluate(trained)
    bundle = shown(found)
    assert bundle["text/plain"].startswith("evaluation: bdt\n")
    assert bundle[RECORD]["table"]["auc"] == {"value": found.auc, "error": found.auc_error}
    assert metric_texts(found).keys() == {"loss", "accuracy", "auc", "r50", "z", "note"}


def test_comparison(trained: Training) -> None:
    chosen = select(trained.dataset, ["fatjet0.mass > 60"], path="study/data/chosen")
    other = train(BDT, chosen, seed=1, path="study/models/other")
    bundle = shown(compare([trained, other]))
    assert "other: test events with fatjet0.mass > 60" in bundle["text/plain"]
    assert [row["name"] for row in bundle[RECORD]["table"]] == ["bdt", "other"]
    assert "max Z" not in str(compare([trained, other], luminosity=None))


def test_raw_counts_are_shown_where_they_are_asked_for(trained: Training) -> None:
    bundle = shown(compare([trained], raw_counts=True))
    assert "raw max_sig  raw r50" in bundle["text/plain"]
    assert "counts of simulated events" in bundle["text/plain"]
    assert len(bundle[RECORD]["table"][0]["raw_counts"]) == 2
    assert "raw_counts" not in shown(compare([trained]))[RECORD]["table"][0]


def test_an_evaluation_says_what_its_significance_is(trained: Training) -> None:
    found = evaluate(trained, uncertainty=0.1, floor=5, each_background=True, importance=True)
    bundle = shown(found)
    text = (
        "at 139 fb⁻¹, 0.1 relative uncertainty of the background, over all thresholds that leave at least 5 effective"
    )
    assert text in bundle["text/plain"]
    assert "background events of each background" in bundle["text/plain"]
    assert "AUC lost without fatjet0.mass" in bundle["text/plain"]
    assert bundle[RECORD]["table"]["importance"].keys() == set(trained.names)


def test_a_background_that_is_gone_is_told(trained: Training) -> None:
    found = evaluate(trained)
    assert found.confusion_at_best is not None
    none = found.confusion_at_best._replace(classes={"zz": Sides(0, 9, 1.0), "qcd": Sides(9, 0, 0.0)})
    assert "max Z is without qcd: no simulated event of it scores above" in str(replace(found, confusion_at_best=none))


def test_summary() -> None:
    rows = (SummaryRow("zz", "p p > z z", 1.9612, 0.012, 10_000, 42, "pythia8, cms"),)
    bundle = shown(RunSummary(rows))
    assert "1.961 ± 0.012" in bundle["text/plain"]
    assert bundle[RECORD]["table"][0]["n_events"] == 10_000


def test_replay_and_catalogue() -> None:
    assert "identical" in str(Replay("study.ipynb", (Step(1, "zz = hml.generate(...)", IDENTICAL),)))
    assert "delta_r" in shown(observables())["text/html"]


def test_the_same_result_shows_the_same(study: Path) -> None:
    """No clock and no folder of this machine: a cell that is run again has the same output."""
    data = samples.dataset(300, path="study/data/set")
    made = [data, train(BDT, data, seed=1, path="study/models/bdt")]
    made.append(evaluate(made[1]))
    for result in made:
        first, second = shown(result), shown(result)
        assert first == second
        assert str(study) not in json.dumps(first)
