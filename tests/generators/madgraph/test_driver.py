from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from hml_jupyter.errors import GeneratorError
from hml_jupyter.generators.madgraph import driver

#: Says the ids of itself and of a grandchild, deaf to every polite signal, then waits.
STUBBORN = """
import os, signal, subprocess, sys, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        with suppress(OSError):
            os.kill(pid, 0)
            return not Path("/proc").is_dir()
        return False


def wait_for_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if alive(pid)]


def test_run_returns_and_keeps_what_was_said(tmp_path: Path) -> None:
    heard: list[str] = []
    code = "import os, sys; print(os.getcwd(), os.environ['MINE']); print('wrong', file=sys.stderr); sys.exit(3)"
    lines = driver.run([sys.executable, "-c", code], tmp_path, {"MINE": "x"}, tmp_path / "log", heard.append)
    assert sorted(lines) == sorted([f"{tmp_path} x\n", "wrong\n"])
    assert lines == heard == (tmp_path / "log").read_text().splitlines(keepends=True)


def test_run_has_no_input(tmp_path: Path) -> None:
    code = "import sys; print(repr(sys.stdin.read()))"
    assert driver.run([sys.executable, "-c", code], tmp_path, {}, tmp_path / "log", lambda _: None) == ["''\n"]


def test_run_of_nothing(tmp_path: Path) -> None:
    lines = driver.run(["/nowhere/mg5"], tmp_path, {}, tmp_path / "log", lambda _: None)
    assert "No such file" in lines[-1]
    with pytest.raises(GeneratorError, match="cannot be started"):
        driver.run([sys.executable], tmp_path / "none", {}, tmp_path / "log", lambda _: None)


def test_run_interrupted_ends_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []

    def interrupt(line: str) -> None:
        pids.extend(int(word) for word in line.split())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        driver.run([sys.executable, "-c", STUBBORN], tmp_path, dict(os.environ), tmp_path / "log", interrupt)
    assert len(pids) == 2
    wait_for_end(pids)


def test_run_ends_what_its_command_left_behind(tmp_path: Path) -> None:
    code = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)"
    lines = driver.run([sys.executable, "-c", code], tmp_path, {}, tmp_path / "log", lambda _: None)
    wait_for_end([int(lines[0])])


def test_killed_kernel_leaves_nothing(tmp_path: Path) -> None:
    kernel = subprocess.Popen(
        [sys.executable, "-c", KERNEL, STUBBORN, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert kernel.stdout is not None
    with kernel.stdout:
        pids = [int(word) for word in kernel.stdout.readline().split()]
        kernel.send_signal(signal.SIGKILL)
        kernel.wait()
    assert len(pids) == 2
    wait_for_end(pids)


KERNEL = """
import os, sys
from pathlib import Path
from hml_jupyter.generators.madgraph import driver
place = Path(sys.argv[2])
driver.run([sys.executable, "-c", sys.argv[1]], place, dict(os.environ), place / "log", lambda line: print(line, flush=True))
"""
