from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import hml_jupyter as hml
from hml_jupyter import cli
from hml_jupyter.cells import Entry, cell_metadata
from hml_jupyter.errors import ArgumentError, FileFormatError, PathError
from hml_jupyter.replay import replay
from hml_jupyter.verdicts import DIFFERENT, IDENTICAL
from tests.test_lhe import EVENT, LHE
from tests.test_verdicts import cell as ran
from tests.widgets.test_bundles import write, zip_of

STEPS = [
    'zz = hml.generate(\n    "p p > z z",\n    settings={"pt_min_pdg": {23: 200}},\n    events=60,\n    seed=1,\n    path="study/runs/zz",\n)\nzz',
    "hml.summary([zz])",
    'dataset = hml.build_dataset(\n    {"tt": "tt.lhe", "uu": "tt.lhe"},\n    hml.Set(["particle2.pt"]),\n    signal="tt",\n    seed=1,\n    path="study/data/dataset",\n)\ndataset',
    'selected = hml.select(dataset, ["particle2.pt > 5.0"], path="study/data/selected")\nselected',
    "hml.cutflow(dataset, cuts, luminosity=None)",
]  # fmt: skip


def notebook(steps: list[str], before: dict[int, str] | None = None) -> Any:
    """A notebook of recorded cells, with the user's own cells before some of them."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import hml_jupyter as hml")])
    for number, text in enumerate(steps):
        if number in (before or {}):
            made.cells.append(nbformat.v4.new_code_cell((before or {})[number]))
        entry = Entry(f"{number + 1:04d}", "p", "k", text)
        made.cells.append(nbformat.v4.new_code_cell(text, metadata=cell_metadata("study", entry)))
    return made


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a notebook that was run: two sources, one of them a file, and a variable of the user."""
    folder = tmp_path_factory.mktemp("recorded")
    events = "".join(EVENT.format(weight=1.0).replace("30.0 40.0", f"{x} 0.0") for x in range(1, 81))
    (folder / "tt.lhe").write_text(LHE.format(events=events))
    made = notebook(STEPS, {4: 'cuts = ["particle2.pt > 10.0"]'})
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(made, folder / "study.ipynb")
    return folder


@pytest.fixture
def changed(recorded: Path, study: Path) -> Callable[..., Path]:
    """Writes the notebook with a change, without its inputs beside it, into the working folder."""

    def write(change: Callable[[Any], None] = lambda _: None, *, inputs: bool = True) -> Path:
        """Without the two cells of the generated run: it takes seconds, and other tests judge it."""
        found = nbformat.read(recorded / "study.ipynb", as_version=4)
        found.cells = [cell for cell in found.cells if "zz" not in cell.source]
        change(found)
        nbformat.write(found, study / "n.ipynb")
        if inputs:
            (study / "tt.lhe").write_bytes((recorded / "tt.lhe").read_bytes())
        return study / "n.ipynb"

    return write


def test_record_holds_no_place_of_this_machine(recorded: Path) -> None:
    files = [f for f in recorded.rglob("*") if f.is_file() and f.suffix in (".json", ".ipynb", ".txt", ".py")]
    assert len(files) > 4
    for file in files:
        assert str(recorded) not in file.read_text(), file
    assert not [k for k in json.loads((recorded / "study/runs/zz/result.json").read_text()) if "time" in k]


def test_same_place_is_identical(recorded: Path) -> None:
    found = replay(recorded / "study.ipynb")
    assert [s.verdict for s in found.steps] == [IDENTICAL] * 5, found
    assert found.ok
    assert "5 identical" in found.text


