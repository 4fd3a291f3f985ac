"""Code that runs a preserved network elsewhere: Python, Rivet, SimpleAnalysis, lwtnn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..canonical import write_text
from .card import Card
from .event_code import identifier
from .filling import about, comment
from .lwtnn_example import LWTNN_EXAMPLE, lwtnn_example
from .reference import REFERENCE
from .rivet import rivet
from .simple_analysis import simple_analysis

__all__ = ["code_names", "write_code"]


def write_code(folder: Path, card: Card) -> None:
    """Write the examples that fit a card into a folder beside its networks."""
    folder.mkdir(exist_ok=True)
    for name, text in _codes(card, folder.parent).items():
        write_text(folder / name, text(card))


def code_names(card: Card) -> list[str]:
    """Return the names of the examples that fit a card."""
    return list(_codes(card, Path()))


def _codes(card: Card, place: Path) -> dict[str, Callable[[Card], str]]:
    """Return file -> what writes it: C++ of columns with a row each event; SimpleAnalysis gives a network one input, no random numbers.

    The networks lie in `place`.
    """
    name, networks = identifier(card.name), card.networks
    found: dict[str, Callable[[Card], str]] = {"example.py": _python}
    if card.kind == "set" and card.per is None:
        found[f"{name}.rivet.cc"] = rivet
        if not any(each.noise for each in networks):
            found[f"{name}.simpleanalysis.cxx"] = simple_analysis
    if card.kind == "set" and any(each.lwtnn for each in networks):
        found[LWTNN_EXAMPLE] = partial(lwtnn_example, place=place)
    return found


def _python(card: Card) -> str:
    return _of_columns(card) if card.kind == "set" else _of_arrays(card)


def _of_columns(card: Card) -> str:
    """Return the example of networks of columns: each on its reference events."""
    lines = [
        f'"""Run {comment(card.name)} with onnxruntime alone, on the reference events."""',
        "",
        "import csv",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "import onnxruntime",
        "",
        "folder = Path(__file__).resolve().parent.parent",
    ]
    if any(each.fold for each in card.networks):
        lines.append("# folds: the score of an event that none of the networks has seen is the mean of all")
    for i, network in enumerate(card.networks):
        when = f", for events with {comment(network.when)}" if network.when else ""
        lines += [
            "",
            f"# inputs of {network.onnx}{when}, in order:",
            *(f"#  {place}: {comment(about(each))}" for place, each in enumerate(card.inputs_of(network))),
            f'session = onnxruntime.InferenceSession(str(folder / "{network.onnx}"))',
            f'rows = list(csv.DictReader(open(folder / "{REFERENCE.format(i)}.csv")))',
            'names = [name for name in rows[0] if not name.startswith(("score_", "noise_"))]',
            "events = np.array([[float(row[name]) for name in names] for row in rows])",
            "given = {session.get_inputs()[0].name: events.astype(np.float32)}",
        ]
        if network.noise is not None:
            lines += [
                "# random numbers, two for each event: uniform between 0 and 1, and normal",
                'drawn = [[float(row["noise_uniform"]), float(row["noise_normal"])] for row in rows]',
                f'given["{network.noise}"] = np.array(drawn, np.float32)',
            ]
        lines += [*_compared('[float(row["score_onnx"]) for row in rows]')]
    return "\n".join(lines) + "\n"


def _of_arrays(card: Card) -> str:
    """Return the example of a network of images or graphs."""
    lines = [
        f'"""Run {comment(card.name)} with onnxruntime alone, on the reference events."""',
        "",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "import onnxruntime",
        "",
        f"# Input: a {card.kind}, as card.yaml says under representation",
        "folder = Path(__file__).resolve().parent.parent",
        f'session = onnxruntime.InferenceSession(str(folder / "{card.networks[0].onnx}"))',
        f'arrays = np.load(folder / "{REFERENCE.format(0)}.npz")',
        "given = {each.name: arrays[each.name].astype(np.float32) for each in session.get_inputs()}",
        *_compared('arrays["score_onnx"]'),
    ]
    return "\n".join(lines) + "\n"


def _compared(expected: str) -> list[str]:
    return [
        "found = session.run(None, given)[0][:, 0]",
        f"difference = np.abs(found - np.array({expected})).max()",
        'print(f"{len(found)} events, first score {found[0]:.6f}, largest difference {difference:.2g}")',
    ]
