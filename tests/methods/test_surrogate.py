from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toys
from methods import kinds
from scipy import stats

import hml_jupyter as hml
from hml_jupyter import metrics, progress
from hml_jupyter.calls import literal
from hml_jupyter.datasets import Dataset
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.methods.draws import noise
from hml_jupyter.methods.surrogate_learning import likelihood

TOY = hml.Surrogate(of="column.score", flags=["column.flag"])
SMALL = hml.MLP(hidden=(8,))


@pytest.fixture(scope="module")
def toy() -> Dataset:
    return toys.dataset(4000)


@pytest.fixture(scope="module")
def trained(toy: Dataset, compiled_once: None) -> hml.Training:
    return hml.train(TOY, toy, epochs=10, seed=1)


def test_it_sees_inputs_then_flags(trained: hml.Training) -> None:
    assert trained.names == ("column.x", "column.y", "column.flag")
    assert trained.model.get_layer("flags").config["values"] == [[0.0, 1.0, 2.0]]
    assert list(trained.history) == ["loss", "val_loss"]
    assert trained.history["val_loss"][-1] < trained.history["val_loss"][0]


def test_draws_are_distributed_as_the_score_is(trained: hml.Training) -> None:
    """For events with given truth, against 20,000 scores of each that the toy itself draws."""
    for truth in ([0.0, 1.0, 1.0], [1.5, 0.2, 2.0], [-1.5, 0.5, 0.0]):
        many = np.tile(truth, (20_000, 1))
        found = trained.score(many)
        wanted = toys.score(many, np.random.default_rng(1).normal(size=20_000))
        # a model of 4,800 events is not exact, but far from the 0.5 of one number for all
        assert stats.ks_2samp(found, wanted).statistic < 0.12


def test_the_likelihood_is_near_the_best(trained: hml.Training, toy: Dataset) -> None:
    """A density of its own inputs has more likelihood than one without them, by how much the toy tells."""
    blind = hml.train(hml.Surrogate(of="column.score", inputs=["column.y"], network=SMALL), toy, epochs=2, seed=1)
    assert min(trained.history["val_loss"]) < 0.6
    assert min(blind.history["val_loss"]) > 1.2


def test_an_event_has_its_draw_in_any_order(trained: hml.Training, toy: Dataset) -> None:
    X, whole = trained.inputs(toy), trained.score(toy)
    selected = hml.select(toy, ["column.x > 1"])
    for found, wanted in (
        (trained.score(X[::-1])[::-1], whole),
        (trained.score(X[5:9]), whole[5:9]),
        (trained.score(selected), whole[toy.column("column.x") > 1]),
    ):
        # sums in batches of other sizes may differ in the last digit
        np.testing.assert_allclose(found, wanted, atol=1e-6)
    np.testing.assert_array_equal(trained.predict(toy, seed=1), whole)
    assert np.mean(trained.score(toy, seed=2) == whole) < 0.01
    assert 0 <= whole.min() < whole.max() <= 1


def test_what_is_missing_has_no_score(trained: hml.Training) -> None:
    assert np.isnan(trained.score([[1.0, np.nan, 1.0], [1.0, 1.0, 1.0]])).tolist() == [True, False]


def test_scores_are_columns(trained: hml.Training, toy: Dataset) -> None:
    scored = hml.score(toy, trained, name="surrogate")
    np.testing.assert_array_equal(scored.column("surrogate.score"), trained.score(toy))
    test = toy.part("test")
    wanted = metrics.auc(toy.column("column.score")[test], toy.is_signal[test], np.ones(test.sum()))
    assert hml.evaluate(trained, luminosity=None).auc == pytest.approx(wanted, abs=0.02)


