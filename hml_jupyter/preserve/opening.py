"""Opening ONNX files of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import DamagedError

__all__ = ["open_onnx"]


def open_onnx(file: Path) -> Any:
    """Return an onnxruntime session of a file."""
    import onnxruntime

    try:
        return onnxruntime.InferenceSession(file.read_bytes(), providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no class of their own in common
        msg = f"{file.name} cannot be opened as ONNX: {' '.join(str(error).split())[:300]}"
        raise DamagedError(msg) from error
