"""What lets others check a preserved network: reference events, agreement of formats, cutflows, histograms, importance."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..canonical import write_json
from ..display.closures import closure_numbers
from ..errors import HmlError
from ..methods import Closure, Evaluation, Surrogate, Training, closure, evaluate, score, working_point
from ..methods.draws import noise
from ..methods.inputs import count, finite, take
from ..plots import draw_histograms, plot, png
from ..plots.datasets import Look, panels_of
from ..selection import Cutflow, cutflow, select
from .card import Card
from .hepdata import HEPDATA, write_tables
from .reference import TOLERANCE, Reference, write_reference
from .running import runner

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Agreement", "Report", "validate"]

Array = npt.NDArray[np.float64]

#: Events that the formats are compared on; where a dataset has fewer, more are made from its columns, shuffled each by itself.
EVENTS = 10_000
#: Reference events that are kept, of columns and of images or graphs.
KEPT, KEPT_STRUCTURED = 1000, 100
#: Histograms in the picture; all are there as numbers.
DRAWN = 12
SCORE = "network"
#: Of the draws of surrogates.
SEED = 0


@dataclass(frozen=True)
class Agreement:
    """How far a format is from the native network."""

    network: int
    how: str
    events: int
    """Compared events, their inputs rounded to single precision."""
    difference: float
    """Largest absolute difference of the score."""
    rounded: int
    """Events whose native score changes by more than 1e-5 because their inputs are rounded: they lie at a cut."""


@dataclass(frozen=True)
class Report:
    """What :func:`validate` has found, for card, README and summary."""

    agreements: tuple[Agreement, ...]
    evaluations: Mapping[str, Evaluation]
    """Cut -> evaluation of the network for it; an empty text for all events."""
    working_points: list[dict[str, Any]]
    closures: Mapping[str, Closure | str] = field(default_factory=dict)
    """Cut -> comparison of a surrogate with its original, or why there is none."""

    @property
    def summary(self) -> dict[str, Any]:
        """A few numbers for tables."""
        largest = {
            how: max(a.difference for a in self.agreements if a.how == how) for how in {a.how for a in self.agreements}
        }
        first = next(iter(self.evaluations.values()))
        return {
            **{f"{how}_difference": largest[how] for how in sorted(largest)},
            "auc": first.auc,
            "test_events": first.n_test,
        }

    @property
    def closure(self) -> dict[str, Any]:
        """What a card says of the closures, for each class; nothing where nothing was compared."""
        found = {
            when: {
                name: {
                    "verdict": each.verdict,
                    "events": each.events,
                    "auc": each.auc,
                    "auc_error": each.auc_error,
                    "ks_distance": each.distance,
                    "ks_probability": each.probability,
                }
                for name, each in one.classes.items()
            }
            for when, one in self.closures.items()
            if isinstance(one, Closure)
        }
        return found.get("", found)


def validate(
    folder: Path, card: Card, trainings: Mapping[str, Training], dataset: Dataset, options: Mapping[str, Any]
) -> Report:
    """Write ``validation/`` and return what stands in it.

    Parameters
    ----------
    folder : Path
        With the files of the networks.
    card : Card
        What they are.
    trainings : mapping
        Cut -> training, in the order of the card's networks; each of a cross-training has several.
    dataset : Dataset
        Where the events come from.
    options : mapping
        ``signal_efficiencies`` and ``luminosity``.
    """
    place = folder / "validation"
    place.mkdir(exist_ok=True)
    agreements: list[Agreement] = []
    evaluations: dict[str, Evaluation] = {}
    closures: dict[str, Closure | str] = {}
    points: list[dict[str, Any]] = []
    numbers = itertools.count()
    luminosity = None if dataset.without_cross_section else options["luminosity"]
    for when, training in trainings.items():
        data = select(dataset, [when]) if when else dataset
        for fold in range(training.folds or 1):
            agreements.extend(_compared(folder, card, next(numbers), training, fold, data))
        stem = f"_{len(evaluations)}" if when else ""
        found = evaluate(training, data, luminosity=luminosity, importance=training.method.kind == "set")
        evaluations[when] = found
        if isinstance(training.method, Surrogate):
            closures[when] = _closed(place / f"closure{stem}.json", training, data, options["signal_efficiencies"])
        mine = _points(training, data, when, options["signal_efficiencies"], luminosity)
        points += mine
        _write_cutflow(place / f"cutflow{stem}.csv", training, data, mine, luminosity)
        _write_importance(place / f"importance{stem}.csv", found)
        (place / f"evaluation{stem}.png").write_bytes(png(plot(found)))
        _write_histograms(place, stem, training, data)
    write_json(place / "agreement.json", [vars(each) | {"allowed": TOLERANCE["onnx"]} for each in agreements])
    return Report(tuple(agreements), evaluations, points, closures)


def _closed(file: Path, training: Training, data: Dataset, efficiencies: Sequence[float]) -> Closure | str:
    """Compare a surrogate with its original and write the numbers; or return why it cannot be done."""
    try:
        found = closure(training, data, signal_efficiencies=efficiencies, seed=SEED)
    except HmlError as error:
        return str(error)  # another dataset without the original's score, too few events: the bundle is good without
    write_json(file, closure_numbers(found))
    return found


def _compared(folder: Path, card: Card, i: int, training: Training, fold: int, data: Dataset) -> Iterator[Agreement]:
    """Compare the formats of a network with the native one, and keep reference events."""
    whole = training.inputs(data)
    rows = np.flatnonzero(finite(whole))
    test = data.unseen(crossed=training.knows_unseen(data))[rows]
    kept = rows[test][: KEPT if training.method.kind == "set" else KEPT_STRUCTURED]
    exact = _more(take(whole, rows)) if training.method.kind == "set" else take(whole, rows[:EVENTS])
    events = _single(exact)
    network = card.networks[i]
    seed = None if network.noise is None else SEED
    native = training.score_by(fold, events, seed=seed)
    rounded = int((np.abs(training.score_by(fold, exact, seed=seed) - native) > TOLERANCE["onnx"]).sum())
    reference = _single(take(whole, kept))
    scores = {"native": training.score_by(fold, reference, seed=seed)}
    drawn = None if network.noise is None else noise(reference, SEED)
    for how in network.files:
        run = runner(folder, card, network, how)
        more = [] if network.noise is None else [noise(events, SEED)]
        difference = float(np.max(np.abs(run(events, *more)[:, 0] - native), initial=0.0))
        scores[how] = run(reference, *([] if drawn is None else [drawn]))[:, 0]
        yield Agreement(i, how, count(events), difference, rounded)
    names = [each.name for each in card.inputs_of(network)] if card.kind == "set" else []
    write_reference(folder, i, names, Reference(reference, scores, names, drawn))


def _more(X: Array) -> Array:
    """Return at least `EVENTS` events: these, and others whose columns come from different events."""
    lacking = EVENTS - len(X)
    if lacking <= 0:
        return X
    rng = np.random.default_rng(0)
    return np.concatenate([X, np.column_stack([rng.choice(column, lacking) for column in X.T])])


def _single(X: Any) -> Any:
    """Return inputs with numbers that single precision has: what ONNX is given."""
    if isinstance(X, tuple):
        return X
    return np.asarray(X, np.float32).astype(float)


def _points(
    training: Training, data: Dataset, when: str, efficiencies: Sequence[float], luminosity: float | None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for efficiency in efficiencies:
        reached = working_point(training, data, signal_efficiency=efficiency, luminosity=luminosity)
        # between two scores, not on one: single precision moves scores by their last digit
        between = float(reached.cut.rpartition(" ")[2])
        point = working_point(training, data, threshold=between, luminosity=luminosity)
        if any(each["threshold"] == point.threshold for each in found):
            continue  # events with equal scores are selected together
        left = point.rejection
        share = 1 / left.value if left.value else 0.0 if left.n_background == 0 else None
        row = {
            "cut": f"score >= {point.threshold!r}",
            "threshold": point.threshold,
            "signal_efficiency": point.signal_efficiency,
            "signal_error": point.signal_error,
            "background_efficiency": share,
            "rejections": {name: each.value for name, each in point.rejections.items()},
            "test_events": point.n_test,
            "test_background": int((~data.is_signal[data.unseen(crossed=training.knows_unseen(data))]).sum()),
            "background_events": point.rejection.n_background,
        }
        found.append({"when": when, **row} if when else row)
    return found


def _write_cutflow(
    file: Path, training: Training, data: Dataset, points: Sequence[Mapping[str, Any]], luminosity: float | None
) -> None:
    """Write the cutflow without the network, and after it each working point."""
    scored = score(data, training, name=SCORE)
    flows = [cutflow(data, luminosity=luminosity)]
    flows += [cutflow(scored, [f"{SCORE}.score >= {point['threshold']!r}"], luminosity=luminosity) for point in points]
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["network cut", "step", "class", "events", "efficiency", "relative", "expected", "error"])
        for label, flow in zip(["none", *(point["cut"] for point in points)], flows, strict=True):
            writer.writerows([label, *row] for row in _rows(flow))


def _rows(flow: Cutflow) -> Iterator[list[Any]]:
    for row in flow.rows:
        for name, found in row.counts.items():
            numbers = (found.efficiency, found.relative, found.expected, found.error)
            yield [row.label, name, found.events, *("" if each is None else repr(float(each)) for each in numbers)]


def _write_importance(file: Path, found: Evaluation) -> None:
    if found.importance is None:
        return
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["input", "loss of AUC", "error"])
        writer.writerows([each.name, repr(each.value), repr(each.error)] for each in found.importance)


def _write_histograms(place: Path, stem: str, training: Training, data: Dataset) -> None:
    """Write the shapes of inputs and score of each class: as HEPData's tables, and as a picture."""
    scored = score(data, training, name=SCORE)
    names = [f"{SCORE}.score", *(training.names if data.kind == "set" else data.side_names)]
    panels = panels_of(scored, names, Look("normalised", None, 139.0, 40))
    write_tables(place.parent / f"{HEPDATA}{stem}", panels, data)
    picture = draw_histograms(
        panels[:DRAWN], ylabel="fraction of events per bin", stacked=(), signal=data.signal, log=False
    )
    (place / f"histograms{stem}.png").write_bytes(png(picture))