def test_equal_calls_give_equal_models(
    trained: hml.Training, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved = hml.train(TOY, toy, epochs=10, seed=1, path="surrogate")
    opened = hml.Training.load("surrogate")
    assert saved.fingerprint == trained.fingerprint == opened.fingerprint
    assert opened.method == TOY
    np.testing.assert_array_equal(opened.score(toy), trained.score(toy))
    assert {file.suffix for file in Path("surrogate").iterdir()} <= {".json", ".keras"}


def test_a_training_that_was_ended_goes_on_as_if_it_had_not(toy: Dataset) -> None:
    method = hml.Surrogate(of="column.score", network=SMALL)
    one, other = (method.learner(method.sample(toy), seed=3, epochs=3) for _ in range(2))
    one.advance(0, 3)
    other.advance(0, 1)
    again = method.learner(method.sample(toy), seed=3, epochs=3)
    again.restore(other.state())
    again.advance(1, 3)
    for a, b in zip(one.state().values(), again.state().values(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_scores_that_pile_up_are_given_back(compiled_once: None) -> None:
    """Behind a cut half of the scores are exactly 0: so are half of the draws, where x says so."""
    tables = {}
    for name, seed in (("signal", 1), ("background", 2)):
        rng = np.random.default_rng(seed)
        x = rng.uniform(-1, 1, 3000)
        tables[name] = hml.open_table(
            {"x": x, "score": np.where(x + rng.normal(0, 0.1, 3000) > 0, rng.random(3000), 0)}
        )
    data = hml.build_dataset(tables, hml.Set(["column.x"]), signal="signal", observables=["column.score"], seed=1)
    network = hml.MLP(hidden=(16,), learning_rate=0.01)
    trained = hml.train(hml.Surrogate(of="column.score", network=network), data, epochs=20, seed=1)
    x, score = data.column("column.x"), trained.score(data)
    assert np.mean(score == 0) == pytest.approx(np.mean(data.column("column.score") == 0), abs=0.02)
    assert np.mean(score[x < -0.3] == 0) > 0.98
    assert np.mean(score[x > 0.3] == 0) < 0.02


def test_originals_that_see_images(compiled_once: None) -> None:
    data = kinds.dataset(kinds.IMAGE, observables=["missinget0.met", "jet.size"])
    original = hml.train(hml.CNN(filters=(2,), hidden=(4,), activation="tanh"), data, epochs=1, seed=1)
    scored = hml.score(data, original, name="cnn")
    trained = hml.train(
        hml.Surrogate(of="cnn.score", inputs=["missinget0.met"], network=SMALL), scored, epochs=1, seed=1
    )
    assert trained.score(scored).shape == (data.n_events,)
    with pytest.raises(ArgumentError, match="columns, each once, without the score: it has none"):
        hml.train(hml.Surrogate(of="cnn.score"), scored, seed=1)


def test_measured_inputs_and_a_score_that_training_events_have_seen_are_told(
    data: Dataset, compiled_once: None
) -> None:
    bdt = hml.train(hml.BoostedDecisionTree(n_estimators=3), data, seed=1)
    told: list[str] = []
    method = hml.Surrogate(of="bdt.score", network=SMALL)
    scored = hml.score(data, bdt, name="bdt")
    crossed = hml.score(data, hml.train(hml.BoostedDecisionTree(n_estimators=3), data, seed=1, folds=2), name="bdt")
    with progress.listening(lambda report: told.append(report.text)):
        method.sample(crossed)
        assert [text.partition(":")[0] for text in told] == [
            "the surrogate sees measured objects (fatjet0.mass, fatjet0.tau21, jet0,jet1.delta_r)"
        ]
        method.sample(scored)
    assert [text.partition(" of ")[0] for text in told[1:2]] == ["bdt.score"]


@pytest.mark.parametrize(
    ("given", "error", "why"),
    [
        ({"of": "mlp.score"}, UnknownNameError, "unknown column 'mlp.score'"),
        (
            {"of": "column.score / 2"},
            UnknownNameError,
            "unknown column 'column.score / 2'.*A surrogate learns from columns and draws one",
        ),
        (
            {"inputs": ["column.x", "1 - column.score"]},  # the score in disguise
            UnknownNameError,
            "unknown column '1 - column.score'",
        ),
        ({"flags": ["0 * column.x"]}, UnknownNameError, r"unknown column '0 \* column.x'"),
        ({"inputs": ["column.z"]}, UnknownNameError, "unknown column 'column.z'"),
        ({"inputs": ["column.score"]}, ArgumentError, "column.score is what it learns"),
        ({"inputs": ["column.x", "column.x"]}, ArgumentError, "column.x is given twice"),
        ({"flags": ["column.x", "column.x"]}, ArgumentError, "column.x is given twice"),
        ({"inputs": ["column.x"], "flags": ["column.x"]}, ArgumentError, "column.x is given twice"),
        ({"flags": ["column.x"]}, ArgumentError, "the flag column.x has 6400 values from .*: give it among inputs="),
        (
            {"of": "column.x", "inputs": ["column.y"]},
            ArgumentError,
            "column.x goes from .*; a surrogate learns a score",
        ),
    ],
)
def test_columns_that_do_not_fit(toy: Dataset, given: Any, error: Any, why: str) -> None:
    with pytest.raises(error, match=why):
        hml.train(hml.Surrogate(**{"of": "column.score"} | given), toy, epochs=1, seed=1)


def _with(**columns: Any) -> Dataset:
    rng = np.random.default_rng(1)
    usual = {"x": rng.normal(size=100), "score": rng.random(100)}
    tables = {name: hml.open_table(usual | columns) for name in ("signal", "background")}
    return hml.build_dataset(tables, hml.Set(["column.x"]), signal="signal", observables=["column.score"], seed=1)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (
            {"score": np.where(np.arange(100) % 4, 0.5, np.nan)},
            r"missing \(NaN\) in .* events: select those that have it",
        ),
        ({"score": np.full(100, 0.5)}, "column.score is 0.5 for all events: there is nothing to be learnt"),
        ({"score": np.linspace(-0.01, 1, 100)}, "column.score goes from -0.01 to .*between 0 and 1"),
        ({"x": np.where(np.arange(100) % 4, 0.5, np.nan)}, "inputs are missing .*column.x in"),
        ({"x": np.where(np.arange(100) % 4, 0.5, np.inf)}, "inputs are missing .*column.x in"),
    ],
)
def test_values_that_cannot_be_learnt(columns: Any, why: str) -> None:
    with pytest.raises(ArgumentError, match=why):
        hml.train(hml.Surrogate(of="column.score"), _with(**columns), epochs=1, seed=1)


def test_one_class_only(toy: Dataset) -> None:
    one = hml.select(toy, ["column.x > 3.3"])
    with pytest.raises(ArgumentError, match=r"background event.* \(background\) .* left for training, at least 10"):
        hml.train(hml.Surrogate(of="column.score"), one, epochs=1, seed=1)


def test_values_that_cannot_be_scored(trained: hml.Training, toy: Dataset) -> None:
    with pytest.raises(ArgumentError, match=r"column.flag is 5 in 1 of 2 events, .* it knows 0, 1, 2"):
        trained.score([[1.0, 1.0, 1.0], [1.0, 1.0, 5.0]])
    with pytest.raises(ArgumentError, match="takes 3 inputs"):
        trained.score([[1.0, 1.0]])
    with pytest.raises(ArgumentError, match="seed must be"):
        trained.score(toy, seed=-1)
    with pytest.raises(UnknownNameError, match=r"unknown column 'column\.y'"):
        trained.score(_with())


def test_options_that_cannot_be(toy: Dataset) -> None:
    with pytest.raises(ArgumentError, match=r"of=\.\.\.\) is the column with the score of the original"):
        hml.Surrogate()
    with pytest.raises(ArgumentError, match=r"takes dense layers, hml.MLP\(hidden=\(128, 128\)\), not CNN"):
        hml.Surrogate(of="mlp.score", network=hml.CNN())  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="a surrogate has a loss of its own"):
        hml.Surrogate(of="mlp.score", network=hml.MLP(loss="squared"))
    with pytest.raises(ArgumentError, match="folds=2 means nothing for a Surrogate"):
        hml.train(TOY, toy, seed=1, folds=2)
    with pytest.raises(
        ArgumentError, match="ranks methods by how they tell signal from background, which a surrogate does not learn"
    ):
        hml.scan(TOY, {"components": [2, 3]}, toy, seed=1, epochs=1)


