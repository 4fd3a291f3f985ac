"""Opening a preserved network: ours, or somebody's files with a card."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path

from .. import checks
from ..canonical import file_sha256
from ..errors import FileFormatError, PathError
from ..provenance import read_record
from ..records import RECORD
from ..registry import named
from .card import CARD
from .card_reading import read_card
from .preserved import Preserved
from .zipped import is_packed, unzipped

__all__ = ["load_preserved", "read_preserved"]


@named
def load_preserved(path: str | os.PathLike[str]) -> Preserved:
    """Open a preserved network: a folder that :func:`preserve` wrote, or one with somebody's files and a card.

    Parameters
    ----------
    path : str or path
        The folder, its ``card.yaml``, or a zip of it. A zip is unpacked into a temporary folder that lasts as long as what is
        returned; nothing is written beside it.

    Returns
    -------
    Preserved
        ``.score(events)``, ``.verify()`` and ``.card``, with the columns that a dataset needs, ``hml.Set(bundle.card.names)``, what is
        to be required of its events, ``" and ".join(bundle.card.selection)``, and the working points, ``bundle.card.points``: cuts as
        ``f"mlp.score >= {bundle.card.points[0].threshold}"`` on a dataset that :func:`score` has given the score of ``mlp``.

    Raises
    ------
    PathError
        There is no card.
    FileFormatError
        A zip cannot be read, holds no bundle or several, links, paths that lead out of it, or more than a bundle can have.
    DamagedError
        The card cannot be read, or asks for what a card cannot have; a file is not what was packed.

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

    `selection` lists cuts that events pass first, and `measured_selection`, where all inputs are of generated particles, those on
    measured objects that these cannot tell: as text, neither is applied.

    A sequence is a list of objects for each event, or with `per` for each jet, and a few numbers of each object: those that a node
    of ``hml.Graph`` can have, or arithmetic of them. Its order is ``falling`` or ``rising`` in one of these, or ``as given``; of
    more than `length` objects the first are kept (``keep: last`` for the others)::

        name: tagger
        per: jet
        inputs:
        - {name: pt, observable: jet.pt, unit: MeV}
        sequences:
        - name: tracks
          objects: "jet.constituents[charge != 0]"
          order: falling pt
          length: 15
          variables:
          - {name: delta_r}
          - {name: track_pt, observable: pt, unit: MeV}
        outputs:
        - {name: b, meaning: "1 for b jets"}
        networks:
        - {lwtnn: network.json}

    lwtnn takes lists as long as they are, by the names of their variables. An ONNX file takes (n, length, variables), or with
    ``transposed: true`` (n, variables, length). It needs a `padding`: of the sequence, what it gets in places without an object; or of
    each variable, in its unit, which is then normalised like the others. `mask` names an input that is 1 where there is an object;
    with ``marks: padding`` one that is 1 where there is none, as PyTorch's ``key_padding_mask``.
    Numbers of a normalisation outside go on after the inputs with the variables of each sequence. :meth:`Preserved.verify` compares
    with events in ``validation/reference_0.json``: ``[{"pt": 5e4, "tracks": [{"delta_r": 0.1, "track_pt": 2e3}], "score_lwtnn": 0.7}]``.

    A network with several outputs lists them in the order of its ONNX file, or by the labels of its lwtnn file:
    ``[{name: p_b}, {name: p_c}, {name: p_u}]``. ``hml.score(dataset, tagger)`` makes a column of each, ``tagger.p_b``. Reference events
    without sequences stand in ``validation/reference_0.csv``: a column for each input, then ``score_onnx``, or for several outputs
    ``score_onnx.p_b``, ``score_onnx.p_c`` and so on; in JSON they are a list, ``"score_onnx": [0.7, 0.2, 0.1]``.
    """
    place = checks.place("a preserved network", path)
    found = _of_archive(place) if is_packed(place) else _of_folder(place)
    if Path(path).is_absolute():
        found.path = None
    return found


def _of_archive(place: Path) -> Preserved:
    try:
        sha256 = file_sha256(place)
    except OSError as error:
        msg = f"{place} cannot be read ({error})"
        raise FileFormatError(msg) from error
    into = Path(tempfile.mkdtemp(prefix="hml-bundle-"))
    try:
        found = _of_folder(unzipped(place, into))
    except BaseException:
        shutil.rmtree(into)
        raise
    weakref.finalize(found, shutil.rmtree, into, ignore_errors=True)
    found.archive, found.archive_sha256, found.path = place.resolve(), sha256, place.as_posix()
    return found


def _of_folder(place: Path) -> Preserved:
    folder = place.parent if place.name == CARD else place
    if not (folder / CARD).is_file():
        msg = f"{place} does not exist"
        if folder.exists():
            shown = "help(hml.load_preserved) shows one to write"
            msg = f"{place} holds no preserved network: {CARD} is missing; {shown}"
        if place.is_file():
            msg = f"{place} is a file: give the folder that it lies in, with its {CARD}, or a zip of it"
        raise PathError(msg)
    found = Preserved(folder.resolve(), read_card(folder / CARD, by_hand=not (folder / RECORD).is_file()))
    found.path = folder.as_posix()
    found.record, found.loaded = read_record(folder) if found.is_own else {}, True
    return found


def read_preserved(folder: Path) -> Preserved:
    """Return what :func:`preserve` has written into a folder."""
    return Preserved(folder, read_card(folder / CARD))
