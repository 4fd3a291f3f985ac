"""Refusing what is no dataset."""

from __future__ import annotations

import os

from ..errors import ArgumentError
from .dataset import Dataset

__all__ = ["check_dataset"]


def check_dataset(value: object, verb: str) -> None:
    """Refuse what is no dataset, and say where one comes from.

    Raises
    ------
    ArgumentError
        It is none; `verb` is the function that was called.
    """
    if isinstance(value, Dataset):
        return
    how = "hml.build_dataset({'zz': zz, 'qcd': qcd}, hml.Set([...]), signal='zz', seed=1) builds one"
    if isinstance(value, str | os.PathLike):
        how = f"hml.Dataset.load({os.fspath(value)!r}) opens one"
    msg = f"{verb} needs a dataset, not {_kind(value)}: {how}"
    raise ArgumentError(msg)


def _kind(value: object) -> str:
    return "the text of a path" if isinstance(value, str) else f"a {type(value).__name__}"
