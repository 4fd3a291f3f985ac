"""Generation on a real local Dask cluster."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import distributed
import pytest

from hml_jupyter import chunks, executors, progress, runs

# of Dask's dependencies, and of the sockets that a killed worker leaves
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    """A cluster of two processes."""
    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with (
        distributed.LocalCluster(n_workers=2, local_directory=str(tmp_path / "dask"), **options) as cluster,
        distributed.Client(cluster) as connected,
    ):
        yield connected
    executors.set_executor(None)


def test_generate_with_a_worker_killed_half_way(study: Path, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_EVENTS", 4)
    kept: Counter[str] = Counter()
    keep = chunks._keep

    def counted(folder: Path, name: str, made: chunks.Made) -> None:
        kept[name] += 1
        keep(folder, name, made)

    monkeypatch.setattr(chunks, "_keep", counted)
    workers = list(client.run(os.getpid).values())

    def kill(report: progress.Report) -> None:
        if workers and report.data.get("done", 0) > 0:
            os.kill(workers.pop(), signal.SIGKILL)
            workers.clear()

    process = "p p > z z"
    options: dict[str, Any] = {"decays": ["z > j j", "z > vl vl~"], "events": 26, "seed": 5}
    executors.set_executor(client.get_executor())
    with progress.listening(kill):
        run = runs.generate(process, **options)
    assert workers == []
    assert kept == {f"chunk-{index:06d}-{size}": 1 for index, size in enumerate([4] * 6 + [2])}
    with ThreadPoolExecutor(1) as here:
        executors.set_executor(here)
        alone = runs.generate(process, **options)
    assert run.fingerprint == alone.fingerprint
    assert run.events().tolist() == alone.events().tolist()
