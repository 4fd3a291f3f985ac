"""The numbers of the public Delphes ATLAS card.

``cards/delphes_card_ATLAS.tcl`` of github.com/delphes/delphes at tag 3.5.1pre15.
As in the card, jets are made of calorimeter towers. It has no fat jets: they are made here as for CMS, of the same towers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .card import CMS, MUON_TRACKING, Identification, Steps, TauTag, calorimeter

__all__ = ["ATLAS"]

Floats = npt.NDArray[np.float64]


def ecal_resolution(energy: Floats, eta: Floats) -> Floats:
    """Return the energy resolution of an ECAL tower, GeV."""
    central = np.sqrt((0.0017 * energy) ** 2 + 0.101**2 * energy)
    forward = np.sqrt((0.0350 * energy) ** 2 + 0.285**2 * energy)
    return np.where(eta <= 3.2, central, np.where(eta <= 4.9, forward, 0.0))


def hcal_resolution(energy: Floats, eta: Floats) -> Floats:
    """Return the energy resolution of an HCAL tower, GeV."""
    barrel = np.sqrt((0.0302 * energy) ** 2 + 0.5205**2 * energy + 1.59**2)
    endcap = np.sqrt((0.0500 * energy) ** 2 + 0.706**2 * energy)
    forward = np.sqrt((0.09420 * energy) ** 2 + 1.00**2 * energy)
    return np.where(eta <= 1.7, barrel, np.where(eta <= 3.2, endcap, forward))


def jet_energy_scale(pt: Floats, eta: Floats) -> Floats:
    """Return the factor that the card applies to jets."""
    return np.sqrt((3.0 - 0.2 * eta) ** 2 / pt + 1.0)


ATLAS = replace(
    CMS,
    tracking={**CMS.tracking, "muon": MUON_TRACKING},
    ecal=CMS.ecal._replace(resolution=ecal_resolution),
    hcal=calorimeter(
        [(np.arange(1, 27) / 10, 36), ([2.8, 3.0, 3.2], 18), ([3.3], 36), (3.5 + 0.2 * np.arange(8), 18)],
        hcal_resolution,
        1.0,
        2.0,
    ),
    identification={
        **CMS.identification,
        "Muon": Identification(Steps((10.0,), (1.5, 2.7), ((0.95,), (0.85,))), 0.25),
    },
    jets_from_towers=True,
    jet_energy_scale=jet_energy_scale,
    b_tag={
        5: lambda pt: 0.80 * np.tanh(0.003 * pt) * (30.0 / (1 + 0.086 * pt)),
        4: lambda pt: 0.20 * np.tanh(0.02 * pt) / (1 + 0.0034 * pt),
        0: lambda pt: 0.002 + 7.3e-06 * pt,
    },
    tau_tag=TauTag(0.2, 0.70, 0.60, 0.02, 0.01),
)
