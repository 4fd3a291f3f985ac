from __future__ import annotations

from pathlib import Path

import fake_madgraph
import pytest


@pytest.fixture
def fake(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for MadGraph where the real one would be found, with compilers."""
    root = tmp_path_factory.mktemp("mg5")
    tools = fake_madgraph.install(root)
    monkeypatch.setenv("MG5_DIR", str(root))
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    return root
