"""Events of an LHE file as arrays."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pylhe

from ..errors import FileFormatError
from ..jets import phi_float32
from .checks import damaged
from .streams import sum_lhe

__all__ = ["read_lhe"]


def read_lhe(path: Path) -> ak.Array:
    """Return the events of an LHE file.

    Parameters
    ----------
    path : Path
        ``.lhe`` or gzipped.

    Returns
    -------
    awkward array
        ``Particle`` (PID, Status, PT, Eta, Phi, Mass, M1, M2; GeV; mothers count from 1 as in the file, 0 for none; eta of
        particles along the beam is +-inf), ``Event`` (Weight) and, where the file has them, ``Weight`` (Weight; those of
        systematic variations, in the order of the file).

    Raises
    ------
    FileFormatError
        It is cut short, holds no event or is not LHE, or an event cannot be; the message names event and particle.

    Notes
    -----
    Les Houches Event Files, Alwall et al., arXiv:hep-ph/0609017.
    """
    sums = sum_lhe(path)
    if not sums.n_events:
        msg = f"{path.name}: expected an LHE file with events; found none"
        raise FileFormatError(msg)
    try:
        with warnings.catch_warnings():
            # pylhe warns about what it cannot read, and returns what came before it
            warnings.simplefilter("error", RuntimeWarning)
            file = pylhe.LHEFile.fromfile(str(path))
            rows = [(_weights(e), [_row(p) for p in e.particles]) for e in file.events]
    except (
        RuntimeWarning,
        OSError,
        EOFError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
        SyntaxError,
    ) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:100]
        msg = f"{path.name}: expected an LHE file; it cannot be read ({reason}); the file is damaged, copy or make it again"
        raise FileFormatError(msg) from error
    if len(rows) != sums.n_events:
        msg = f"{path.name}: expected an LHE file; of its {sums.n_events} events {len(rows)} can be read; the file is damaged, copy or make it again"
        raise FileFormatError(msg)
    varied = [others for (_, others), _ in rows]
    for number, others in enumerate(varied, 1):
        if not np.isfinite(others).all():
            raise damaged(path.name, number, "a weight of its variations is no finite number")
    weights = ak.Array(np.array([[weight] for (weight, _), _ in rows]))
    branches = {
        "Event": ak.zip({"Weight": ak.from_regular(weights, axis=1)}),
        "Particle": _particles([particles for _, particles in rows]),
    }
    if any(varied):
        branches["Weight"] = ak.zip({"Weight": ak.Array(varied)})
    return ak.zip(branches, depth_limit=1)


def _particles(events: list[list[tuple[float, ...]]]) -> ak.Array:
    flat = np.array([row for event in events for row in event], dtype=np.float64).reshape(-1, 8)
    pid, status, first, second, px, py, pz, mass = flat.T
    pt = np.hypot(px, py)
    with np.errstate(divide="ignore", invalid="ignore"):
        eta = np.where(pt > 0, np.arcsinh(pz / pt), np.copysign(np.inf, pz))
    integers = {"PID": pid, "Status": status, "M1": first, "M2": second}
    floats = {"PT": pt, "Eta": eta, "Phi": np.where(pt > 0, phi_float32(np.arctan2(py, px)), 0.0), "Mass": mass}
    columns: dict[str, Any] = {k: v.astype(np.int32) for k, v in integers.items()} | {
        k: v.astype(np.float32) for k, v in floats.items()
    }
    return ak.unflatten(ak.zip(columns), [len(event) for event in events])


def _row(p: Any) -> tuple[float, ...]:
    return (p.id, p.status, p.mother1, p.mother2, p.px, p.py, p.pz, p.m)


def _weights(event: Any) -> tuple[float, list[float]]:
    return event.eventinfo.weight, [float(weight) for weight in event.weights.values()]