def test_signal_alone_teaches_no_surrogate() -> None:
    side = ["column.flag", "column.score"]
    tables, columns = {"new": toys.table(200, 7, 0.2)}, hml.Set(["column.x", "column.y"])
    alone = hml.build_dataset(tables, columns, signal="new", observables=side, seed=1)
    with pytest.raises(ArgumentError, match=r"training needs signal and background, and .* is signal \(new\)"):
        hml.train(TOY, alone, seed=1)


def test_it_can_be_written() -> None:
    text = "hml.Surrogate(of='mlp.score', inputs=['genjet0.pt'], network=hml.MLP(hidden=(8,)))"
    assert literal(hml.Surrogate(of="mlp.score", inputs=["genjet0.pt"], network=SMALL)).replace('"', "'") == text


def test_likelihood_by_hand() -> None:
    """Half of a Gaussian around -1 of width 1, half of one around 2 of width 0.5, at 0."""
    mixture = np.array([[0.5, 0.5, -1.0, 2.0, 1.0, 0.5]], "float32")
    wanted = -np.log(0.5 * stats.norm.pdf(0, -1, 1) + 0.5 * stats.norm.pdf(0, 2, 0.5))
    assert float(likelihood(np.zeros((1, 1), "float32"), mixture)[0]) == pytest.approx(wanted, rel=1e-5)


def test_noise_of_a_model_is_that_of_its_inputs(trained: hml.Training) -> None:
    X = np.array([[0.3, 1.0, 2.0], [1.3, 0.1, 0.0]])
    given = {"inputs": X.astype("float32"), "noise": noise(X, 4).astype("float32")}
    np.testing.assert_array_equal(trained.model.predict(given, verbose=0)[:, 0], trained.score(X, seed=4))


def test_a_seed_is_refused_by_all_that_draw_nothing(data: Dataset) -> None:
    crossed = hml.train(hml.BoostedDecisionTree(n_estimators=2), data, seed=1, folds=2)
    for given in (data, crossed.inputs(data)):
        with pytest.raises(ArgumentError, match="draws nothing: leave seed= out"):
            crossed.score(given, seed=1)


def test_one_text_is_offered_as_a_list() -> None:
    with pytest.raises(
        ArgumentError, match=r"must be a list of texts, such as \['genfatjet0.mass'\]; got 'genfatjet0.mass'"
    ):
        hml.Surrogate(of="mlp.score", inputs="genfatjet0.mass")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r'must be a list of texts, such as \["met"\]; got 5'):
        hml.Surrogate(of="mlp.score", inputs=5)  # type: ignore[arg-type]
