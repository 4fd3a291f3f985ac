from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from methods import own_models

import hml_jupyter
from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, PathError, RecordError, UnknownNameError
from hml_jupyter.methods import (
    MLP,
    BoostedDecisionTree,
    CutAndCount,
    CutNetwork,
    Network,
    Training,
    finished_epochs,
    interrupts,
    train,
)
from hml_jupyter.methods.method import Method
from hml_jupyter.methods.training import _check_loss
from hml_jupyter.provenance import partial_folder, read_json
from hml_jupyter.representations import Set
from hml_jupyter.selection import select

BDT = BoostedDecisionTree(n_estimators=8, min_samples_leaf=5)
NET = MLP(hidden=(4,), dropout=0.1, batch_size=64)
BOTH = [pytest.param(BDT, {}, id="trees"), pytest.param(NET, {"epochs": 8}, id="network")]
PATH = "study/models/one"


@contextmanager
def stopping(at: str) -> Iterator[None]:
    """Interrupt when the progress says `at`."""

    def hear(report: progress.Report) -> None:
        if report.text == at:
            raise KeyboardInterrupt

    with progress.listening(hear):
        yield


@contextmanager
def heard() -> Iterator[list[progress.Report]]:
    reports: list[progress.Report] = []
    with progress.listening(reports.append):
        yield reports


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_a_saved_training_is_the_training(study: Path, method: Method, options: dict[str, Any]) -> None:
    data = samples.dataset(300, path="study/data/set")
    made = train(method, data, seed=1, path=PATH, **options)
    again = Training.load(PATH)
    assert again.method == method
    assert again.history == made.history
    assert again.names == data.names
    assert again.fingerprint == made.fingerprint
    assert again.dataset.fingerprint == data.fingerprint
    np.testing.assert_array_equal(again.score(data), made.score(data))
    assert sorted(f.name for f in made.folder.iterdir()) == sorted(
        ["history.json", method.file, "result.json", "training.json"]
    )
    with heard() as reports:
        assert train(method, data, seed=1, path=PATH, **options).fingerprint == made.fingerprint
    assert [r.text for r in reports] == ["study/models/one: loaded, its recipe has not changed"]


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_it_learns(data: Any, method: Method, options: dict[str, Any]) -> None:
    made = train(type(method)(), data, seed=1, **options)
    score = made.score(data)
    assert score[data.is_signal].mean() > 0.5 > score[~data.is_signal].mean()
    assert made.history["loss"][-1] < made.history["loss"][0]


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_curves_are_reported(data: Any, method: Method, options: dict[str, Any]) -> None:
    with heard() as reports:
        made = train(method, data, seed=1, **options)
    assert (reports[0].fraction, reports[0].text) == (0.0, method.begins)
    fractions = [r.fraction for r in reports]
    assert fractions == sorted(fractions)
    steps = [r for r in reports if "curves" in r.data]
    assert [r.fraction for r in steps] == pytest.approx(np.arange(1, 9) / 8)
    assert [r.text for r in steps] == [f"{method.unit} {i} of 8" for i in range(1, 9)]
    assert [len(r.data["curves"]["val_loss"]) for r in steps] == list(range(1, 9))
    assert reports[-1].data["curves"] == made.history
    assert {len(values) for values in made.history.values()} == {8}


def within(reports: list[progress.Report]) -> list[progress.Report]:
    """Return what was told on the way from one point of the curves to the next."""
    return [r for r in reports[1:] if "curves" not in r.data and not r.is_notice]


def test_every_tree_is_told(data: Any) -> None:
    with heard() as reports:
        train(BoostedDecisionTree(n_estimators=30), data, seed=1, stop_after=20)
    told = [r for r in within(reports) if r.text != "tree 0"]
    assert [r.text for r in told] == [f"tree {i}" for i in range(1, 21)]
    assert [r.fraction for r in told] == pytest.approx(np.arange(1, 21) / 20)
    assert {(r.data["total"], r.data["unit"]) for r in told} == {(20, "trees")}


