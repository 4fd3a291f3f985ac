from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter import progress
from hml_jupyter.datasets import Dataset, build_dataset, parts
from hml_jupyter.errors import ArgumentError, EmptySelectionError, ExpressionError, PathError, UnknownNameError
from hml_jupyter.representations import Set

MASS = Set(["fatjet0.mass"])


def fatjets(*masses: float, weights: list[float] | None = None) -> ak.Array:
    weights = weights or [1.0] * len(masses)
    return ak.Array(
        [samples.event(fatjets=[{"Mass": m}] if m > 0 else [], weight=w) for m, w in zip(masses, weights, strict=True)]
    )


def build(sources: Any = None, representation: Any = MASS, **options: Any) -> Dataset:
    sources = sources if sources is not None else {"zz": fatjets(90, 91, 92), "qcd": fatjets(10, 20, 30, 40)}
    given_options = {"signal": "zz", "split": (0.0, 0.0, 1.0), "seed": 1, **options}
    return build_dataset(sources, representation, **given_options)


def test_columns_and_classes() -> None:
    dataset = build(observables=["FatJet.Size"], representation=Set(["FatJet0.M", "met"]))
    assert dataset.names == ("fatjet0.mass", "met")
    assert dataset.side_names == ("fatjet.size",)
    assert dataset.units == ("GeV", "GeV")
    assert dataset.unit("fatjet.size") == ""
    assert dataset.classes == ("zz", "qcd")
    assert dataset.signal == ("zz",)
    assert dataset.background == ("qcd",)
    assert dataset.X.tolist() == [[m, 0.0] for m in (90, 91, 92, 10, 20, 30, 40)]
    assert dataset.y.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert dataset.is_signal.tolist() == [True] * 3 + [False] * 4
    assert dataset.column("fatjet.size").tolist() == [1.0] * 7
    assert dataset.column("FatJet0.Mass").tolist() == dataset.X[:, 0].tolist()
    assert dataset.event.tolist() == [0, 1, 2, 0, 1, 2, 3]
    assert (dataset.X.dtype, dataset.y.dtype, dataset.split.dtype) == (np.float64, np.int64, np.int8)


def test_weights_are_of_the_generated_events_before_require() -> None:
    run = samples.Run(4, 1, "signal", cross_section=8.0)
    run._events = fatjets(90, 91, 0, 92, weights=[1.0, 3.0, 2.0, 2.0])
    run.sum_of_weights = 8.0
    dataset = build({"zz": run, "qcd": samples.Run(50, 2, "background")}, require="fatjet.size > 0")
    assert dataset.weights[dataset.is_signal].tolist() == [1.0, 3.0, 2.0]
    assert dataset.counts["zz"] == {
        "generated": 4,
        "sum_of_weights": 8.0,
        "sum_of_squared_weights": 18.0,
        "required": 3,
        "cross_section": 8.0,
        "error": 0.08,
    }
    assert dataset.requirement == "fatjet.size > 0"
    assert dataset.yields(2.0)[0] == 2000.0


def test_weights_without_cross_section_sum_to_one() -> None:
    dataset = build()
    assert dataset.weights[dataset.is_signal].sum() == pytest.approx(1.0)
    assert dataset.counts["zz"]["cross_section"] is None
    with pytest.raises(ArgumentError, match="cross section of 'zz', 'qcd' is not known"):
        dataset.yields(139.0)


def test_negative_weights_are_kept() -> None:
    dataset = build({"zz": fatjets(1, 2, 3, weights=[1.0, -0.5, 1.5]), "qcd": fatjets(1, 2)})
    assert dataset.weights[:3].tolist() == [0.5, -0.25, 0.75]


def test_several_signals() -> None:
    sources = {"a": fatjets(1, 2), "b": fatjets(3, 4), "c": fatjets(5, 6)}
    dataset = build(sources, signal=["c", "a"])
    assert dataset.signal == ("a", "c")
    assert dataset.is_signal.tolist() == [True, True, False, False, True, True]


def test_split_is_exact_in_each_class_and_fixed_by_the_seed() -> None:
    dataset = samples.dataset(300, seed=5)
    for k, name in enumerate(dataset.classes):
        mine = dataset.y == k
        n = int(mine.sum())
        counted = np.bincount(dataset.split[mine], minlength=3)
        np.testing.assert_allclose(counted, [0.6 * n, 0.2 * n, 0.2 * n], atol=1)
        np.testing.assert_allclose(dataset.fractions[name], counted / n, rtol=1e-12)
        assert dataset.fractions[name] == pytest.approx(tuple(counted / n))
    np.testing.assert_array_equal(samples.dataset(300, seed=5).split, dataset.split)
    assert (samples.dataset(300, seed=6).split[:100] != dataset.split[:100]).any()


def test_split_of_a_class_does_not_depend_on_the_others() -> None:
    a, b = fatjets(*range(1, 11)), fatjets(*range(1, 21))
    one = build({"a": a, "b": b}, signal="a", split=(0.5, 0.25, 0.25))
    other = build({"b": b, "a": a}, signal="a", split=(0.5, 0.25, 0.25))
    assert one.split[one.is_signal].tolist() == other.split[other.is_signal].tolist()


