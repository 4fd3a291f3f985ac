"""Opening ONNX files of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["open_onnx"]


def open_onnx(file: Path) -> Any:
    """Return an onnxruntime session of a file."""
    import onnxruntime

    return onnxruntime.InferenceSession(file.read_bytes(), providers=["CPUExecutionProvider"])
