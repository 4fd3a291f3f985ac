from __future__ import annotations

import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import hml_jupyter as hml
from hml_jupyter import archives
from hml_jupyter.datasets import Dataset, example
from hml_jupyter.preserve.card import CARD, Card, Input, Network, Output
from hml_jupyter.preserve.graphs import Graph
from hml_jupyter.widgets import bundles
from hml_jupyter.widgets.base import FieldError
from hml_jupyter.widgets.bundles import card_of, checklist, content_of, files_of, near, opened, place_of, stamp, unfit
from tests.widgets.bench import Page, Refused
from tests.widgets.test_lab import study_of

PNG = b"\x89PNG\r\n\x1a\n"
INPUTS = [{"name": "fatjet0.mass", "unit": "GeV", "padding": 0.0}, {"name": "met", "unit": "GeV"}]


def write(folder: Path, inputs: list[dict[str, Any]] = INPUTS, **more: Any) -> Path:
    """Write what somebody publishes: a network that adds its inputs in units of TeV, for each output, and a card by hand."""
    folder.mkdir(parents=True)
    graph = Graph("theirs")
    outputs = more.pop("outputs", [{"name": "signal", "meaning": "1 for signal"}])
    kernel = np.full((len(inputs), len(outputs)), 1e-3)
    flow = graph.add(
        "Gemm", graph.input("x", (len(inputs),)), graph.constant(kernel), graph.constant(np.zeros(len(outputs)))
    )
    (folder / "network.onnx").write_bytes(graph.model(flow, "y", (len(outputs),)).SerializeToString())
    given = {"name": "Sum 1", "inputs": inputs, "outputs": outputs, "networks": [{"onnx": "network.onnx"}], **more}
    (folder / CARD).write_text(yaml.safe_dump(given))
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the notebook, with somebody's bundle in it."""
    notebook = tmp_path / "notebook"
    write(notebook / "theirs")
    monkeypatch.chdir(notebook)
    return notebook


def zip_of(folder: Path, file: Path, name: str = "") -> Path:
    """Pack the files of a folder, at the top of an archive or in a folder of it."""
    with zipfile.ZipFile(file, "w") as archive:
        for each in sorted(folder.rglob("*")):
            archive.write(each, f"{name}{each.relative_to(folder).as_posix()}")
    return file


def refusal(path: Any) -> str:
    with pytest.raises(FieldError) as caught:
        opened(path)
    assert caught.value.field == "path"
    return str(caught.value)


def test_folders_with_a_card_are_found_links_and_hidden_ones_are_not(here: Path, tmp_path: Path) -> None:
    write(here / "published" / "2030" / "a")
    write(here / "1" / "2" / "3" / "4" / "5")
    write(here / ".hidden" / "b")
    write(tmp_path / "outside")
    (here / "link").symlink_to(tmp_path / "outside")
    assert near(Path()) == ["theirs", "published/2030/a"]


