from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest

from hml_jupyter.calls import IMPORT_CELL
from hml_jupyter.cells import IMPORT_ID, Entry, cell_metadata
from hml_jupyter.errors import DamagedError
from hml_jupyter.sidecar import read_sidecar, write_sidecar

FILE = Path("study.record.ipynb")


@pytest.fixture
def record(study: Path) -> Path:
    """The record of two steps, of which one has a result."""
    entries = [
        Entry("0001", "cuts", "k", 'a = hml.select(d, ["x > 1"], path="study/data/a")\na', status="done",
              output={"text/plain": "a", "application/vnd.hml.record+json": {"fingerprint": "f"}}),
        Entry("0002", "training", "t", 'b = hml.train(a, path="study/models/b")\nb', earlier=("b = hml.train(d)",)),
    ]  # fmt: skip
    write_sidecar(Path("study").resolve(), entries, {"study": "study", "next": 3})
    return FILE.resolve()


def change(file: Path, edit: Any) -> None:
    notebook = json.loads(file.read_text())
    edit(notebook)
    file.write_text(json.dumps(notebook))


def read() -> list[Entry]:
    return read_sidecar(Path("study").resolve())[0]


def test_what_is_written_is_read(record: Path) -> None:
    entries, state = read_sidecar(Path("study").resolve())
    assert [e.record_id for e in entries] == ["0001", "0002"]
    assert entries[0].record["fingerprint"] == "f"
    assert entries[1].earlier == ("b = hml.train(d)",)
    assert state["next"] == 3


def test_record_that_the_user_ran_itself_opens(record: Path) -> None:
    def run(notebook: Any) -> None:
        printed = {"output_type": "stream", "name": "stdout", "text": "study/data/a: loaded"}
        notebook["cells"][1]["outputs"].insert(0, printed)
        failed = {"output_type": "error", "ename": "NameError", "evalue": "a", "traceback": []}
        notebook["cells"][2]["outputs"] = [failed]

    change(record, run)
    assert [e.record.get("fingerprint") for e in read()] == ["f", None]


def test_cells_that_somebody_put_in_stay(record: Path) -> None:
    def add(notebook: Any) -> None:
        note = {"cell_type": "markdown", "id": "note", "metadata": {}, "source": "# Why\nbecause"}
        code = {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "source": "a.n_events",
            "outputs": [],
            "execution_count": 1,
        }
        notebook["cells"].insert(0, note)
        notebook["cells"].insert(3, code)

    change(record, add)
    for _ in range(2):
        entries, state = read_sidecar(Path("study").resolve())
        assert [e.record_id for e in entries] == ["0001", "0002"]
        write_sidecar(Path("study").resolve(), entries, {"study": "study", **state})
        sources = [cell.source.split("\n")[0] for cell in nbformat.read(record, as_version=4).cells]
        assert [source[:5] for source in sources] == ["# Why", "impor", "a = h", "a.n_e", "b = h"]
    assert record.with_suffix(".py").read_text().startswith("# %% [markdown]\n# # Why\n# because\n\n# %%\nimport")

    write_sidecar(Path("study").resolve(), entries[1:], {"study": "study", "next": 3})
    assert [cell.source[:5] for cell in nbformat.read(record, as_version=4).cells][-1] == "a.n_e"


def test_pasted_copy_counts_once(record: Path) -> None:
    change(record, lambda n: n["cells"].append({**n["cells"][1], "id": "copy"}))
    assert [e.record_id for e in read()] == ["0001", "0002"]


def test_text_changed_by_hand_is_the_record(record: Path) -> None:
    change(record, lambda n: n["cells"][1].update(source="".join(n["cells"][1]["source"]).replace("x > 1", "x > 2")))
    assert "x > 2" in read()[0].text


@pytest.mark.parametrize(
    "edit",
    [
        lambda n: n["metadata"].pop("hml_jupyter"),
        lambda n: n["metadata"]["hml_jupyter"].update(next="soon"),
        lambda n: n["cells"][1]["metadata"]["hml_jupyter"].pop("sha256"),
        lambda n: n["cells"][1]["metadata"]["hml_jupyter"].pop("key"),
        lambda n: n["cells"][1]["metadata"]["hml_jupyter"].update(record_id="../../x"),
        lambda n: n["cells"][1]["metadata"].update(hml_jupyter=[1]),
        lambda n: n["cells"][1]["metadata"]["hml_jupyter"].update(earlier=3),
        lambda n: n.update(cells={}),
    ],
)
def test_damage_is_refused_and_kept(record: Path, edit: Any) -> None:
    change(record, edit)
    before = record.read_bytes()
    with pytest.raises(DamagedError, match=r"study\.record\.ipynb .* move it away"):
        read()
    assert record.read_bytes() == before


def test_script_runs_without_showing(record: Path) -> None:
    script = Path("study.record.py").read_text()
    assert "\na\n" not in script
    compile(script, "record", "exec")


def test_half_a_write_leaves_the_old_record(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = record.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_sidecar(Path("study").resolve(), [], {"study": "study", "next": 1})
    assert record.read_bytes() == before
    nbformat.read(record, as_version=4)


ZZ = Entry("0001", "processes", "generate:zz", "zz = hml.generate('p p > z z', events=10, seed=1)\nzz")
MET = Entry("0003", "cuts", "select:dataset", "selected = hml.select(dataset, ['met > 5.0'])\nselected")


def write_notebook(file: Path, study: str, entries: list[Entry]) -> None:
    first = Entry(IMPORT_ID, "lab", "import", IMPORT_CELL)
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("words"), nbformat.v4.new_code_cell("1 + 1")])
    made.cells += [
        nbformat.v4.new_code_cell(entry.source, metadata=cell_metadata(study, entry)) for entry in [first, *entries]
    ]
    nbformat.write(made, file)


def test_a_notebook_without_its_record_is_the_record(study: Path) -> None:
    write_notebook(study / "tutorial.ipynb", "study", [MET, ZZ])
    write_notebook(study / "other.ipynb", "elsewhere", [ZZ])
    (study / "broken.ipynb").write_text("{")
    entries, state = read_sidecar(study / "study")
    assert [(e.record_id, e.panel, e.key, e.source) for e in entries] == [
        (e.record_id, e.panel, e.key, e.source) for e in (ZZ, MET)
    ]
    assert state == {"next": 4}
    assert {e.status for e in entries} == {"not run"}


def test_the_newest_notebook_of_a_study_counts(study: Path) -> None:
    for age, (name, entries) in enumerate([("new", [ZZ]), ("old", [ZZ, MET])]):
        write_notebook(study / f"{name}.ipynb", "study", entries)
        os.utime(study / f"{name}.ipynb", (1e9 - age, 1e9 - age))
    assert len(read_sidecar(study / "study")[0]) == 1


def test_nothing_is_recorded(study: Path) -> None:
    assert read_sidecar(study / "study") == ([], {})


def test_script_of_a_cell_with_magics_is_python(study: Path) -> None:
    text = "%%time\n%matplotlib inline\na = hml.select(d, ['x > 1'])\na"
    write_sidecar(study / "study", [Entry("0001", "cuts", "k", "a = 1", edited=text)], {"study": "study", "next": 2})
    script = Path("study.record.py").read_text()
    compile(script, "record", "exec")
    assert "# %matplotlib inline\na = hml.select(" in script
