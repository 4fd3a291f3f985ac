"""Efficiency maps of taggers: binned in transverse momentum, pseudorapidity and flavour, as correctionlib's JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import progress
from ..canonical import fingerprint, read_json, write_json
from ..cuts import Cut
from ..datasets.checking import check_dataset
from ..datasets.described import check_known
from ..errors import ArgumentError
from ..provenance import Recipe, Result, Written, open_result, produce
from ..registry import named
from . import efficiency_showing  # noqa: F401  (maps know how to show themselves)
from .efficiency_bins import OTHERS, Bin, collection, count, edges_of, flavors_of, numbers
from .efficiency_json import SYSTEMATICS, correction_set

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["WARNING", "Bin", "EfficiencyMap", "efficiency_map"]

Floats = npt.NDArray[np.float64]

#: Raised when the same call gives other content.
VERSION = 1
MAP, ABOUT = "efficiency.json", "about.json"
#: Flavours with bins of their own: bottom and charm. All others are together in 0.
FLAVORS = (5, 4)
PT = (20.0, 30.0, 50.0, 70.0, 100.0, 140.0, 200.0, 300.0, 600.0, float("inf"))
ETA = (0.0, 1.5, 2.5)
#: Said wherever the map is.
WARNING = (
    "An efficiency map is for taggers of objects, such as jets from b quarks. It is not for discriminators of signal against "
    "background that were trained on one sample of new physics: their efficiencies are those of that sample. Preserve such a network "
    "itself, or a surrogate of it."
)


class EfficiencyMap(Result):
    """How often objects pass a tag, in bins of transverse momentum, pseudorapidity and flavour; made by :func:`efficiency_map`.

    ``efficiency.json`` in its folder is what correctionlib reads.
    """

    def __init__(self, text: str, about: dict[str, Any]) -> None:
        self._text, self._about = text, about

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> EfficiencyMap:
        """Return a saved map.

        Raises
        ------
        PathError, DamagedError, FileFormatError
            There is none at `path`, or its files have changed.
        """
        return open_result(path, "efficiency_map", _read)

    @property
    def name(self) -> str:
        """Name of the correction."""
        return str(self._about["name"])

    @property
    def tag(self) -> str:
        """The cut whose efficiency it is, canonical."""
        return str(self._about["tag"])

    @property
    def objects(self) -> str:
        """The collection, ``"jet"``, with what is required of its objects."""
        return str(self._about["per"])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What users of the map have to know."""
        return tuple(self._about["warnings"])

    @property
    def model(self) -> dict[str, Any]:
        """The JSON of correctionlib."""
        found: dict[str, Any] = json.loads(self._text)
        return found

    @property
    def bins(self) -> tuple[Bin, ...]:
        """All bins: flavour by flavour, then pT, then eta."""
        return tuple(
            Bin(**{**each, "pt": tuple(map(float, each["pt"])), "abs_eta": tuple(map(float, each["abs_eta"]))})
            for each in self._about["bins"]
        )

    @property
    def empty(self) -> tuple[Bin, ...]:
        """The bins without an estimate."""
        return tuple(each for each in self.bins if each.efficiency is None)

    def evaluate(
        self, pt: npt.ArrayLike, eta: npt.ArrayLike, flavor: npt.ArrayLike, *, systematic: str = "nominal"
    ) -> Floats:
        """Return the efficiency of each object, through correctionlib.

        Parameters
        ----------
        pt, eta : array (n,)
            GeV, and pseudorapidity of either sign.
        flavor : array of int (n,)
            PDG numbers, of either sign.
        systematic : str
            ``"nominal"``, ``"up"`` or ``"down"``, the ends of the interval of 68.3 %.

        Raises
        ------
        ArgumentError
            A number that is NaN, an object outside of the map, or in a bin without an estimate.
        UnknownNameError
            Another systematic.
        """
        import correctionlib

        check_known("systematic", systematic, SYSTEMATICS)
        pt, eta = numbers("pt", pt), np.abs(numbers("eta", eta))
        flavor = np.abs(numbers("flavor", flavor, whole=True)).astype(np.int64)
        self._check(pt, eta, flavor)
        found = correctionlib.CorrectionSet.from_string(self._text)[self.name]
        return np.asarray(found.evaluate(systematic, flavor, pt, eta), dtype=np.float64)

    def _check(self, pt: Floats, eta: Floats, flavor: npt.NDArray[np.int64]) -> None:
        pt, eta, flavor = np.broadcast_arrays(pt, eta, flavor)
        known = [each.flavor for each in self.bins]
        kinds = np.where(np.isin(flavor, known), flavor, OTHERS)
        covered = np.zeros(pt.shape, bool)
        for each in self.bins:
            inside = (kinds == each.flavor) & (pt >= each.pt[0]) & (pt < each.pt[1])
            inside &= (eta >= each.abs_eta[0]) & (eta < each.abs_eta[1])
            covered |= inside
            if each.efficiency is None and inside.any():
                msg = f"the efficiency of {_place(each)} is not known: no simulated object is in this bin, so take wider bins"
                raise ArgumentError(msg)
        if not covered.all():
            msg = f"{int((~covered).sum())} of {covered.size} objects are outside of the map: it is for {self._about['range']}"
            raise ArgumentError(msg)

    def __repr__(self) -> str:
        """Return one line."""
        return f"<efficiency map {self.name!r}: {self.tag} of {self.objects}, {len(self.bins)} bins>"


