"""The README of a preserved network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import __version__
from ..methods import Evaluation
from .card import CARD, Card, Network
from .describing import SHARE
from .lwtnn_example import LWTNN_EXAMPLE, build_lines
from .markdown import quoted, table
from .missing import REMEDIES, missing
from .readme_arrays import declared
from .readme_recast import recast_lines
from .readme_samples import sample_lines
from .readme_surrogate import closure_lines, surrogate_lines
from .skeletons import code_names
from .validation import Report

__all__ = ["readme"]

#: Inputs whose importance is named; all are in ``validation/``.
MOST_IMPORTANT = 5


def readme(card: Card, report: Report) -> str:
    """Return what a reader of the folder sees first: how to run it, what goes in and comes out, and how well it does."""
    return "\n".join(_lines(card, report)) + "\n"


def _lines(card: Card, report: Report) -> Iterator[str]:
    about = card.about
    yield from [f"# {card.name}", ""]
    if about.get("description"):
        yield from [about["description"], ""]
    about_it = {
        "Authors": ", ".join(about.get("authors", ())),
        "Licence": about.get("licence"),
        "Cite": about.get("citation"),
    }
    if any(about_it.values()):
        yield from [*(f"{name}: {text}  " for name, text in about_it.items() if text), ""]
    yield from surrogate_lines(card, report.closures)
    yield from ["## Run it", "", *_example(card, report), ""]
    yield f"Everything below is in `{CARD}` for programs."
    yield from ["", "## Inputs", ""]
    yield from _inputs(card)
    own: Mapping[str, str] = about.get("observables", {})
    if own:
        yield ""
        yield from (f"- `{name}` is its authors' own: `{file}` computes and registers it" for name, file in own.items())
    yield from ["", "## Outputs", ""]
    for i, each in enumerate(card.outputs):
        said = "; ".join(text for text in (each.meaning, each.activation) if text)
        yield f"{i}. `{each.name}`" + (f": {said}" if said else "")
    yield from ["", "## Networks", ""]
    for network in card.networks:
        yield from _network(network)
    if any(network.fold for network in card.networks):
        yield "- each of them has not seen its part of the events of the training, by their number in their sample; only these are scored by"
        yield "  it alone, and so are the working points below. The score of any other event, yours, is the mean of all networks"
    yield from ["", "## Working points", ""]
    rule = any(each.when for each in card.networks)
    yield f"Shares of the test events that pass all cuts of `validation/cutflow{'_*' if rule else ''}.csv` before the one on the network; yields are there too."
    yield ""
    yield from _working_points(report.working_points)
    yield from ["", "## How well the files agree", ""]
    yield from _agreement(report)
    yield from ["", "## How well it does", ""]
    seen = (
        "test events of another dataset, some of which it may have been trained on"
        if "validated_on" in about
        else "events that it has not seen"
    )
    for when, found in report.evaluations.items():
        where = f" where {when}" if when else ""
        yield f"AUC {found.auc:.4f}{where}, of {found.n_test} {seen}."
        yield from _importance(found, where)
    yield f"Pictures and tables are in `validation/`, histograms of inputs and score as numbers in `hepdata{'_*' if rule else ''}/`."
    yield from closure_lines(report.closures)
    yield from ["", "## Trained on", ""]
    yield from sample_lines(about.get("data", {}).get("classes", {}))
    yield ""
    yield f"Seeds, calls and versions are in `{CARD}`, all packages that were installed in `environment.txt`; what the generators were told, and"
    yield "the beginnings of their logs, in `cards/`, as far as they were kept."
    lacking = missing(card)
    if lacking:
        yield from ["", "## What this card does not say", "", *(f"- {text}" for text in lacking)]


def _example(card: Card, report: Report) -> Iterator[str]:
    first, *others = code_names(card)
    yield f"All that follows runs in the folder that holds `{card.name}`."
    yield "On its reference events, with Python and two packages; it prints how far the scores are from those that were saved:"
    yield from ["", "```sh", "pip install numpy onnxruntime", f"python {card.name}/code/{first}", "```", ""]
    yield "On events of your own, with `hml_jupyter`: the Python package for signal-versus-background studies in Jupyter that wrote this folder,"
    yield f"version {__version__}. It checks every file, and computes the inputs in the order and the units of the card:"
    yield from ["", "```python"]
    yield "import hml_jupyter as hml"
    yield ""
    yield f'bundle = hml.load_preserved("{card.name}")'
    yield "print(bundle.verify())"
    yield from ['scores = bundle.score(hml.read_events("events.root"))', "```"]
    yield from recast_lines(card, report.working_points)
    if others:
        yield from [
            "",
            f"In other programs: {', '.join(f'`code/{name}`' for name in others)}; each says in its head what is to be filled in.",
        ]
    if LWTNN_EXAMPLE in others:
        yield f"The example of lwtnn, where `$LWTNN_DIR` names an installed copy, inside `{card.name}`:"
        yield from ["", "```sh", *build_lines(card), "```"]


def _inputs(card: Card) -> Iterator[str]:
    yield from _columns(card) if card.kind == "set" else declared(card)
    objects: Mapping[str, str] = card.about.get("objects", {})
    if objects:
        yield from ["", *(f"- `{name}`: {text}" for name, text in objects.items())]
    if card.measured_selection:
        yield from ["", "The events of the training have passed a selection. Of generated events:", "", *_parts(card)]
    elif card.selection:
        yield from [
            "",
            f"Events pass first: {quoted(card.selection)}. `bundle.score` gives the others a score too, which means nothing:",
        ]
        yield 'build a dataset of those that pass, with `hml.build_dataset(..., require=" and ".join(bundle.card.selection))`.'
    if any(each.level == "detector" for each in card.inputs):
        yield from [
            "",
            "Inputs of level *detector* are known to a detector only. To run the network on generated events:",
            "",
        ]
        yield from (f"- {name}: {text}" for name, text in REMEDIES.items())


def _columns(card: Card) -> Iterator[str]:
    yield f"A row for each `{card.per}`, in this order:" if card.per else "In this order:"
    yield ""
    yield from table(
        ["", "input", "unit", "level", "missing", "range in training", "what it is"],
        [
            [
                str(i),
                f"`{each.name}`",
                each.unit,
                each.level,
                "no score" if each.padding is None else f"{each.padding:g}",
                "" if each.range is None else f"{each.range[0]:.4g} to {each.range[1]:.4g}",
                each.definition + (f"; in {each.phi}" if each.phi else ""),
            ]
            for i, each in enumerate(card.inputs)
        ],
    )


def _parts(card: Card) -> Iterator[str]:
    """Say which part of the selection generated particles can tell, and what it means that they cannot tell the other."""
    if card.selection:
        yield f"- apply {quoted(card.selection)} first: build the dataset with"
        yield '  `hml.build_dataset(..., require=" and ".join(bundle.card.selection))`'
    yield f"- {quoted(card.measured_selection)} cannot be applied: generated particles do not tell what is measured. The scores are"
    yield "  those of events that pass it, and do not say how many do."
    classes: Mapping[str, Any] = card.about["data"]["classes"]
    shares = [f"{each[SHARE]:.3g} of {name}" for name, each in classes.items() if SHARE in each]
    if shares:
        yield f"- of the generated events of the training, {' and '.join(shares)} passed the whole selection; of another process"
        yield "  it is another share"
        yield "- a yield of a process like one of these is cross section x luminosity x that share of all its generated events x the share of"
        yield "  drawn scores that pass the cut on the score. That share stands for both parts of the selection: do not multiply by your share of"
        yield "  events that pass the generated part as well. It is an approximation, as the scores are drawn for events that pass the generated"
        yield "  part, and those that pass the measured part too are not quite distributed alike."
        yield "- which share of those that pass the generated part pass the measured part is not known here: a process unlike these needs a"
        yield "  simulation of the detector, or published efficiencies, for its yield"


def _network(network: Network) -> Iterator[str]:
    for_what = f", for events with `{network.when}`" if network.when else ""
    folds = (
        f", which has not seen the events whose number divided by {network.fold[1]} leaves {network.fold[0]}"
        if network.fold
        else ""
    )
    built = f": {network.architecture}" if network.architecture else ""
    yield f"- `{network.onnx}`{for_what}{folds}{built}"
    where = {
        "inside": "inputs are normalised inside: give them as they are",
        "outside": "inputs must be normalised first, (x - mean) / spread, with the numbers of the card",
        "none": "inputs are not normalised",
    }
    yield f"  - {where[network.normalisation or 'none']}"
    cuts = (
        f"; events that fail `{' and '.join(network.cuts)}` have the score 0 and are not given to it"
        if network.cuts
        else ""
    )
    yield (
        f"  - `{network.lwtnn}` is the same for lwtnn{cuts}"
        if network.lwtnn
        else f"  - no lwtnn file: {network.without_lwtnn}"
    )


def _working_points(points: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    several = any("when" in each for each in points)
    rows = [
        [
            *([f"`{each['when']}`"] if several else []),
            f"`{each['cut']}`",
            f"{each['signal_efficiency']:.4f} ± {each['signal_error']:.4f}",
            f"{_share(each['background_efficiency'])} ({each['background_events']} of {each['test_background']} test events)",
        ]
        for each in points
    ]
    yield from table([*(["events"] if several else []), "cut", "signal efficiency", "background efficiency"], rows)


def _share(value: float | None) -> str:
    return "cannot be estimated" if value is None else f"{value:.3g}"


def _importance(found: Evaluation, where: str) -> Iterator[str]:
    """Name the inputs that matter most."""
    if found.importance:
        most = [f"`{each.name}` {each.value:.3f} ± {each.error:.3f}" for each in found.importance[:MOST_IMPORTANT]]
        yield f"What the AUC{where} loses if the values of an input are shuffled: {', '.join(most)}{' ...' if len(found.importance) > len(most) else ''}"


def _agreement(report: Report) -> Iterator[str]:
    rows = [
        [str(each.network), each.how, str(each.events), f"{each.difference:.2g}", str(each.rounded)]
        for each in report.agreements
    ]
    yield from table(
        ["network", "format", "events", "largest difference", "events at a cut that single precision moves"], rows
    )
