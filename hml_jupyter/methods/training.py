"""Training: one call, one folder with the model, its curves and its configuration."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import checks, progress
from ..errors import ArgumentError
from ..provenance import Recipe, Written, fingerprint, produce, write_json
from ..registry import named
from . import checkpoint as checkpoints
from .checkpoint import Checkpoint
from .configuration import CONFIG, HISTORY, SCHEMA, Curves
from .epoch_metrics import CURVES
from .folds import FOLD, MOST, cross_learner, file_of
from .method import Array, Learner, Method, get
from .sample import tell_of_negative
from .trained import Training, read_training

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["train"]

#: Raised when the same call gives another model.
VERSION = 1


@named
def train(
    method: Method | str,
    dataset: Dataset,
    *,
    epochs: int | None = None,
    seed: int,
    path: str | None = None,
    stop_after: int | None = None,
    folds: int | None = None,
) -> Training:
    """Train a method to tell signal from background on the training events of a dataset, or a surrogate to do what another one does.

    Signal and background have the same total weight, and so have the processes inside each; inside a process events count
    by the absolute value of their physics weight. Test events are never seen, unless `folds` are asked for. An interrupt keeps
    the last finished epoch.

    Parameters
    ----------
    method : Method or str
        For example ``hml.MLP(hidden=(64, 64))``, or a name for its defaults.
    dataset : Dataset
        A dataset or a selection.
    epochs : int, optional
        Length of the schedule of a network, 20 if not given; the number of trees is an option of the method.
    seed : int
        Of the first weights, the order of events and the dropout; from 0 to 4294967295, as every seed.
    path : str, optional
        Where to keep it, relative to the notebook; in memory if not given.
    stop_after : int, optional
        End the same schedule after so many epochs (or trees); takes up what an interrupted training has finished.
    folds : int, optional
        Cross-training: so many models, 2 to 20, each trained on all events but those of its fold, whose number in their source
        divided by `folds` leaves the same remainder (2: even and odd). The validation events only follow the training.

    Returns
    -------
    Training

    Raises
    ------
    ArgumentError
        An option out of bounds, too few events of a side, missing inputs, or a loss that is not finite.
    UnknownNameError
        There is no such method.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset is gone or has changed.

    Notes
    -----
    A score is too good for events that it was trained on (overtraining), and a yield or a significance of them is biased. With
    `folds` every event is scored by the one model that has not seen it, so that all events may be counted and not the test events
    alone: the even/odd training usual at the LHC, and the cross-validation of Hastie, Tibshirani and Friedman, The Elements of
    Statistical Learning (2009), section 7.10.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> from hml_jupyter.datasets import example
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42)
    >>> bdt.epochs, bdt.names, bdt.score([[105.0], [30.0]]) > 0.5
    (5, ('fatjet0.mass',), array([ True, False]))
    >>> hml.evaluate(hml.train(hml.BoostedDecisionTree(n_estimators=5), example(90), seed=42, folds=2)).n_test
    180
    """
    from ..datasets.checking import check_dataset

    method = get(method)
    check_dataset(dataset, "train")
    total = method.schedule(epochs) or len(dataset.names)
    stop = _stop(stop_after, total, method.unit)
    seed = checks.seed(seed)
    arguments = {"method": method, "epochs": total, "seed": seed, "stop_after": None if stop == total else stop}
    if folds is not None and method.draws:
        msg = f"folds={folds!r} means nothing for a {type(method).__name__}: a mean of draws is no draw; the original may be trained with folds"
        raise ArgumentError(msg)
    crossed = {} if folds is None else {"folds": checks.whole("folds", folds, 2, MOST)}
    recipe = Recipe(
        "train", VERSION, arguments | crossed, {"dataset": dataset, **method.sources()}, stops=("stop_after",)
    )
    config = {
        "schema": SCHEMA,
        "method": {"method": type(method).__name__, **method.get_config()},
        "unit": method.unit,
        "names": list(method.inputs_of(dataset)),
        "classes": list(dataset.classes),
        "signal": list(dataset.signal),
        "cuts": list(dataset.all_cuts),
        "events_from": dataset.root.fingerprint,
        "seed": seed,
        "epochs": total,
        "finished": stop,
        **crossed,
    }

    def write(folder: Path) -> Written:
        progress.report(0.0, method.begins)
        learner, sizes = _prepared(method, dataset, folds, seed=seed, epochs=total)
        learner, history = _learn(method, learner, folder, total, stop)
        written = {
            **config,
            "events": sizes,
            **_rows_of(method, dataset),
            **_ended(learner, history, stop, method.unit),
        }
        model = learner.model()
        arrays = _save(method, model, folder) if folds is None else _save_all(method, model, folder)
        write_json(folder / HISTORY, history)
        write_json(folder / CONFIG, written)
        content = fingerprint(arrays, {"history": _own(history), "config": written})
        return Written(content, _summary(written, _own(history)), scratch=(checkpoints.FILE,))

    training = produce(path, recipe, write, read_training)
    training._dataset = dataset
    return training


def _prepared(
    method: Method, dataset: Dataset, folds: int | None, *, seed: int, epochs: int
) -> tuple[Learner, dict[str, int]]:
    """Return what learns, and how many events it learns from and how many follow."""
    if folds is None:
        sample = method.sample(dataset)
        tell_of_negative(dataset.weights[~dataset.part("test")])
        sizes = {"train": len(sample.train.y), "validation": len(sample.validation.y) if sample.validation else 0}
        return method.learner(sample, seed=seed, epochs=epochs), sizes
    follow = int(dataset.part("validation").sum())
    sizes = {"train": dataset.n_events - follow, "validation": follow}
    return cross_learner(method, dataset, folds, seed=seed, epochs=epochs), sizes


def _save(method: Method, model: Any, folder: Path) -> dict[str, Array]:
    """Write the model; return the numbers that define it."""
    method.save(model, folder / method.file)
    return method.arrays(model)


def _save_all(method: Method, models: list[Any], folder: Path) -> dict[str, Array]:
    """Write the model of each fold; return the numbers that define them."""
    arrays: dict[str, Array] = {}
    for i, model in enumerate(models):
        method.save(model, folder / file_of(method, i))
        arrays |= {f"{i} {name}": array for name, array in method.arrays(model).items()}
    return arrays


def _learn(method: Method, learner: Learner, folder: Path, total: int, stop: int) -> tuple[Learner, Curves]:
    """Train to `stop`, from the checkpoint in `folder` if it is not beyond; keep one after each step."""
    done, history = _resume(learner, folder, stop, method.unit)
    stage = {"unit": f"{method.unit}s", "label": f"training {type(method).__name__}"}
    while done < stop:
        to = min(done + method.step(total), stop)
        with progress.part(done / stop, to / stop, total=stop, **stage):
            found = learner.advance(done, to)
        for name, values in found.items():
            history.setdefault(name, []).extend(values)
        if len(history["loss"]) == done:
            break
        done = len(history["loss"])
        _check_loss(history, method)
        checkpoints.write(folder, Checkpoint(done, history, learner.state()))
        curves = {name: list(values) for name, values in history.items()}
        progress.report(
            done / stop,
            f"{method.unit} {done} of {stop}",
            done=done,
            total=stop,
            curves=curves,
            **stage,
        )
    return learner, history


def _rows_of(method: Method, dataset: Dataset) -> dict[str, Any]:
    """Return what a model of images or of graphs needs to know of its inputs."""
    if method.kind == "set":
        return {}
    X, config = dataset.X, dataset.representation.get_config()
    shape = X.shape[1:] if dataset.kind == "image" else (X.nodes.shape[-1], X.edges.shape[-1])
    return {"representation": config, "shape": list(shape)}


def _ended(learner: Learner, history: Curves, stop: int, unit: str) -> dict[str, Any]:
    """Return where the training ended and, where patience chose, of which epoch the model is."""
    finished, kept = len(history["loss"]), learner.kept
    if kept is None:
        return {"finished": finished}
    if finished < stop:
        best = str(kept) if isinstance(kept, int) else f"{', '.join(map(str, kept))} of the folds"
        progress.notice(
            f"stopped after {unit} {finished}: the validation loss was smallest in {unit} {best}, which is kept"
        )
    return {"finished": finished, "kept": kept}


def _resume(learner: Learner, folder: Path, stop: int, unit: str) -> tuple[int, Curves]:
    saved = checkpoints.read(folder)
    if saved is None or saved.done > stop:
        return 0, {}
    learner.restore(saved.state)
    progress.notice(f"going on after {unit} {saved.done} of an interrupted training")
    return saved.done, saved.history


def _check_loss(history: Curves, method: Method) -> None:
    for i, loss in enumerate(history["loss"]):
        if not math.isfinite(loss):
            msg = f"the loss is {loss} in {method.unit} {i + 1}: {_slower(method)}look for extreme inputs"
            raise ArgumentError(msg)


def _slower(method: Method) -> str:
    """Return the advice to learn in smaller steps, where a method (or the network in it) has any."""
    learns = getattr(method, "network", None) or method
    rates = {name: getattr(learns, name, None) for name in ("learning_rate", "cut_learning_rate")}
    return next((f"lower {name} (it is {rate}) or " for name, rate in rates.items() if rate is not None), "")


def _stop(stop_after: int | None, total: int, unit: str) -> int:
    return total if stop_after is None else checks.whole(f"stop_after (of {total} {unit}s)", stop_after, 1, total)


def _own(history: Curves) -> Curves:
    """Return the curves of a history without those that only follow the training."""
    return {name: values for name, values in history.items() if name.partition(FOLD)[0] not in CURVES}


def _summary(config: dict[str, Any], history: Curves) -> dict[str, Any]:
    last = {name: values[-1] for name, values in history.items() if FOLD not in name}
    events = {f"n_{name}": count for name, count in config["events"].items()}
    return {"method": config["method"]["method"], f"{config['unit']}s": config["finished"], **last, **events}
