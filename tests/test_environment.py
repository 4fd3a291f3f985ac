from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from hml_jupyter.environment import versions


def test_versions_name_what_can_change_a_number() -> None:
    found = versions()
    for name in ("numpy", "scipy", "jaxlib", "awkward-cpp"):
        assert found[name] == version(name)


def test_versions_name_the_backend_of_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert versions()["keras backend"] == f"jax {version('jax')}"
    monkeypatch.setenv("KERAS_BACKEND", "none-of-ours")
    assert versions()["keras backend"] == "none-of-ours"