def test_batches_are_told_where_an_epoch_takes_long(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "WAITING", 0.0)
    with heard() as reports:
        made = train(NET, data, seed=1, epochs=2)
    batches = -(-int(made.config["events"]["train"]) // 64)
    told = within(reports)
    steps = [*(f"batch {b} of {batches}" for b in range(1, batches)), "validation events"]
    assert [r.text for r in told] == [f"epoch {e}: {step}" for e in (1, 2) for step in steps]
    expected = [(e + b / batches) / 2 for e in (0, 1) for b in range(1, batches + 1)]
    assert [r.fraction for r in told] == pytest.approx(expected)
    assert [r.data["done"] for r in told] == pytest.approx([2 * share for share in expected])


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_stop_after_is_the_same_from_scratch_and_from_a_checkpoint(
    study: Path, data: Any, method: Method, options: dict[str, Any]
) -> None:
    scratch = train(method, data, seed=1, stop_after=5, **options)
    whole = train(method, data, seed=1, **options)
    assert scratch.history == {name: values[:5] for name, values in whole.history.items()}
    with stopping(f"{method.unit} 5 of 8"), pytest.raises(KeyboardInterrupt):
        train(method, data, seed=1, path=PATH, **options)
    assert finished_epochs(PATH) == 5
    assert not Path(PATH).exists()
    with heard() as reports:
        kept = train(method, data, seed=1, path=PATH, stop_after=5, **options)
    assert [r.text for r in reports] == [method.begins, f"going on after {method.unit} 5 of an interrupted training"]
    assert kept.fingerprint == scratch.fingerprint
    assert kept.epochs == 5
    np.testing.assert_array_equal(kept.score(data), scratch.score(data))
    assert finished_epochs(PATH) == 0


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_an_interrupted_training_goes_on(study: Path, data: Any, method: Method, options: dict[str, Any]) -> None:
    with stopping(f"{method.unit} 3 of 8"), pytest.raises(KeyboardInterrupt):
        train(method, data, seed=1, path=PATH, **options)
    assert (
        train(method, data, seed=1, path=PATH, **options).fingerprint
        == train(method, data, seed=1, **options).fingerprint
    )


def test_a_checkpoint_beyond_the_end_is_not_used(study: Path, data: Any) -> None:
    with stopping("tree 5 of 8"), pytest.raises(KeyboardInterrupt):
        train(BDT, data, seed=1, path=PATH)
    short = train(BDT, data, seed=1, path=PATH, stop_after=2)
    assert short.fingerprint == train(BDT, data, seed=1, stop_after=2).fingerprint


def test_an_interrupt_while_the_model_is_saved(study: Path, data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Any, model: Any, file: Path) -> None:
        file.write_bytes(b"half a model")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(BoostedDecisionTree, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(BDT, data, seed=1, path=PATH)
    assert finished_epochs(PATH) == 8
    assert train(BDT, data, seed=1, path=PATH).fingerprint == train(BDT, data, seed=1).fingerprint


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_an_interrupt_while_the_result_is_sealed(
    study: Path, data: Any, monkeypatch: pytest.MonkeyPatch, method: Method, options: dict[str, Any]
) -> None:
    def interrupted(_: Path) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("hml_jupyter.records.file_sha256", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(method, data, seed=1, path=PATH, **options)
    assert finished_epochs(PATH) == 8
    with heard() as reports:
        made = train(method, data, seed=1, path=PATH, **options)
    assert [r.text for r in reports] == [method.begins, f"going on after {method.unit} 8 of an interrupted training"]
    assert "checkpoint.npz" not in {f.name for f in made.folder.iterdir()}


def test_a_training_that_fails_late_keeps_what_is_finished(
    study: Path, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(history: dict[str, list[float]], _: Method) -> None:
        if len(history["loss"]) == 6:
            raise ArgumentError

    with monkeypatch.context() as patched:
        patched.setattr("hml_jupyter.methods.training._check_loss", check)
        with pytest.raises(ArgumentError):
            train(BDT, data, seed=1, path=PATH)
    assert finished_epochs(PATH) == 5
    assert train(BDT, data, seed=1, path=PATH, stop_after=5).epochs == 5


def test_a_damaged_checkpoint_is_begun_again(study: Path, data: Any) -> None:
    with stopping("tree 5 of 8"), pytest.raises(KeyboardInterrupt):
        train(BDT, data, seed=1, path=PATH)
    folder = partial_folder(PATH)
    assert folder is not None
    file = folder / "checkpoint.npz"
    file.write_bytes(file.read_bytes()[:-100])
    assert finished_epochs(PATH) == 0
    assert train(BDT, data, seed=1, path=PATH).fingerprint == train(BDT, data, seed=1).fingerprint


KILLED = """
import os, signal
import samples
from methods import own_models
from hml_jupyter import progress
from hml_jupyter.methods import MLP, train

def kill(report):
    if report.text == "epoch 3 of 8":
        os.kill(os.getpid(), signal.SIGKILL)

with progress.listening(kill):
    train(MLP(hidden=(4,), dropout=0.1, batch_size=64), samples.dataset(300), seed=1, epochs=8, path="study/models/one")
"""


def test_a_killed_training_goes_on_in_another_process(study: Path, data: Any) -> None:
    """Two processes share one training, and the model is that of a third that did it alone."""
    places = [str(Path(samples.__file__).parent), str(Path(hml_jupyter.__file__).parents[1])]
    program = f"import sys; sys.path[:0] = {places!r}{KILLED}"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert finished_epochs(PATH) == 3
    assert train(NET, data, seed=1, epochs=8, path=PATH).fingerprint == train(NET, data, seed=1, epochs=8).fingerprint


def extreme(events: int) -> Dataset:
    """A value that overflows single precision, after so many others."""

    def masses(last: float) -> ak.Array:
        return ak.Array([{"FatJet": [{"Mass": mass}]} for mass in (*range(events), last)])

    given = {"zz": masses(1e100), "qcd": masses(50.0)}
    return build_dataset(given, Set(["fatjet0.mass"]), signal="zz", split=(1.0, 0.0, 0.0), seed=1)


def test_a_loss_that_is_not_finite(study: Path) -> None:
    """Without a normalisation, and beyond the events that are looked at before."""
    with pytest.raises(
        ArgumentError,
        match=r"the loss is (nan|inf) in epoch 1: lower learning_rate \(it is 0.001\) or look for extreme inputs",
    ):
        train(Network(builder=own_models.build, normalize=False), extreme(300), seed=1, epochs=2, path=PATH)
    assert not Path(PATH).exists()
    assert partial_folder(PATH) is None


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (MLP(), r"epoch 2: lower learning_rate \(it is 0.001\) or look"),
        (CutNetwork(), r"epoch 2: lower cut_learning_rate \(it is 0.2\) or look"),
        (CutNetwork(network=MLP(learning_rate=0.5)), r"epoch 2: lower learning_rate \(it is 0.5\) or look"),
        (CutAndCount(), r"the loss is nan in \w+ 2: look for extreme inputs"),
    ],
)
def test_what_may_help_a_loss_that_is_not_finite(method: Method, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        _check_loss({"loss": [0.5, float("nan")]}, method)


def test_inputs_beyond_single_precision(study: Path) -> None:
    with pytest.raises(ArgumentError, match=r"fatjet0.mass \(mean 1.*e\+98, .* is lost in the single precision"):
        train(NET, extreme(40), seed=1, epochs=2, path=PATH)
    assert not Path(PATH).exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": -1}, "seed must be from 0 to 4294967295; got -1"),
        ({"seed": 1.5}, "seed must be an integer from 0 to 4294967295; got 1.5"),
        ({"seed": 1, "stop_after": 0}, "stop_after (of 8 trees) must be from 1 to 8; got 0"),
        ({"seed": 1, "stop_after": 9}, "stop_after (of 8 trees) must be from 1 to 8; got 9"),
        ({"seed": 1, "epochs": 3}, "epochs=3 means nothing for trees: give BoostedDecisionTree(n_estimators=3)"),
    ],
)
def test_arguments_out_of_bounds(data: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        train(BDT, data, **given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: train(MLP, d, seed=1), r"got the class MLP: write hml.MLP\(\)"),
        (lambda d: train(d, MLP(), seed=1), "a method is wanted first, with its options: .*; got <dataset"),
        (lambda d: train("MPL", d, seed=1), "unknown method 'MPL'; near names: MLP"),
        (lambda _: train(MLP(), {"zz": 1}, seed=1), "train needs a dataset, not a dict: hml.build_dataset"),
        (lambda _: train(MLP(), None, seed=1), "train needs a dataset, not a NoneType"),
        (lambda _: train(MLP(), "study/data/set", seed=1), r"hml.Dataset.load\('study/data/set'\) opens one"),
        (lambda d: train(MLP(), d, epoch=20, seed=1), "unknown option of train 'epoch'; near names: epochs"),
    ],
)
def test_bad_input(call: Callable[..., Any], message: str) -> None:
    """The kinds come first, before what is missing in the events."""
    missing = samples.dataset(60, require=None)
    assert not np.isfinite(missing.X).all()
    with pytest.raises((ArgumentError, UnknownNameError), match=message):
        call(missing)