@named
def efficiency_map(
    dataset: Dataset,
    tag: str,
    *,
    pt_bins: Sequence[float] = PT,
    eta_bins: Sequence[float] = ETA,
    flavors: Sequence[int] = FLAVORS,
    weighted: bool = True,
    name: str = "tag",
    path: str | None = None,
) -> EfficiencyMap:
    """Return how often objects pass a tag, in bins of pT, |eta| and flavour, with mistags, for correctionlib.

    Parameters
    ----------
    dataset : Dataset
        With a row for each object, ``hml.Set([...], per="jet[pt > 30]")``, and the columns ``jet.pt``, ``jet.eta`` and
        ``jet.flavor`` (or of another collection); test rows are counted where a score is in it.
    tag : str
        A cut on its columns, ``"jet.b_tag == 1"``.
    pt_bins, eta_bins : list of float
        Edges in pT (GeV) and in the absolute pseudorapidity; infinity may be the last.
    flavors : list of int
        PDG numbers with bins of their own; all others are together, as 0.
    weighted : bool
        Count physics weights, so that processes are mixed as they occur; without it each object counts as one.
    name : str
        Of the correction in the JSON.
    path : str, optional
        Where to keep it, relative to the notebook; in memory if not given.

    Returns
    -------
    EfficiencyMap
        A table; ``.evaluate(pt, eta, flavor)`` applies it. Bins without an object have no efficiency, and refuse to give one.

    Raises
    ------
    ArgumentError
        A dataset of events, bins or flavours that cannot be, or no object within the bins.
    ExpressionError, UnknownNameError
        A tag that cannot be read, or a column that the dataset lacks.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; the dataset is gone or has changed.

    Notes
    -----
    Intervals of Clopper and Pearson, Biometrika 26 (1934) 404, at 68.3 %; of weighted objects, with effective numbers (Bohm, Zech,
    arXiv:1309.1287). The JSON is schema 2 of correctionlib.

    Examples
    --------
    >>> import awkward as ak
    >>> import hml_jupyter as hml
    >>> jets = [{"PT": 40.0, "Eta": 0.5, "Flavor": 5, "BTag": i % 4 > 0} for i in range(8)]
    >>> events = ak.Array([{"Jet": [jet]} for jet in jets])
    >>> columns = hml.Set(["jet.pt", "jet.eta", "jet.flavor", "jet.b_tag"], per="jet")
    >>> dataset = hml.build_dataset({"tt": events, "qcd": events}, columns, signal="tt", seed=1)
    >>> found = hml.efficiency_map(dataset, "jet.b_tag == 1", pt_bins=[30, 50], eta_bins=[0, 2.5])
    >>> found.evaluate([35.0, 45.0], [-1.0, 1.0], [5, -5])
    array([0.75, 0.75])
    """
    check_dataset(dataset, "efficiency_map")
    if dataset.per is None:
        msg = f"efficiency_map needs a row for each object, hml.Set([...], per='jet'), and this dataset has events. {WARNING}"
        raise ArgumentError(msg)
    if not str(name).isidentifier():
        msg = f"name={name!r} must be a word of letters, digits and _, as name='b_tag'"
        raise ArgumentError(msg)
    if weighted not in (True, False):
        msg = f"weighted= is True or False, not {weighted!r}"
        raise ArgumentError(msg)
    cut, edges, kinds = Cut(tag), (edges_of("pt_bins", pt_bins), edges_of("eta_bins", eta_bins)), flavors_of(flavors)
    warnings = [WARNING, *_scores(dataset, cut)]
    for each in warnings[1:]:
        progress.notice(each)
    arguments = {
        "tag": str(cut),
        "pt_bins": edges[0].tolist(),
        "eta_bins": edges[1].tolist(),
        "flavors": kinds,
        "weighted": weighted,
        "name": name,
    }

    def write(folder: Path) -> Written:
        bins = count(dataset, cut, edges, kinds, weighted=weighted)
        about = {
            "schema": 1,
            "name": name,
            "tag": str(cut),
            "per": dataset.per,
            "weighted": weighted,
            "range": f"pT from {edges[0][0]:g} to {edges[0][-1]:g} GeV and |eta| from {edges[1][0]:g} to {edges[1][-1]:g}",
            "warnings": warnings,
            "bins": [_plain(each) for each in bins],
        }
        made = correction_set(bins, edges, name, f"Efficiency of {cut} for {dataset.per}. {' '.join(warnings)}")
        write_json(folder / MAP, made)
        write_json(folder / ABOUT, about)
        known = [each for each in bins if each.efficiency is not None]
        summary = {"bins": len(bins), "empty": len(bins) - len(known), "objects": sum(each.objects for each in bins)}
        return Written(fingerprint({}, {"map": made, "about": about}), summary)

    return produce(path, Recipe("efficiency_map", VERSION, arguments, {"dataset": dataset}), write, _read)


