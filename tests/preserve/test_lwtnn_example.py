from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.datasets import Dataset
from hml_jupyter.methods import Training
from hml_jupyter.preserve import Preserved


def lines_of(file: Path, word: str) -> list[str]:
    """The lines of a file that are commands with a word."""
    return [line for line in file.read_text().splitlines() if word in line and ("g++" in line or "tail" in line)]


def check_reference(printed: str, folder: Path) -> None:
    with (folder / "validation/reference_0.csv").open() as stream:
        expected = [float(row["score_lwtnn"]) for row in csv.DictReader(stream)]
    np.testing.assert_allclose(np.array(printed.split(), float), expected, rtol=0, atol=1e-12)


@pytest.mark.lwtnn
def test_the_lwtnn_example_gives_the_scores(bundles: dict[str, Preserved], columns: Dataset, tmp_path: Path) -> None:
    """Built and run by the lines of the README, against the installed copy that $LWTNN_DIR names; 100,000 events."""
    bundle = bundles["network"]
    copy, program = tmp_path / "bundle", tmp_path / "example_lwtnn"
    shutil.copytree(bundle.folder, copy)
    built = lines_of(copy / "README.md", "example_lwtnn")
    assert [
        line.removeprefix("//   ") for line in lines_of(copy / "code/example_lwtnn.cc", "example_lwtnn")[:2]
    ] == built
    done = subprocess.run("; ".join(built), shell=True, cwd=copy, capture_output=True, text=True, check=True)
    check_reference(done.stdout, copy)
    assert hml.load_preserved(copy).verify().ok
    X = columns.X[np.random.default_rng(1).integers(0, len(columns.X), 100_000)]
    given = "\n".join(" ".join(map(repr, row)) for row in X.tolist())
    how = [str(program), str(bundle.folder / "model.lwtnn.json")]
    done = subprocess.run(how, input=given, capture_output=True, text=True, check=True)
    theirs = np.array(done.stdout.split(), float)
    np.testing.assert_allclose(bundle.score(X, format="lwtnn"), theirs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(bundle.score(X), theirs, rtol=0, atol=1e-5)
    (tmp_path / "no.json").write_text("{}")
    for arguments, given, code, said in (
        ([], "", 2, "usage: example_lwtnn model.lwtnn.json < events, where an event is a line of 3 numbers"),
        (["model.lwtnn.json", "more"], "", 2, "usage: "),
        (["nothing.json"], "", 1, "nothing.json cannot be read"),
        (["../no.json"], "", 1, "example_lwtnn: "),
        (["model.lwtnn.json"], "1 2 3\n4 5\n", 1, "the events end within a line"),
        (["model.lwtnn.json"], "1 2 x\n", 1, "or hold what is no number"),
    ):
        done = subprocess.run([program, *arguments], input=given, cwd=copy, capture_output=True, text=True, check=False)
        assert (done.returncode, said in done.stderr) == (code, True), done


@pytest.mark.lwtnn
def test_the_lwtnn_example_of_a_network_that_branches(
    trained: Callable[[str], Training], columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bundle = hml.preserve(trained("branched"), path="branched")
    built = "; ".join(lines_of(bundle.folder / "README.md", "example_lwtnn"))
    done = subprocess.run(built, shell=True, cwd=bundle.folder, capture_output=True, text=True, check=True)
    with (bundle.folder / "validation/reference_0.csv").open() as stream:
        expected = [float(row["score_lwtnn"]) for row in csv.DictReader(stream)]
    np.testing.assert_allclose(np.array(done.stdout.split(), float), expected, rtol=0, atol=1e-12)
