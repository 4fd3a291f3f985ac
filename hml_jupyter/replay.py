"""Replay: run a recorded notebook in an empty folder and a fresh kernel, and compare every result."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from . import progress
from .canonical import file_sha256
from .cells import IMPORT_ID
from .display import RECORD, Table, bundle
from .errors import ArgumentError, FileFormatError, MissingProgramError, PathError
from .registry import SHOWS, Shown

__all__ = ["Replay", "Step", "replay"]

IDENTICAL, EQUAL, DIFFERENT = "identical", "equal within tolerance", "different"
NOTHING = "nothing recorded"


@dataclass(frozen=True)
class Step:
    """What became of one recorded cell."""

    number: int
    """Its place among the recorded cells, from 1."""
    code: str
    """First line of its text."""
    verdict: str
    """``identical``, ``equal within tolerance``, ``different``, or ``nothing recorded``."""
    note: str = ""
    """What differs, and why it may."""


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
        A notebook with recorded cells: the one you worked in, or ``study.record.ipynb``.
    inputs : mapping of str to path, optional
        Where files that the notebook reads are now, by the path that stands in it. Files beside the notebook are found without.
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
    PathError, ArgumentError
        An input is not where it should be, or is none of the notebook's.
    MissingProgramError
        There is no Python kernel to run it in.
    """
    source = Path(notebook)
    recorded = _read(source)
    cells = [cell for cell in recorded.cells if cell.cell_type == "code" and _is_step(cell)]
    if not cells:
        msg = f"{source.name} has no recorded cell; record a study with hml.Lab, or run one in it, first"
        raise FileFormatError(msg)
    if not any(map(_record, cells)):
        msg = f"no recorded cell of {source.name} has a result to compare with; run the notebook and save it first"
        raise FileFormatError(msg)
    with tempfile.TemporaryDirectory(prefix="hml-replay-") as folder:
        _bring_inputs(cells, source.parent, Path(folder), inputs or {})
        executed = _execute(recorded, Path(folder), source.name, timeout)
    again = dict(_keyed(executed))
    steps = [_judge(n, cell, again.get(id_of)) for n, (id_of, cell) in enumerate(_keyed(recorded), 1)]
    return Replay(source.name, tuple(steps))


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
        "hml-recorded" in cell.metadata.get("tags", []) or _record(cell) is not None
    )


def _keyed(notebook: Any) -> Iterator[tuple[int, Any]]:
    """Give the steps with their place in the notebook."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and _is_step(cell):
            yield place, cell


def _record(cell: Any) -> dict[str, Any] | None:
    for output in cell.get("outputs", []):
        found = output.get("data", {}).get(RECORD)
        if found is not None:
            return dict(found)
    return None


def _bring_inputs(cells: list[Any], beside: Path, folder: Path, given: Mapping[str, str | os.PathLike[str]]) -> None:
    """Put the files that the record reads where the cells look for them, and check that they are the same."""
    wanted = {
        str(used["path"]): str(used["fingerprint"])
        for cell in cells
        for used in ((_record(cell) or {}).get("inputs") or {}).values()
        if used.get("file")
    }
    for name in given.keys() - wanted.keys():
        msg = f"the notebook reads no file {name!r}" + (f"; it reads {', '.join(wanted)}" if wanted else "")
        raise ArgumentError(msg)
    for name, expected in wanted.items():
        pure = PurePosixPath(name)
        there = Path(given.get(name, beside / name))
        if not there.is_file():
            msg = f"the input {name} is not beside the notebook; say where it is: --inputs {name}=PATH"
            raise PathError(msg)
        if file_sha256(there) != expected:
            msg = f"the input {name} is not the file that was recorded (its content differs)"
            raise FileFormatError(msg)
        if not pure.is_absolute() and ".." not in pure.parts:
            (folder / pure).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(there, folder / pure)


def _execute(recorded: Any, folder: Path, name: str, timeout: float | None) -> Any:
    """Run all code cells; a cell that fails ends the run, the rest stays empty."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.from_dict(recorded)
    notebook = nbformat.reads(nbformat.writes(notebook), as_version=4)
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
    return notebook


def _judge(number: int, before: Any, after: Any) -> Step:
    code = before.source.split("\n")[0]
    old = _record(before)
    new = _record(after) if after is not None else None
    if old is None:
        return Step(number, code, NOTHING, "the cell was not run when the notebook was saved")
    if new is None:
        return Step(number, code, DIFFERENT, _failure(after) or "the cell gives no result now")
    if _content(old) == _content(new):
        return Step(number, code, IDENTICAL)
    elsewhere = _elsewhere(old, new)
    far = list(_far(old.get("summary") or old.get("table"), new.get("summary") or new.get("table"), ""))
    if elsewhere and not far:
        return Step(number, code, EQUAL, elsewhere)
    note = "; ".join(far[:3]) if far else "the content differs in the same versions on the same platform"
    return Step(number, code, DIFFERENT, f"{note} ({elsewhere})" if elsewhere else note)


def _content(record: Mapping[str, Any]) -> Any:
    """Return what must be the same: the fingerprint, or the numbers of a result that is only shown."""
    return record.get("fingerprint") or record.get("table")


def _failure(cell: Any) -> str:
    for output in (cell or {}).get("outputs", []):
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}".split("\n")[0]
    return ""


def _elsewhere(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which versions or which platform differ, in words."""
    before, now = old.get("versions") or {}, new.get("versions") or {}
    changed = [f"{k} {before.get(k)} -> {now.get(k)}" for k in sorted({*before, *now}) if before.get(k) != now.get(k)]
    if old.get("platform") != new.get("platform"):
        changed.append(f"{old.get('platform')} -> {new.get('platform')}")
    return ", ".join(changed)


def _far(old: Any, new: Any, where: str) -> Iterator[str]:
    """Give the numbers that are further apart than counting (5 standard deviations) or training (1 %) allows."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        spread = math.hypot(_number(old.get("error")), _number(new.get("error")))
        for key in sorted({*old, *new}):
            a, b = old.get(key), new.get(key)
            if key in EXACT and a != b:
                yield f"{where}.{key}: {a} is now {b}".strip(".")
            elif not (key in ESTIMATES and abs(_number(a) - _number(b)) <= 3 * spread):
                yield from _far(a, b, f"{where}.{key}".strip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _far(a, b, f"{where}[{i}]")
    elif not _close(old, new):
        yield f"{where}: {old} is now {new}"


#: What a call is given must be the same; what it estimates lies beside its statistical ``error``, which itself is rough.
EXACT = ("schema", "seed", "luminosity")
ESTIMATES = ("cross_section", "value", "error")


def _number(value: Any) -> float:
    """Return a number, or nan: no comparison with it holds."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _close(old: Any, new: Any) -> bool:
    if old == new:
        return True
    if math.isnan(_number(old)) or math.isnan(_number(new)):
        return False
    if isinstance(old, int) and isinstance(new, int):
        return abs(old - new) <= 5 * math.sqrt(abs(old) + abs(new))
    return math.isclose(old, new, rel_tol=0.01)


def _table(found: Replay) -> Table:
    rows = [[str(step.number), step.code, step.verdict, step.note] for step in found.steps]
    return Table(found.text, ("", "cell", "verdict", ""), rows, left=4)


SHOWS["Replay"] = lambda found: bundle(_table(found))
