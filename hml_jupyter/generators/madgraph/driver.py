"""The process that runs MadGraph: start it, hear what it says, end it with everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ...errors import GeneratorError
from . import guard

__all__ = ["run"]

#: Seconds until the guard has ended its group: the sum of its steps, and some.
_PATIENCE = sum(seconds for _, seconds in guard.STEPS) + 5


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, hear: Callable[[str], None]
) -> list[str]:
    """Run a command to its end and return what it said.

    Parameters
    ----------
    command : sequence of str
        Program and arguments; no shell sees them.
    folder : Path
        Working folder of its own: MadGraph drops files there.
    environment : mapping
        All of its environment variables.
    log : Path
        File that gets every line as well, at once.
    hear : callable
        Is given each line as it comes.

    Raises
    ------
    GeneratorError
        The command cannot be started.

    Notes
    -----
    The exit code says nothing: MadGraph ends with 0 whatever happened. Whatever ends this call, an interrupt above all,
    ends the command's whole process group.
    """
    lines: list[str] = []
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", str(Path(guard.__file__)), *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        msg = f"{command[0]} cannot be started ({error.strerror or error})"
        raise GeneratorError(msg) from error
    try:
        assert process.stdout is not None
        with log.open("a", encoding="utf-8") as kept:
            for raw in process.stdout:
                line = raw.decode("utf-8", "replace")
                kept.write(line)
                kept.flush()
                lines.append(line)
                hear(line)
        process.wait()
    finally:
        _end(process)
    return lines


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the guard's input, wait until it has ended its group, and make sure."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        process.wait(_PATIENCE)
    except BaseException:
        _kill(process)
        raise
    finally:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
