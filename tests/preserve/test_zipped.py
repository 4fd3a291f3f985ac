"""Bundles in one file: opened, packed, and refused by name."""

from __future__ import annotations

import errno
import gc
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from preserve.test_preserved import card, linear

import hml_jupyter as hml
from hml_jupyter import records
from hml_jupyter.archives import Limits
from hml_jupyter.canonical import file_sha256
from hml_jupyter.cli import main
from hml_jupyter.display.preserved import files_read
from hml_jupyter.errors import DamagedError, FileFormatError, PathError
from hml_jupyter.preserve import loading, zipped

INPUTS = [{"name": "jet0.pt", "unit": "GeV"}]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with somebody's bundle in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs").mkdir()
    linear(tmp_path / "theirs", [[2.0]])
    card(tmp_path / "theirs", INPUTS)
    return tmp_path


def pack(files: dict[str, bytes], file: str = "theirs.zip", kind: int = stat.S_IFREG) -> str:
    """Write an archive; `kind` is what its first file is."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, (name, content) in enumerate(files.items()):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = ((stat.S_IFREG if i else kind) | 0o644) << 16
            archive.writestr(info, content)
    return file


def files(below: str = "") -> dict[str, bytes]:
    return {f"{below}{each.name}": each.read_bytes() for each in sorted(Path("theirs").iterdir())}


@pytest.mark.parametrize("below", ["", "theirs/", "another name/"])
def test_a_zip_is_the_folder_in_it(below: str, here: Path) -> None:
    whole = hml.load_preserved("theirs")
    pack({**files(below), "__MACOSX/theirs/._card.yaml": b"x"} if below else files())
    before = sorted(here.rglob("*"))
    packed = hml.load_preserved("theirs.zip")
    assert packed.score([[3.0]]).tolist() == [6.0]
    assert (packed.fingerprint, packed.card, packed.path) == (whole.fingerprint, whole.card, "theirs.zip")
    assert packed.archive == here / "theirs.zip"
    assert whole.archive is None
    assert [check.ok for check in packed.verify().checks] == [check.ok for check in whole.verify().checks]
    assert sorted(here.rglob("*")) == before
    assert hml.load_preserved(here / "theirs.zip").path is None


def test_what_was_unpacked_lasts_as_long_as_the_bundle(here: Path) -> None:
    pack(files())
    packed = hml.load_preserved("theirs.zip")
    folder = packed.folder
    assert not folder.is_relative_to(here)
    gc.collect()
    assert (folder / "card.yaml").is_file()
    del packed
    gc.collect()
    assert not folder.exists()


CARD = b"name: x"


@pytest.mark.parametrize(
    ("given", "kind", "why"),
    [
        ({"../card.yaml": CARD}, stat.S_IFREG, "is no path inside of it"),
        ({"/tmp/card.yaml": CARD}, stat.S_IFREG, "is no path inside of it"),
        ({"a\\card.yaml": CARD}, stat.S_IFREG, "is no path inside of it"),
        ({"card.yaml": b"/etc/hostname"}, stat.S_IFLNK, "'card.yaml' is a link or no plain file"),
        ({"card.yaml": CARD, "CARD.yaml": CARD}, stat.S_IFREG, "'CARD.yaml' is there twice"),
        ({"card.yaml": CARD, "big": b"0" * 2**25}, stat.S_IFREG, "times as large"),
        ({"card.yaml": CARD, **{f"{i}": b"" for i in range(1000)}}, stat.S_IFREG, "it has 1001 files and 7 bytes; a bundle has at most 1000 files"),
        ({"card.yaml": CARD, "result.json": bytes(range(256)) * 16000}, stat.S_IFREG, "its result.json has more than 4000000 bytes"),
        ({"notes.txt": CARD}, stat.S_IFREG, "it holds 0 preserved networks, not one with its card.yaml at the top or in one folder"),
        ({"a/b/card.yaml": CARD}, stat.S_IFREG, "it holds 0 preserved networks"),
        ({"a/card.yaml": CARD, "b/card.yaml": CARD}, stat.S_IFREG, "it holds 2 preserved networks"),
        ({"s/study.json": b"{}", "s/preserved/a/card.yaml": CARD}, stat.S_IFREG, 'it is a packed study, which hml.Lab."theirs.zip". opens'),
        ({"card.yaml": CARD, "card.yaml/x": CARD}, stat.S_IFREG, "is no archive that can be unpacked"),
    ],
)  # fmt: skip
def test_a_wrong_zip_is_refused_and_leaves_nothing(
    given: dict[str, bytes], kind: int, why: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(here / "temporary"))
    pack(given, kind=kind)
    before = sorted(here.rglob("*"))
    with pytest.raises(FileFormatError, match=why):
        hml.load_preserved("theirs.zip")
    assert sorted(here.rglob("*")) == before


def test_a_zip_that_becomes_too_large_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "LIMITS", Limits("bundle", 1000, 10))
    pack({"card.yaml": CARD, "notes.txt": b"1234"})
    with pytest.raises(
        FileFormatError, match="it has 2 files and 11 bytes; a bundle has at most 1000 files and 10 bytes"
    ):
        hml.load_preserved("theirs.zip")


def test_a_zip_that_says_a_smaller_size_is_refused(here: Path) -> None:
    """The size in the archive's list is made smaller than what comes out."""
    pack({"card.yaml": CARD, "network.onnx": b"12345678" * 100})
    raw = Path("theirs.zip").read_bytes()
    Path("theirs.zip").write_bytes(raw.replace((800).to_bytes(4, "little"), (8).to_bytes(4, "little")))
    with pytest.raises(FileFormatError, match=r"can be unpacked \(Bad CRC-32 for file 'network\.onnx'\)"):
        hml.load_preserved("theirs.zip")