@given(st.integers(12, 5000), st.sampled_from([(0.6, 0.2, 0.2), (0.5, 0.0, 0.5), (0.1, 0.1, 0.8)]), st.integers(0, 9))
def test_parts(count: int, split: tuple[float, float, float], seed: int) -> None:
    drawn = parts({"zz": count}, split, seed)["zz"]
    assert len(drawn) == count
    np.testing.assert_allclose(np.bincount(drawn, minlength=3), np.multiply(split, count), atol=1)


def test_fingerprint_is_of_the_content(study: Path) -> None:
    kept = samples.dataset(100, path="study/data/set")
    assert samples.dataset(100).fingerprint == kept.fingerprint
    assert samples.dataset(100, seed=2).fingerprint != kept.fingerprint
    assert samples.dataset(100, observables=["fatjet0.M", "fatjet0.tau_21", "jet0,jet1.DeltaR"]).recipe == kept.recipe


def test_events_in_memory_are_part_of_the_recipe(study: Path) -> None:
    first = build({"zz": fatjets(1, 2), "qcd": fatjets(3, 4)}, path="set")
    same = build({"zz": fatjets(1, 2), "qcd": fatjets(3, 4)}, path="set")
    other = build({"zz": fatjets(1, 2), "qcd": fatjets(3, 5)}, path="set")
    assert first.recipe == same.recipe != other.recipe
    assert other.X[-1, 0] == 5.0


def test_missing_values_are_told() -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        dataset = build({"zz": fatjets(90, 0, 92), "qcd": fatjets(1, 2)})
    assert np.isnan(dataset.X[1, 0])
    told = [each.text for each in heard if each.is_notice]
    assert told == ["fatjet0.mass: 1 of 3 events of 'zz' have no finite value (NaN)"]


def test_without_samples() -> None:
    with pytest.raises(ArgumentError, match=r"^no samples were given: give a signal, and what it is to be told from"):
        build({})


def test_a_split_that_may_be_reversed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    build(samples_of_ten(), split=(0.2, 0.2, 0.6))
    assert "0.2 train, 0.2 validation, 0.6 test, in this order" in capsys.readouterr().out
    build(samples_of_ten(), split=(0.6, 0.2, 0.2))
    assert capsys.readouterr().out == ""


def samples_of_ten() -> dict[str, ak.Array]:
    return {"zz": fatjets(*range(1, 11)), "qcd": fatjets(*range(1, 11))}


def test_a_column_that_is_missing_in_one_class_is_told() -> None:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        build({"zz": fatjets(90, 92), "qcd": fatjets(90, 0, 0, 0)[1:]})
    told = [each.text for each in heard if each.is_notice]
    assert told == [
        "fatjet0.mass: no event of 'qcd' has a finite value (all 3 are NaN); a method cannot be trained on it"
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("fatjet99.mass", r"; no event has more than 1 fatjet: take another"),
        ("fatjet0,jet2.delta_r", r"; no event has more than 2 jet: take another"),
        ("fatjet[mass > 91]1.mass", r"; no event has more than 1 fatjet\[mass > 91\]: take another"),
        ("fatjet0.tau21", ": take another"),
    ],
)
@pytest.mark.parametrize("side", [False, True])
def test_a_column_that_is_missing_everywhere_is_refused(name: str, why: str, side: bool, study: Path) -> None:
    few, more = (
        ak.Array([samples.event(jets=[{}] * n, fatjets=[{"Mass": 91.5}]) for n in m]) for m in ((0, 1), (2, 1))
    )
    where: dict[str, Any] = {"observables": [name]} if side else {"representation": Set(["met", name])}
    with pytest.raises(ArgumentError, match=rf"^'{re.escape(name)}' has a finite value in no event of any class{why}"):
        build({"zz": more, "qcd": few}, path="study/data/set", **where)
    assert not (study / "study" / "data" / "set").exists()


def test_signal_alone_is_a_dataset() -> None:
    dataset = build({"zz": fatjets(90, 0, 92, weights=[1.0, 2.0, 1.0])}, require="fatjet.size > 0")
    assert (dataset.classes, dataset.signal, dataset.background) == (("zz",), ("zz",), ())
    assert dataset.X[:, 0].tolist() == [90.0, 92.0]
    assert dataset.is_signal.tolist() == [True, True]
    assert dataset.weights.tolist() == [0.25, 0.25]
    assert repr(dataset) == "<dataset of 2 events, columns fatjet0.mass, classes zz* (* signal)>"


def test_several_signals_alone() -> None:
    dataset = build({"a": fatjets(1, 2), "b": fatjets(3)}, signal=["b", "a"])
    assert (dataset.signal, dataset.background) == (("a", "b"), ())


