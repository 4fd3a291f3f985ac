"""Pictures of workspaces and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plots import Panel, draw_histograms
from ..plots.datasets import observed_points
from ..plots.style import COLOURS, figure_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .channels import Channel
    from .limits import Limit
    from .workspaces import Workspace

__all__ = ["draw_limit", "draw_workspace"]

#: The colours of the field for one and two standard deviations, as they can be told apart with any colour vision.
ONE_SIGMA, TWO_SIGMA = COLOURS[2], "#F0E442"


def draw_limit(limit: Limit) -> Figure:
    """Return CLs against mu: expected with its bands of one and two standard deviations, observed, and the level."""
    scan = limit.scan
    with figure_of(4.6, 3.1, 1, 1) as (figure, (ax,)):
        ax.fill_between(
            scan.mu, scan.expected[:, 0], scan.expected[:, 4], color=TWO_SIGMA, linewidth=0, label="±2 sigma"
        )
        ax.fill_between(
            scan.mu, scan.expected[:, 1], scan.expected[:, 3], color=ONE_SIGMA, linewidth=0, label="±1 sigma"
        )
        ax.plot(scan.mu, scan.expected[:, 2], color="black", linestyle=(0, (5, 2)), label="expected")
        if limit.observed is not None:
            ax.plot(scan.mu, scan.observed, color="black", marker="o", markersize=2.5, label="observed")
        ax.axhline(1 - limit.level, color=COLOURS[1], linewidth=1.0)
        ax.set(xlabel="signal strength mu", ylabel="CLs", xlim=(0, 1.5 * limit.expected[-1]), ylim=(1e-3, 1.3))
        ax.set_yscale("log")
        figure.legend(loc="outside upper right", ncols=4)
    return figure


def draw_workspace(workspace: Workspace) -> Figure:
    """Return the channels: backgrounds on top of each other, signal as a line, and the data."""
    panels = [_panel(channel, observed=workspace.observed) for channel in workspace.channels]
    stacked = [name for name in workspace.classes if name not in workspace.signal]
    label = f"events per bin at {workspace.luminosity:g} fb$^{{-1}}$"
    return draw_histograms(panels, ylabel=label, stacked=stacked, signal=workspace.signal)


def _panel(channel: Channel, *, observed: bool) -> Panel:
    import numpy as np

    name = f"{channel.name}: {channel.column or 'all events'}"
    data = {"data": observed_points(np.array(channel.data), 1.0)} if observed else {}
    return Panel(name, "", channel.edges or (0.0, 1.0), channel.expected, channel.errors, data=data)