def test_a_packed_study_is_replayed(
    recorded: Path, changed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive is unpacked, checked and computed again; what lies beside the study is given."""
    source = changed()
    shutil.copytree(recorded / "study", source.parent / "study", dirs_exist_ok=True)
    source.rename(source.parent / "study.record.ipynb")
    monkeypatch.chdir(source.parent)
    file = hml.pack("study")
    found = replay(file, inputs={"tt.lhe": recorded / "tt.lhe"})
    assert found.notebook == "study.zip"
    assert {step.verdict for step in found.steps} == {IDENTICAL}


def test_a_notebook_of_typed_calls_is_replayed(changed: Callable[..., Path]) -> None:
    """What a record has beyond the calls and their results is not needed."""

    def typed(found: Any) -> None:
        for cell in found.cells:
            cell.metadata.clear()

    assert [step.verdict for step in replay(changed(typed)).steps] == [IDENTICAL] * 3


def test_changed_cut_is_different_and_says_so_by_its_exit(
    changed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def change(found: Any) -> None:
        for cell in found.cells:
            cell.source = cell.source.replace("particle2.pt > 5.0", "particle2.pt > 50.0")

    assert cli.main(["replay", str(changed(change)), "--json"]) == 1
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [row[2] for row in shown["rows"]] == [IDENTICAL, DIFFERENT, IDENTICAL]
    assert not shown["ok"]


def test_cell_that_fails_is_different_and_the_rest_is_told(changed: Callable[..., Path]) -> None:
    def change(found: Any) -> None:
        for cell in found.cells:
            cell.source = cell.source.replace('["particle2.pt > 10.0"]', '["particle2.pt > 10.0"')

    found = replay(changed(change))
    assert [s.verdict for s in found.steps] == [IDENTICAL] * 2 + [DIFFERENT]
    assert found.steps[-1].note


def test_inputs_elsewhere(changed: Callable[..., Path], recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = changed(inputs=False)
    with pytest.raises(PathError, match=r"tt\.lhe is not beside the notebook; .*--inputs tt\.lhe=PATH"):
        replay(file)
    with pytest.raises(ArgumentError, match=r"no file 'x'; it reads tt\.lhe"):
        replay(file, inputs={"x": "y"})
    Path("other.lhe").write_bytes(b"x")
    with pytest.raises(FileFormatError, match="not the file that was recorded"):
        replay(file, inputs={"tt.lhe": "other.lhe"})
    assert cli.main(["replay", str(file), "--inputs", "nonsense"]) == 2
    assert "NAME=PATH" in capsys.readouterr().err
    assert cli.main(["replay", str(file), "--inputs", f"tt.lhe={recorded / 'tt.lhe'}"]) == 0
    assert "3 identical" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no notebook"), ("", "not a notebook"), ("{}", "not a notebook"), ("[]", "not a notebook")],
)
def test_what_is_no_notebook(study: Path, content: str | None, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    if content is not None:
        Path("n.ipynb").write_text(content)
    assert cli.main(["replay", "n.ipynb"]) == 2
    assert says in capsys.readouterr().err


def test_nothing_to_compare(study: Path) -> None:
    nbformat.write(notebook([]), "n.ipynb")
    with pytest.raises(FileFormatError, match=r"no recorded cell, .*hml\.Lab writes a record.*cell end in its result"):
        replay("n.ipynb")
    nbformat.write(notebook(STEPS), "n.ipynb")
    with pytest.raises(FileFormatError, match="run the notebook and save it"):
        replay("n.ipynb")


def test_kernel_that_dies_or_takes_too_long_is_a_verdict(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = (
        ("import os; os._exit(1)", "died", None),
        ("import threading; threading.Event().wait()", "longer than 3 s", 3),
    )
    for text, says, timeout in cases:
        made = notebook([text])
        made.cells[1].outputs = [ran({"fingerprint": "a"})["outputs"][0]]
        nbformat.write(made, "n.ipynb")
        found = replay("n.ipynb", timeout=timeout)
        assert [s.verdict for s in found.steps] == [DIFFERENT]
        assert says in capsys.readouterr().out


def outside(folder: Path, tt: str, uu: str) -> Any:
    """A notebook that was run in a folder, of files out of it."""
    build = f'dataset = hml.build_dataset({{"tt": "{tt}", "uu": files[0]}}, hml.Set(["particle2.pt"]), signal="tt", seed=1, path="study/data/dataset")\ndataset'
    made = notebook([build], {0: f"files = ['{uu}']"})
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(made, folder / "n.ipynb")
    return made


def test_inputs_out_of_the_folder(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("here", "a", "b", "away"):
        (tmp_path / name).mkdir()
    text = (recorded / "tt.lhe").read_text()
    tt, uu = f"{tmp_path}/a/x.lhe", "../b/x.lhe"
    Path(tt).write_text(text)
    (tmp_path / "b/x.lhe").write_text(text.replace("12 0.0", "120 0.0"))
    made = outside(tmp_path / "here", tt, uu)
    kept = made.cells[-1].outputs[0].data["application/vnd.hml.record+json"]["inputs"]
    assert [(used["path"], used["outside"]) for used in kept.values()] == [("x.lhe", True)] * 2

    monkeypatch.chdir(tmp_path / "away")
    assert [s.verdict for s in replay("../here/n.ipynb").steps] == [IDENTICAL]
    for file in (tmp_path / "a/x.lhe", tmp_path / "b/x.lhe"):
        file.rename(tmp_path / "away" / f"{file.parent.name}.lhe")
    with pytest.raises(
        PathError, match=rf"the input .*x\.lhe is not beside .* --inputs .*{tmp_path.name}/a/x\.lhe=PATH"
    ):
        replay("../here/n.ipynb", inputs={uu: "b.lhe"})
    with pytest.raises(ArgumentError, match=r"no file 'x\.lhe'; it reads"):
        replay("../here/n.ipynb", inputs={"x.lhe": "a.lhe"})
    with pytest.raises(FileFormatError, match="not the file that was recorded"):
        replay("../here/n.ipynb", inputs={uu: "../here/n.ipynb", tt: "a.lhe"})
    assert replay("../here/n.ipynb", inputs={tt: "a.lhe", uu: "b.lhe"}).ok
    assert not replay("../here/n.ipynb", inputs={tt: "b.lhe", uu: "a.lhe"}).ok


BUNDLES = [
    STEPS[2].replace('"uu": "tt.lhe"', '"uu": "uu.lhe"'),
    'theirs = hml.load_preserved("published/theirs")\ntheirs',
    'scored = hml.score(dataset, theirs, name="theirs", path="study/data/scored")\nscored',
]


def test_somebodys_bundle_is_brought_along(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("tt.lhe", "uu.lhe"):
        shutil.copy(recorded / "tt.lhe", name)
    write(tmp_path / "published" / "theirs", [{"name": "particle2.pt", "unit": "GeV"}])
    made = notebook(BUNDLES)
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.write(made, "n.ipynb")
    found = replay("n.ipynb")
    assert [step.verdict for step in found.steps] == [IDENTICAL] * 3

    (tmp_path / "elsewhere").mkdir()
    shutil.move(tmp_path / "published" / "theirs", tmp_path / "elsewhere")
    with pytest.raises(PathError, match=r"published/theirs/card\.yaml is not beside the notebook"):
        replay("n.ipynb")
    with pytest.raises(ArgumentError, match="the notebook reads no file 'published/others'"):
        replay("n.ipynb", inputs={"published/others": "elsewhere"})
    assert replay("n.ipynb", inputs={"published/theirs": "elsewhere/theirs"}).ok
    (tmp_path / "elsewhere" / "theirs" / "network.onnx").write_bytes(b"")
    with pytest.raises(FileFormatError, match=r"network\.onnx is not the file that was recorded"):
        replay("n.ipynb", inputs={"published": "elsewhere"})

    kept, data = (made.cells[i].outputs[-1].data["application/vnd.hml.record+json"] for i in (2, 1))
    data["path"] = "published"  # as if the data's cell had made the folder: it must not be there before
    nbformat.write(made, "n.ipynb")
    assert [step.verdict for step in replay("n.ipynb").steps][1:] == [DIFFERENT, DIFFERENT]

    data["path"] = "study/data/dataset"
    kept["inputs"]["card.yaml"]["path"] = "../card.yaml"
    nbformat.write(made, "n.ipynb")
    with pytest.raises(
        FileFormatError, match=r"the input \.\./card\.yaml lies in the notebook's folder, and it does not"
    ):
        replay("n.ipynb", inputs={"published": "elsewhere"})


def test_trees_of_a_file_out_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np
    import uproot

    for name in ("here", "away"):
        (tmp_path / name).mkdir()
    with uproot.recreate(tmp_path / "x.root") as file:
        file["a"], file["b"] = {"m": np.arange(9.0)}, {"m": np.arange(20.0)}
    sources = '{"a": "../x.root:a", "b": "../x.root:b"}'
    build = f'dataset = hml.build_dataset({sources}, hml.Set(["column.m"]), signal="a", seed=1, path="study/data/dataset")\ndataset'
    made = notebook([build])
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(tmp_path / "here")}}).execute()
    nbformat.write(made, tmp_path / "here/n.ipynb")
    monkeypatch.chdir(tmp_path / "away")
    assert [s.verdict for s in replay("../here/n.ipynb").steps] == [IDENTICAL]


def test_a_zip_with_several_outputs_is_brought_along(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(recorded / "tt.lhe", "tt.lhe")
    outputs = [{"name": "p_b"}, {"name": "p_c"}]
    zip_of(
        write(tmp_path / "made", [{"name": "particle2.pt", "unit": "GeV"}], outputs=outputs), tmp_path / "theirs.zip"
    )
    shutil.rmtree(tmp_path / "made")
    steps = [
        STEPS[2],
        'theirs = hml.load_preserved("theirs.zip")\ntheirs',
        'scored = hml.score(dataset, theirs, name="theirs", path="study/data/scored")\nscored',
        'tagged = hml.select(scored, ["theirs.p_b / theirs.p_c > 0.5", "theirs.p_b > 0.01"], path="study/data/tagged")\ntagged',
    ]
    made = notebook(steps)
    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.write(made, "n.ipynb")
    found = replay("n.ipynb")
    assert [step.verdict for step in found.steps] == [IDENTICAL] * 4

    (tmp_path / "theirs.zip").rename(tmp_path / "sent.zip")
    with pytest.raises(PathError, match=r"theirs\.zip is not beside the notebook"):
        replay("n.ipynb")
    assert replay("n.ipynb", inputs={"theirs.zip": "sent.zip"}).ok
    (tmp_path / "sent.zip").write_bytes(b"")
    with pytest.raises(FileFormatError, match=r"theirs\.zip is not the file that was recorded"):
        replay("n.ipynb", inputs={"theirs.zip": "sent.zip"})
