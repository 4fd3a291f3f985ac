"""Opening a preserved network: ours, or somebody's files with a card."""

from __future__ import annotations

import os
from pathlib import Path

from .. import checks
from ..errors import PathError
from ..provenance import read_record
from ..registry import named
from .card import CARD
from .card_reading import read_card
from .preserved import Preserved

__all__ = ["load_preserved", "read_preserved"]


@named
def load_preserved(path: str | os.PathLike[str]) -> Preserved:
    """Open a preserved network: a folder that :func:`preserve` wrote, or one with somebody's files and a card.

    Parameters
    ----------
    path : str or path
        The folder, or its ``card.yaml``.

    Returns
    -------
    Preserved
        ``.card``, ``.score(events)`` and ``.verify()``.

    Raises
    ------
    PathError
        There is no card.
    DamagedError
        The card cannot be read, or asks for what a card cannot have.

    Notes
    -----
    Nothing in the folder is executed. A card that is written by hand needs inputs (in order: name, unit, and where it is no
    observable of ours, how it is computed), outputs and networks (a file each)::

        name: susy
        inputs:
        - {name: jet0.pt, unit: MeV, padding: 0.0}
        - {name: jet0.phi, unit: rad, phi: "[0, 2pi)", padding: 0.0}
        - {name: m_gluino, unit: GeV, level: parameter, value: 2100}
        outputs:
        - {name: signal, meaning: "1 for gluinos"}
        networks:
        - {onnx: network.onnx, normalisation: outside, mean: [5e5, 3.1, 2000], spread: [4e5, 1.8, 300]}
    """
    place = checks.place("a preserved network", path)
    folder = place.parent if place.name == CARD else place
    if not (folder / CARD).is_file():
        msg = f"{place} holds no preserved network: {CARD} is missing" if folder.is_dir() else f"{place} does not exist"
        raise PathError(msg)
    found = Preserved(folder.resolve(), read_card(folder / CARD))
    found.path = None if Path(path).is_absolute() else folder.as_posix()
    found.record = read_record(folder) if found.is_own else {}
    return found


def read_preserved(folder: Path) -> Preserved:
    """Return what :func:`preserve` has written into a folder."""
    return Preserved(folder, read_card(folder / CARD))
