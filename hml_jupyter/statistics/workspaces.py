"""Workspaces: the statistical model of selected regions as pyhf's JSON."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..canonical import fingerprint, read_json, write_json
from ..checks import flag, number
from ..datasets.described import check_known, pb_to_events
from ..errors import ArgumentError, UnknownNameError
from ..provenance import Recipe, Result, Written, open_result, produce
from ..registry import named
from .bins import bins_of_regions
from .channels import Channel, Counted, count
from .model import Options, model_text
from .regions import read_regions
from .systematics import systematics_of

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["ABOUT", "MODEL", "Workspace", "workspace"]

#: Raised when the same call gives other content.
VERSION = 1
#: pyhf's JSON, and what is known of it beside.
MODEL, ABOUT = "workspace.json", "about.json"
#: How the Monte-Carlo errors are written, the usual way first.
MONTE_CARLO = ("staterror", "shapesys")


class Workspace(Result):
    """The statistical model of selected regions and its data; made by :func:`workspace`.

    ``workspace.json`` in its folder is what pyhf, cabinetry and others read.
    """

    def __init__(self, model: dict[str, Any], about: dict[str, Any]) -> None:
        self._model, self._about = model, about

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Workspace:
        """Return a saved workspace.

        Raises
        ------
        PathError, DamagedError, FileFormatError
            There is none at `path`, or its files have changed.
        """
        return open_result(path, "workspace", _read)

    @property
    def model(self) -> dict[str, Any]:
        """The JSON of pyhf: channels, samples, modifiers, observations and the measurement; a copy."""
        return copy.deepcopy(self._model)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is counted in each region."""
        return tuple(Channel.read(each) for each in self._about["channels"])

    @property
    def classes(self) -> tuple[str, ...]:
        """All classes of the dataset."""
        return tuple(self._about["classes"])

    @property
    def signal(self) -> tuple[str, ...]:
        """The classes that the signal strength mu scales."""
        return tuple(self._about["signal"])

    @property
    def luminosity(self) -> float:
        """fb^-1."""
        return float(self._about["luminosity"])

    @property
    def cross_section(self) -> float:
        """pb: of all signal together, at mu = 1."""
        return float(self._about["cross_section"])

    @property
    def observed(self) -> bool:
        """Whether the data are observed events; else they are the expected background."""
        return bool(self._about["observed"])

    @property
    def test_only(self) -> bool:
        """Whether a region is of test events, scaled up, since it uses a score."""
        return bool(self._about["test_only"])

    @property
    def parameters(self) -> tuple[str, ...]:
        """Systematic uncertainties and free normalisations, by the names of their parameters."""
        return tuple(self._about["parameters"])

    def __repr__(self) -> str:
        """Return one line."""
        return f"<workspace of {', '.join(each.name for each in self.channels)}; {self.luminosity:g} fb^-1>"


