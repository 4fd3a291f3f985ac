"""Starting Pythia8: a fresh instance for every chunk, at a fraction of what a first one costs.

What reading the settings and preparing multiparton interactions give is the same for all chunks of a run, and is kept in the
process. Nothing else is: an instance that has made events is never used again, so a chunk depends on its task alone.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ..errors import GeneratorError

__all__ = ["ALONE", "interactions", "start", "unknown"]

#: Held while Pythia8 works: of two threads of one process that ask it for their first events at once, neither goes on.
ALONE = threading.RLock()

#: Seed with which multiparton interactions are prepared; their table has five digits and serves all chunks.
TABLE_SEED = 1


def start(lines: tuple[str, ...], *, words: Mapping[str, str] | None = None, hooks: Any = None, table: str = "") -> Any:
    """Return an initialised Pythia8.

    Parameters
    ----------
    lines : tuple of str
        Settings.
    words : mapping, optional
        Settings whose values are texts with spaces, such as paths.
    hooks : pythia8mc.UserHooks, optional
        Vetoes, or matching.
    table : str
        What `interactions` has returned for these beams; empty to prepare multiparton interactions anew.

    Raises
    ------
    GeneratorError
        Pythia8 does not know a setting, or does not start.
    """
    pythia = _fresh()
    _set(pythia, lines)
    for name, value in (words or {}).items():
        pythia.settings.word(name, value)
    if hooks is not None and not pythia.setUserHooksPtr(hooks):
        msg = "Pythia8 does not take the hooks that veto events (own chains, cuts on products, matching); another version may be installed"
        raise GeneratorError(msg)
    with tempfile.TemporaryDirectory(prefix="hml-") as folder:
        if table:
            file = Path(folder) / "interactions"
            file.write_text(table, encoding="ascii")
            _reuse(pythia, 2, file)
        if not pythia.init():
            msg = f"Pythia8 cannot start with {'; '.join(lines)}"
            raise GeneratorError(msg)
    return pythia


@lru_cache(maxsize=8)
def interactions(lines: tuple[str, ...]) -> str:
    """Return Pythia8's table of multiparton interactions for the beams in `lines`; empty where there are none.

    Notes
    -----
    ``MultipartonInteractions:reuseInit`` of Pythia8: it takes two thirds of the time of a start, and depends on beams and tune only.
    """
    pythia = _fresh()
    _set(pythia, (*lines, "Random:setSeed = on", f"Random:seed = {TABLE_SEED}"))
    with tempfile.TemporaryDirectory(prefix="hml-") as folder:
        file = Path(folder) / "interactions"
        _reuse(pythia, 1, file)
        return file.read_text(encoding="ascii") if pythia.init() and file.is_file() else ""


def unknown(ids: Iterable[int]) -> list[int]:
    """Return the PDG ids that Pythia8 has no particle for, sorted.

    Examples
    --------
    >>> unknown([6, -6, 1000022, -22, 9100022])
    [-22, 9100022]
    """
    table = _read().particleData
    return sorted(pdg for pdg in ids if not table.isParticle(pdg))


def _reuse(pythia: Any, mode: int, file: Path) -> None:
    pythia.settings.mode("MultipartonInteractions:reuseInit", mode)
    pythia.settings.word("MultipartonInteractions:initFile", str(file))


def _set(pythia: Any, lines: tuple[str, ...]) -> None:
    refused = [line for line in ("Print:quiet = on", *lines) if not pythia.readString(line)]
    if refused:
        msg = f"Pythia8 does not know the settings {refused}; another version may be installed"
        raise GeneratorError(msg)


def _fresh() -> Any:
    import pythia8mc

    known = _read()
    return pythia8mc.Pythia(known.settings, known.particleData, False)


@cache
def _read() -> Any:
    """Return an instance that has read the tables of settings and particles, and does nothing else."""
    import pythia8mc

    return pythia8mc.Pythia("", False)
