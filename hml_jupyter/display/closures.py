"""How the comparison of a surrogate with its original shows itself."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from .numbers import count, number, probability, with_error
from .tables import Table

if TYPE_CHECKING:
    from ..methods import Closure
    from ..methods.closing import Efficiency, PointClosure

__all__ = ["closure_numbers", "closure_table"]

NOTES = (
    "AUC: of boosted trees that see the inputs and a score, and look for the original; 0.5 ± its error if they cannot tell",
    "KS: largest distance of the distributions, and the probability of such a one or a larger if the surrogate is right",
)


def closure_table(closure: Closure) -> Table:
    """Return a column for each class: the verdict, tests of the whole distribution, then of efficiencies."""
    from ..methods.closing import CRITERION

    classes = closure.classes.values()
    rows = [
        ["test events", *(count(each.events) for each in classes)],
        ["surrogate and original", *(each.verdict for each in classes)],
        ["classifier AUC", *(with_error(each.auc, each.auc_error) for each in classes)],
        ["KS distance", *(number(each.distance, 2) for each in classes)],
        ["KS probability", *(probability(each.probability) for each in classes)],
    ]
    for points in zip(*(each.points for each in classes), strict=True):
        rows += [
            [f"efficiency of score >= {number(points[0].threshold, 6)}", *(number(p.whole.original) for p in points)],
            ["  of the surrogate", *(with_error(p.whole.surrogate, p.whole.error) for p in points)],
            [f"  probability in bins of {closure.by}", *(probability(p.probability) for p in points)],
        ]
    events = f"test events with {' and '.join(closure.selection)}" if closure.selection else "all test events"
    title = f"closure: {closure.name} of {closure.of}"
    return Table(title, ("", *closure.classes), rows, (f"{events}, drawn with seed {closure.seed}", *NOTES, CRITERION))


def closure_numbers(closure: Closure) -> dict[str, Any]:
    """Return the numbers of a closure as plain JSON."""
    classes = {
        name: {
            "events": each.events,
            "auc": {"value": each.auc, "error": each.auc_error},
            "distance": each.distance,
            "probability": each.probability,
            "points": [_point(point) for point in each.points],
        }
        for name, each in closure.classes.items()
    }
    return {
        "name": closure.name,
        "of": closure.of,
        "selection": list(closure.selection),
        "seed": closure.seed,
        "by": closure.by,
        "edges": list(closure.edges),
        "classes": classes,
    }


def _point(point: PointClosure) -> dict[str, Any]:
    return {
        "signal_efficiency": point.signal_efficiency,
        "threshold": point.threshold,
        "efficiency": _efficiency(point.whole),
        "bins": [_efficiency(each) for each in point.bins],
        "probability": point.probability,
    }


def _efficiency(efficiency: Efficiency) -> dict[str, float | None]:
    return {name: value if isfinite(value) else None for name, value in efficiency._asdict().items()}