@named
def workspace(
    regions: Dataset | Mapping[str, Dataset],
    *,
    names: Sequence[str] | None = None,
    luminosity: float = 139.0,
    column: str | Mapping[str, str] | None = None,
    bins: int | Sequence[float] | Mapping[str, Any] | None = None,
    equal_signal: bool = False,
    observed: bool = False,
    luminosity_uncertainty: float = 0.0,
    free: Sequence[str] = (),
    monte_carlo: str = "staterror",
    path: str | None = None,
) -> Workspace:
    """Return the statistical model of selected regions, as pyhf and cabinetry read it.

    Each class is a sample of its cross section times luminosity; ``mu`` scales all signal. Each systematic variation of the dataset
    is a nuisance parameter: ``x_up`` and ``x_down`` are the two sides of ``x``, a factor that is a number gives a ``normsys``, one
    of observables a ``histosys``. Regions cut on a score count test events, scaled up.

    Parameters
    ----------
    regions : Dataset or mapping of str to Dataset
        ``{"SR": selected, "CR": control}``, selections of one dataset that share no event; or one dataset.
    names : list of str, optional
        Regions of the one dataset, ``["SR", "CR"]``, that are the channels; without them it is one channel, ``"SR"``.
    luminosity : float
        fb^-1.
    column : str or mapping, optional
        A column or a score (``"mlp.score"`` of ``hml.score(dataset, mlp, name="mlp")``) that is binned, or arithmetic of columns,
        the same in all regions or by their names; a region without one is one bin.
    bins : int, list of float or mapping, optional
        How many (about, with round edges; 10 if not given), or the edges. Events outside are not counted; the table says how many.
    equal_signal : bool
        Find the edges so that each bin has the same expected signal; the outer bins reach to the last event.
    observed : bool
        Take the observed events of the dataset as data. Without it the data are the expected background (Asimov), which looks at no
        observed event.
    luminosity_uncertainty : float
        Relative, 0.01 for 1 %.
    free : list of str
        Backgrounds whose normalisation is fitted; a control region has to know them.
    monte_carlo : str
        The Monte-Carlo errors: ``"staterror"``, a parameter a bin that all backgrounds share (and one for the signal), or
        ``"shapesys"``, one for each class with a Poisson constraint.
    path : str, optional
        Where to keep it, relative to the notebook; in memory if not given.

    Returns
    -------
    Workspace
        A table of the channels; ``.model`` is the JSON. :func:`limit` takes it.

    Raises
    ------
    ArgumentError
        Regions that share events or are of several datasets; a dataset without background; a cross section that is not known; a bin
        without expected background, or in which weights sum to less than 0; no signal; options that cannot be.
    UnknownNameError
        A region, column, class or option that there is not.
    EmptySelectionError, PathError, DamagedError
        No event is in a region; `path` cannot be written or belongs to something else; the dataset is gone or has changed.

    Notes
    -----
    Of signal alone there is no model: :func:`limit` shows how its yield is put beside a background that was published.

    HistFactory (Cranmer, Lewis, Moneta, Shibata, Verkerke, CERN-OPEN-2012-016) in the JSON of ATLAS, ATL-PHYS-PUB-2019-029.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> import numpy as np
    >>> tables = {
    ...     "zz": hml.open_table({"x": np.repeat([0.5, 1.5], [10, 30])}, cross_section=0.001),
    ...     "qcd": hml.open_table({"x": np.repeat([0.5, 1.5], [60, 40])}, cross_section=0.01),
    ... }
    >>> dataset = hml.build_dataset(tables, hml.Set(["column.x"]), signal="zz", seed=1)
    >>> made = hml.workspace(dataset, column="x", bins=[0, 1, 2], luminosity=10)
    >>> [(s["name"], np.round(s["data"], 9).tolist()) for s in made.model["channels"][0]["samples"]]
    [('zz', [2.5, 7.5]), ('qcd', [60.0, 40.0])]

    The bins of a score, of a training or of a preserved network, count test events, scaled up:

    >>> bdt = hml.train(hml.BoostedDecisionTree(n_estimators=5), dataset, seed=42)
    >>> scored = hml.score(dataset, bdt, name="bdt")
    >>> made = hml.workspace(scored, column="bdt.score", bins=[0, 0.5, 1], luminosity=10)
    >>> made.channels[0].bins, made.test_only
    (('0 to 0.5', '0.5 to 1'), True)
    """
    found = read_regions(regions, names)
    first = next(iter(found.values()))
    options = _options(first, luminosity_uncertainty, free, monte_carlo)
    pb_to_events(luminosity)  # refuses what is no luminosity
    arguments = {
        "names": [*found],
        "luminosity": float(luminosity),
        "column": column,
        "bins": _plain(bins),
        "equal_signal": flag("equal_signal", equal_signal),
        "observed": flag("observed", observed),
        "luminosity_uncertainty": options.luminosity_uncertainty,
        "free": options.free,
        "monte_carlo": monte_carlo,
    }
    inputs: dict[str, Any] = {f"region {name}": events for name, events in found.items()}
    if names is not None:
        inputs = {"dataset": regions}

    def write(folder: Path) -> Written:
        binned = bins_of_regions(found, column, bins, equal_signal=equal_signal)
        counted = [count(name, found[name], binned[name], luminosity, observed=observed) for name in found]
        return _write(folder, counted, options, found, float(luminosity), observed=observed)

    return produce(path, Recipe("workspace", VERSION, arguments, inputs), write, _read)


def _options(dataset: Dataset, luminosity_uncertainty: float, free: Any, monte_carlo: str) -> Options:
    check_known("kind of Monte-Carlo error", monte_carlo, MONTE_CARLO)
    if isinstance(free, str) or not isinstance(free, Sequence):
        msg = f"free is a list of backgrounds, ['qcd'], not {free!r}"
        raise ArgumentError(msg)
    for name in free:
        if name not in dataset.background:
            raise UnknownNameError("background in free=", name, dataset.background)
    return Options(
        dataset.signal,
        dataset.variations,
        systematics_of(dataset.variations),
        tuple(dict.fromkeys(free)),
        number("luminosity_uncertainty", luminosity_uncertainty, 0.0, 1.0),
        monte_carlo,
    )


def _plain(bins: Any) -> Any:
    """Return bins as a recipe keeps them."""
    if isinstance(bins, Mapping):
        return {name: _plain(each) for name, each in bins.items()}
    return bins.tolist() if isinstance(bins, np.ndarray) else bins


def _write(
    folder: Path,
    counted: Sequence[Counted],
    options: Options,
    regions: Mapping[str, Dataset],
    luminosity: float,
    *,
    observed: bool,
) -> Written:
    first = next(iter(regions.values()))
    model = model_text(counted, options)
    channels = [c.channel for c in counted]
    about = {
        "schema": 1,
        "luminosity": luminosity,
        "classes": list(first.classes),
        "signal": list(first.signal),
        "cross_section": sum(first.counts[name]["cross_section"] for name in first.signal),
        "observed": observed,
        "test_only": any(events.test_only for events in regions.values()),
        "parameters": [
            *(each.name for each in options.systematics),
            *(["lumi"] if options.luminosity_uncertainty else []),
            *(f"mu_{name}" for name in options.free),
        ],
        "channels": [asdict(each) for each in channels],
    }
    write_json(folder / MODEL, model)
    write_json(folder / ABOUT, about)
    return Written(fingerprint({}, {"model": model, "about": about}), {"channels": _summary(channels)})


def _summary(channels: Sequence[Channel]) -> dict[str, Any]:
    return {
        each.name: {
            name: {"expected": sum(values), "error": float(sum(e**2 for e in each.errors[name])) ** 0.5}
            for name, values in each.expected.items()
        }
        for each in channels
    }


def _read(folder: Path) -> Workspace:
    return Workspace(read_json(folder / MODEL), read_json(folder / ABOUT))
