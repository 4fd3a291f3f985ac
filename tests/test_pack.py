from __future__ import annotations

import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.cli import main
from hml_jupyter.errors import DamagedError, FileFormatError, PathError
from hml_jupyter.pack import SUMS, unpack
from hml_jupyter.studies import claim_study


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "study"
    claim_study(folder)
    (folder / "data/set").mkdir(parents=True)
    (folder / "data/set/events.txt").write_text("1 2 3\n")
    (folder / ".undone/old").mkdir(parents=True)
    (folder / ".undone/old/x").write_text("gone")
    (folder / "environment.txt").write_text("numpy==2\n")
    (tmp_path / "study.record.ipynb").write_text("{}")
    (tmp_path / "study.record.py").write_text("import hml_jupyter as hml\n")
    return folder


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None], links: tuple[str, ...] = ()) -> Path:
    """Write an archive again after a change of its files; `links` are marked as symbolic links."""
    with zipfile.ZipFile(file) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist()}
    change(files)
    changed = file.with_name("changed.zip")
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = ((stat.S_IFLNK if name in links else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, content)
    return changed


def test_a_study_is_packed_with_its_record_and_checksums(study: Path, tmp_path: Path) -> None:
    file = hml.pack("study")
    assert file == tmp_path / "study.zip"
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        (tmp_path / SUMS).write_bytes(archive.read(SUMS))
    expected = ["study/data/set/events.txt", "study/environment.txt", "study/study.json"]
    assert names == [*expected, "study.record.ipynb", "study.record.py", SUMS]
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_study_without_a_record_says_what_it_lacks(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (study.parent / "study.record.ipynb").unlink()
    file = hml.pack("study")
    said = capsys.readouterr().out
    assert (
        "study has no record (study.record.ipynb): its results are packed, and hml replay study.zip computes nothing"
        in said
    )
    assert "let each cell end in its result, run and save it, and replay that notebook" in said
    assert main(["pack", "study"]) == 0
    assert "look at it with hml.Lab('study.zip')" in capsys.readouterr().out.replace(f"{study.parent}/", "")
    with pytest.raises(
        FileFormatError, match=r"holds results and no record \(study\.record\.ipynb\).*replay that notebook"
    ):
        hml.replay(file)
    (study.parent / "study.record.ipynb").write_text("{}")
    hml.pack("study")
    assert "no record" not in capsys.readouterr().out


def test_equal_studies_give_equal_bytes(study: Path) -> None:
    first = hml.pack("study").read_bytes()
    for file in study.rglob("*"):
        file.touch()
    assert hml.pack("study", path="again.zip").read_bytes() == first


def test_what_is_packed_is_unpacked(study: Path, tmp_path: Path) -> None:
    file = hml.pack("study")
    place = tmp_path / "elsewhere"
    place.mkdir()
    assert unpack(file, place) == place / "study"
    assert (place / "study/data/set/events.txt").read_text() == "1 2 3\n"
    assert sorted(each.name for each in place.iterdir()) == ["study", "study.record.ipynb", "study.record.py"]
    with pytest.raises(PathError, match="study is here already"):
        unpack(file, place)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../out.txt", "is no path inside of it"),
        ("/tmp/out.txt", "is no path inside of it"),
        ("study/../../out.txt", "is no path inside of it"),
        ("study\\..\\out.txt", "is no path inside of it"),
        (".hidden", "is no path inside of it"),
        ("C:/out.txt", "is no path inside of it"),
        ("study/link", "is a link or no plain file"),
        ("STUDY/study.json", "is there twice"),
        ("other/study.json", "it holds 2 studies"),
        ("more.txt", "it holds 1 studies and more.txt"),
        ("study/evil/x", "evil is no folder of a study"),
    ],
)
def test_a_wrong_archive_is_refused_and_leaves_nothing(name: str, why: str, study: Path, tmp_path: Path) -> None:
    import hashlib

    def change(files: dict[str, bytes]) -> None:
        files[name] = b"x"
        files[SUMS] += f"{hashlib.sha256(b'x').hexdigest()}  {name}\n".encode()

    changed = rewritten(hml.pack("study"), change, ("study/link",))
    place = tmp_path / "elsewhere"
    place.mkdir()
    with pytest.raises(FileFormatError, match=why):
        unpack(changed, place)
    assert list(place.iterdir()) == []
    assert not (tmp_path / "out.txt").exists()


