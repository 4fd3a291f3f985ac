"""Replay: run a recorded notebook in an empty folder and a fresh kernel, and compare every result."""

from __future__ import annotations

import ast
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from . import checks, progress
from .canonical import file_sha256
from .cells import IMPORT_ID, NO_PYTHON, python_of
from .display import Table, bundle, is_outside
from .errors import ArgumentError, FileFormatError, MissingProgramError, PathError
from .pack import HOW_RECORDED, unpack
from .registry import SHOWS, Shown
from .studies import sidecar_paths
from .tables.files import without_key
from .verdicts import DIFFERENT, EQUAL, IDENTICAL, NOTHING, Step, judge, record_of

__all__ = ["Replay", "Step", "replay"]


@dataclass(frozen=True)
class Replay(Shown):
    """The verdicts of a replay."""

    notebook: str
    """Name of the file."""
    steps: tuple[Step, ...]
    """One for each recorded cell, in order."""

    @property
    def ok(self) -> bool:
        """Whether nothing is different."""
        return all(step.verdict != DIFFERENT for step in self.steps)

    @property
    def text(self) -> str:
        """The verdicts counted, in words."""
        counts = {v: sum(s.verdict == v for s in self.steps) for v in (IDENTICAL, EQUAL, DIFFERENT, NOTHING)}
        parts = [f"{n} {verdict}" for verdict, n in counts.items() if n]
        return f"{self.notebook}: of {len(self.steps)} recorded steps {', '.join(parts) or 'none was run'}"


def replay(
    notebook: str | os.PathLike[str],
    *,
    inputs: Mapping[str, str | os.PathLike[str]] | None = None,
    timeout: float | None = None,
) -> Replay:
    """Run a recorded notebook in an empty folder and a fresh kernel and compare each result with the recorded one.

    Parameters
    ----------
    notebook : path
        A notebook with recorded cells: the one you worked in, or ``study.record.ipynb``; or a packed study, ``study.zip``.
    inputs : mapping of str to path, optional
        Where files that the notebook reads, or folders with them, are now, by the path that stands in it. Those that are still there, beside the
        notebook or elsewhere on this machine, are found without.
    timeout : float, optional
        Seconds after which a cell is given up; by default none is.

    Returns
    -------
    Replay
        A verdict for each recorded cell; ``.ok`` tells whether nothing is different.

    Raises
    ------
    FileFormatError
        The file is not a notebook, nothing is recorded in it, or it was saved without results.
    DamagedError
        A packed study is not what was packed.
    PathError, ArgumentError
        An input is not where it should be, or is none of the notebook's.
    MissingProgramError
        There is no Python kernel to run it in.
    """
    source = checks.place("a notebook", notebook)
    if source.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory(prefix="hml-unpacked-") as folder:
            record = sidecar_paths(unpack(source, Path(folder)))[0]
            if not record.is_file():
                msg = f"{source.name} holds results and no record ({record.name}), so nothing can be computed again. {HOW_RECORDED}"
                raise FileFormatError(msg)
            return _named(replay(record, inputs=inputs, timeout=timeout), source.name)
    recorded = _read(source)
    cells = [cell for cell in recorded.cells if cell.cell_type == "code" and _is_step(cell)]
    if not cells:
        msg = f"{source.name} has no recorded cell, and none with a result of hml_jupyter. {HOW_RECORDED}"
        raise FileFormatError(msg)
    if not any(map(record_of, cells)):
        msg = f"no recorded cell of {source.name} has a result to compare with; run the notebook and save it first"
        raise FileFormatError(msg)
    with tempfile.TemporaryDirectory(prefix="hml-replay-") as folder:
        copy = _bring_inputs(recorded, source.parent, Path(folder), inputs or {})
        _execute(copy, Path(folder), source.name, timeout)
    again = dict(_keyed(copy))
    steps = [judge(n, cell, again.get(id_of)) for n, (id_of, cell) in enumerate(_keyed(recorded), 1)]
    return Replay(source.name, tuple(steps))


def _named(found: Replay, name: str) -> Replay:
    return Replay(name, found.steps)


def _read(file: Path) -> Any:
    if not file.is_file():
        msg = f"there is no notebook {file}"
        raise PathError(msg)
    try:
        return nbformat.read(file, as_version=4)
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        msg = f"{file.name} is not a notebook: {error}"
        raise FileFormatError(msg) from error


def _is_step(cell: Any) -> bool:
    ours = cell.metadata.get("hml_jupyter") or {}
    return ours.get("record_id") != IMPORT_ID and (
        "hml-recorded" in cell.metadata.get("tags", []) or record_of(cell) is not None
    )


