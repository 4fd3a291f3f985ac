"""lwtnn's JSON, read: any network of others, or a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from .. import checks
from ..errors import FileFormatError
from .networks import Layer, Network, Node, Output, Variables
from .parts import MOST, ON_SEQUENCES, layer
from .values import at, listed, numbers, refuse, table, text, whole

__all__ = ["INPUT", "OUTPUT", "lwtnn_json", "read_lwtnn"]

#: Names of the input and of the output of a file in the sequential form, which has none for them.
INPUT, OUTPUT = "inputs", "outputs"
#: Largest file that is read, in bytes; it needs some 30 times as much memory.
LARGEST = 2**26
_INPUTS = ("input", "input_sequence")
_LAYERED = ("feed_forward", "time_distributed", "sequence")
_JOINTS = ("concatenate", "add", "sum")
#: What takes sequences, and what gives them.
_TAKE_SEQUENCES = ("time_distributed", "sequence", "sum")
_GIVE_SEQUENCES = ("input_sequence", "time_distributed", "sequence")


def lwtnn_json(path: Any) -> Mapping[str, Any]:
    """Return the content of an lwtnn file.

    Raises
    ------
    FileFormatError
        It is no JSON, or too large.
    PathError
        It is no path.
    """
    place = checks.place("an lwtnn file, such as 'network.json'", path)
    try:
        content = checks.content(place, LARGEST)
        found = json.loads(content, parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{place} is no JSON file that can be read ({error})"
        raise FileFormatError(msg) from error
    if not isinstance(found, Mapping):
        msg = f"{place} holds a JSON {type(found).__name__}, which is no network"
        raise FileFormatError(msg)
    return found


def _no_number(name: str) -> Any:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)


def read_lwtnn(given: Any) -> Network:
    """Return a network in either form of lwtnn's JSON.

    Parameters
    ----------
    given : mapping
        What ``lwt::parse_json`` (its one input is then called ``inputs``, its output ``outputs``) or ``parse_json_graph`` reads.

    Raises
    ------
    DamagedError
        Something is missing, does not fit, goes in a circle, or asks for more than a million values for each event.

    Notes
    -----
    Source of the format: lwtnn 2.14.1, ``src/parse_json.cxx``, ``include/lwtnn/generic/Graph.tcc`` and ``Stack.tcc``.

    Examples
    --------
    >>> layer = {"architecture": "dense", "weights": [2.0, 1.0], "bias": [-1.0], "activation": "rectified"}
    >>> variables = [{"name": "a", "offset": 0.0, "scale": 1.0}, {"name": "b", "offset": -1.0, "scale": 0.5}]
    >>> network = read_lwtnn({"inputs": variables, "layers": [layer], "outputs": ["score"]})
    >>> network.inputs[0].names, network.outputs
    (('a', 'b'), {'outputs': Output(labels=('score',), node=1)})
    """
    graph = given if "nodes" in table(given, "the file") else _as_graph(given)
    layers = listed(graph, "layers", "the file")
    inputs, sequences = (_every_input(graph, name) for name in ("inputs", "input_sequences"))
    # many nodes may share a large layer
    layer_of = cache(lambda number, width: layer(layers[number], width, f"layer {number}"))
    nodes: dict[int, Node] = {}
    total = 0
    for index, node in _in_order(listed(graph, "nodes", "the file")):
        given_to = {"input": inputs, "input_sequence": sequences}
        nodes[index] = _node(f"node {index}", node, nodes, given_to, layers, layer_of)
        total += nodes[index].width
        if total > MOST:
            refuse(f"up to the node {index} an event has more than {MOST} values")
    outputs = _outputs(at(graph, "outputs", "the file"), nodes)
    if graph is not given and len(outputs[OUTPUT].labels) != nodes[outputs[OUTPUT].node].width:
        refuse(f"it has {len(outputs[OUTPUT].labels)} outputs for {nodes[outputs[OUTPUT].node].width} values")
    return Network(inputs, sequences, nodes, outputs)


def _as_graph(given: Any) -> Mapping[str, Any]:
    """Return a file in the sequential form as a graph: recurrent layers come first, then those on what they give last."""
    inputs, layers = listed(given, "inputs", "the file"), listed(given, "layers", "the file")
    labels = listed(given, "outputs", "the file")
    recurrent = [i for i, each in enumerate(layers) if text(each, "architecture", f"layer {i}") in ON_SEQUENCES]
    if "defaults" in given:  # of which the variables' own say nothing then
        defaults = table(given["defaults"], "'defaults'")
        inputs = [_with_default(each, defaults) for each in inputs]
    if any(layers[i]["architecture"] == "conv1d" for i in recurrent):
        refuse("lwtnn has conv1d layers in graphs alone, not in the sequential form")
    group = [{"name": INPUT, "variables": inputs}]
    nodes: list[Any] = [{"type": _INPUTS[bool(recurrent)], "sources": [0], "size": len(inputs)}]
    for i in [*recurrent, *(i for i in range(len(layers)) if i not in recurrent)]:
        kind = "sequence" if i in recurrent else "feed_forward"
        nodes.append({"type": kind, "sources": [len(nodes) - 1], "layer_index": i})
    return {
        "inputs": [] if recurrent else group,
        "input_sequences": group if recurrent else [],
        "layers": layers,
        "nodes": nodes,
        "outputs": {OUTPUT: {"labels": labels, "node_index": len(nodes) - 1}},
    }


def _with_default(variable: Any, defaults: Mapping[str, Any]) -> Mapping[str, Any]:
    name = text(variable, "name", "an input")
    own = {key: value for key, value in variable.items() if key != "default"}
    return own | ({"default": defaults[name]} if name in defaults else {})


def _every_input(graph: Any, name: str) -> tuple[Variables, ...]:
    found = []
    for each in listed(graph, name, "the file"):
        called = text(each, "name", f"one of {name!r}")
        variables = listed(each, "variables", f"the input {called!r}")
        found.append(_variables(called, variables))
    names = [each.name for each in found]
    if len({*names}) != len(names):
        refuse(f"two of {name!r} have one name: {', '.join(names)}")
    return tuple(found)


def _variables(called: str, variables: list[Any]) -> Variables:
    names = tuple(text(each, "name", f"a variable of {called!r}") for each in variables)
    if len({*names}) != len(names) or not names:
        refuse(
            f"the input {called!r} needs variables, each with a name of its own; it has {', '.join(names) or 'none'}"
        )
    offset, scale = (
        numbers({name: [at(each, name, f"a variable of {called!r}") for each in variables]}, name, called)
        for name in ("offset", "scale")
    )
    defaults = numbers({"default": [each.get("default", 0.0) for each in variables]}, "default", called)
    has_default = ["default" in each for each in variables]
    return Variables(called, names, offset, scale, np.where(has_default, defaults, np.nan))


def _in_order(nodes: list[Any]) -> Iterator[tuple[int, Any]]:
    """Give each node after its sources, with its place in the file."""
    before = {}
    for index, node in enumerate(nodes):
        sources = _sources(node, f"node {index}")
        is_input = text(node, "type", f"node {index}") in _INPUTS
        before[index] = () if is_input else sources
        if any(source >= len(nodes) for source in before[index]):
            refuse(f"node {index} takes node {max(sources)}; there are {len(nodes)}")
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError as error:
        refuse(f"its nodes go in a circle: {' -> '.join(map(str, error.args[1][:20]))}")
    for index in order:
        yield index, nodes[index]


def _sources(node: Any, where: str) -> tuple[int, ...]:
    return tuple(whole({"sources": each}, "sources", where, MOST) for each in listed(node, "sources", where))


def _node(
    where: str,
    given: Any,
    nodes: Mapping[int, Node],
    inputs: Mapping[str, tuple[Variables, ...]],
    layers: list[Any],
    layer_of: Callable[[int, int], tuple[Layer, int]],
) -> Node:
    kind, sources = text(given, "type", where), _sources(given, where)
    if kind not in (*_INPUTS, *_LAYERED, *_JOINTS):
        refuse(f"{where} is of the type {kind!r}; lwtnn has {', '.join((*_INPUTS, *_LAYERED, *_JOINTS))}")
    if not sources or (len(sources) != 1 and kind not in ("concatenate", "add")):
        refuse(f"{where} ({kind}) takes {len(sources)} nodes, which does not fit")
    if kind in _INPUTS:
        return _input_node(where, kind, sources, given, inputs[kind])
    for source in sources:
        needed = _GIVE_SEQUENCES if kind in _TAKE_SEQUENCES else ("input", "feed_forward", "sequence", *_JOINTS)
        if nodes[source].kind not in needed:
            refuse(
                f"{where} ({kind}) takes node {source} ({nodes[source].kind}): one has sequences, the other does not"
            )
    widths = [nodes[source].width for source in sources]
    if kind in _LAYERED:
        number = whole(given, "layer_index", where, len(layers) - 1)
        architecture = text(layers[number], "architecture", f"layer {number}")
        if (architecture in ON_SEQUENCES) != (kind == "sequence"):
            refuse(f"{where} ({kind}) has layer {number} ({architecture}), which lwtnn does not have there")
        return Node(kind, sources, *layer_of(number, widths[0]))
    if kind == "add" and len({*widths}) != 1:
        refuse(f"{where} adds nodes of different numbers of values: {widths}")
    return Node(kind, sources, None, sum(widths) if kind == "concatenate" else widths[0])


def _input_node(where: str, kind: str, sources: tuple[int, ...], given: Any, inputs: tuple[Variables, ...]) -> Node:
    size = whole(given, "size", where, MOST)
    if sources[0] >= len(inputs):
        refuse(f"{where} takes the {kind} {sources[0]}; there are {len(inputs)}")
    variables = inputs[sources[0]]
    if size != len(variables.names):
        refuse(f"{where} is of size {size}; the input {variables.name!r} has {len(variables.names)} variables")
    return Node(kind, sources, None, size)


def _outputs(given: Any, nodes: Mapping[int, Node]) -> Mapping[str, Output]:
    found = {}
    for name in table(given, "'outputs'"):
        output = at(given, name, "'outputs'")
        where = f"the output {name!r}"
        labels = listed(output, "labels", where)
        if not all(isinstance(label, str) for label in labels) or not labels or len({*labels}) != len(labels):
            refuse(f"{where} needs labels, texts of which no two are the same")
        index = whole(output, "node_index", where, len(nodes) - 1)
        width = nodes[index].width
        if len(labels) > width:
            refuse(f"{where} has {len(labels)} labels for {width} values")
        found[name] = Output(tuple(labels), index)
    if not found:
        refuse("it has no outputs")
    return found