def encrypted(raw: bytes) -> bytes:
    """Mark every file as encrypted, in the list and before the file."""
    made = bytearray(raw)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (encrypted, "encrypted"),
        (lambda raw: raw[: len(raw) // 2], "no archive that can be unpacked"),
        (lambda raw: raw.replace(b"PK\x01\x02", b"PK\x01\x03", 1), "no archive that can be unpacked"),
        (lambda _: b"", "no archive that can be unpacked"),
    ],
)
def test_a_damaged_zip_is_refused(change: Callable[[bytes], bytes], why: str, here: Path) -> None:
    pack(files())
    Path("theirs.zip").write_bytes(change(Path("theirs.zip").read_bytes()))
    with pytest.raises(FileFormatError, match=why):
        hml.load_preserved("theirs.zip")


def test_a_zip_that_cannot_be_read_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(file: Path) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", file)

    pack(files())
    monkeypatch.setattr(loading, "file_sha256", denied)
    with pytest.raises(FileFormatError, match=r"theirs\.zip cannot be read .*Permission denied"):
        hml.load_preserved("theirs.zip")


def test_a_card_in_a_zip_is_read_as_any_other(here: Path) -> None:
    pack({"card.yaml": b"!!python/object/apply:os.system ['true']"})
    with pytest.raises(DamagedError, match="could not determine a constructor"):
        hml.load_preserved("theirs.zip")
    with pytest.raises(PathError, match=r"nothing\.zip does not exist"):
        hml.load_preserved("nothing.zip")
    (here / "theirs").rename(here / "folder.zip")
    assert hml.load_preserved("folder.zip").archive is None


def test_what_is_packed_is_opened_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = hml.load_preserved("theirs").fingerprint
    (here / "study" / "preserved").mkdir(parents=True)
    (here / "theirs").rename(here / "study" / "preserved" / "theirs")
    assert hml.pack("study/preserved/theirs") == here / "theirs.zip"
    with zipfile.ZipFile("theirs.zip") as archive:
        assert archive.namelist() == ["theirs/card.yaml", "theirs/network.onnx", "SHA256SUMS"]
    assert hml.load_preserved("theirs.zip").fingerprint == fingerprint
    capsys.readouterr()
    assert main(["pack", "study/preserved/theirs", "--to", "sent.zip"]) == 0
    assert "look at it with hml.load_preserved('sent.zip')" in capsys.readouterr().out
    assert main(["verify", "sent.zip"]) == main(["verify", "study/preserved/theirs"])
    with pytest.raises(
        FileFormatError,
        match=r'theirs\.zip .*it is a packed bundle: hml verify theirs\.zip checks it, hml\.load_preserved\("theirs\.zip"\) opens',
    ):
        hml.Lab("theirs.zip")
    assert main(["replay", "theirs.zip"]) == 2
    assert "it is a packed bundle: hml verify theirs.zip checks it" in capsys.readouterr().err
    with zipfile.ZipFile("theirs.zip") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    pack({**content, "theirs/network.onnx": b"another"}, "changed.zip")
    with pytest.raises(DamagedError, match=r"theirs/network\.onnx is not what was packed"):
        hml.load_preserved("changed.zip")