def test_a_changed_file_is_found(study: Path, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        files["study/data/set/events.txt"] = b"1 2 4\n"

    with pytest.raises(DamagedError, match=r"study/data/set/events\.txt is not what was packed"):
        unpack(rewritten(hml.pack("study"), change), tmp_path)
    with pytest.raises(DamagedError, match="its files are not those of its SHA256SUMS: study/environment"):
        unpack(rewritten(hml.pack("study"), lambda files: files.__delitem__("study/environment.txt")), tmp_path)
    with pytest.raises(FileFormatError, match="it has no SHA256SUMS"):
        unpack(rewritten(hml.pack("study"), lambda files: files.__delitem__(SUMS)), tmp_path)


def test_a_bomb_is_refused(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("study/study.json", b"0" * 2**25)
    with pytest.raises(FileFormatError, match="times as large"):
        unpack(file, tmp_path)


def test_only_a_packed_study_is_replaced(study: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", a=np.arange(4))
    with pytest.raises(PathError, match="exists and is no export"):
        hml.pack("study", path="mine.npz")
    with pytest.raises(PathError, match="lies inside of what is packed"):
        hml.pack("study", path="study/x.zip")
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as archive:
        archive.writestr("study/study.json", "{}")
    with pytest.raises(PathError, match=r"foreign\.zip exists and is no export"):
        hml.pack("study", path="foreign.zip")
    first = hml.pack("study").read_bytes()
    assert hml.pack("study").read_bytes() == first
    (tmp_path / "damaged.zip").write_bytes(first.replace(b"PK\x01\x02", b"PK??"))
    with pytest.raises(PathError, match=r"damaged\.zip exists and is no export"):
        hml.pack("study", path="damaged.zip")


def test_the_zip_of_another_study_is_not_replaced(study: Path, tmp_path: Path) -> None:
    first = hml.pack("study", path="shared.zip").read_bytes()
    claim_study(tmp_path / "other")
    with pytest.raises(
        PathError,
        match=r"^shared\.zip holds the packed study 'study', which is not the study 'other': choose another path or move it away$",
    ):
        hml.pack("other", path="shared.zip")
    shutil.copytree(study, tmp_path / "bundle" / "study")
    (tmp_path / "bundle/study/study.json").rename(tmp_path / "bundle/study/card.yaml")
    with pytest.raises(PathError, match="holds the packed study 'study', which is not the bundle 'study'"):
        hml.pack("bundle/study", path="shared.zip")
    assert (tmp_path / "shared.zip").read_bytes() == first
    (study / "data/set/events.txt").write_text("1 2 4\n")
    assert hml.pack("study", path="shared.zip").read_bytes() != first


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no archive")
    with pytest.raises(FileFormatError, match=r"a\.zip is no archive that can be unpacked"):
        unpack(tmp_path / "a.zip", tmp_path)
    with pytest.raises(PathError, match="there is no packed study"):
        unpack(tmp_path / "b.zip", tmp_path)


def test_what_cannot_be_packed(study: Path, tmp_path: Path) -> None:
    with pytest.raises(PathError, match="nothing is neither a study"):
        hml.pack("nothing")
    with pytest.raises(PathError, match="must be a text, relative"):
        hml.pack("../study")
    (study / "data/link").symlink_to("/etc/hostname")
    with pytest.raises(PathError, match="study/data/link is a link"):
        hml.pack("study")
    (study / "data/link").unlink()
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(PathError, match="exists and is no export"):
        hml.pack("study", path="notes.txt")


def test_the_command_line_packs(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "study", "--to", "mine.zip"]) == 0
    assert "mine.zip" in capsys.readouterr().out
    assert main(["pack", "nothing"]) == 2
