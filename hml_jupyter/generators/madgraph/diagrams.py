"""Feynman diagrams as MadGraph draws them, as pictures for a notebook."""

from __future__ import annotations

import base64
import html
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import GeneratorError, MissingProgramError, PathError

__all__ = ["Diagrams", "draw"]

#: Dots per inch: a page of six diagrams is about as wide as a notebook's output.
_RESOLUTION = 96
#: Seconds for one file.
_PATIENCE = 60


@dataclass(frozen=True, repr=False)
class Diagrams:
    """Pages of Feynman diagrams."""

    label: str
    """The process."""
    pages: tuple[tuple[str, bytes], ...]
    """For each page the subprocess and a PNG picture."""

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self.pages)

    def __iter__(self) -> Iterator[bytes]:
        """Return the PNG pictures."""
        return (picture for _, picture in self.pages)

    def __str__(self) -> str:
        """Return their number and what they show."""
        return f"{len(self)} pages of Feynman diagrams of {self.label}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        figures = (
            f'<figure style="display:inline-block;margin:4px"><img alt="Feynman diagrams of {html.escape(name)}" '
            f'src="data:image/png;base64,{base64.b64encode(picture).decode()}"/>'
            f"<figcaption>{html.escape(name)}</figcaption></figure>"
            for name, picture in self.pages
        )
        return f"<div>{''.join(figures)}</div>"


def draw(folder: Path, label: str) -> Diagrams:
    """Return the diagrams kept in `folder` as pictures.

    Parameters
    ----------
    folder : Path
        With MadGraph's PostScript files.
    label : str
        The process.

    Raises
    ------
    PathError
        There are none.
    MissingProgramError
        Ghostscript is not installed; the message says how to get it.
    GeneratorError
        Ghostscript cannot read them.
    """
    files = sorted(folder.glob("*.ps"))
    if not files:
        msg = f"no Feynman diagrams of {label} are kept here: runs with generator='madgraph5' have them, and outputs of MadGraph with their SubProcesses"
        raise PathError(msg)
    program = shutil.which("gs")
    if program is None:
        msg = (
            "Ghostscript (gs) turns MadGraph's diagrams into pictures and is not installed: apt install ghostscript; "
            f"conda install -c conda-forge ghostscript; brew install ghostscript. The PostScript files are in {folder}"
        )
        raise MissingProgramError(msg)
    return Diagrams(label, tuple((file.stem, picture) for file in files for picture in _pages(program, file)))


def _pages(program: str, file: Path) -> list[bytes]:
    with tempfile.TemporaryDirectory() as place:
        options = ("-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", f"-r{_RESOLUTION}")
        anti_aliased = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4")
        command = [program, *options, *anti_aliased, f"-sOutputFile={place}/page%03d.png", str(file)]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired as error:
            msg = f"Ghostscript did not draw {file.name} within {_PATIENCE} s"
            raise GeneratorError(msg) from error
        pages = [page.read_bytes() for page in sorted(Path(place).iterdir())]
    if not pages:
        msg = f"Ghostscript cannot draw {file.name}: {done.stderr.decode('utf-8', 'replace')[:200] or done.stdout.decode('utf-8', 'replace')[:200]}"
        raise GeneratorError(msg)
    return pages
