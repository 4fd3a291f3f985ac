"""Running the files of a preserved network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..errors import DamagedError, FileFormatError
from ..executors import usable_cores
from ..representations import Graphs
from .card import Card, Network
from .evaluation import outputs
from .reading import lwtnn_json, read_lwtnn

__all__ = ["BATCH", "Columns", "Run", "runner"]

Array = npt.NDArray[np.float64]
Run: TypeAlias = Callable[..., Array]
"""Inputs of n complete events, and of a surrogate their random numbers (n, 2) -> (n, m), the outputs."""

#: So few calls are not worth other threads.
FEW = 8
#: Events in one call of a network: what stays in a processor's cache is two to four times as fast.
BATCH = 2000


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

    session = started(opened(file))
    inputs = {each.name: each for each in session.get_inputs()}
    outputs = [each.name for each in session.get_outputs()]
    wanted = [each.name for each in card.outputs]
    names = outputs if len(outputs) == 1 else wanted
    if not {*names} <= {*outputs}:
        msg = f"{file.name} has the outputs {', '.join(outputs)}, and the card {', '.join(wanted)}"
        raise DamagedError(msg)
    places = _places(card, network, list(inputs))
    single = any(each.shape and each.shape[0] == 1 for each in inputs.values())

    def run(events: Any, noise: Array | None = None) -> Array:
        given = places(events) if network.noise is None else {**places(events), network.noise: noise}
        if {*given} != {*inputs}:
            msg = f"{file.name} takes {', '.join(inputs)}, and the card gives {', '.join(given)}"
            raise DamagedError(msg)
        n, step = len(next(iter(given.values()))), 1 if single else BATCH

        def ask(i: int) -> Array:
            fed = {name: _fitted(values[i : i + step], inputs[name]) for name, values in given.items()}
            return _asked(session, names, fed, file)

        pieces = _each(ask, n, step)
        found = np.concatenate(pieces) if pieces else np.empty((0, len(wanted)))
        if found.shape != (n, len(wanted)):
            msg = f"{file.name} gives {found.shape[1]} numbers for an event, and the card names {', '.join(wanted)}"
            raise DamagedError(msg)
        return found

    return run


def _each(ask: Callable[[int], Array], n: int, step: int) -> list[Array]:
    """Ask for `n` events, `step` at a time, on all cores: onnxruntime computes outside of Python's lock."""
    starts = range(0, n, step)
    if len(starts) < FEW:
        return [ask(i) for i in starts]
    with ThreadPoolExecutor(usable_cores()) as pool:
        return list(pool.map(ask, starts))


def _places(card: Card, network: Network, names: list[str]) -> Callable[[Any], dict[str, Any]]:
    """Return what splits the events of a card into the inputs of a file."""
    if card.kind == "image":
        return lambda events: {names[0]: np.asarray(events)}
    if card.kind == "graph":
        return _graph_tensors
    nodes = [each.node or names[0] for each in card.inputs_of(network)]
    groups = {node: [i for i, one in enumerate(nodes) if one == node] for node in dict.fromkeys(nodes)}
    if len(groups) == 1:
        return lambda events: {nodes[0]: events}
    return lambda events: {node: events[:, at] for node, at in groups.items()}


def _graph_tensors(events: Graphs) -> dict[str, Any]:
    found: dict[str, Any] = {"nodes": events.nodes, "mask": events.mask}
    if events.neighbours.shape[-1]:
        found["neighbours"] = events.neighbours
    if events.edges.size:
        found["edges"] = events.edges
    return found


def _fitted(values: Any, wanted: Any) -> Any:
    """Return numbers in the precision and rank of an input of a file."""
    kinds = {"tensor(double)": np.float64, "tensor(float)": np.float32}
    found = np.ascontiguousarray(values, kinds.get(wanted.type, np.float32))
    return found[:, 0] if len(wanted.shape) == 1 and found.ndim == 2 else found


def _asked(session: Any, names: list[str], fed: Mapping[str, Any], file: Path) -> Array:
    try:
        found = session.run(names, dict(fed))
    except Exception as error:  # onnxruntime has no class of its own for what its files do wrong
        msg = f"{file.name} cannot be run: {' '.join(str(error).split())[:300]}"
        raise DamagedError(msg) from error
    n = len(next(iter(fed.values())))
    return np.concatenate([np.asarray(each, float).reshape(n, -1) for each in found], axis=1)


def _lwtnn(file: Path, card: Card, network: Network) -> Run:
    known = read_lwtnn(lwtnn_json(file))
    if known.sequences:
        asked = ", ".join(each.name for each in known.sequences)
        msg = f"{file.name} takes sequences ({asked}), which no card describes yet: hml_jupyter.preserve.evaluation.outputs runs it"
        raise DamagedError(msg)
    columns = _lwtnn_places(file, card, network, known)
    names = tuple(each.name for each in card.inputs_of(network))
    cuts = [Cut(text) for text in network.cuts]

    def run(events: Any, noise: Array | None = None) -> Array:  # noqa: ARG001 (no surrogate has this format)
        found = outputs(known, {name: events[:, at] for name, at in columns.items()})
        values = np.concatenate([found[each] for each in found], axis=1)[:, : len(card.outputs)]
        passed = np.logical_and.reduce([np.ones(len(events), bool), *(cut(Columns(names, events)) for cut in cuts)])
        return np.where(passed[:, None], values, 0.0)

    return run


def _lwtnn_places(file: Path, card: Card, network: Network, known: Any) -> dict[str, list[int]]:
    """Return the columns of each input of a file, by the names of its variables."""
    inputs = card.inputs_of(network)
    found: dict[str, list[int]] = {}
    for each in known.inputs:
        mine = [i for i, one in enumerate(inputs) if one.node in (None, each.name)]
        by_name = {inputs[i].name: i for i in mine}
        lacking = [name for name in each.names if name not in by_name]
        if lacking:
            msg = f"{file.name} takes {', '.join(lacking)} (of {each.name}), which the card does not have"
            raise DamagedError(msg)
        found[each.name] = [by_name[name] for name in each.names]
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
