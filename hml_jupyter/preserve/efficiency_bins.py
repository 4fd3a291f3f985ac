"""What an efficiency map is counted from: bins, and the objects in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..errors import ArgumentError
from ..histograms import checked_edges
from .intervals import interval

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["OTHERS", "Bin", "collection", "count", "edges_of", "flavors_of", "numbers"]

Floats = npt.NDArray[np.float64]

#: Flavour of all objects that have no bins of their own.
OTHERS = 0


class Bin(NamedTuple):
    """The efficiency in one bin."""

    flavor: int
    """PDG number; 0 for all that have no bins of their own."""
    pt: tuple[float, float]
    """GeV, from and to."""
    abs_eta: tuple[float, float]
    """From and to."""
    objects: int
    """Simulated objects."""
    effective: float
    """Effective number of them: the squared sum of weights over the sum of squares."""
    efficiency: float | None
    """None in a bin without an estimate."""
    low: float | None
    """Lower end of the interval of 68.3 %."""
    high: float | None
    """Upper end."""


def collection(dataset: Dataset) -> str:
    """Return the collection whose objects have a row each, ``"jet"`` of ``"jet[pt > 30]"``."""
    return str(dataset.per).partition("[")[0]


def edges_of(option: str, given: Any) -> Floats:
    """Return edges of which the last may be infinite."""
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray) or len(given) < 2:
        msg = f"{option}={given!r} must be a list of edges, [30, 50, 100]"
        raise ArgumentError(msg)
    last = given[-1]
    if isinstance(last, float) and last == np.inf and len(given) > 2:
        return np.append(checked_edges(given[:-1]), np.inf)
    return checked_edges(given)


def flavors_of(given: Any) -> list[int]:
    """Return the flavours with bins of their own, and that of all others."""
    numbers = isinstance(given, Sequence) and all(isinstance(each, int) and each > 0 for each in given)
    if not numbers or len(set(given)) != len(given):
        msg = f"flavors={given!r} must be a list of positive PDG numbers, [5, 4] for b and c"
        raise ArgumentError(msg)
    return [*given, OTHERS]


def count(
    dataset: Dataset, cut: Cut, edges: tuple[Floats, Floats], flavors: Sequence[int], *, weighted: bool
) -> list[Bin]:
    """Return all bins, flavour by flavour, then pT, then eta.

    Raises
    ------
    ArgumentError
        No object is within the bins.
    UnknownNameError
        The dataset lacks a column.
    """
    base = collection(dataset)
    pt, eta, flavor = (dataset.column(f"{base}.{each}") for each in ("pt", "eta", "flavor"))
    kinds = np.where(np.isin(np.abs(flavor), flavors), np.abs(flavor), OTHERS)
    shape = (len(flavors), len(edges[0]) - 1, len(edges[1]) - 1)
    places = [np.searchsorted(e, v, side="right") - 1 for e, v in zip(edges, (pt, np.abs(eta)), strict=True)]
    inside = dataset.counted & np.isfinite(flavor)
    for place, size in zip(places, shape[1:], strict=True):
        inside &= (place >= 0) & (place < size)
    if not inside.any():
        msg = f"none of the {dataset.n_events} {dataset.row} is within the bins"
        raise ArgumentError(msg)
    order = np.array([flavors.index(kind) for kind in kinds[inside].astype(int).tolist()])
    cells = np.ravel_multi_index((order, *(place[inside] for place in places)), shape)
    weights = dataset.expected[inside] if weighted else np.ones(int(inside.sum()))
    passing = cut(dataset)[inside]

    def summed(values: npt.NDArray[Any]) -> Floats:
        return np.bincount(cells, values, minlength=int(np.prod(shape))).astype(np.float64)

    counts, total = summed(np.ones(len(cells))), summed(weights)
    passed, squares = summed(weights * passing), summed(weights**2)
    corners = [(k, i, j) for k in flavors for i in range(shape[1]) for j in range(shape[2])]
    return [
        _bin(k, (edges[0][i : i + 2], edges[1][j : j + 2]), int(counts[at]), passed[at], total[at], squares[at])
        for at, (k, i, j) in enumerate(corners)
    ]


def _bin(flavor: int, ends: tuple[Floats, Floats], objects: int, passed: float, total: float, squares: float) -> Bin:
    (low, high), (near, far) = (each.tolist() for each in ends)
    effective = float(total**2 / squares) if total > 0 and squares > 0 else 0.0
    place = (flavor, (low, high), (near, far), objects, effective)
    # negative weights may leave more than all, or less than none
    if not effective or not 0 <= passed <= total * (1 + 1e-12):
        return Bin(*place, None, None, None)
    share = min(float(passed / total), 1.0)
    down, up = interval(share * effective, effective)
    return Bin(*place, share, float(down), float(up))


def numbers(name: str, given: npt.ArrayLike, *, whole: bool = False) -> Floats:
    """Return what is given for each object as floats; infinite ones are outside of every map, and so refused there.

    Raises
    ------
    ArgumentError
        They are no numbers, or no whole ones where these are asked for, or one is NaN.
    """
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        msg = f"{name} must be numbers, one for each object; got {given!r}"
        raise ArgumentError(msg) from None
    unknown = int(np.isnan(found).sum())
    if unknown:
        msg = f"{name} of {unknown} of {found.size} objects is not known (NaN): leave these objects out"
        raise ArgumentError(msg)
    if whole and not (np.isfinite(found) & (found == np.rint(found))).all():
        msg = f"{name} must be whole numbers, such as 5 of b and 4 of c; got {given!r}"
        raise ArgumentError(msg)
    return found
