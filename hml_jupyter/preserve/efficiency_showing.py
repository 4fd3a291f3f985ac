"""How efficiency maps show themselves; entered into `registry.SHOWS` and `plots.PLOTS`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..display import Table, bundle, count, efficiency
from ..display.numbers import NONE
from ..display.results import result_record
from ..plots import PLOTS, plot
from ..plots.style import COLOURS, figure_of, plain
from ..registry import SHOWS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .efficiency import EfficiencyMap
    from .efficiency_bins import Bin

__all__ = ["draw_efficiency_map", "efficiency_map_table"]

FLAVORS = {5: "b", 4: "c", 15: "tau", 0: "others"}


def efficiency_map_table(found: EfficiencyMap) -> Table:
    """Return a row for each flavour and bin."""
    rows = [
        [
            _flavor(each.flavor),
            _range(each.pt),
            _range(each.abs_eta),
            count(each.objects),
            NONE if each.efficiency is None else efficiency(each.efficiency),
            NONE if each.low is None or each.high is None else f"{each.low:.3g} to {each.high:.3g}",
        ]
        for each in found.bins
    ]
    notes = [*found.warnings, *(f"stale: {reason}" for reason in found.stale)]
    if found.empty:
        notes.insert(0, f"{len(found.empty)} bins without an object have no efficiency, and refuse to give one")
    head = ("flavour", "pT [GeV]", "|eta|", found.objects, "efficiency", "68.3 %")
    return Table(f"efficiency of {found.tag}", head, rows, tuple(notes), left=3)


def draw_efficiency_map(found: EfficiencyMap) -> Figure:
    """Return the efficiency against pT, a panel for each range of eta and a colour for each flavour; empty bins are left out."""
    ranges = [*dict.fromkeys(each.abs_eta for each in found.bins)]
    with figure_of(3.4 * len(ranges) + 0.4, 3.0, 1, len(ranges), sharey=True) as (figure, axes):
        for ax, near in zip(axes, ranges, strict=True):
            for i, flavor in enumerate(dict.fromkeys(each.flavor for each in found.bins)):
                _line(ax, [b for b in found.bins if (b.flavor, b.abs_eta) == (flavor, near)], i)
            ax.set_xscale("log")
            ax.set(xlabel="pT [GeV]", title=f"|eta| {_range(near)}", xlim=_shown(found.bins), ylim=(0, 1.05))
        axes[0].set_ylabel(plain(f"efficiency of {found.tag}"))
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper right", ncols=max(1, len(labels)))
    return figure


def _line(ax: Axes, bins: list[Bin], i: int) -> None:
    lowest, highest = _shown(bins)
    ends = np.clip([each.pt for each in bins], lowest, highest)
    middles = np.sqrt(ends[:, 0] * ends[:, 1])
    values = np.array([(e.efficiency, e.low, e.high) for e in bins], dtype=float)  # NaN where there is none
    errors = [np.maximum(values[:, 0] - values[:, 1], 0), np.maximum(values[:, 2] - values[:, 0], 0)]
    look: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)], "linestyle": "none", "marker": "os^vDP"[i % 6]}
    sides = [middles - ends[:, 0], ends[:, 1] - middles]
    ax.errorbar(
        middles, values[:, 0], errors, sides, label=_flavor(bins[0].flavor), linewidth=1.0, markersize=3, **look
    )


def _shown(bins: Sequence[Bin]) -> tuple[float, float]:
    """Return the range of pT that is drawn, GeV: a logarithm has no 0 and no infinity."""
    ends = sorted({end for each in bins for end in each.pt})
    lowest = ends[0] if ends[0] > 0 else ends[1] / 10 if np.isfinite(ends[1]) else 1.0
    return lowest, ends[-1] if np.isfinite(ends[-1]) else 2 * max(ends[-2], lowest)


def _flavor(flavor: int) -> str:
    return FLAVORS.get(flavor, str(flavor))


def _range(ends: tuple[float, float]) -> str:
    low, high = ends
    return f"{low:g} to {high:g}" if np.isfinite(high) else f"above {low:g}"


PLOTS["EfficiencyMap"] = draw_efficiency_map
SHOWS["EfficiencyMap"] = lambda found: bundle(
    efficiency_map_table(found), record=result_record(found), picture=plot(found)
)
