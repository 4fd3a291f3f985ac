from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import samples
from numpy import hypot as size_of

import hml_jupyter as hml
from hml_jupyter.expressions import parse_observable
from hml_jupyter.observables import CATALOGUE, Particles
from hml_jupyter.preserve import own_observables as module
from hml_jupyter.preserve.own_observables import own_sources

SCALE, TABLE = 2.0, {"pt": (1, math.inf)}
STRANGE = object()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = list(CATALOGUE)
    yield
    CATALOGUE[:] = before


def doubled(values: Any, by: float = SCALE) -> Any:
    return values * by


def pt_both(one: Particles, other: Particles) -> Any:
    """Twice the size of two transverse momenta."""
    # a remark that stays
    return doubled(size_of(one["PT"], other["PT"])) + math.pi * len(TABLE) * 0


def text_of(function: Callable[..., Any], **options: Any) -> str:
    hml.register_observable(function, unit="GeV", objects="two", **options)
    name = options.get("name", function.__name__)
    (found,) = own_sources([parse_observable(f"jet0,jet1.{name}"), parse_observable("met")]).values()
    return found


def run(text: str, line: str, place: Path) -> str:
    """Run a script where nothing of this file is known, and print something after it."""
    (place / "script.py").write_text(f"{text}\n{line}\n")
    known = {**os.environ, "PYTHONPATH": str(Path(hml.__file__).parents[1])}
    how = [sys.executable, "script.py"]
    return subprocess.run(how, cwd=place, env=known, capture_output=True, text=True, check=True).stdout


def test_a_script_holds_all_that_a_function_needs(tmp_path: Path) -> None:
    text = text_of(pt_both, range=(0, None))
    for line in (
        "import math",
        "from numpy import hypot as size_of",
        "SCALE = 2.0",
        'TABLE = {"pt": (1, float("inf"))}',
        "    # a remark that stays",
        'hml.register_observable(\n    pt_both,\n    unit="GeV",\n    objects="two",',
    ):
        assert line in text
    assert text.index("SCALE = ") < text.index("def doubled") < text.index("def pt_both")
    events = "hml.observable(ak.Array([{'Jet': [{'PT': 3.0}, {'PT': 4.0}]}]), 'jet0,jet1.pt_both')"
    assert run(text, f"import awkward as ak; print({events}.tolist())", tmp_path) == "[10.0]\n"


def test_what_no_text_can_hold_is_named() -> None:
    def odd(one: Particles, other: Particles) -> Any:
        "Odd."
        return one["PT"] if STRANGE else other["PT"]

    assert "# STRANGE: a object of its author's, which no text can hold" in text_of(odd)


def test_decorators_and_lambdas(tmp_path: Path) -> None:
    @hml.register_observable(unit="GeV", objects="two")
    def pt_less(one: Particles, other: Particles) -> Any:
        "Difference."
        return one["PT"] - other["PT"]

    (text,) = own_sources([parse_observable("jet0,jet1.pt_less")]).values()
    assert "\n\ndef pt_less(" in text
    assert "@" not in text
    text = text_of(lambda one, other: one["PT"] + other["PT"], name="pt_more", doc="Sum")
    assert "\npt_more = lambda one, other: one['PT'] + other['PT']\n" in text
    assert run(text, "print('pt_more' in str(hml.observables()))", tmp_path) == "True\n"


def test_what_cannot_be_run_alone_is_a_comment() -> None:
    first, second = (lambda one, other: one["PT"] + 0 * other["PT"]), (lambda one, other: one["PT"] - other["PT"])
    assert first is not second
    text = text_of(first, name="first_pt", doc="First")
    assert "#     first, second = (lambda one, other" in text
    assert "It is written in a way that cannot be run alone" in text


def test_the_source_is_that_of_the_time_when_it_was_registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "their_own.py"
    written = 'def first_pt(one, other):\n    "First."\n    return one["PT"]\n'
    file.write_text(written)
    monkeypatch.syspath_prepend(tmp_path)
    import their_own  # type: ignore[import-not-found]

    hml.register_observable(their_own.first_pt, unit="GeV", objects="two")
    file.write_text(written.replace("one[", "other["))
    (text,) = own_sources([parse_observable("jet0,jet1.first_pt")]).values()
    assert 'return one["PT"]' in text
    assert not module._is_installed("their_own")


@pytest.fixture
def bundle(study: Path) -> hml.Preserved:
    hml.register_observable(pt_both, unit="GeV", objects="two")
    sources = {name: samples.events(120, seed, kind=name) for seed, name in enumerate(("signal", "background"))}
    data = hml.build_dataset(
        sources, hml.Set(["met", "jet0,jet1.pt_both"]), signal="signal", require="jet0,jet1.pt_both > 0", seed=1
    )
    return hml.preserve(hml.train(hml.BoostedDecisionTree(n_estimators=3), data, seed=1), path="bundle")


def test_a_bundle_holds_them_and_runs_none(bundle: hml.Preserved, study: Path) -> None:
    assert bundle.card.about["observables"] == {"pt_both": "code/observable_pt_both.py"}
    assert (
        "`pt_both` is its authors' own: `code/observable_pt_both.py` computes"
        in (study / "bundle/README.md").read_text()
    )
    assert bundle.verify().ok
    events = samples.events(20, 5)
    expected = bundle.score(events)
    ak.to_parquet(events, study / "events.parquet")
    script = (
        "import numpy as np, awkward as ak\nimport hml_jupyter as hml\nevents = ak.from_parquet('events.parquet')\n"
    )
    score = "import json; print(json.dumps(hml.load_preserved('bundle').score(events).tolist()))"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run(script, score, study)
    assert "code/observable_pt_both.py in its folder registers what is its authors' own" in failed.value.stderr
    own = (study / "bundle/code/observable_pt_both.py").read_text()
    found = json.loads(run(own + script, score, study))
    np.testing.assert_allclose(found, expected)
    (study / "bundle/code/observable_pt_both.py").write_text("raise SystemExit('it was run')")
    again = hml.load_preserved("bundle")
    np.testing.assert_allclose(again.score(events), expected)
    assert "code/observable_pt_both.py is not what was saved" in str(again.verify())