def _keyed(notebook: Any) -> Iterator[tuple[int, Any]]:
    """Give the steps with their place in the notebook."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and _is_step(cell):
            yield place, cell


def _bring_inputs(recorded: Any, beside: Path, folder: Path, given: Mapping[str, str | os.PathLike[str]]) -> Any:
    """Put the files that the record reads into the folder, and return the notebook that reads them there.

    A path out of the notebook's folder stands as it is in the cells and nowhere else: there it is looked up by its file's name.
    """
    records = [record_of(cell) or {} for _, cell in _keyed(recorded)]
    made = [str(record["path"]) for record in records if record.get("recipe") and record.get("path")]
    used = [each for record in records for each in (record.get("inputs") or {}).values()]
    hashes: dict[tuple[str, bool], set[str]] = {}
    for each in used:
        if each.get("file") and not _lies_in(str(each["path"]), made):
            hashes.setdefault((str(each["path"]), bool(each.get("outside"))), set()).add(str(each["fingerprint"]))
    outside = {name: known for (name, is_out), known in hashes.items() if is_out}
    moved = _outside(recorded, beside, outside)
    wanted = {path: (path, known) for (path, is_out), known in hashes.items() if not is_out}
    for path, place in moved.items():
        wanted |= {
            f: (place + f.removeprefix(path), outside[PurePosixPath(f).name]) for f in _files(beside, path, outside)
        }
    for name in given:
        if any(_lies_in(path, [name]) for path in wanted):
            continue
        msg = f"the notebook reads no file {name!r}" + (f"; it reads {', '.join(wanted)}" if wanted else "")
        raise ArgumentError(msg)
    for path, (place, known) in wanted.items():
        if is_outside(place):
            msg = f"the record says that the input {path} lies in the notebook's folder, and it does not"
            raise FileFormatError(msg)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_checked(path, beside, given, known), folder / place)
    return _reading(recorded, moved)


def _checked(path: str, beside: Path, given: Mapping[str, str | os.PathLike[str]], expected: set[str]) -> Path:
    """Return where an input is now."""
    named = [Path(given[name]) / PurePosixPath(path).relative_to(name) for name in given if _lies_in(path, [name])]
    places = named or [beside / path, Path(path)]
    there = next((place for place in places if place.is_file()), None)
    if there is None:
        msg = f"the input {path} is not beside the notebook; say where it is: --inputs {path}=PATH"
        raise PathError(msg)
    if file_sha256(there) not in expected:
        msg = f"the input {path} is not the file that was recorded (its content differs)"
        raise FileFormatError(msg)
    return there


def _lies_in(path: str, places: Iterable[str]) -> bool:
    """Tell whether a path is one of these, or in one of these folders."""
    return any(PurePosixPath(path).is_relative_to(place) for place in places)


def _outside(recorded: Any, beside: Path, known: Mapping[str, set[str]]) -> dict[str, str]:
    """Return where a replay keeps what cells read by a path out of the notebook's folder: a file, or a folder with such files."""
    found: list[str] = []
    for cell in recorded.cells if known else ():
        with suppress(*NO_PYTHON):
            nodes = ast.walk(ast.parse(python_of(cell.source if cell.cell_type == "code" else "")))
            texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            found += map(without_key, texts)
    paths = [path for path in dict.fromkeys(found) if is_outside(path) and _files(beside, path, known)]
    return {path: f".inputs/{number}/{PurePosixPath(path).name}" for number, path in enumerate(paths, 1)}


def _files(beside: Path, path: str, known: Mapping[str, set[str]]) -> list[str]:
    """Return the input files that a path stands for: itself, or those of the recorded content in an output of MadGraph."""
    if PurePosixPath(path).name in known:
        return [path]
    folder = beside / path
    inside = (file for name in known for file in sorted(folder.glob(f"Events/*/{name}")))
    return [f"{path}/{f.relative_to(folder).as_posix()}" for f in inside if file_sha256(f) in known[f.name]]


def _reading(recorded: Any, moved: Mapping[str, str]) -> Any:
    """Return a copy of a notebook whose cells have other paths in them."""
    copy = nbformat.reads(nbformat.writes(recorded), as_version=4)
    for path, place in moved.items():
        for cell, quote in itertools.product(copy.cells, "\"'"):
            for end in (quote, ":"):  # of a path, or of the tree in a file
                cell.source = cell.source.replace(f"{quote}{path}{end}", f"{quote}{place}{end}")
    return copy


def _execute(notebook: Any, folder: Path, name: str, timeout: float | None) -> None:
    """Run all code cells; a cell that fails ends the run, the rest stays empty."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in codes:
        cell.outputs = []
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    done = 0

    def began(**_: object) -> None:
        nonlocal done
        done += 1
        progress.report(
            (done - 1) / len(codes), f"replaying {name}: cell {done} of {len(codes)}", label=f"replaying {name}"
        )

    client.on_cell_execute = began
    try:
        client.execute()
    except CellExecutionError as error:
        progress.notice(f"{name}: a cell failed\n{error.ename}: {error.evalue}")
    except CellTimeoutError:
        progress.notice(f"{name}: cell {done} of {len(codes)} took longer than {timeout:g} s and was given up")
    except AssertionError as error:
        if client.km is not None:
            raise
        raise KeyboardInterrupt from error  # nbclient has ended its kernel and stumbles over that
    except DeadKernelError:
        progress.notice(f"{name}: the kernel died in cell {done} of {len(codes)}; there may be too little memory")
    except NoSuchKernel as error:
        msg = "there is no kernel named python3 to replay in; install ipykernel into this environment"
        raise MissingProgramError(msg) from error


def _table(found: Replay) -> Table:
    rows = [[str(step.number), step.code, step.verdict, step.note] for step in found.steps]
    return Table(found.text, ("", "cell", "verdict", ""), rows, left=4)


SHOWS["Replay"] = lambda found: bundle(_table(found))
