from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from preserve.test_preserved import card, linear

import hml_jupyter as hml
from hml_jupyter.errors import DamagedError
from hml_jupyter.preserve import Preserved
from hml_jupyter.preserve.reference import Reference, write_reference


def test_a_flipped_byte_is_found_anywhere(bundles: dict[str, Preserved], tmp_path: Path) -> None:
    copy = tmp_path / "network"
    shutil.copytree(bundles["network"].folder, copy)
    rng = np.random.default_rng(1)
    for file in sorted(path for path in copy.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for place in [0, len(content) - 1, *rng.integers(0, len(content), 3)]:
            changed = bytearray(content)
            changed[place] ^= 1 << int(rng.integers(0, 8))
            file.write_bytes(changed)
            try:
                found = hml.load_preserved(copy).verify()
            except hml.errors.HmlError:
                continue
            finally:
                file.write_bytes(content)
            assert not found.ok, f"{file.name} at {place}"
    assert hml.load_preserved(copy).verify().ok


def test_a_file_more_or_less_is_found(bundles: dict[str, Preserved], tmp_path: Path) -> None:
    copy = tmp_path / "trees"
    shutil.copytree(bundles["trees"].folder, copy)
    (copy / "code/more.py").write_text("")
    assert "code/more.py was not there" in str(hml.load_preserved(copy).verify())
    (copy / "code/more.py").unlink()
    (copy / "empty/inside").mkdir(parents=True)
    (copy / "code/nowhere").symlink_to("/nothing/there")
    found = hml.load_preserved(copy).verify()
    assert not found.ok
    for said in ("empty/ was not there", "empty/inside/ was not there", "code/nowhere is a link, which was not there"):
        assert said in str(found)
    shutil.rmtree(copy / "empty")
    (copy / "code/nowhere").unlink()
    (copy / "model.onnx").rename(tmp_path / "model.onnx")
    (copy / "model.onnx").symlink_to(tmp_path / "model.onnx")
    assert "model.onnx is a link" in str(hml.load_preserved(copy).verify())
    (copy / "environment.txt").unlink()
    assert "environment.txt is not what was saved" in str(hml.load_preserved(copy).verify())


def test_a_card_whose_inputs_are_not_those_of_the_reference_events_is_told(
    bundles: dict[str, Preserved], tmp_path: Path
) -> None:
    copy = tmp_path / "trees"
    shutil.copytree(bundles["trees"].folder, copy)
    (copy / "result.json").unlink()
    card = copy / "card.yaml"
    card.write_text(card.read_text().replace("- name: column.x", "- name: first"))
    found = hml.load_preserved(copy).verify()
    assert not found.ok
    assert "the inputs of the card are first, column.y" in str(found)


def test_the_headline_says_what_was_compared(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    inputs = [{"name": "column.x"}, {"name": "column.y"}]
    theirs = card(tmp_path, inputs)
    assert theirs.verify().text == "nothing was compared"
    for scores, text in (
        ({"native": [3.0]}, "nothing was compared"),
        ({"onnx": [3.0]}, "the scores are those of the reference events; there are no checksums of the files"),
        ({"onnx": [4.0]}, "something is wrong"),
    ):
        found = {name: np.array(values) for name, values in scores.items()}
        write_reference(tmp_path, 0, ["column.x", "column.y"], Reference(np.array([[3.0, 1.0]]), found))
        assert theirs.verify().text == text
    networks = [{"onnx": "network.onnx", "when": when} for when in ("column.x > 1", "column.x <= 1")]
    found = {"onnx": np.array([3.0])}
    write_reference(tmp_path, 0, ["column.x", "column.y"], Reference(np.array([[3.0, 1.0]]), found))
    assert card(tmp_path, inputs, networks=networks).verify().text.startswith("some scores were compared, and they are")


def test_files_are_opened_anew(tmp_path: Path) -> None:
    linear(tmp_path, [[1.0], [0.0]])
    theirs = card(tmp_path, [{"name": "column.x"}, {"name": "column.y"}], description="first", loss=float("nan"))
    events = np.array([[3.0, 1.0]])
    write_reference(tmp_path, 0, ["column.x", "column.y"], Reference(events, {"onnx": np.array([3.0])}))
    assert theirs.verify().ok
    assert theirs.score(events) == 3.0

    linear(tmp_path, [[2.0], [0.0]])
    found = theirs.verify()
    assert [(check.what, check.ok, check.difference) for check in found.checks] == [
        ("files", None, None),
        ("card", True, None),
        ("onnx", False, 3.0),
    ]
    assert theirs.score(events) == 6.0  # what was verified is what scores

    (tmp_path / "network.onnx").unlink()
    assert "network.onnx is missing" in str(theirs.verify())
    with pytest.raises(DamagedError, match=r"network\.onnx is missing"):
        theirs.score(events)

    linear(tmp_path, [[1.0], [0.0]])
    text = (tmp_path / "card.yaml").read_text()
    (tmp_path / "card.yaml").write_text(text.replace("first", "second"))
    assert "card.yaml has changed since it was read: load it again" in str(theirs.verify())
    assert hml.load_preserved(tmp_path).verify().ok
    (tmp_path / "card.yaml").unlink()
    assert not theirs.verify().ok