def _read(folder: Path) -> EfficiencyMap:
    return EfficiencyMap((folder / MAP).read_text(encoding="utf-8"), read_json(folder / ABOUT))


def _place(each: Bin) -> str:
    pt, eta = (f"{low:g} to {high:g}" for low, high in (each.pt, each.abs_eta))
    return f"flavour {each.flavor}, pT {pt} GeV, |eta| {eta}"


def _plain(each: Bin) -> dict[str, Any]:
    """Return a bin as JSON, which has no infinity."""
    return {**each._asdict(), **{key: [*map(str, getattr(each, key))] for key in ("pt", "abs_eta")}}


def _scores(dataset: Dataset, cut: Cut) -> list[str]:
    """Warn of a tag that is the score of a method: all methods here separate signal from background."""
    found = [name for name in cut.needs(dataset.column_names) if name in dataset.scores]
    signal, background = ", ".join(dataset.signal), ", ".join(dataset.background) or "background"
    trained = {
        name: "is of a network whose card does not say what it was trained on"
        if dataset.scores[name] is None
        else f"was trained to tell {signal} from {background}"
        for name in found
    }
    return [
        f"{name} {how}: the map can be reused only if that is one kind of {collection(dataset)} against another, and not a signal "
        "against its background."
        for name, how in trained.items()
    ]
