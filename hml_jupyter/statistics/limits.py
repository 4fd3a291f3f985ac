"""Upper limits and discovery significances of a workspace."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..checks import number, place
from ..errors import ArgumentError, FileFormatError, PathError
from ..records import RECORD
from ..registry import Shown, named
from .fits import Scanned
from .reading import scanner
from .workspaces import ABOUT, MODEL, Workspace

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Limit", "limit"]

#: Files of a workspace that are no workspace.
BESIDE = (ABOUT, RECORD)


@dataclass(frozen=True, eq=False)
class Limit(Shown):
    """What the data of a workspace say of its signal strength mu."""

    level: float
    """Confidence level."""
    expected: tuple[float, ...]
    """Upper limits on mu if there is only background, at -2, -1, 0, 1, 2 standard deviations of its fluctuation."""
    observed: float | None
    """Upper limit of the data on mu; None where they are the expected background."""
    expected_significance: float
    """Of a discovery, if there is signal with mu = 1: the median, in standard deviations."""
    significance: float | None
    """Of a discovery in the data; None where they are the expected background."""
    scan: Scanned
    """CLs at some values of mu."""
    cross_section: float | None
    """pb: of the signal at mu = 1; None where it is not known."""
    events: float
    """The data or the expected background, whichever are fewer, in all bins together."""
    stale: tuple[str, ...] = ()
    """Why the workspace is older than what it was made from; empty when it is fresh."""


@named
def limit(
    workspace: Workspace | Mapping[str, Any] | str | os.PathLike[str],
    *,
    level: float = 0.95,
    measurement: str | None = None,
) -> Limit:
    """Return the upper limit on the signal strength mu of a workspace, and the significance of a discovery.

    Parameters
    ----------
    workspace : Workspace, mapping or path
        Of :func:`workspace`, or anybody's in pyhf's JSON, whose data are taken as observed.
    level : float
        Confidence level, 0.5 to 0.999.
    measurement : str, optional
        Which of several measurements in the JSON.

    Returns
    -------
    Limit
        A table; :func:`plot` draws CLs with the band of one and two standard deviations.

    Raises
    ------
    ArgumentError
        A level or a measurement that cannot be; no signal can be excluded, or a fit does not converge.
    PathError, FileFormatError
        There is no such file, or it is no workspace.

    Notes
    -----
    CLs (Read, J. Phys. G 28 (2002) 2693) with the test statistics q_mu-tilde and q_0 and their asymptotic forms (Cowan, Cranmer,
    Gross, Vitells, arXiv:1007.1727, equations 16 and 12) of the model that pyhf makes. They need some ten events: with
    fewer, which the table says, a limit is too small, by some 10 % at 5 events and by a third with none; toys tell.
    What is expected has the nuisance parameters as the data want them; of a discovery, as they are before.

    Examples
    --------
    >>> import hml_jupyter as hml
    >>> sample = {"name": "qcd", "data": [100.0], "modifiers": []}
    >>> mu = {"name": "mu", "type": "normfactor", "data": None}
    >>> measurement = {"name": "m", "config": {"poi": "mu", "parameters": []}}
    >>> found = hml.limit(
    ...     {
    ...         "channels": [{"name": "SR", "samples": [{"name": "zz", "data": [10.0], "modifiers": [mu]}, sample]}],
    ...         "observations": [{"name": "SR", "data": [100.0]}],
    ...         "measurements": [measurement],
    ...         "version": "1.0.0",
    ...     }
    ... )
    >>> round(found.expected[2], 2), round(found.expected_significance, 3)
    (2.09, 0.984)

    The yield of a new signal beside what an analysis has published of a region: 12.3 +- 2.1 events expected, 15 observed.

    >>> import pyhf
    >>> new = hml.open_table({"x": [0.5, 1.5, 2.5, 3.5]}, cross_section=0.0001)
    >>> alone = hml.build_dataset({"gluino": new}, hml.Set(["column.x"]), signal="gluino", split=(0, 0, 1), seed=1)
    >>> signal = hml.cutflow(alone, ["column.x > 1"], luminosity=139).rows[-1].counts["gluino"].expected
    >>> counted = pyhf.simplemodels.uncorrelated_background(signal=[signal], bkg=[12.3], bkg_uncertainty=[2.1])
    >>> found = hml.limit(pyhf.Workspace.build(counted, [15, *counted.config.auxdata]))
    >>> round(signal, 3), round(found.observed, 2)
    (10.425, 1.1)
    """
    level = number("level", level, 0.5, 0.999)
    ours = _ours(workspace)
    if ours:
        ours.check_unchanged()
    found = scanner(ours.model if ours else _text(workspace), measurement)
    seen = ours is None or ours.observed
    observed, expected, scan = found.limits(level, seen=seen)
    return Limit(
        level=level,
        expected=expected,
        observed=observed if seen else None,
        expected_significance=found.expected_significance(),
        significance=found.significance() if seen else None,
        scan=scan,
        cross_section=ours.cross_section if ours else None,
        events=found.events,
        stale=ours.stale if ours else (),
    )


def _ours(given: Any) -> Workspace | None:
    """Return a workspace of :func:`workspace`, opened if its folder is given; None for anybody's."""
    if isinstance(given, Workspace):
        return given
    if not isinstance(given, str | os.PathLike):
        return None
    found = place("a workspace", given)
    _check_beside(found)
    if found.is_dir() and not (found / RECORD).is_file():
        msg = f"{found} holds no workspace ({MODEL} is missing): give the folder that hml.workspace(..., path=...) has written, or a JSON file of pyhf"
        if (found / MODEL).is_file():
            msg = f"{found} is no folder of hml.workspace ({RECORD} is missing): give the file, {found / MODEL}"
        raise PathError(msg)
    return Workspace.load(given) if found.is_dir() else None


def _check_beside(file: Path) -> None:
    """Refuse what is kept beside a workspace, or beside another result."""
    if file.name not in BESIDE or not (file.parent / RECORD).is_file():
        return
    if (file.parent / MODEL).is_file():
        msg = (
            f"{file.name} is what is kept beside a workspace: give its folder, {file.parent}, or {file.parent / MODEL}"
        )
    else:
        msg = f"{file} is kept beside a result that is no workspace: give the folder of one, which holds a {MODEL}"
    raise FileFormatError(msg)


def _text(given: Any) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    if not isinstance(given, str | os.PathLike):
        how = "hml.workspace({'SR': selected}) makes one, pyhf.Workspace.build(model, data) that of a model"
        msg = (
            f"limit needs a workspace, not a {type(given).__name__}: {how}; help(hml.limit) shows how a yield is put beside a background "
            "that was published"
        )
        raise ArgumentError(msg)
    return _read(place("a workspace", given))


def _read(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror or error}"
        raise PathError(msg) from error
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        msg = f"{file.name} is no JSON: {error}"
        raise FileFormatError(msg) from error
    if not isinstance(found, dict):
        msg = f"{file.name} is no workspace: its JSON is not an object"
        raise FileFormatError(msg)
    return found


def _refuse(constant: str) -> float:
    msg = f"{constant} is no number"
    raise ValueError(msg)