def test_stopping_after_the_whole_schedule_is_the_whole_training(data: Any) -> None:
    assert train(BDT, data, seed=1, stop_after=8).recipe == train(BDT, data, seed=1).recipe


def test_score(data: Any) -> None:
    made = train(BDT, data, seed=1)
    np.testing.assert_array_equal(made.score(data.X), made.score(data))
    X = np.array(data.X[:3])
    X[1, 0] = np.nan
    assert np.isnan(made.score(X)).tolist() == [False, True, False]
    with pytest.raises(ArgumentError, match=r"takes 3 inputs \(fatjet0.mass, .*; got 2"):
        made.score(X[:, :2])
    with pytest.raises(UnknownNameError, match=r"unknown column 'fatjet0.tau21'"):
        made.score(samples.dataset(50, observables=["fatjet0.mass", "jet0,jet1.delta_r"]))


@pytest.mark.parametrize(("method", "options"), BOTH)
def test_score_where_no_event_is_complete(data: Any, method: Method, options: dict[str, Any]) -> None:
    made = train(method, data, seed=1, **options)
    assert np.isnan(made.score([[np.nan, 0.5, 1.0], [80.0, np.inf, 1.0]])).tolist() == [True, True]
    assert made.score(np.zeros((0, 3))).shape == (0,)


