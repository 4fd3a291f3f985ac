"""lwtnn's networks, evaluated in double precision for all events at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError, UnknownNameError
from .activations import activated, sigmoid
from .networks import Dense, Highway, Layer, Maxout, Network, Normalization, Variables
from .reading import read_lwtnn
from .sequences import Sequences, last, scanned, sequences_of, summed

__all__ = ["evaluate", "outputs"]

Array = npt.NDArray[np.float64]
Given = Mapping[str, Array | Sequences]

#: Values, of all nodes and events, that are computed at once: what stays in a processor's cache is ten times as fast.
AT_ONCE = 2**16


def evaluate(network: Network | Mapping[str, Any], X: npt.ArrayLike) -> Array:
    """Return the first value of the first output of a network for each event, (n,), as lwtnn computes it.

    Parameters
    ----------
    network : mapping or Network
        The content of an lwtnn file (see :func:`hml_jupyter.preserve.reading.read_lwtnn`) with one input and no sequences.
    X : array, shape (n, k)
        The input variables, in the order of the file.

    Raises
    ------
    DamagedError
        The file is no network of lwtnn.
    ArgumentError
        The network has several inputs, or sequences; `outputs` takes those.

    Examples
    --------
    >>> layer = {"architecture": "dense", "weights": [2.0, 1.0], "bias": [-1.0], "activation": "rectified"}
    >>> variables = [{"name": "a", "offset": 0.0, "scale": 1.0}, {"name": "b", "offset": -1.0, "scale": 0.5}]
    >>> evaluate({"inputs": variables, "layers": [layer], "outputs": ["score"]}, [[1.0, 3.0], [0.0, 1.0]])
    array([2., 0.])
    """
    known = network if isinstance(network, Network) else read_lwtnn(network)
    if len(known.inputs) != 1 or known.sequences:
        names = ", ".join(each.name for each in (*known.inputs, *known.sequences))
        msg = f"the network takes {names or 'nothing'}; give each by its name to `outputs`"
        raise ArgumentError(msg)
    found = outputs(known, {known.inputs[0].name: X})
    return np.asarray(found[next(iter(found))][:, 0])


def outputs(network: Network | Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every output of a network, as lwtnn computes it.

    Parameters
    ----------
    network : mapping or Network
        The content of an lwtnn file.
    given : mapping
        Name of each input -> its variables, in the order of the file: (n, k); of a sequence an awkward array n * var * k, or a list
        of n arrays (length, k). NaN is replaced where a variable has a default. In the sequential form the name is ``inputs``, that of the output ``outputs``.

    Returns
    -------
    dict
        Name of each output -> (n, labels); an awkward array n * var * labels where it is a sequence. What a recurrent layer gives is
        its last element, zeros for an empty sequence.

    Raises
    ------
    DamagedError
        The file is no network of lwtnn.
    ArgumentError, UnknownNameError
        The inputs are not those of the network.

    Examples
    --------
    >>> nodes = [{"type": "input_sequence", "sources": [0], "size": 1}, {"type": "sum", "sources": [0]}]
    >>> tracks = {"name": "tracks", "variables": [{"name": "pt", "offset": 0.0, "scale": 0.001}]}
    >>> result = {"ht": {"labels": ["ht"], "node_index": 1}}
    >>> network = {"inputs": [], "input_sequences": [tracks], "nodes": nodes, "layers": [], "outputs": result}
    >>> outputs(network, {"tracks": [[[1000.0], [2000.0]], []]})
    {'ht': array([[3.],
           [0.]])}
    """
    known = network if isinstance(network, Network) else read_lwtnn(network)
    columns = _checked(known, given)
    parts = [_computed(known, each) for each in _in_parts(known, columns)]
    found: dict[str, Any] = {}
    for name, output in known.outputs.items():
        each = [part[output.node] for part in parts]
        if isinstance(each[0], Sequences):
            content = np.concatenate([part.content for part in each])[:, : len(output.labels)]
            found[name] = Sequences(content, np.concatenate([part.lengths for part in each])).to_awkward()
        else:
            found[name] = np.concatenate(each)[:, : len(output.labels)]
    return found


