"""What the objects of the embedded detectors are, in words: made of what, selected how, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..errors import UnknownNameError
from ..expressions import Node, Object, Observable, mentioned
from ..generators import DETECTORS
from ..generators.branches import FAT_RADIUS, RADIUS
from ..generators.card import CALORIMETER_ETA, CMS, Card
from ..generators.generated import FAT_PT_MIN as GEN_FAT_PT_MIN
from ..generators.generated import PT_MIN as GEN_PT_MIN
from ..generators.reconstruction import ETA_MAX, FAT_PT_MIN, PT_MIN
from ..observables.catalogue import objects_of

__all__ = ["acceptance", "branches_of", "definitions"]

_VISIBLE = "generated stable particles but neutrinos and what else is invisible"
_GENERATED = {
    "genjet": f"anti-kT jets of R = {RADIUS} of all {_VISIBLE}, electrons and muons included; pT > {GEN_PT_MIN:g} GeV, by falling pT",
    "genfatjet": f"anti-kT jets of R = {FAT_RADIUS} of all {_VISIBLE}, electrons and muons included; pT > {GEN_FAT_PT_MIN:g} GeV, by falling pT",
    "genmissinget": "sum of the transverse momenta of neutrinos and what else is invisible",
    "particle": "generated particles",
}

#: Branch -> those that its definition speaks of.
_MADE_WITH = {"scalarht": ("jet",), "jet": ("electron", "muon", "photon")}


def branches_of(nodes: Iterable[Node]) -> set[str]:
    """Return the branches that observables and cuts are computed from, also those that are not written.

    Examples
    --------
    >>> from hml_jupyter.expressions import parse_observable
    >>> sorted(branches_of([parse_observable("met"), parse_observable("jet0.pt")]))
    ['jet', 'missinget']
    """
    every = (each for node in nodes for each in mentioned(node))
    return {part.branch for each in every for one in _objects(each) for part in one.parts}


def definitions(detectors: Collection[str | None], branches: Collection[str]) -> dict[str, str]:
    """Return branch -> what its objects are, for events of the embedded detectors; several detectors are told apart.

    Parameters
    ----------
    detectors : collection of str or None
        Names as in ``hml.generate(detector=...)``.
    branches : collection of str
        Lower case; those without a definition are left out, those that they are made with come beside.

    Examples
    --------
    >>> found = definitions(["cms"], ["scalarht"])
    >>> [*found], found["scalarht"]
    (['jet', 'electron', 'muon', 'photon', 'scalarht'], 'sum of the pT of jets and of identified, isolated electrons, muons and photons')
    """
    wanted = {*branches}
    for branch, others in _MADE_WITH.items():
        if branch in wanted:
            wanted |= {*others}
    each = {name: _defined(name, DETECTORS[name]) for name in detectors}
    first = next(iter(each.values()))
    found = {}
    for branch in (name for name in first if name in wanted):
        texts = {name: one[branch] for name, one in each.items()}
        same = len({*texts.values()}) == 1
        found[branch] = first[branch] if same else "; ".join(f"detector {name}: {text}" for name, text in texts.items())
    return found


def acceptance(detectors: Iterable[str | None], kind: str) -> tuple[float, float]:
    """Return the pT that leptons of a kind begin above, GeV, and the abs(eta) that they end at; those of the CMS card if none is known.

    Examples
    --------
    >>> acceptance(["atlas"], "Muon"), acceptance([None], "Muon"), acceptance(["delphes"], "Electron")
    ((10.0, 2.7), (10.0, 2.4), (10.0, 2.5))
    """
    known = [DETECTORS[name] or CMS for name in detectors if name in DETECTORS] or [CMS]
    each = [card.identification[kind].efficiency for card in known]
    return min(one.pt_edges[0] for one in each), max(one.eta_edges[-1] for one in each)


def _objects(node: Observable) -> tuple[Object, ...]:
    """Return the objects of an observable; of one that is not registered here those that are written."""
    try:
        return objects_of(node)
    except UnknownNameError:
        return node.objects


def _defined(name: str | None, card: Card | None) -> dict[str, str]:
    used = card or CMS
    if card is None:
        measured, tags = f"{_VISIBLE}, abs(eta) < {CALORIMETER_ETA:g}", "tags tell the truth"
        scale = ""
    else:
        measured = (
            "calorimeter towers and muons" if card.jets_from_towers else "energy flow (tracks and neutral towers)"
        )
        measured += f" of Delphes' {str(name).upper()} card"
        tags = "b and tau tags with the probabilities of that card"
        scale = " before the jet energy scale of that card, which is applied"
    leptons = {
        kind.lower(): f"{kind.lower()}s of pT > {how.efficiency.pt_edges[0]:g} GeV, abs(eta) < {how.efficiency.eta_edges[-1]:g}, "
        f"{'identified with the probability of that card, and ' if card else ''}isolated: the pT of all but electrons and muons above "
        f"{used.isolation_pt_min:g} GeV within delta R < {used.isolation_radius:g} is at most {how.isolation:g} of its own; by falling pT"
        for kind in ("Electron", "Muon", "Photon")
        for how in (used.identification[kind],)
    }
    return {
        "jet": f"anti-kT jets of R = {RADIUS} of {measured}; pT > {PT_MIN:g} GeV{scale}, abs(eta) < {ETA_MAX:g}; overlap removal: a jet that "
        f"holds an isolated electron, muon or photon is left out; {tags}; by falling pT",
        "fatjet": f"anti-kT jets of R = {FAT_RADIUS} of {measured}; pT > {FAT_PT_MIN:g} GeV, without energy scale and overlap removal; by falling pT",
        **leptons,
        "missinget": f"minus the sum of the transverse momenta of all {measured}",
        "scalarht": "sum of the pT of jets and of identified, isolated electrons, muons and photons",
        **_GENERATED,
    }
