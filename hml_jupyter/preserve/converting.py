"""Networks from one format into the other."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..errors import ArgumentError, FileFormatError, PathError, UnknownNameError
from ..places import written
from ..registry import named
from ..studies import inside
from .agreement import difference
from .metadata import names_in, said_names
from .onnx_reading import event_shapes, lwtnn_of_onnx
from .onnx_writing import onnx_of_lwtnn
from .opening import opened
from .reading import lwtnn_json, read_lwtnn

__all__ = ["Converted", "convert"]

#: What a file that was written here says of its origin.
MARK = "hml_jupyter"


@dataclass(frozen=True)
class Converted:
    """A network in another format."""

    format: str
    """``lwtnn`` or ``onnx``."""
    content: Mapping[str, Any] | bytes = field(repr=False)
    """lwtnn's JSON as a dictionary; the bytes of an ONNX file."""
    difference: float
    """Largest difference of an output between the formats, over 1000 random events."""
    path: str | None = None
    """Where it was written; None if it was not."""


@named
def convert(
    source: Any, to: str, *, out: str | None = None, names: Sequence[str] | Mapping[str, Sequence[str]] | None = None
) -> Converted:
    """Convert the network of an ONNX file to lwtnn's JSON, or that of an lwtnn file to ONNX.

    Parameters
    ----------
    source : str or path
        The file, of anyone; it is opened as one that nobody trusts.
    to : str
        ``"lwtnn"`` or ``"onnx"``.
    out : str, optional
        Where to write it, relative to the working folder and inside it. An earlier conversion is replaced, another file is not.
    names : sequence of str, or mapping, optional
        Names of the input variables in lwtnn, in order; of several inputs name of the input -> its variables. By default they are
        those that the ONNX file tells (``hml.input_names`` or ``input_names`` in its metadata), or those of the input with a number.

    Returns
    -------
    Converted
        The network, and how far it is from the original, which is of single precision in ONNX and of double precision in lwtnn.

    Raises
    ------
    FileFormatError, DamagedError
        The file is no network, or is refused for what it holds.
    ArgumentError
        The other format cannot express the network; the operator is named and nothing is left out. Or the two differ.
    PathError
        There is no such file; `out` leaves the working folder, or belongs to another file.

    Examples
    --------
    >>> from onnx import TensorProto, helper
    >>> ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["events", 2]) for n in ("jets", "scores")]
    >>> graph = helper.make_graph([helper.make_node("Softmax", ["jets"], ["scores"])], "tagger", ends[:1], ends[1:])
    >>> model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "tagger.onnx")
    >>> _ = file.write_bytes(model.SerializeToString())
    >>> tagger = convert(file, "lwtnn", names=["pt", "mass"])
    >>> [each["name"] for each in tagger.content["inputs"]], tagger.content["layers"][0]["activation"]
    (['pt', 'mass'], 'softmax')
    >>> tagger.difference < 1e-6
    True
    """
    if to not in [*_WAYS]:
        raise UnknownNameError("format of a network", str(to), _WAYS)
    target = None if out is None else inside(out, "out=")
    place = checks.place("an ONNX or lwtnn file, such as 'model.onnx'", source)
    if not place.exists():
        msg = f"{place} does not exist: there is nothing to convert"
        raise PathError(msg)
    # what is not finite is refused where it comes out
    with np.errstate(all="ignore"):
        content, largest = _WAYS[to](place, names)
    if target is not None:
        data = content if isinstance(content, bytes) else (json.dumps(content, allow_nan=False) + "\n").encode()

        def write(file: Path) -> None:
            file.write_bytes(data)

        written(target, _is_ours, write)
    return Converted(to, content, largest, out)


def _to_lwtnn(place: Path, names: Any) -> tuple[dict[str, Any], float]:
    model = opened(place)
    network = lwtnn_of_onnx(model, _names(model, names))
    network["miscellaneous"] = {"made by": MARK, "converted from": place.name}
    return network, difference(model, read_lwtnn(network))


def _to_onnx(place: Path, names: Any) -> tuple[bytes, float]:
    if names is not None:
        msg = "names= are those of variables in lwtnn; an lwtnn file has them already"
        raise ArgumentError(msg)
    network = read_lwtnn(lwtnn_json(place))
    about = said_names(network.inputs[0].names) if len(network.inputs) == 1 else {}
    content = onnx_of_lwtnn(network, place.stem, about).SerializeToString()
    return content, difference(opened(content), network)


_WAYS: dict[str, Callable[[Path, Any], tuple[Any, float]]] = {"lwtnn": _to_lwtnn, "onnx": _to_onnx}


def _names(model: Any, names: Any) -> dict[str, list[str]]:
    """Return the names of the variables of each input."""
    widths = {name: math.prod(shape) for name, (shape, _) in event_shapes(model).items()}
    if isinstance(names, Mapping):
        for name in names:
            if name not in widths:
                raise UnknownNameError("input of the model", name, widths)
        given = dict(names)
    elif names is not None:
        if len(widths) != 1:
            msg = f"names= must be a list, or of several inputs a dictionary: {', '.join(widths)}"
            raise ArgumentError(msg)
        given = dict.fromkeys(widths, names)
    else:
        told = names_in(model)
        given = {n: told for n, width in widths.items() if len(widths) == 1 and len(told) == width}
    for name, each in given.items():
        are_names = isinstance(each, list | tuple) and all(isinstance(n, str) and n for n in each)
        if not are_names or not widths[name] == len(each) == len({*each}):
            msg = f"the input {name!r} has {widths[name]} variables, each with a name of its own; got {each!r}"
            raise ArgumentError(msg)
    return {n: given.get(n) or ([n] if w == 1 else [f"{n}_{i}" for i in range(w)]) for n, w in widths.items()}


def _is_ours(place: Path) -> bool:
    """Tell whether a file was written here."""
    with suppress(FileFormatError, AttributeError):
        return bool(lwtnn_json(place).get("miscellaneous", {}).get("made by") == MARK)
    with suppress(FileFormatError):
        return bool(opened(place).producer_name == MARK)
    return False