def test_signal_alone_is_split_kept_and_loaded_as_others(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both, alone = samples_of_ten(), {"zz": samples_of_ten()["zz"]}
    build(alone, split=(0, 0, 1))
    assert capsys.readouterr().out == ""
    made = build(alone, split=(0.6, 0.2, 0.2), path="study/data/alone")
    assert "no method learns from signal alone: with split=(0, 0, 1) all of its events count" in capsys.readouterr().out
    np.testing.assert_array_equal(made.split, build(both, split=(0.6, 0.2, 0.2)).split[:10])
    assert made.fractions["zz"] == pytest.approx((0.6, 0.2, 0.2))
    loaded = Dataset.load("study/data/alone")
    assert (loaded.fingerprint, loaded.classes, loaded.background) == (made.fingerprint, ("zz",), ())
    np.testing.assert_array_equal(loaded.X, made.X)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"signal": "zzz"}, UnknownNameError, "near names: zz"),
        (
            {"signal": []},
            ArgumentError,
            "^signal= names one or several of zz, qcd, not \\[\\]: events of one kind alone are",
        ),
        ({"signal": None}, ArgumentError, "one or several of zz, qcd, not None"),
        ({"signal": ["zz", 3]}, ArgumentError, "one or several of zz, qcd, not"),
        ({"sources": {"zz": fatjets(1)}, "signal": "qcd"}, UnknownNameError, "unknown class in signal= 'qcd'"),
        (
            {"sources": {"zz": fatjets(1)}, "signal": ()},
            ArgumentError,
            "names one or several of zz, not \\(\\): events of one",
        ),
        ({"sources": {"zz": fatjets(1)}, "split": (0.6, 0.2, 0.2)}, ArgumentError, "too few"),
        ({"sources": {"": fatjets(1), "zz": fatjets(1)}}, ArgumentError, "printable text such as 'zz', not ''"),
        ({"sources": {1: fatjets(1), "zz": fatjets(1)}}, ArgumentError, "printable text such as 'zz', not 1"),
        ({"sources": [fatjets(1), fatjets(2)]}, ArgumentError, "dictionary of class names and runs.*not a list"),
        ({"sources": fatjets(1)}, ArgumentError, "dictionary of class names and runs.*not a Array"),
        ({"split": 0.8}, ArgumentError, "three fractions"),
        ({"split": "0.6"}, ArgumentError, "three fractions"),
        ({"split": (0.6, "x", 0.2)}, ArgumentError, "three fractions"),
        ({"split": (60, 20, 20)}, ArgumentError, "three fractions"),
        ({"splits": (0.6, 0.2, 0.2)}, UnknownNameError, "unknown option of build_dataset 'splits'; near names: split"),
        ({"observables": None}, ArgumentError, "observables takes a list of observables"),
        ({"split": (0.5, 0.2, 0.2)}, ArgumentError, "sum to 1"),
        ({"split": (0.8, 0.2)}, ArgumentError, "three fractions"),
        ({"split": (1.2, -0.1, -0.1)}, ArgumentError, "three fractions"),
        ({"split": (0.6, 0.2, 0.2)}, ArgumentError, "too few"),
        ({"seed": -1}, ArgumentError, "seed"),
        ({"seed": 1.5}, ArgumentError, "seed"),
        ({"representation": ["fatjet0.mass"]}, ArgumentError, "must be a Set"),
        ({"observables": ["fatjet0.M"]}, ArgumentError, "in the Set and in observables"),
        ({"observables": ["met", "MissingET0.MET"]}, ArgumentError, "twice"),
        ({"require": "fatjet0.mass >"}, ExpressionError, "text ends"),
        ({"require": "fatjet0.mass > 50"}, EmptySelectionError, r"no event of 'qcd' fulfils fatjet0.mass > 50 \(4 gen"),
        ({"require": "any fatjett.mass > 50"}, UnknownNameError, "near names: fatjet"),
        ({"representation": Set(["electron0.pt"])}, UnknownNameError, "branch 'electron'.*missing in 'zz'"),
        ({"representation": Set(["fatjet.mass"])}, ArgumentError, "one each event"),
        ({"sources": {"zz": fatjets(1), "qcd": "nowhere.root"}}, PathError, "'qcd' is missing.*nowhere.root"),
        ({"sources": {"zz": fatjets(1), "qcd": [1, 2]}}, ArgumentError, "not a list"),
        ({"sources": {"zz": fatjets(1), "qcd": fatjets(1, weights=[np.nan])}}, ArgumentError, "no finite weight"),
        ({"sources": {"zz": fatjets(1), "qcd": fatjets(1, weights=[-1.0])}}, ArgumentError, "more than 0"),
        ({"sources": {"zz": fatjets(1), "qcd": fatjets(1)[:0]}}, EmptySelectionError, "no event of 'qcd'"),
    ],
)
def test_bad_input(options: dict[str, Any], error: type[Exception], message: str, study: Path) -> None:
    with pytest.raises(error, match=message):
        build(**options, path="study/data/set")
    assert not (study / "study" / "data" / "set").exists()


def test_observed_that_is_no_dictionary_is_refused() -> None:
    with pytest.raises(ArgumentError, match="observed= is a dictionary of names and data"):
        samples.dataset(50, observed=np.array(["data.csv", "more.csv"]))
