from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hml_jupyter.errors import GeneratorError, MissingProgramError, PathError
from hml_jupyter.generators.madgraph import diagrams

PAGE = "%!PS-Adobe-2.0\n%%BoundingBox: 0 0 50 50\n10 10 moveto 40 40 lineto stroke\nshowpage\n"
#: Writes what its -sOutputFile says, as Ghostscript would; two pages.
FAKE_GS = """#!/bin/sh
for word in "$@"; do case $word in -sOutputFile=*) out=${word#-sOutputFile=};; esac; done
grep -q moveto "$word" || { echo undefined; exit 1; }
for page in 001 002; do printf 'PNG' > "$(dirname "$out")/page$page.png"; done
"""


def test_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools, folder = tmp_path / "bin", tmp_path / "diagrams"
    tools.mkdir()
    folder.mkdir()
    with pytest.raises(PathError, match="no Feynman diagrams of p p > z are kept here"):
        diagrams.draw(folder, "p p > z")
    (folder / "P1_qq_z_matrix1.ps").write_text(PAGE)
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(MissingProgramError, match=r"apt install ghostscript.*conda-forge ghostscript"):
        diagrams.draw(folder, "p p > z")
    (tools / "gs").write_text(FAKE_GS)
    (tools / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    drawn = diagrams.draw(folder, "p p > z")
    assert list(drawn) == [b"PNG", b"PNG"]
    assert str(drawn) == "2 pages of Feynman diagrams of p p > z"
    assert drawn._repr_html_().count("data:image/png;base64,UE5H") == 2
    (folder / "P1_qq_z_matrix1.ps").write_text("nothing")
    with pytest.raises(GeneratorError, match=r"cannot draw P1_qq_z_matrix1.ps: undefined"):
        diagrams.draw(folder, "p p > z")


@pytest.mark.madgraph
def test_draw_by_ghostscript(tmp_path: Path) -> None:
    assert shutil.which("gs"), "Ghostscript is needed"
    (tmp_path / "P1.ps").write_text(PAGE)
    (picture,) = diagrams.draw(tmp_path, "p p > z")
    assert picture.startswith(b"\x89PNG")
