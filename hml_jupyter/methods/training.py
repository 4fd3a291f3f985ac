"""Training: one call, one folder with the model, its curves and its configuration."""

from __future__ import annotations

import math
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..calls import named
from ..errors import ArgumentError, PathError, RecordError
from ..provenance import Recipe, Result, Written, fingerprint, open_result, produce, read_json, write_json
from ..records import RECORD
from . import checkpoint as checkpoints
from .checkpoint import Checkpoint
from .method import Learner, Method, as_matrix, get
from .options import whole
from .sample import training_sample

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Training", "check_training", "train"]

Array = npt.NDArray[Any]
Curves = dict[str, list[float]]

#: Raised when the same call gives another model.
VERSION = 1
CONFIG = "training.json"
HISTORY = "history.json"


class Training(Result):
    """A trained model, with its curves and what it was trained on."""

    def __init__(self, config: dict[str, Any], history: Curves) -> None:
        self.config = config
        self.history = history
        self._dataset: Dataset | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Training:
        """Read a saved training.

        Raises
        ------
        PathError, DamagedError
            There is no training at `path`, or its files have changed.
        """
        return open_result(path, "train", cls._read)

    @classmethod
    def _read(cls, folder: Path) -> Training:
        return cls(read_json(folder / CONFIG), read_json(folder / HISTORY))

    @cached_property
    def method(self) -> Method:
        """What was trained, with its options."""
        return get(self.config["method"])

    @cached_property
    def model(self) -> Any:
        """The Keras model or the scikit-learn estimator."""
        return self.method.load(self.folder / self.method.file)

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs, in order."""
        return tuple(self.config["names"])

    @property
    def name(self) -> str:
        """What tables call it: the last part of its path, or its method."""
        return Path(self.path or self.config["method"]["method"]).name

    @property
    def epochs(self) -> int:
        """Finished epochs (or trees)."""
        return int(self.config["finished"])

    @property
    def cuts(self) -> tuple[str, ...]:
        """The cuts of the selection that it was trained on."""
        return tuple(self.config["cuts"])

    @property
    def dataset(self) -> Dataset:
        """The dataset that it was trained on.

        Raises
        ------
        PathError
            The dataset was never saved, or is not where it was.
        """
        if self._dataset is None:
            self._dataset = _saved_dataset(self)
        return self._dataset

    def score(self, data: Dataset | npt.ArrayLike) -> Array:
        """Return the signal score of each event.

        Parameters
        ----------
        data : Dataset or array, shape (n, k)
            Events; an array has the columns of `names`, in their order and units.

        Returns
        -------
        array, shape (n,)
            From 0 (background) to 1 (signal); NaN for events with an input that is NaN or infinite.
        """
        X = as_matrix(np.column_stack([data.column(n) for n in self.names]) if hasattr(data, "column") else data)
        if X.shape[1] != len(self.names):
            msg = f"{self.name} takes {len(self.names)} inputs ({', '.join(self.names)}); got {X.shape[1]}"
            raise ArgumentError(msg)
        complete = np.isfinite(X).all(axis=1)
        scores = np.full(len(X), np.nan)
        scores[complete] = self.method.scores(self.model, X[complete])
        return scores


@named
def train(
    method: Method | str,
    dataset: Dataset,
    *,
    epochs: int | None = None,
    seed: int,
    path: str | None = None,
    stop_after: int | None = None,
) -> Training:
    """Train a method to tell signal from background on the training events of a dataset.

    Signal and background have the same total weight, and so have the processes inside each; inside a process events count
    by the absolute value of their physics weight. Test events are never seen. An interrupt keeps the last finished epoch.

    Parameters
    ----------
    method : Method or str
        For example ``hml.MLP(hidden=(64, 64))``, or a name for its defaults.
    dataset : Dataset
        A dataset or a selection.
    epochs : int, optional
        Length of the schedule of a network, 20 if not given; the number of trees is an option of the method.
    seed : int
        Of the first weights, the order of events and the dropout; at least 0.
    path : str, optional
        Where to keep it, relative to the notebook; in memory if not given.
    stop_after : int, optional
        End the same schedule after so many epochs (or trees); takes up what an interrupted training has finished.

    Returns
    -------
    Training

    Raises
    ------
    ArgumentError
        An option out of bounds, too few events of a side, missing inputs, or a loss that is not finite.

    Examples
    --------
    >>> import awkward as ak, hml_jupyter as hml
    >>> def events(mass):
    ...     return ak.Array([{"FatJet": [{"Mass": mass + i % 30}]} for i in range(90)])
    >>> dataset = hml.build_dataset({"zz": events(80.0), "qcd": events(60.0)}, hml.Set(["fatjet0.mass"]), signal="zz", seed=1)
    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), dataset, seed=42)
    >>> bdt.epochs, bdt.names, bool(bdt.score([[105.0]])[0] > 0.5)
    (5, ('fatjet0.mass',), True)
    """
    from ..datasets.dataset import check_dataset

    method = get(method)
    check_dataset(dataset, "train")
    total = method.schedule(epochs)
    stop = _stop(stop_after, total, method.unit)
    seed = whole("seed", seed, 0, 2**32 - 1)
    arguments = {"method": method, "epochs": total, "seed": seed, "stop_after": None if stop == total else stop}
    recipe = Recipe("train", VERSION, arguments, {"dataset": dataset}, stops=("stop_after",))
    config = {
        "schema": 1,
        "method": {"method": type(method).__name__, **method.get_config()},
        "unit": method.unit,
        "names": list(dataset.names),
        "classes": list(dataset.classes),
        "signal": list(dataset.signal),
        "cuts": list(dataset.all_cuts),
        "events_from": dataset.root.fingerprint,
        "seed": seed,
        "epochs": total,
        "finished": stop,
    }

    def write(folder: Path) -> Written:
        sample = training_sample(dataset)
        sizes = {"train": len(sample.train.y), "validation": len(sample.validation.y) if sample.validation else 0}
        learner, history = _learn(method, method.learner(sample, seed=seed), folder, total, stop)
        written = {**config, "events": sizes}
        method.save(learner.model(), folder / method.file)
        write_json(folder / HISTORY, history)
        write_json(folder / CONFIG, written)
        checkpoints.clear(folder)
        arrays = method.arrays(learner.model())
        return Written(fingerprint(arrays, {"history": history, "config": written}), _summary(written, history))

    training = produce(path, recipe, write, Training._read)
    training._dataset = dataset
    return training


def check_training(value: object, verb: str) -> None:
    """Refuse what is no training, and say where one comes from; `verb` is the function that was called."""
    if not isinstance(value, Training):
        how = "hml.train(hml.MLP(), dataset, seed=42) makes one, hml.Training.load(path) opens one"
        msg = f"{verb} needs trainings, not {value!r}: {how}"
        raise ArgumentError(msg)


def _learn(method: Method, learner: Learner, folder: Path, total: int, stop: int) -> tuple[Learner, Curves]:
    """Train to `stop`, from the checkpoint in `folder` if it is not beyond; keep one after each step."""
    done, history = _resume(learner, folder, stop, method.unit)
    while done < stop:
        to = min(done + method.step(total), stop)
        for name, values in learner.advance(done, to).items():
            history.setdefault(name, []).extend(values)
        done = to
        _check_loss(history, method)
        checkpoints.write(folder, Checkpoint(done, history, learner.state()))
        curves = {name: list(values) for name, values in history.items()}
        progress.report(
            done / stop,
            f"{method.unit} {done} of {stop}",
            done=done,
            total=stop,
            unit=f"{method.unit}s",
            curves=curves,
            label=f"training {type(method).__name__}",
        )
    return learner, history


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
            rate = getattr(method, "learning_rate", None)
            msg = f"the loss is {loss} in {method.unit} {i + 1}: lower learning_rate (it is {rate}) or look for extreme inputs"
            raise ArgumentError(msg)


def _stop(stop_after: int | None, total: int, unit: str) -> int:
    return total if stop_after is None else whole(f"stop_after (of {total} {unit}s)", stop_after, 1, total)


def _summary(config: dict[str, Any], history: Curves) -> dict[str, Any]:
    last = {name: values[-1] for name, values in history.items()}
    events = {f"n_{name}": count for name, count in config["events"].items()}
    return {"method": config["method"]["method"], f"{config['unit']}s": config["finished"], **last, **events}


def _saved_dataset(training: Training) -> Dataset:
    """Open the dataset of a training that was loaded; their paths are relative to the same folder."""
    from ..datasets import Dataset

    used = training.record["recipe"]["inputs"]["dataset"]
    places = [base / used["path"] for base in training.folder.parents] if used["path"] else []
    found = next((place for place in places if (place / RECORD).is_file()), None)
    if found is None:
        where = f"is not at {used['path']}" if used["path"] else "was not saved"
        msg = f"the dataset that {training.name} was trained on {where}: give dataset="
        raise PathError(msg)
    dataset = Dataset.load(os.path.relpath(found))
    if dataset.fingerprint != used["fingerprint"]:
        msg = f"{used['path']} has been made anew since {training.name} was trained: train again or give dataset="
        raise RecordError(msg)
    return dataset
