"""How workspaces, limits and ABCD estimates show themselves; entered into `registry.SHOWS` and `plots.PLOTS`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..display import Table, bundle, count, efficiency, number, with_error
from ..display.results import result_record
from ..display.views import view_record
from ..plots import PLOTS, plot
from ..registry import SHOWS
from .drawing import draw_limit, draw_workspace
from .equal_signal import FEW

if TYPE_CHECKING:
    from .four_regions import Abcd, Estimate
    from .limits import Limit
    from .workspaces import Workspace

__all__ = ["abcd_table", "limit_table", "workspace_table"]

SIGMAS = ("-2 sigma", "-1 sigma", "median", "+1 sigma", "+2 sigma")


def workspace_table(workspace: Workspace) -> Table:
    """Return a row for each bin: expected events of each class, and the data."""
    classes = [name for name in workspace.classes if any(name in each.expected for each in workspace.channels)]
    rows, notes = [], []
    for channel in workspace.channels:
        for i, text in enumerate(channel.bins):
            cells = [
                with_error(channel.expected[name][i], channel.errors[name][i])
                if name in channel.expected
                else number(0.0)
                for name in classes
            ]
            data = count(round(channel.data[i])) if workspace.observed else number(channel.data[i])
            rows.append([channel.name, text, *cells, data])
        if channel.outside:
            lost = ", ".join(f"{name} {number(value, 3)}" for name, value in channel.outside.items())
            notes.append(f"{channel.name}: not counted, since outside of the bins or without a value: {lost}")
        few = [text for text, n in zip(channel.bins, channel.effective, strict=True) if n < FEW]
        if few:
            notes.append(f"{channel.name}: fewer than {FEW:g} effective background events in {', '.join(few)}")
    head = [f"{name}*" if name in workspace.signal else name for name in classes]
    columns = {each.column for each in workspace.channels}
    binned = columns.pop() if len(columns) == 1 else None
    return Table(
        "workspace",
        ("channel", binned or "bin", *head, "observed" if workspace.observed else "data (Asimov)"),
        rows,
        (*_model_notes(workspace), *notes, *(f"stale: {reason}" for reason in workspace.stale)),
        left=2,
    )


def _model_notes(workspace: Workspace) -> list[str]:
    of = "observed events" if workspace.observed else "the expected background (Asimov), no observed event is looked at"
    notes = [f"expected events at {workspace.luminosity:g} fb⁻¹; * signal, scaled by mu", f"data: {of}"]
    names = workspace.parameters
    notes.append(f"parameters beside Monte-Carlo errors: {', '.join(names) if names else 'none'}")
    if workspace.test_only:
        notes.append("regions with a score count test events, scaled up: the methods may have seen the others")
    return notes


def limit_table(limit: Limit) -> Table:
    """Return the limits on mu, on the cross section where it is known, and the significances."""
    sigma = limit.cross_section
    rows = [
        [f"expected limit on mu, {name}", number(mu), number(mu * sigma) if sigma else ""]
        for name, mu in zip(SIGMAS, limit.expected, strict=True)
    ]
    if limit.observed is not None:
        rows.append(["observed limit on mu", number(limit.observed), number(limit.observed * sigma) if sigma else ""])
    rows.append(["expected significance at mu = 1", number(limit.expected_significance, 3), ""])
    if limit.significance is not None:
        rows.append(["observed significance", number(limit.significance, 3), ""])
    notes = ["CLs, asymptotic formulae", *(f"stale: {reason}" for reason in limit.stale)]
    if limit.observed is None:
        notes.insert(1, "the data are the expected background: there is no observed limit")
    if limit.events < FEW:
        notes.append(
            f"only {number(limit.events, 3)} events, expected or in the data: asymptotic limits are too small there, by up to a third; toys tell"
        )
    width = 3 if sigma else 2
    head = ("", "", "cross section [pb]")[:width]
    return Table(f"upper limit at {100 * limit.level:g} % CL", head, [row[:width] for row in rows], tuple(notes))


def limit_numbers(limit: Limit) -> dict[str, Any]:
    """Return the numbers of a limit as plain JSON."""
    return {
        "level": limit.level,
        "expected": dict(zip(("-2", "-1", "0", "1", "2"), limit.expected, strict=True)),
        "observed": limit.observed,
        "expected_significance": limit.expected_significance,
        "significance": limit.significance,
    }


def abcd_table(found: Abcd) -> Table:
    """Return the four regions, and what three say of the fourth."""
    seen = any(each.observed is not None for each in found.regions.values())
    rows = [
        [
            name,
            each.cut,
            count(each.events),
            with_error(each.background, each.background_error),
            with_error(each.signal, each.signal_error),
            efficiency(each.contamination),
            *(["not looked at" if each.observed is None else count(each.observed)] if seen else []),
        ]
        for name, each in found.regions.items()
    ]
    head = ("", "events", "simulated", "background", "signal", "signal share", *(["observed"] if seen else []))
    notes = [
        f"expected events at {found.luminosity:g} fb⁻¹",
        f"background in A by B C / D: {_text(found.predicted)}",
        *([f"from observed events: {_text(found.from_data)}"] if found.from_data else []),
        f"closure, predicted over simulated: {_text(found.closure)}",
        f"correlation in the background: of the columns {_coefficient(found.correlation)}, of passing the cuts {_coefficient(found.association)}",
    ]
    if found.closes is False:
        notes.append(
            "the closure is more than three errors from 1: the cuts depend on each other, and the estimate is not to be used as it is"
        )
    if found.few:
        notes.append(f"fewer than 10 effective background events in {', '.join(found.few)}: the estimate is biased")
    if found.without_value:
        notes.append(f"{count(found.without_value)} background events without a value are in no region")
    if found.test_only:
        notes.append("with a score these are test events, scaled up: the methods may have seen the others")
    return Table("ABCD", head, rows, (*notes, *(f"stale: {reason}" for reason in found.stale)), left=2)


def abcd_numbers(found: Abcd) -> dict[str, Any]:
    """Return the numbers of an ABCD estimate as plain JSON."""
    regions = {
        name: {
            "events": each.events,
            "background": {"value": each.background, "error": each.background_error},
            "signal": {"value": each.signal, "error": each.signal_error},
            "observed": each.observed,
        }
        for name, each in found.regions.items()
    }
    estimates = {name: _plain(getattr(found, name)) for name in ("predicted", "from_data", "closure")}
    return {"luminosity": found.luminosity, "regions": regions, **estimates}


def _plain(found: Estimate | None) -> dict[str, Any] | None:
    return None if found is None else found._asdict()


def _text(found: Estimate) -> str:
    return found.reason if found.value is None else with_error(found.value, found.error)


def _coefficient(found: float | None) -> str:
    return "not defined" if found is None else f"{found:+.3f}"


PLOTS.update({"Workspace": draw_workspace, "Limit": draw_limit})
SHOWS.update(
    {
        "Workspace": lambda w: bundle(workspace_table(w), record=result_record(w)),
        "Limit": lambda found: bundle(
            limit_table(found), record=view_record(limit_numbers(found)), picture=plot(found)
        ),
        "Abcd": lambda found: bundle(abcd_table(found), record=view_record(abcd_numbers(found))),
    }
)
