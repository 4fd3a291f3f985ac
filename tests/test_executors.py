from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from hml_jupyter import executors
from hml_jupyter.errors import ArgumentError


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    yield
    executors.set_executor(None)


def test_get_executor_default_starts_processes_and_ends_them() -> None:
    with executors.get_executor(2) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
    assert multiprocessing.active_children() == []


def test_get_executor_ends_workers_on_an_interrupt() -> None:
    def interrupted() -> None:
        with executors.get_executor(1) as pool:
            pool.submit(os.getpid).result()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert multiprocessing.active_children() == []


def test_workers_ignore_interrupts() -> None:
    with executors.get_executor(1) as pool:
        worker = pool.submit(os.getpid).result()
        os.kill(worker, signal.SIGINT)
        assert pool.submit(os.getpid).result() == worker


def _end(how: int) -> None:
    os.kill(os.getpid(), how) if how else os._exit(7)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (signal.SIGKILL, "signal 9, Killed: the system kills a process so when memory runs out"),
        (signal.SIGSEGV, "signal 11, Segmentation fault: it has crashed"),
        (signal.SIGTERM, "there may be too little memory, or it has crashed"),
        (0, "exit code 7"),
    ],
)
def test_death(how: int, words: str) -> None:
    with executors.get_executor(2) as pool:
        with pytest.raises(BrokenExecutor):
            pool.submit(_end, how).result()
        assert executors.death(pool) == words
    assert multiprocessing.active_children() == []


def test_death_in_an_executor_of_the_user() -> None:
    with ThreadPoolExecutor(1) as mine:
        executors.set_executor(mine)
        assert executors.death(mine) == "there may be too little memory, or it has crashed"
        assert mine.submit(os.getpid).result() == os.getpid()


def test_set_executor() -> None:
    with ThreadPoolExecutor(1) as mine:
        executors.set_executor(mine)
        with executors.get_executor() as pool:
            assert pool is mine
        assert mine.submit(os.getpid).result() == os.getpid()  # it was not closed
    with pytest.raises(ArgumentError, match=r"concurrent.futures.Executor"):
        executors.set_executor(4)  # type: ignore[arg-type]


def test_submit_to_an_executor_that_was_closed() -> None:
    with ThreadPoolExecutor(1) as mine:
        assert executors.submit(mine, abs, -3).result() == 3
    with pytest.raises(
        ArgumentError, match=r"hml.set_executor takes no work .*after shutdown.*hml.set_executor\(None\)"
    ):
        executors.submit(mine, abs, -3)


def test_tasks_under_way() -> None:
    own = executors.tasks_under_way(1_000_000)
    assert own == executors.usable_cores() + executors.AHEAD
    with ThreadPoolExecutor(1) as mine:
        executors.set_executor(mine)
        # how many workers it has is not known: the memory here bounds it
        assert executors.tasks_under_way(1_000_000) == max(own, 536)
        assert executors.tasks_under_way(2**40) == own


def test_a_script_without_a_guard_is_not_run_again_by_workers(tmp_path: Path) -> None:
    script = tmp_path / "analysis.py"
    script.write_text(
        "import os\n"
        "from hml_jupyter.executors import get_executor\n"
        "print('run')\n"
        "with get_executor(2) as pool:\n"
        "    print(len([pool.submit(os.getpid).result() for _ in range(2)]))\n"
        "print(__file__)\n"
    )
    root = Path(executors.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
    )
    assert done.stdout.split() == ["run", "2", str(script)]