def test_summary_and_configuration(study: Path) -> None:
    data = samples.dataset(300, path="study/data/set")
    chosen = select(data, ["fatjet0.mass > 60"], path="study/data/chosen")
    made = train(BDT, chosen, seed=1, path=PATH)
    events = {part: int(chosen.part(part).sum()) for part in ("train", "validation")}
    assert made.record["summary"] == {
        "method": "BoostedDecisionTree",
        "trees": 8,
        "loss": made.history["loss"][-1],
        "val_loss": made.history["val_loss"][-1],
        "n_train": events["train"],
        "n_validation": events["validation"],
    }
    config = read_json(made.folder / "training.json")
    assert config["method"] == {"method": "BoostedDecisionTree", **BDT.get_config()}
    assert config["cuts"] == ["fatjet0.mass > 60"]
    assert config["events"] == events
    assert (made.cuts, made.name) == (("fatjet0.mass > 60",), "one")


def test_the_dataset_of_a_loaded_training(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = samples.dataset(300, path="study/data/set")
    train(BDT, data, seed=1, path=PATH)
    assert Training.load(study / PATH).dataset.fingerprint == data.fingerprint
    samples.dataset(200, path="study/data/set")
    with pytest.raises(RecordError, match="study/data/set has been made anew since one was trained"):
        _ = Training.load(PATH).dataset
    train(BDT, samples.dataset(300), seed=2, path=PATH)
    with pytest.raises(PathError, match="one was trained on was not saved: give dataset="):
        _ = Training.load(PATH).dataset


@pytest.mark.parametrize("change", [lambda f: f.unlink(), lambda f: f.write_bytes(b"x")], ids=["missing", "changed"])
def test_a_damaged_model_is_found(study: Path, data: Any, change: Callable[[Path], Any]) -> None:
    made = train(BDT, data, seed=1, path=PATH)
    change(made.folder / "model.skops")
    with pytest.raises(OSError, match=r"one/model.skops is (missing|not what was saved)"):
        Training.load(PATH)
