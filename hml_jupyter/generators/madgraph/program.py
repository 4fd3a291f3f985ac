"""Where MadGraph5_aMC@NLO is on this machine, and what it needs beside itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ...errors import MissingProgramError, PathError, UnknownNameError

__all__ = [
    "Program",
    "check_compiler",
    "check_model",
    "check_tools",
    "environment",
    "find_program",
    "installed_version",
    "is_plain",
    "scratch",
]

_GET = (
    "it is on conda-forge (conda install -c conda-forge mg5amcnlo) and to download at https://launchpad.net/mg5amcnlo; "
    "MG5_DIR names its folder if mg5_aMC is not on PATH. generator='pythia8' needs no installation"
)
#: Option of MadGraph's configuration that names a tool -> its default place, and a file in it.
_TOOLS = {
    "pythia8_path": ("HEPTools/pythia8", "bin/pythia8-config"),
    "mg5amc_py8_interface_path": ("HEPTools/MG5aMC_PY8_interface", "MG5aMC_PY8_interface"),
    "delphes_path": ("Delphes", "DelphesHepMC2"),
}
#: Folders for temporary files that systems have.
_SCRATCH = (Path("/tmp"), Path("/var/tmp"))
#: MadGraph calls its work with a newer Python experimental.
_NEWEST_PYTHON = (3, 11)


class Program(NamedTuple):
    """An installed MadGraph5_aMC@NLO."""

    root: Path
    """Its folder."""
    version: str
    """``"3.5.7"``."""
    python: str
    """The Python that runs it; it has six."""


def find_program() -> Program:
    """Return the MadGraph5_aMC@NLO of ``$MG5_DIR``, or else the ``mg5_aMC`` on PATH.

    Raises
    ------
    MissingProgramError
        There is none; the message says how to get it, and what works without.
    """
    root = _root()
    return Program(root, _version(root), _python(root))


def installed_version() -> str | None:
    """Return the version of the MadGraph5_aMC@NLO on this machine; None where there is none. Nothing runs."""
    try:
        return _version(_root())
    except (MissingProgramError, OSError):
        return None


def check_compiler(program: Program) -> None:
    """Refuse to begin without a Fortran compiler and make: MadGraph would only find out after writing its code.

    Raises
    ------
    MissingProgramError
        One of them is not there.
    """
    chosen = _configured(program.root).get("fortran_compiler", "")
    if not any(shutil.which(name) for name in (chosen, "gfortran", "g77") if name):
        msg = (
            "MadGraph5_aMC@NLO compiles what it writes and there is no Fortran compiler: install gfortran (apt install gfortran; "
            "conda install -c conda-forge fortran-compiler; brew install gcc). generator='pythia8' needs none"
        )
        raise MissingProgramError(msg)
    if not shutil.which("make"):
        msg = "MadGraph5_aMC@NLO needs make to compile what it writes: install make (apt install make; conda install -c conda-forge make)"
        raise MissingProgramError(msg)


def check_model(program: Program, model: str) -> str:
    """Return a model as MadGraph is to import it; refuse one that is not there, which it would try to download.

    MadGraph works in another folder, so a UFO folder is named by its absolute path.

    Parameters
    ----------
    program : Program
        MadGraph.
    model : str
        Name in its folder ``models``, or the path of a UFO folder; either with a restriction, ``"sm-no_b_mass"``.

    Raises
    ------
    UnknownNameError
        There is no such model, or it has no such restriction.
    """
    places = {folder.name: folder for folder in (program.root / "models").iterdir() if _is_model(folder)}
    name, dash, restriction = model.rpartition("-")
    if model in places:
        return model
    if _is_model(Path(model)):
        return _absolute(model)
    place = places.get(name) or Path(name)
    if not dash or not _is_model(place):
        hint = "A UFO model is its folder's path, or that folder in the folder models of MadGraph"
        raise UnknownNameError("model", model, places, hint=hint)
    known = [*(file.stem.removeprefix("restrict_") for file in place.glob("restrict_*.dat")), "full"]
    if restriction not in known:
        raise UnknownNameError(f"restriction of the model {name}", restriction, known)
    return model if name in places else f"{_absolute(name)}-{restriction}"


def _absolute(model: str) -> str:
    path = str(Path(model).resolve())
    if not is_plain(Path(path)):
        msg = (
            f"MadGraph cannot import a model from {path!r}: put it where the path has only letters, digits and . _ + -"
        )
        raise PathError(msg)
    return path


def check_tools(program: Program, shower: str | None, detector: str | None) -> None:
    """Refuse MadGraph's own shower or detector where they are not installed: it would leave them out without a word.

    Raises
    ------
    MissingProgramError
        One of them is not there.
    """
    if shower == "mg5" and not all(_has(program.root, name) for name in ("pythia8_path", "mg5amc_py8_interface_path")):
        msg = (
            "shower='mg5' is not available: this MadGraph5_aMC@NLO has no Pythia8 with its interface. Give it the command "
            "'install mg5amc_py8_interface' (conda-forge's mg5amcnlo has it), or take shower='pythia8', the embedded one"
        )
        raise MissingProgramError(msg)
    if shower == "mg5" and detector == "delphes" and not _has(program.root, "delphes_path"):
        msg = (
            "detector='delphes' is not available: this MadGraph5_aMC@NLO has no Delphes. Give it the command 'install Delphes', "
            "or take shower='pythia8' with detector='cms', the embedded ones"
        )
        raise MissingProgramError(msg)


def environment(program: Program, private: Path) -> dict[str, str]:
    """Return the environment variables of a run: the user's, with a private home and configuration.

    MadGraph reads options from ``$MADGRAPH_BASE``, ``~/.mg5`` and ``$XDG_CONFIG_HOME``, and writes its history at home; what
    a user has there must not change a run. Its temporary files go where it can work (`scratch`). Options that it saves go into the configuration at home if there is one, else into
    its installation.
    """
    home = private / "home"
    home.mkdir(parents=True, exist_ok=True)
    options = "automatic_html_opening = False\nnotification_center = False\nauto_update = 0\ntext_editor = vi\n"
    (home / "mg5_configuration.txt").write_text(options, encoding="utf-8")
    path = os.pathsep.join([str(Path(program.python).parent), os.environ.get("PATH", os.defpath)])
    own = {"TMPDIR": str(scratch())}
    own |= {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "MADGRAPH_BASE")}
    unwanted = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, **own, "PATH": path, "PYTHONUNBUFFERED": "1", "LC_ALL": "C"}


def is_plain(place: Path) -> bool:
    """Tell whether a path has nothing at which MadGraph's shell scripts and make break: spaces, quotes, accents.

    Examples
    --------
    >>> is_plain(Path("/tmp/work")), is_plain(Path("/tmp/my work"))
    (True, False)
    """
    return re.fullmatch(r"[\w./+-]+", str(place), re.ASCII) is not None


def scratch() -> Path:
    """Return a folder for temporary files where MadGraph can work: the system's usual ones if that of ``$TMPDIR`` is none.

    Raises
    ------
    PathError
        There is none.
    """
    usual = Path(tempfile.gettempdir())
    for place in (usual, *_SCRATCH):
        if is_plain(place) and os.access(place, os.W_OK):
            return place
    msg = f"MadGraph cannot work in the folder for temporary files, {str(usual)!r}: its scripts break at spaces and special letters; set TMPDIR to a folder without"
    raise PathError(msg)


def _root() -> Path:
    named = os.environ.get("MG5_DIR")
    if named:
        root = Path(named).expanduser().resolve()
        if not _is_root(root):
            msg = f"MG5_DIR={named!r} holds no MadGraph5_aMC@NLO (bin/mg5_aMC and madgraph/ are expected there); {_GET}"
            raise MissingProgramError(msg)
        return root
    found = shutil.which("mg5_aMC")
    root = Path(found).resolve().parents[1] if found else Path()
    if not found or not _is_root(root):
        msg = f"MadGraph5_aMC@NLO is not installed: there is no mg5_aMC on PATH and MG5_DIR is not set; {_GET}"
        raise MissingProgramError(msg)
    return root


def _version(root: Path) -> str:
    lines = (root / "VERSION").read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line.split("=")[1].strip() for line in lines if line.startswith("version")), "unknown")


def _is_model(folder: Path) -> bool:
    try:
        return (folder / "particles.py").is_file()
    except OSError:  # a name that no file can have
        return False


def _is_root(folder: Path) -> bool:
    return (folder / "bin" / "mg5_aMC").is_file() and (folder / "madgraph").is_dir()


def _python(root: Path) -> str:
    """Return a Python with six, of a version that MadGraph knows if there is one."""
    names = (f"python3.{minor}" for minor in (11, 10, 9))
    found = (shutil.which(name) for name in (*names, "python3"))
    candidates = [sys.executable, str(root.parent / "bin" / "python3"), *(name for name in found if name)]
    able = {name: version for name in candidates if (version := _has_six(name))}
    if not able:
        msg = "MadGraph5_aMC@NLO needs a Python with the package six: pip install six"
        raise MissingProgramError(msg)
    return next((name for name, version in able.items() if version <= _NEWEST_PYTHON), next(iter(able)))


@lru_cache
def _has_six(python: str) -> tuple[int, int] | None:
    """Return the version of a Python that has six."""
    code = "import six, sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-E", "-c", code], capture_output=True, text=True, check=True, timeout=60)
        major, minor = done.stdout.split()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return int(major), int(minor)


def _configured(root: Path) -> dict[str, str]:
    file = root / "input" / "mg5_configuration.txt"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    lines = [line.split("#", 1)[0].split("=", 1) for line in text.splitlines()]
    return {
        pair[0].strip(): pair[1].strip() for pair in lines if len(pair) == 2 and pair[1].strip() not in ("", "None")
    }


def _has(root: Path, tool: str) -> bool:
    default, file = _TOOLS[tool]
    return (root / _configured(root).get(tool, default) / file).exists()
