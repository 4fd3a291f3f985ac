"""What a perfect observer of the generated particles would call jets and missing momentum: the truth beside what is measured."""

from __future__ import annotations

import awkward as ak
import numpy as np

from .. import jets
from .branches import FAT_RADIUS, RADIUS, inside, missing, momenta, of_jets, record
from .detector import Truth, is_invisible, pick
from .tags import Origins, flavors_of

__all__ = ["generator_level"]

#: That of Delphes' cards.
PT_MIN = 20.0
#: So far below that of measured fat jets that one of these is seldom without its partner.
FAT_PT_MIN = 150.0


def generator_level(truth: Truth, origins: Origins, n_events: int) -> ak.Array:
    """Return ``GenJet``, ``GenFatJet`` and ``GenMissingET`` of stable particles.

    Parameters
    ----------
    truth : Truth
        All stable particles; muons count as visible, as in Delphes' cards, and there is no acceptance.
    origins : Origins
        What the flavours of jets are matched to, within the jet radius.
    n_events : int
        Number of events; some may have no particle.

    Notes
    -----
    Jets are anti-kT of the same radii as those that are measured, of all that is visible. The missing momentum is the sum of what is not:
    minus the sum of all that is visible, as Delphes has it, wherever momentum is conserved.
    """
    unseen = is_invisible(truth.pid)
    neutrinos, visible = (pick(truth, np.flatnonzero(some & (truth.pt > 0))) for some in (unseen, ~unseen))
    p, counts = momenta(visible), np.bincount(visible.event, minlength=n_events)
    jet = jets.find_jets(p, counts, radius=RADIUS, pt_min=PT_MIN)
    fat = jets.find_jets(p, counts, radius=FAT_RADIUS, pt_min=FAT_PT_MIN)
    k = jets.kinematics(jet.p)
    flavor = {"Flavor": flavors_of(jet, k, origins, radius=RADIUS)}
    branches = {
        "GenJet": (jet.event, of_jets(jet, k, visible.charge) | flavor),
        "GenFatJet": (fat.event, of_jets(fat, jets.kinematics(fat.p), visible.charge) | inside(fat, p)),
        "GenMissingET": (np.arange(n_events), missing(momenta(neutrinos), neutrinos.event, n_events)),
    }
    return record(branches, n_events)