def _checked(network: Network, given: Mapping[str, Any]) -> Given:
    needed = [*network.inputs, *network.sequences]
    for name in given:
        if name not in [each.name for each in needed]:
            raise UnknownNameError("input of the network", name, [each.name for each in needed])
    missing = [each.name for each in needed if each.name not in given]
    if missing:
        msg = f"the network needs the inputs {', '.join(missing)}"
        raise ArgumentError(msg)
    found: dict[str, Array | Sequences] = {each.name: _columns(each, given[each.name]) for each in network.inputs}
    for each in network.sequences:
        sequences = sequences_of(given[each.name], len(each.names), each.name)
        found[each.name] = Sequences(_scaled(each, sequences.content), sequences.lengths)
    if len({_events(values) for values in found.values()}) != 1:
        numbers = ", ".join(f"{name} of {_events(values)}" for name, values in found.items())
        msg = f"every input needs as many events as the others; got {numbers}"
        raise ArgumentError(msg)
    return found


def _events(values: Array | Sequences) -> int:
    return len(values.lengths if isinstance(values, Sequences) else values)


def _columns(variables: Variables, given: Any) -> Array:
    try:
        values = np.asarray(given, float)
    except (ValueError, TypeError) as error:
        msg = f"the input {variables.name!r} must be numbers ({error})"
        raise ArgumentError(msg) from error
    if values.ndim != 2 or values.shape[1] != len(variables.names):
        msg = f"the input {variables.name!r} must be of shape (events, {len(variables.names)}); got {values.shape}"
        raise ArgumentError(msg)
    return _scaled(variables, values)


def _scaled(variables: Variables, values: Array) -> Array:
    replaced = np.where(np.isnan(values), variables.defaults, values)
    return np.asarray((replaced + variables.offset) * variables.scale)


def _in_parts(network: Network, columns: Given) -> Iterator[Given]:
    """Give the events in parts that fit into memory, at least one."""
    events = _events(next(iter(columns.values())))
    step = max(1, AT_ONCE // sum(node.width for node in network.nodes.values()))
    for first in range(0, max(events, 1), step):
        end = min(first + step, events)
        yield {
            name: values.slice(first, end) if isinstance(values, Sequences) else values[first:end]
            for name, values in columns.items()
        }


def _computed(network: Network, columns: Given) -> dict[int, Any]:
    """Return what each node gives that is an output."""
    given = {"input": network.inputs, "input_sequence": network.sequences}
    found: dict[int, Any] = {}
    for index, node in network.nodes.items():
        if node.kind in given:
            found[index] = columns[given[node.kind][node.sources[0]].name]
        else:
            sources = [found[source] for source in node.sources]
            if node.kind not in ("time_distributed", "sequence", "sum"):
                sources = [last(each) if isinstance(each, Sequences) else each for each in sources]
            found[index] = _NODES[node.kind](node.layer, sources)
    wanted = {output.node for output in network.outputs.values()}
    # a recurrent layer is a sequence to the next and its last element to everyone else
    return {i: last(found[i]) if network.nodes[i].kind == "sequence" else found[i] for i in wanted}


def _distributed(layer: Layer, given: Sequences) -> Sequences:
    return Sequences(_forward(layer, given.content), given.lengths)


_NODES: dict[str, Callable[[Any, list[Any]], Any]] = {
    "feed_forward": lambda layer, given: _forward(layer, given[0]),
    "time_distributed": lambda layer, given: _distributed(layer, given[0]),
    "sequence": lambda layer, given: scanned(layer, given[0]),
    "sum": lambda _, given: summed(given[0]),
    "add": lambda _, given: np.sum(given, axis=0),
    "concatenate": lambda _, given: np.concatenate(given, axis=1),
}


def _forward(layer: Layer, values: Array) -> Array:
    return np.asarray(_LAYERS[type(layer)](layer, values))


def _dense(layer: Dense, values: Array) -> Array:
    if layer.weights is not None:
        values = values @ layer.weights.T
    return activated(values if layer.bias is None else values + layer.bias, layer.activation)


def _highway(layer: Highway, values: Array) -> Array:
    carry = sigmoid(values @ layer.carry.W.T + layer.carry.b)
    through = activated(values @ layer.transform.W.T + layer.transform.b, layer.activation)
    return carry * through + (1 - carry) * values


def _maxout(layer: Maxout, values: Array) -> Array:
    found = values @ layer.units[0].W.T + layer.units[0].b
    for unit in layer.units[1:]:
        np.maximum(found, values @ unit.W.T + unit.b, out=found)
    return np.asarray(found)


_LAYERS: dict[type[Any], Callable[[Any, Array], Array]] = {
    Dense: _dense,
    Normalization: lambda layer, values: (values + layer.bias) * layer.weights,
    Maxout: _maxout,
    Highway: _highway,
}
