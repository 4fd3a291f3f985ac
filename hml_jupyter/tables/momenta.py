"""Momenta of the objects in a table, from whichever coordinates it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ..fourvectors import pt_eta_phi
from ..jets import phi_float32
from ..masses import mass_of

__all__ = ["as_missing", "as_stored", "momenta_of"]

Floats = npt.NDArray[np.float64]


def momenta_of(q: Mapping[str, Floats], parent: Mapping[str, Floats] | None) -> dict[str, Floats]:
    """Return where objects point and, where it is known, their mass.

    Parameters
    ----------
    q : mapping
        Quantity of `conventions.KINEMATICS` -> (m,) values of all objects, GeV.
    parent : mapping, optional
        (m,) PT, Eta and Phi of the jet that each belongs to, for quantities relative to it.

    Returns
    -------
    dict
        PT, Eta, Phi and perhaps Mass, (m,) float64.

    Examples
    --------
    >>> found = momenta_of({"ptrel": np.array([0.5]), "etarel": np.array([0.1]), "phirel": np.array([-0.1])},
    ...                    {"PT": np.array([100.0]), "Eta": np.array([1.0]), "Phi": np.array([0.0])})
    >>> {name: float(values[0]) for name, values in found.items()}
    {'PT': 50.0, 'Eta': 1.1, 'Phi': -0.1}
    """
    if {"px", "py", "pz"} <= set(q) and not {"pt", "eta", "phi"} <= set(q):
        found = {
            n: each.astype(np.float64)
            for n, each in zip(("PT", "Eta", "Phi"), pt_eta_phi(q["px"], q["py"], q["pz"]), strict=True)
        }
        squares = q["px"] ** 2 + q["py"] ** 2 + q["pz"] ** 2
    else:
        found = {
            "PT": _one_of(q, parent, "pt", "PT"),
            "Eta": _one_of(q, parent, "eta", "Eta"),
            "Phi": _one_of(q, parent, "phi", "Phi"),
        }
        squares = (found["PT"] * np.cosh(found["Eta"])) ** 2
    if "mass" in q:
        found["Mass"] = q["mass"]
    elif "energy" in q:
        # rounding can leave a light object slightly below zero
        found["Mass"] = np.sqrt(np.maximum(q["energy"] ** 2 - squares, 0.0))
    return found


def _one_of(q: Mapping[str, Floats], parent: Mapping[str, Floats] | None, name: str, field: str) -> Floats:
    """Return a coordinate: stored, or relative to the jet; 0 where there is none."""
    if name in q:
        return q[name]
    if parent is None:
        return np.zeros(len(next(iter(q.values()))))
    if name == "pt":
        return q["ptrel"] * parent[field]
    if f"{name}rel" in q:
        return q[f"{name}rel"] + parent[field]
    # weaver turns the axis towards the jet's side: positive is further forward
    return parent[field] + np.where(parent[field] > 0, q["deta"], -q["deta"])


def as_stored(momenta: Mapping[str, Floats], branch: str) -> dict[str, Any]:
    """Return momenta as the event model stores them; electrons, muons and photons with their masses."""
    fields = {name: values.astype(np.float32) for name, values in momenta.items() if name != "Phi"}
    fields["Phi"] = phi_float32(momenta["Phi"])
    mass = mass_of(branch) if branch else None
    if mass is not None:
        fields["Mass"] = np.full(len(momenta["PT"]), mass, dtype=np.float32)
    return fields


def as_missing(momenta: Mapping[str, Floats]) -> dict[str, Any]:
    """Return missing momenta as the event model stores them."""
    return {
        "MET": momenta["PT"].astype(np.float32),
        "Eta": np.zeros(len(momenta["PT"]), dtype=np.float32),
        "Phi": phi_float32(momenta["Phi"]),
    }
