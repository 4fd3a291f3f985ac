"""How flat tables name the objects of an event: the conventions that are known, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["CONVENTIONS", "FIELDS", "KINEMATICS", "Convention", "Objects"]


class Objects(NamedTuple):
    """A branch of the event model in a table."""

    branch: str
    """Delphes' name; ``FatJet.Constituents`` are the parts of the only fat jet of a row."""
    prefix: str
    """What the names of its columns begin with."""
    needs: tuple[str, ...]
    """What must follow it for the branch to be there, each a quantity; one of several as ``"pt|px"``."""
    one: bool = False
    """Whether a row has one, and not a list."""


@dataclass(frozen=True)
class Convention:
    """A way of naming columns."""

    about: str
    """Whose it is."""
    source: str
    """Where it is described."""
    objects: tuple[Objects, ...]
    """What a table may have; one that has none of them does not follow it."""
    marks: tuple[str, ...] = ()
    """Columns that a table must have, beside those."""
    without: tuple[str, ...] = ()
    """Columns that it must not have."""
    suffixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Endings that mean something else here than in `FIELDS`."""
    remark: str = ""
    """What its users should know."""


#: Field of the event model -> endings of columns. Momenta come from `KINEMATICS`.
FIELDS: dict[str, tuple[str, ...]] = {
    "Charge": ("charge",),
    "BTag": ("btag", "b_tag"),
    "Flavor": ("partonFlavour", "flavor", "flavour"),
    "SoftDroppedMass": ("sdmass", "msoftdrop"),
    "Tau": ("tau1",),
    "IsolationVar": ("pfRelIso03_all",),
    "PID": ("pdgId",),
    "Status": ("status",),
    "M1": ("genPartIdxMother",),
}
#: Quantity that momenta come from -> endings of columns; the second row is relative to the jet.
KINEMATICS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("pt", "eta", "phi", "px", "py", "pz")},
    "mass": ("mass", "m"),
    "energy": ("energy", "e"),
    "ptrel": ("ptrel",),
    "etarel": ("etarel",),
    "deta": ("deta",),
    "phirel": ("phirel", "dphi"),
    "mask": ("mask",),
}
_JET = ("pt", "eta", "phi")
_LEPTON = ("pt", "eta", "phi")

#: Name -> convention. A row of the first three is a jet, of the fourth an event.
CONVENTIONS: dict[str, Convention] = {
    "weaver": Convention(
        "JetClass and other samples for weaver: a row is a jet",
        "https://github.com/jet-universe/particle_transformer (data/*/*.yaml); Qu, Li, Qian, arXiv:2202.03772",
        (
            Objects("FatJet", "jet_", _JET, one=True),
            Objects("FatJet.Constituents", "part_", ("px|pt|ptrel", "py|phi|phirel", "pz|eta|deta")),
        ),
        without=("part_mask",),
    ),
    "fj": Convention(
        "CMS's ntuples of large jets, as in its open data for H to bb: a row is a jet",
        "https://github.com/cms-opendata-analyses/HiggsToBBNtupleProducerTool; data/ak8_points_pf_sv_full.yaml of weaver-core",
        (
            Objects("FatJet", "fj_", _JET, one=True),
            Objects("FatJet.Constituents", "pfcand_", ("pt|ptrel", "phi|phirel", "eta|deta")),
        ),
        suffixes={"deta": ("etarel", "deta"), "etarel": ()},
    ),
    "jetnet": Convention(
        "JetNet: a row is a jet, its particles relative to it",
        "https://zenodo.org/records/6975118; Kansal et al., arXiv:2106.11535",
        (
            Objects("FatJet", "jet_", ("pt", "eta", "mass"), one=True),
            Objects("FatJet.Constituents", "part_", ("ptrel", "etarel", "phirel", "mask")),
        ),
        marks=("part_mask", "part_etarel", "part_ptrel"),
        remark="JetNet keeps no azimuth of its jets: they lie at phi = 0",
    ),
    "nanoaod": Convention(
        "CMS's NanoAOD: a row is an event",
        "https://twiki.cern.ch/twiki/bin/view/CMSPublic/WorkBookNanoAOD",
        (
            Objects("Jet", "Jet_", _JET),
            Objects("FatJet", "FatJet_", _JET),
            Objects("Electron", "Electron_", _LEPTON),
            Objects("Muon", "Muon_", _LEPTON),
            Objects("Photon", "Photon_", _LEPTON),
            Objects("GenJet", "GenJet_", _JET),
            Objects("GenFatJet", "GenJetAK8_", _JET),
            Objects("Particle", "GenPart_", ("pt", "eta", "phi")),
            Objects("MissingET", "MET_", ("pt", "phi"), one=True),
            Objects("MissingET", "PuppiMET_", ("pt", "phi"), one=True),
            Objects("MissingET", "PFMET_", ("pt", "phi"), one=True),
            Objects("GenMissingET", "GenMET_", ("pt", "phi"), one=True),
        ),
        remark="the b-tag discriminants of NanoAOD are no tags and are left out of BTag",
    ),
    "lists": Convention(
        "lists of objects in an event with names in lower case",
        "the same names as weaver's and NanoAOD's, each a list in a row",
        (
            Objects("Jet", "jet_", _JET),
            Objects("FatJet", "fatjet_", _JET),
            Objects("Electron", "electron_", _LEPTON),
            Objects("Muon", "muon_", _LEPTON),
            Objects("Photon", "photon_", _LEPTON),
            Objects("MissingET", "met_", ("pt", "phi"), one=True),
        ),
    ),
    "top": Convention(
        "the top-tagging reference set: a row is a jet, its particles in columns E_0, PX_0, PY_0, PZ_0, E_1 ...",
        "https://zenodo.org/records/2603256; Kasieczka, Plehn et al., arXiv:1902.09914",
        (),
        marks=("E_0", "PX_0", "PY_0", "PZ_0"),
        remark="the jets are the sums of their particles",
    ),
}