def test_what_lies_beside_a_packed_bundle_is_left_out(here: Path) -> None:
    hml.pack("theirs")
    with zipfile.ZipFile("theirs.zip") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    pack({**content, "__MACOSX/theirs/._card.yaml": b"x"})
    assert hml.load_preserved("theirs.zip").fingerprint == hml.load_preserved("theirs").fingerprint
    pack({**content, "theirs/more.txt": b"x"})
    with pytest.raises(DamagedError, match=r"its files are not those of its SHA256SUMS: theirs/more\.txt"):
        hml.load_preserved("theirs.zip")
    pack({name: content[name] for name in content if name != "theirs/network.onnx"})
    with pytest.raises(DamagedError, match=r"its files are not those of its SHA256SUMS: theirs/network\.onnx"):
        hml.load_preserved("theirs.zip")
    pack({**content, "SHA256SUMS": b""})
    with pytest.raises(DamagedError, match=r"theirs/card\.yaml, theirs/network\.onnx"):
        hml.load_preserved("theirs.zip")


def test_what_is_no_bundle_is_not_packed(here: Path) -> None:
    (here / "folder").mkdir()
    with pytest.raises(
        PathError, match=r"folder is neither a study \(it has no study\.json\) nor a bundle \(no card\.yaml\)"
    ):
        hml.pack("folder")
    (here / "theirs" / "more").symlink_to("/etc/hostname")
    with pytest.raises(PathError, match="theirs/more is a link"):
        hml.pack("theirs")


def unreadable(_: Path) -> str:
    raise PermissionError("no reading")


def test_a_score_of_a_zip_is_fresh_and_kept(here: Path) -> None:
    pack(files())
    columns: dict[str, Any] = {"jet0.pt": np.arange(40.0)}
    tables = {name: hml.open_table(columns, cross_section=1.0) for name in ("signal", "background")}
    data = hml.build_dataset(tables, hml.Set(["jet0.pt"]), signal="signal", seed=1, path="study/data/set")
    scored = hml.score(data, hml.load_preserved("theirs.zip"), name="theirs", path="study/data/scored")
    assert scored.stale == ()
    assert hml.Dataset.load("study/data/scored").stale == ()
    first = scored.fingerprint
    kept = hml.select(scored, ["theirs.score > 3"], path="study/data/kept")
    before = hml.load_preserved("theirs.zip")
    linear(here / "theirs", [[3.0]])
    pack(files())
    replaced = "theirs.zip (training) has been replaced since"
    assert scored.stale == kept.stale == hml.Dataset.load("study/data/scored").stale == (replaced,)
    assert replaced in str(scored)
    with pytest.raises(DamagedError, match=r"^theirs\.zip has changed since it was read: load it again$"):
        hml.score(data, before, name="theirs", path="study/data/scored")
    with pytest.raises(DamagedError, match=r"^theirs\.zip has changed since it was read"):
        hml.score(data, before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "file_sha256", unreadable)
        assert scored.stale == ("theirs.zip (training) cannot be read: no reading",)
    again = hml.score(data, hml.load_preserved("theirs.zip"), name="theirs", path="study/data/scored")
    assert again.fingerprint != first
    assert again.stale == ()
    (here / "theirs.zip").unlink()
    assert hml.Dataset.load("study/data/scored").stale == ()
    np.testing.assert_array_equal(again.column("theirs.score"), 3 * data.column("jet0.pt"))


def test_a_zip_that_has_changed_since_it_was_read_is_told(here: Path) -> None:
    pack(files())
    packed = hml.load_preserved("theirs.zip")
    read = files_read(packed)
    assert read == {"theirs.zip": {"path": "theirs.zip", "fingerprint": file_sha256(here / "theirs.zip"), "file": True}}
    assert packed.verify().ok
    linear(here / "theirs", [[3.0]])
    pack(files())
    found = packed.verify()
    assert (found.checks[0].what, found.checks[0].ok) == ("files", False)
    assert found.checks[0].text == "theirs.zip has changed since it was read: load it again"
    assert packed.score([[3.0]]).tolist() == [6.0]
    assert files_read(packed) == read
    assert hml.load_preserved("theirs.zip").verify().ok
    (here / "theirs.zip").unlink()
    assert packed.verify().checks[0].text == "theirs.zip is not there any more"
    assert files_read(packed) == read
