"""The ABCD method: the background in one region from three others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..cuts import Cut
from ..errors import ArgumentError
from ..registry import Shown, named
from .regions import check_events

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["Abcd", "Estimate", "Quarter", "abcd"]

Mask = npt.NDArray[np.bool_]

#: Effective events below which a region says little, and 1 / D is on average larger than it should be.
FEW = 10.0


class Estimate(NamedTuple):
    """A number that may not be known."""

    value: float | None
    """None where it cannot be estimated."""
    error: float | None
    """One standard deviation."""
    reason: str = ""
    """Why there is no value."""


@dataclass(frozen=True)
class Quarter:
    """What is in one of the four regions."""

    cut: str
    """Which events these are."""
    events: int
    """Simulated background events."""
    background: float
    """Expected."""
    background_error: float
    """Monte-Carlo error."""
    signal: float
    """Expected."""
    signal_error: float
    """Monte-Carlo error."""
    observed: int | None
    """Observed events; None without, and in A where nobody has asked to look."""

    @property
    def contamination(self) -> float | None:
        """Signal over signal and background; None where there is nothing."""
        total = self.signal + self.background
        return self.signal / total if total > 0 else None

    @property
    def effective(self) -> float:
        """Effective simulated background events."""
        return (self.background / self.background_error) ** 2 if self.background_error > 0 else 0.0


@dataclass(frozen=True)
class Abcd(Shown):
    """Four regions of two cuts, and what three of them say of the fourth."""

    cuts: tuple[str, str]
    """The two cuts."""
    luminosity: float
    """fb^-1."""
    regions: Mapping[str, Quarter]
    """``A`` passes both cuts, ``B`` the first, ``C`` the second, ``D`` none."""
    predicted: Estimate
    """Background in A, B C / D, from simulated background."""
    from_data: Estimate | None
    """Background in A from observed events; None without observed events."""
    closure: Estimate
    """`predicted` over the simulated background in A."""
    correlation: float | None
    """Linear correlation of the two columns in the background; None where a cut is on more than one."""
    association: float | None
    """Correlation of passing the one cut and the other in the background; 0 if the method is exact."""
    without_value: int
    """Simulated background events that lack a value for one of the cuts: they are in no region."""
    test_only: bool = False
    """Whether these are test events, scaled up, since a cut is on a score."""
    stale: tuple[str, ...] = ()
    """Why the dataset is older than what it was made from; empty when it is fresh."""

    @property
    def few(self) -> tuple[str, ...]:
        """The regions B, C and D with fewer than 10 effective background events."""
        return tuple(name for name in "BCD" if self.regions[name].effective < FEW)

    @property
    def closes(self) -> bool | None:
        """Whether `closure` is 1 within three of its errors; None where it cannot be estimated."""
        ratio, error = self.closure.value, self.closure.error
        return None if ratio is None or error is None else abs(ratio - 1) <= 3 * error


@named
def abcd(dataset: Dataset, first: str, second: str, *, luminosity: float = 139.0) -> Abcd:
    """Predict the background that passes two cuts from the events that fail one of them or both.

    Exact if the two cuts are independent in the background, and free of signal where they fail; the table says how well that holds.

    Parameters
    ----------
    dataset : Dataset
        A dataset or a selection with a row for each event.
    first, second : str
        Cuts on its columns. A passes both, B the first only, C the second only, D none. An event without a value is in no region.
    luminosity : float
        fb^-1.

    Returns
    -------
    Abcd
        A table. Of observed events only B, C and D are looked at.

    Raises
    ------
    ArgumentError
        Something that is no dataset of events, a cross section that is not known, no background, twice the same cut.
    ExpressionError, UnknownNameError
        A cut that cannot be read, or that uses what is no column.

    Notes
    -----
    A = B C / D, with the relative errors of the three in quadrature (Review of Particle Physics, Statistics, "Propagation of
    errors"); see Kasieczka, Nachman, Schwartz, Shih, arXiv:2007.14400. An empty region gives no estimate.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> import numpy as np
    >>> x, y = np.repeat([0, 0, 1, 1], [60, 30, 20, 10]), np.repeat([0, 1, 0, 1], [60, 30, 20, 10])
    >>> tables = {
    ...     "zz": hml.open_table({"x": np.ones(10), "y": np.ones(10)}, cross_section=0.001),
    ...     "qcd": hml.open_table({"x": x, "y": y}, cross_section=0.012),
    ... }
    >>> dataset = hml.build_dataset(tables, hml.Set(["column.x", "column.y"]), signal="zz", seed=1)
    >>> found = hml.abcd(dataset, "column.x > 0.5", "column.y > 0.5", luminosity=10)
    >>> round(found.predicted.value, 6), round(found.closure.value, 6)
    (10.0, 1.0)
    """
    check_events(dataset, "abcd")
    cuts = (Cut(first), Cut(second))
    if str(cuts[0]) == str(cuts[1]):
        msg = f"abcd needs two cuts that differ, and got {first!r} twice"
        raise ArgumentError(msg)
    dataset.check_background("abcd")
    weights = dataset.yields(luminosity)
    has_value = _has_value(dataset, cuts)
    used = dataset.counted & has_value
    behind = used & ~dataset.is_signal
    if not weights[behind].sum() > 0:
        msg = "there is no background to predict: no event of it has values for both cuts, or their weights do not sum to more than 0"
        raise ArgumentError(msg)
    passing = (cuts[0](dataset), cuts[1](dataset))
    seen = _observed(dataset, cuts)
    regions = {
        name: _quarter(cut, mask, behind, used & dataset.is_signal, weights, seen.get(name))
        for (name, mask), cut in zip(_masks(*passing).items(), _texts(cuts), strict=True)
    }
    predicted = _product(*(_estimate(regions[name]) for name in "BCD"))
    return Abcd(
        cuts=(str(cuts[0]), str(cuts[1])),
        luminosity=float(luminosity),
        regions=regions,
        predicted=predicted,
        from_data=_product(*(_counted(name, seen[name]) for name in "BCD")) if seen else None,
        closure=_closure(predicted, regions["A"]),
        correlation=_correlation(dataset, cuts, behind, weights),
        association=_pearson(passing[0][behind], passing[1][behind], weights[behind]),
        without_value=int((dataset.counted & ~dataset.is_signal & ~has_value).sum()),
        test_only=dataset.test_only,
        stale=dataset.stale,
    )


def _texts(cuts: tuple[Cut, Cut]) -> list[str]:
    one, other = (f"({cut})" for cut in cuts)
    return [f"{one} and {other}", f"{one} and not {other}", f"not {one} and {other}", f"not {one} and not {other}"]


def _masks(one: Mask, other: Mask) -> dict[str, Mask]:
    return {"A": one & other, "B": one & ~other, "C": ~one & other, "D": ~one & ~other}


def _has_value(events: Any, cuts: tuple[Cut, Cut]) -> Mask:
    """Return which events have values of all columns in the cuts, (n,)."""
    found = np.ones(events.n_events, bool)
    for cut in cuts:
        cut(events)  # says what is no column
        for name in cut.needs(events.column_names):
            found &= ~np.isnan(events.column(name))
    return found


def _observed(dataset: Dataset, cuts: tuple[Cut, Cut]) -> dict[str, int]:
    """Return the observed events in B, C and D; nothing without observed events."""
    if not dataset.observed_names:
        return {}
    seen = dataset.observed
    has_value = _has_value(seen, cuts)
    masks = _masks(cuts[0](seen), cuts[1](seen))
    return {name: int((mask & has_value).sum()) for name, mask in masks.items() if name != "A"}


def _quarter(
    cut: str, mask: Mask, behind: Mask, signal: Mask, weights: npt.NDArray[np.float64], observed: int | None
) -> Quarter:
    b, s = weights[mask & behind], weights[mask & signal]
    return Quarter(
        cut=cut,
        events=len(b),
        background=float(b.sum()),
        background_error=float(np.sqrt((b**2).sum())),
        signal=float(s.sum()),
        signal_error=float(np.sqrt((s**2).sum())),
        observed=observed,
    )


def _estimate(region: Quarter) -> Estimate:
    if region.background > 0:
        return Estimate(region.background, region.background_error)
    why = "no background is left" if not region.events else "the background's weights do not sum to more than 0"
    return Estimate(None, None, f"cannot be estimated: {why} in the region {region.cut}")


def _counted(name: str, events: int) -> Estimate:
    if events > 0:
        return Estimate(float(events), math.sqrt(events))
    return Estimate(None, None, f"cannot be estimated: no event is observed in {name}")


def _product(b: Estimate, c: Estimate, d: Estimate) -> Estimate:
    """Return B C / D."""
    for each in (b, c, d):
        if each.value is None:
            return each
    (bv, be), (cv, ce), (dv, de) = ((each.value or 0.0, each.error or 0.0) for each in (b, c, d))
    value = bv * cv / dv
    return Estimate(value, value * math.sqrt((be / bv) ** 2 + (ce / cv) ** 2 + (de / dv) ** 2))


def _closure(predicted: Estimate, region: Quarter) -> Estimate:
    """Return what is predicted over what is simulated."""
    truth = _estimate(region)
    if predicted.value is None or truth.value is None or truth.error is None or predicted.error is None:
        return Estimate(None, None, predicted.reason or truth.reason)
    ratio = predicted.value / truth.value
    return Estimate(ratio, ratio * math.hypot(predicted.error / predicted.value, truth.error / truth.value))


def _correlation(
    dataset: Dataset, cuts: tuple[Cut, Cut], behind: Mask, weights: npt.NDArray[np.float64]
) -> float | None:
    columns = [set(cut.needs(dataset.column_names)) for cut in cuts]
    if any(len(names) != 1 for names in columns):
        return None
    one, other = (dataset.column(names.pop())[behind] for names in columns)
    return _pearson(one, other, weights[behind])


def _pearson(one: npt.NDArray[Any], other: npt.NDArray[Any], weights: npt.NDArray[np.float64]) -> float | None:
    """Return the linear correlation coefficient, weighted with absolute values; None for what does not vary."""
    w = np.abs(weights)
    x, y = (each - np.average(each, weights=w) for each in (one.astype(np.float64), other.astype(np.float64)))
    spread = math.sqrt(float((w * x**2).sum()) * float((w * y**2).sum()))
    return float((w * x * y).sum()) / spread if spread > 0 else None
