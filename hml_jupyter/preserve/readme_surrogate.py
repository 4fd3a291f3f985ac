"""What the README of a preserved surrogate says of it: what it replaces, its random numbers, and how near it comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..display.closures import closure_table
from ..methods import Closure
from .card import Card, Network
from .markdown import quoted, table
from .reference import REFERENCE

__all__ = ["closure_lines", "surrogate_lines"]

Closures = Mapping[str, Closure | str]
"""Cut -> comparison with the original, or why there is none; an empty text for all events."""


def surrogate_lines(card: Card, closures: Closures) -> Iterator[str]:
    """Give a section on the random scores of a card; nothing where no network draws them."""
    network = next((each for each in card.networks if each.noise), None)
    if network is None:
        return
    data: Mapping[str, Any] = card.about.get("data", {})
    trained_on = ", ".join(data.get("classes", {})) or "those of the training"
    passed = quoted([*card.selection, *card.measured_selection])
    yield from ["## A surrogate, whose scores are random", ""]
    yield f"This is a surrogate: it replaces {_originals(card)} of another model, whose inputs you may not have. From the inputs below it"
    yield "draws a score that the other model might have given. What the inputs do not tell, such as the smearing of a detector, is in the"
    yield "spread of the draws."
    yield ""
    yield "- Each score is one random draw: it says little of a single event. Use many events, for histograms and efficiencies."
    yield "- `seed=` of `bundle.score`, 0 if not given, chooses the draws: the same events and seed have the same scores."
    yield f"- Trust it for events of its processes ({trained_on}){f' that pass {passed}' if passed else ''}, and as far as it agrees with"
    yield "  its original. Other events have scores too, which nobody has checked."
    yield from (f"- {text}" for text in _verdicts(closures))
    yield f"- `{network.onnx}` takes the random numbers as its input `{network.noise}`: two new ones for each event, the first uniform"
    yield "  from 0 to 1, the second normal with mean 0 and standard deviation 1."
    yield ""
    yield f"With onnxruntime alone, in the folder that holds `{card.name}`:"
    yield from ["", "```python", *_code(card, network), "```", ""]


def closure_lines(closures: Closures) -> Iterator[str]:
    """Give the tables of the comparisons with the original."""
    for when, found in closures.items():
        if isinstance(found, Closure):
            shown = closure_table(found)
            yield from ["", f"Beside its original `{found.of}`{f', where {when}' if when else ''}:", ""]
            yield from table(shown.columns, shown.rows)
            yield from ["", *(f"- {note}" for note in shown.notes)]


def _originals(card: Card) -> str:
    """Name the scores that are replaced."""
    training: Mapping[str, Any] = card.about.get("training", {})
    each = [training] if "method" in training else training.values()
    names = dict.fromkeys(one["method"]["of"] for one in each if "of" in one["method"])
    return f"the score{'s' if len(names) > 1 else ''} {quoted([*names])}" if names else "a score"


def _verdicts(closures: Closures) -> Iterator[str]:
    for when, found in closures.items():
        where = f" where {when}" if when else ""
        if isinstance(found, str):
            yield f"How near it comes to the original{where} was not measured: {found}"
            continue
        said = "; ".join(f"{name} ({each.events} events) {each.verdict}" for name, each in found.classes.items())
        yield f"Surrogate and original{where}, on test events: {said}. That says little of a cut which hardly any of these events pass; the numbers are under *How well it does*."


def _code(card: Card, network: Network) -> Iterator[str]:
    """Give lines that run the file of a network on its reference events, with new random numbers."""
    i, inputs = card.networks.index(network), card.inputs_of(network)
    yield from ["import numpy as np", "import onnxruntime", ""]
    yield f'session = onnxruntime.InferenceSession("{card.name}/{network.onnx}")'
    yield f"# a row for each event: {', '.join(each.name for each in inputs)}"
    yield f'events = np.loadtxt("{card.name}/{REFERENCE.format(i)}.csv", np.float32, delimiter=",", skiprows=1, usecols=range({len(inputs)}), ndmin=2)'
    yield "rng = np.random.default_rng(1)"
    yield "noise = np.column_stack([rng.random(len(events), np.float32), rng.standard_normal(len(events), np.float32)])"
    yield f'scores = session.run(None, {{"inputs": events, "{network.noise}": noise}})[0][:, 0]'
    yield 'print(f"{len(scores)} draws, mean {scores.mean():.4f}")'
