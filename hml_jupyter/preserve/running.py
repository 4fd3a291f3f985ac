"""Running the files of a preserved network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..errors import DamagedError, FileFormatError
from ..sharing import in_pieces
from .beginning import without_normalisation
from .card import Card, Network
from .evaluation import outputs
from .mixed import Mixed
from .reading import lwtnn_json, read_lwtnn
from .sequences import Sequences
from .tensors import check_shapes, fitted, node_of, places, steps

__all__ = ["Columns", "Run", "runner"]

Array = npt.NDArray[np.float64]
Run: TypeAlias = Callable[..., Array]
"""Inputs of n complete events, and of a surrogate their random numbers (n, 2) -> (n, m), the outputs."""


def runner(folder: Path, card: Card, network: Network, how: str) -> Run:
    """Return what runs a network from its file; `how` is ``"onnx"`` or ``"lwtnn"``.

    Raises
    ------
    DamagedError
        The file is no such network, or does not have the inputs and outputs of the card.
    """
    file = folder / network.files[how]
    if not file.is_file():
        msg = f"{file.name} is missing; the card names it"
        raise DamagedError(msg)
    try:
        return _onnx(file, card, network) if how == "onnx" else _lwtnn(file, card, network)
    except FileFormatError as error:
        msg = f"{file.name} cannot be used: {error}"
        raise DamagedError(msg) from error


def _onnx(file: Path, card: Card, network: Network) -> Run:
    from .opening import opened
    from .opening import session as started

    model = opened(file)
    normalised = without_normalisation(model) or np.asarray
    session = started(model)
    inputs = {each.name: each for each in session.get_inputs()}
    outputs = [each.name for each in session.get_outputs()]
    wanted = [each.name for each in card.outputs]
    names = outputs if len(outputs) == 1 else wanted
    if not {*names} <= {*outputs}:
        msg = f"{file.name} has the outputs {', '.join(outputs)}, and the card {', '.join(wanted)}"
        raise DamagedError(msg)
    split = places(card, network, list(inputs))
    step = steps(model, card, inputs)

    def run(events: Any, noise: Array | None = None) -> Array:
        given = split(events) if network.noise is None else {**split(events), network.noise: noise}
        if {*given} != {*inputs}:
            msg = f"{file.name} takes {', '.join(inputs)}, and the card gives {', '.join(given)}"
            raise DamagedError(msg)
        check_shapes(file.name, given, inputs)
        n = len(next(iter(given.values())))
        found = np.empty((n, len(wanted)))

        def ask(rows: slice) -> None:
            fed = {name: normalised(fitted(values[rows], inputs[name])) for name, values in given.items()}
            each = _asked(session, names, fed, file)
            if each.shape[1] != len(wanted):
                msg = f"{file.name} gives {each.shape[1]} numbers for an event, and the card names {', '.join(wanted)}"
                raise DamagedError(msg)
            found[rows] = each

        in_pieces(ask, n, step(given.values()))
        return found

    return run


def _asked(session: Any, names: list[str], fed: Mapping[str, Any], file: Path) -> Array:
    try:
        found = session.run(names, dict(fed))
    except Exception as error:  # onnxruntime has no class of its own for what its files do wrong
        msg = f"{file.name} cannot be run: {' '.join(str(error).split())[:300]}"
        raise DamagedError(msg) from error
    n = len(next(iter(fed.values())))
    columns = [np.asarray(each, float).reshape(n, -1) for each in found]
    return columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)


def _lwtnn(file: Path, card: Card, network: Network) -> Run:
    known = read_lwtnn(lwtnn_json(file))
    columns = _lwtnn_places(file, card, network, known)
    lists = _lwtnn_sequences(file, card, network, known)
    wanted = _lwtnn_outputs(file, card, known)
    names = tuple(each.name for each in card.inputs_of(network))
    cuts = [Cut(text) for text in network.cuts]

    def run(events: Any, noise: Array | None = None) -> Array:  # noqa: ARG001 (no surrogate has this format)
        flat, sequences = (events.columns, events.sequences) if isinstance(events, Mixed) else (events, ())
        given = {name: flat[:, at] for name, at in columns.items()}
        given |= {name: Sequences(sequences[i].content[:, at], sequences[i].lengths) for name, (i, at) in lists.items()}
        found = outputs(known, given)
        nested = [name for name, each in found.items() if not isinstance(each, np.ndarray)]
        if nested:
            msg = f"{file.name} gives {nested[0]} for each object of a sequence; the outputs of a card are numbers of an event"
            raise DamagedError(msg)
        values = np.concatenate([found[each] for each in found], axis=1)[:, wanted]
        passed = np.logical_and.reduce([np.ones(len(flat), bool), *(cut(Columns(names, flat)) for cut in cuts)])
        return np.where(passed[:, None], values, 0.0)

    return run


def _lwtnn_places(file: Path, card: Card, network: Network, known: Any) -> dict[str, list[int]]:
    """Return the columns of each input of a file, by the names of its variables."""
    inputs = card.inputs_of(network)
    sequences = {each.name for each in card.sequences_of(network)}
    found: dict[str, list[int]] = {}
    for each in known.inputs:
        mine = [i for i, one in enumerate(inputs) if one.node in (None, each.name)]
        by_name = {inputs[i].name: i for i in mine}
        lacking = [name for name in each.names if name not in by_name]
        if lacking:
            what = (
                "are single numbers there, and a sequence in the card"
                if each.name in sequences
                else "the card does not have"
            )
            msg = f"{file.name} takes {', '.join(lacking)} (of {each.name}), which {what}"
            raise DamagedError(msg)
        found[each.name] = [by_name[name] for name in each.names]
    return found


def _lwtnn_outputs(file: Path, card: Card, known: Any) -> list[int]:
    """Return which number of a file each output of the card is: by its label, or, where the card has other names, by its place."""
    labels = [label for each in known.outputs.values() for label in each.labels]
    wanted = [each.name for each in card.outputs]
    if {*wanted} <= {*labels} and len({*labels}) == len(labels):
        return [labels.index(name) for name in wanted]
    in_order = len(wanted) == len(labels) and all(
        n == label or n not in labels for n, label in zip(wanted, labels, strict=True)
    )
    if not in_order:
        msg = f"{file.name} gives {', '.join(labels)}, and the card names {', '.join(wanted)}"
        raise DamagedError(msg)
    return [*range(len(wanted))]


def _lwtnn_sequences(file: Path, card: Card, network: Network, known: Any) -> dict[str, tuple[int, list[int]]]:
    """Return which sequence of the card is each of a file, and where its variables are."""
    theirs, sequences = {each.name: each for each in known.sequences}, card.sequences_of(network)
    ours = {node_of(each, list(theirs)): i for i, each in enumerate(sequences)}
    if {*ours} != {*theirs} or len(ours) != len(sequences):
        ask, answer = (", ".join(each) or "none" for each in (theirs, (one.name for one in sequences)))
        msg = f"the sequences that {file.name} takes: {ask}; those of the card: {answer}"
        raise DamagedError(msg)
    found = {}
    for name, i in ours.items():
        has = [variable.name for variable in sequences[i].variables]
        if {*has} != {*theirs[name].names}:
            msg = f"the sequence {name} of {file.name} is of {', '.join(theirs[name].names)}, and that of the card of {', '.join(has)}"
            raise DamagedError(msg)
        found[name] = i, [has.index(each) for each in theirs[name].names]
    return found


@dataclass(frozen=True)
class Columns:
    """The columns of an array under their names, for cuts."""

    column_names: tuple[str, ...]
    values: Array

    @property
    def n_events(self) -> int:
        """Number of rows."""
        return len(self.values)

    def column(self, name: str) -> Array:
        """Return the values of a column, (n,)."""
        return self.values[:, self.column_names.index(name)]