def test_zips_of_bundles_are_found_other_zips_are_not(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zip_of(here / "theirs", here / "sent.ZIP")
    (here / "published").mkdir()
    zip_of(here / "theirs", here / "published" / "made.zip", "made/")
    zip_of(here / "theirs", here / "theirs" / "inside.zip")
    zip_of(here / "theirs", here / "studies.zip", "study/preserved/")
    (here / "text.zip").write_text("no archive")
    (here / "empty.zip").write_bytes(b"")
    (here / "link.zip").symlink_to("sent.ZIP")
    os.mkfifo(here / "pipe.zip")
    (here / "folder.zip").mkdir()
    (here / ".hidden.zip").write_bytes((here / "sent.ZIP").read_bytes())
    with zipfile.ZipFile(here / "two.zip", "w") as archive:
        for name in ("a/card.yaml", "b/card.yaml"):
            archive.writestr(name, "name: x")
    with zipfile.ZipFile(here / "many.zip", "w") as archive:
        archive.writestr("card.yaml", "name: x")
        for i in range(30):
            archive.writestr(f"{i:0200}", "")
    assert near(Path()) == ["many.zip", "sent.ZIP", "published/made.zip", "theirs"]
    monkeypatch.setattr(archives, "MOST_LISTED", 5000)
    assert near(Path()) == ["sent.ZIP", "published/made.zip", "theirs"]
    monkeypatch.setattr(bundles, "ZIPS", 3)  # empty.zip, many.zip, sent.ZIP
    assert near(Path()) == ["sent.ZIP", "theirs"]


def test_only_so_many_folders_are_looked_into(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        (here / f"a{i}").mkdir()
    monkeypatch.setattr(bundles, "LOOKED", 3)
    assert near(Path()) == []
    for i in range(5):
        write(here / "many" / f"b{i}")
    monkeypatch.setattr(bundles, "LOOKED", 100)
    monkeypatch.setattr(bundles, "OFFERED", 2)
    assert near(Path()) == ["theirs", "many/b0"]


def test_a_folder_is_opened_by_each_of_its_names(here: Path) -> None:
    for path in ("theirs", " theirs/ ", "./theirs", "theirs/card.yaml", str(here / "theirs")):
        assert opened(path).path == "theirs"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "write the name of the bundle's folder"),
        (None, "write the name of the bundle's folder"),
        ("../outside", "is no folder inside the notebook's"),
        ("theirs/../../outside", "is no folder inside the notebook's"),
        ("/etc", "is no folder inside the notebook's"),
        ("~/theirs", "is no folder inside the notebook's"),
        ("the\\irs", "is no folder inside the notebook's"),
        ("the\0irs", "is no folder inside the notebook's"),
        ("x" * 5000, "is no folder inside the notebook's"),
        (".", "is no folder inside the notebook's"),
        ("card.yaml", "card.yaml lies beside the notebook itself"),
        ("nothing", "nothing does not exist"),
        ("empty", r"empty holds no preserved network: card.yaml is missing; help(hml.load_preserved) shows one"),
        ("file", "file is a file: give the folder that it lies in"),
        ("theirs/network.onnx", "network.onnx is a file: give the folder"),
        ("nothing.zip", "nothing.zip does not exist"),
        ("other.zip", "card.yaml is no card that can be used"),
        ("text.zip", "text.zip is no archive that can be unpacked"),
        ("alias.zip", "alias.zip is a link, to other.zip"),
        ("out", "is no folder inside the notebook's"),
        ("alias", "alias is a link, to theirs: put the folder itself"),
        ("alias/deep", "alias is a link"),
        ("linked", "linked/network.onnx is a link: put the file itself there"),
        ("pipe", "card.yaml is missing"),
        ("tagged", "could not determine a constructor"),
        ("broken", "card.yaml is no card that can be used: the card lacks"),
        ("odd_record", "cannot be opened: its result.json is not what hml.preserve writes"),
        ("huge_record", "huge_record/result.json has more than 4000000 bytes"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(path: Any, why: str, here: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside")
    (here / "out").symlink_to(tmp_path / "outside")
    (here / "alias").symlink_to("theirs")
    write(here / "theirs" / "deep")
    (here / "empty").mkdir()
    (here / "file").write_text("")
    with zipfile.ZipFile(here / "other.zip", "w") as archive:
        archive.writestr("card.yaml", "")
    (here / "text.zip").write_text("no archive")
    (here / "alias.zip").symlink_to("other.zip")
    file = write(here / "linked") / "network.onnx"
    file.unlink()
    file.symlink_to("/etc/hostname")
    (here / "pipe").mkdir()
    os.mkfifo(here / "pipe" / CARD)
    (write(here / "tagged") / CARD).write_text("!!python/object/apply:os.system ['true']")
    (write(here / "broken") / CARD).write_text("name: x")
    record = {"schema": 1, "recipe": {"verb": "v", "sha256": "s", "inputs": {"a": 7}}, "files": [1], "fingerprint": "f"}
    (write(here / "odd_record") / "result.json").write_text(json.dumps(record))
    (write(here / "huge_record") / "result.json").write_text(" " * 4_000_001)
    assert why in refusal(path)


def test_a_folder_of_many_files_is_no_bundle(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_FILES", 3)
    opened("theirs")
    for i in range(2):
        (here / "theirs" / f"{i}.txt").write_text("")
    assert refusal("theirs") == "theirs holds more than 3 files and folders: write the folder of one bundle"


def test_a_packed_study_says_how_it_opens(here: Path) -> None:
    (here / "study").mkdir()
    (here / "study" / "study.json").write_text("{}")
    hml.pack("study")
    assert refusal("study.zip") == 'study.zip is not unpacked: it is a packed study, which hml.Lab("study.zip") opens'


def test_a_zip_is_opened_and_nothing_is_written_beside_it(here: Path) -> None:
    zipped = zip_of(here / "theirs", here / "sent.zip")
    before = sorted(here.rglob("*"))
    bundle = opened("sent.zip")
    assert (place_of(bundle), bundle.path, bundle.archive) == ("sent.zip", "sent.zip", zipped)
    assert [each["name"] for each in files_of(bundle)] == ["card.yaml", "network.onnx"]
    assert content_of(bundle, CARD)["text"] == (here / "theirs" / CARD).read_text()
    assert bundle.fingerprint == opened("theirs").fingerprint
    assert sorted(here.rglob("*")) == before
    unchanged = stamp(bundle)
    write(here / "other", outputs=[{"name": "p_b"}, {"name": "p_c"}])
    zip_of(here / "other", zipped)
    assert stamp(bundle) != unchanged
    zipped.unlink()
    assert files_of(bundle) == []


def test_the_files_of_a_bundle_are_those_that_lie_in_it(here: Path) -> None:
    bundle = opened("theirs")
    (here / "theirs" / "code").mkdir()
    (here / "theirs" / "code" / "run.py").write_text("print()\n" * 5000)
    (here / "theirs" / "secret.txt").symlink_to("/etc/hostname")
    (here / "theirs" / "plot.PNG").write_bytes(PNG + b"0")
    (here / "theirs" / "huge.png").write_bytes(PNG + b"0" * 2_000_000)
    (here / "theirs" / "text.png").write_text("<svg/>")
    assert [(each["name"], each["as"]) for each in files_of(bundle)] == [
        ("card.yaml", "text"),
        ("huge.png", ""),
        ("network.onnx", ""),
        ("plot.PNG", "picture"),
        ("text.png", "picture"),
        ("code/run.py", "text"),
    ]
    with pytest.raises(FieldError, match=r"text\.png of Sum 1 is no PNG picture"):
        content_of(bundle, "text.png")
    assert content_of(bundle, "plot.PNG") == {"file": "plot.PNG", "picture": "iVBORw0KGgow"}
    (here / "theirs" / "text.png").write_bytes(PNG + bytes.fromhex("0000000d49484452" + 2 * "00005000"))
    with pytest.raises(FieldError, match=r"text\.png of Sum 1 is no PNG picture, or has more than 25000000 pixels"):
        content_of(bundle, "text.png")
    found = content_of(bundle, "code/run.py")
    assert found["cut"]
    assert len(found["text"]) == 20_000
    for name in ("secret.txt", "network.onnx", "huge.png", "../theirs/card.yaml", "/etc/hostname"):
        with pytest.raises(FieldError, match="is no text or picture of Sum 1"):
            content_of(bundle, name)
    before = stamp(bundle)
    (here / "theirs" / "network.onnx").write_bytes(b"")
    assert stamp(bundle) != before


def test_a_card_is_shown_as_it_is_said(here: Path) -> None:
    write(
        here / "full",
        [*INPUTS, {"name": "m", "unit": "GeV", "level": "parameter", "value": 2100}],
        working_points=[
            {"signal_efficiency": 0.5, "background_efficiency": 0.025, "threshold": 0.875},
            {"cut": "x"},
            7,
        ],
        authors=["A. One", "B. Two"],
        licence=7,
    )
    found = card_of(opened("full"))
    assert [each["missing"] for each in found["inputs"]] == ["0", "no score", "2100 unless given"]
    assert found["points"] == ["50 % of signal and 2.5 % of background at 0.875"]
    assert found["said"] == {"authors": "A. One, B. Two", "licence": "7"}
    assert found["networks"] == ["network.onnx"]
    assert "50 % of signal and 2.5 % of background at 0.875" in str(opened("full"))


def test_what_a_card_lacks_is_said_without_the_words_of_the_card(here: Path) -> None:
    said = {row["item"]: row["text"] for row in checklist(opened("theirs").card)}
    assert said["citation"] == "what to cite"
    assert said["training"] == "how it was trained: method, seed, events"


def test_of_a_card_with_many_inputs_some_are_shown(here: Path) -> None:
    write(here / "wide", [{"name": f"a{i}"} for i in range(250)])
    found = card_of(opened("wide"))
    assert (len(found["inputs"]), found["more_inputs"]) == (200, 50)


def test_a_dataset_without_the_inputs_cannot_be_scored() -> None:
    data: Dataset = example(90)

    def card(*names: str, **more: Any) -> Card:
        inputs = tuple(Input(name) for name in names)
        return Card("theirs", inputs, (Output("y"),), (Network("a.onnx"),), **more)

    assert unfit(card(*data.names), data) == ""
    assert (
        unfit(card(data.names[0], "jet9.pt", "no such thing", "a", "b"), data)
        == "lacks jet9.pt, no such thing, a and 1 more"
    )
    assert unfit(card(data.names[0], per="jet"), data) == "has a row for each event, not for each jet"
    assert unfit(card(kind="image"), data) == "has no images"
    two = replace(card(*data.names), outputs=(Output("a"), Output("b")))
    assert unfit(two, data) == ""


def test_somebodys_bundle_is_opened_verified_and_scored_by_two_cells(page: Page) -> None:
    study_of(page)
    here = Path.cwd()
    write(here / "published" / "class", [*INPUTS])
    assert page.ask("preserve", "near") == {"found": ["published/class"]}
    assert page.ask("preserve", "open", path="published/class") == {"bundle": "published/class"}
    (row,) = page.lab.preserve["bundles"]
    assert (row["target"], row["place"], row["card"]["name"]) == ("", "published/class", "Sum 1")
    assert row["datasets"] == [{"target": "dataset", "why": ""}]
    assert page.ask("preserve", "near") == {"found": []}
    assert len(page.sources) == 4  # looking is not recorded

    found = page.ask("preserve", "verify", bundle="published/class")
    assert [each["ok"] for each in found["rows"]] == [None, True, None]
    assert page.lab.preserve["bundles"][0]["verified"]["ok"]
    (here / "published" / "class" / "network.onnx").write_bytes(b"")
    page.lab.refresh()
    assert page.lab.preserve["bundles"][0]["verified"] is None
    assert not page.ask("preserve", "verify", bundle="published/class")["ok"]
    shutil.rmtree(here / "published")
    write(here / "published" / "class", [*INPUTS])

    page.commit("preserve", "score", bundle="published/class", dataset="dataset")
    load, score = page.sources[-2:]
    assert load == 'model_class = hml.load_preserved("published/class")'
    assert score.startswith("dataset_model_class = hml.score(")
    scored = page.shell.user_ns["dataset_model_class"]
    expected = (scored.column("fatjet0.mass") + scored.column("met")) / 1000
    np.testing.assert_allclose(scored.column("model_class.score"), expected, rtol=1e-5)
    (row,) = page.lab.preserve["bundles"]
    assert (row["target"], row["place"]) == ("model_class", "published/class")
    assert {each["target"]: each["why"] for each in row["datasets"]} == {
        "dataset": "",
        "dataset_model_class": "has model_class.score already",
    }
    page.commit("preserve", "score", bundle="published/class", dataset="dataset")
    assert len(page.sources) == 6  # the same again changes nothing

    page.commit("record", "undo")
    page.commit("record", "undo")
    assert "model_class" not in page.shell.user_ns
    page.ask("preserve", "close", bundle="published/class")
    assert page.lab.preserve["bundles"] == []


def test_a_zip_with_several_outputs_is_scored_by_two_cells(page: Page) -> None:
    study_of(page)
    here = Path.cwd()
    zip_of(write(here / "made", outputs=[{"name": "p_b"}, {"name": "p_c"}]), here / "sent.zip", "made/")
    shutil.rmtree(here / "made")
    assert page.ask("preserve", "open", path="sent.zip") == {"bundle": "sent.zip"}
    assert page.ask("preserve", "verify", bundle="sent.zip")["rows"][1]["ok"]
    page.commit("preserve", "score", bundle="sent.zip", dataset="dataset")
    assert page.sources[-2] == 'sent = hml.load_preserved("sent.zip")'
    scored = page.shell.user_ns["dataset_sent"]
    assert scored.side_names[-2:] == ("sent.p_b", "sent.p_c")
    (row,) = page.lab.preserve["bundles"]
    assert (row["target"], row["place"]) == ("sent", "sent.zip")
    assert row["verified"]["ok"]  # it is the same zip, unpacked once more
    assert row["datasets"][1] == {"target": "dataset_sent", "why": "has sent.p_b, sent.p_c already"}
    assert not (here / "made").exists()
    write(here / "other")
    zip_of(here / "other", here / "late.zip")
    for place in ("other", "late.zip"):
        page.ask("preserve", "open", path=place)
    assert [each["place"] for each in page.lab.preserve["bundles"]] == ["sent.zip", "other", "late.zip"]
    (here / "other" / "network.onnx").write_bytes(b"")
    page.ask("preserve", "verify", bundle="late.zip")
    assert page.lab.preserve["next"].startswith("Score a dataset with it")
    page.ask("preserve", "verify", bundle="other")
    assert page.lab.preserve["next"].startswith("A check of other has failed: do not use its scores.")


def test_a_zip_that_is_replaced_is_verified_shown_and_scored_as_it_is_now(page: Page) -> None:
    study_of(page)
    here = Path.cwd()

    def send(*outputs: str) -> None:
        folder = write(here / "made", outputs=[{"name": name} for name in outputs])
        zip_of(folder, here / "sent.zip")
        shutil.rmtree(folder)

    send("p_b")
    page.ask("preserve", "open", path="sent.zip")
    assert page.ask("preserve", "verify", bundle="sent.zip")["ok"]
    send("p_b", "p_c")
    page.lab.refresh()
    assert page.lab.preserve["bundles"][0]["verified"] is None
    assert page.ask("preserve", "verify", bundle="sent.zip")["ok"]
    (row,) = page.lab.preserve["bundles"]
    assert [each["name"] for each in row["card"]["outputs"]] == ["p_b", "p_c"]
    assert row["verified"]["ok"]
    send("p_b", "p_c", "p_u")
    page.commit("preserve", "score", bundle="sent.zip", dataset="dataset")
    assert page.shell.user_ns["dataset_sent"].side_names[-3:] == ("sent.p_b", "sent.p_c", "sent.p_u")
    send("p_b")
    found = page.ask("preserve", "verify", bundle="sent.zip")
    assert found["rows"][0]["text"] == "sent.zip has changed since it was read: load it again"
    (row,) = page.lab.preserve["bundles"]
    assert not row["verified"]["ok"]
    assert len(row["card"]["outputs"]) == 3
    page.run(next(cell["id"] for cell in page.cells if "hml.load_preserved" in cell["source"]))
    (row,) = page.lab.preserve["bundles"]
    assert len(row["card"]["outputs"]) == 1
    assert row["verified"] is None


def test_a_dataset_is_compared_with_the_bundle_as_it_is_now(page: Page) -> None:
    study_of(page)
    write(Path("theirs"), [{"name": "jet7.pt", "unit": "GeV"}])
    page.ask("preserve", "open", path="theirs")
    shutil.rmtree("theirs")
    write(Path("theirs"))
    page.commit("preserve", "score", bundle="theirs", dataset="dataset")
    assert page.shell.user_ns["dataset_theirs"].side_names[-1] == "theirs.score"


def test_what_cannot_be_done_with_an_opened_bundle_is_said(page: Page) -> None:
    study_of(page)
    write(Path("theirs"), [{"name": "jet7.pt", "unit": "GeV"}])
    for path in ("../x", "theirs.zip", "nobody"):
        with pytest.raises(Refused) as caught:
            page.ask("preserve", "open", path=path)
        assert caught.value.field == "path"
    page.ask("preserve", "open", path="theirs")
    page.ask("preserve", "verify", bundle="theirs")
    assert page.lab.preserve["next"].startswith("Build a dataset of its inputs in Observables")
    with pytest.raises(Refused, match=r"Sum 1 cannot score dataset, which lacks jet7\.pt"):
        page.commit("preserve", "score", bundle="theirs", dataset="dataset")
    shutil.rmtree("theirs")
    page.lab.refresh()
    assert page.lab.preserve["bundles"][0]["stale"] == ["theirs is not there any more"]
    with pytest.raises(Refused, match="theirs does not exist"):
        page.ask("preserve", "verify", bundle="theirs")
    with pytest.raises(Refused, match="there is no bundle nobody here any more"):
        page.ask("preserve", "read", bundle="nobody", file="card.yaml")
