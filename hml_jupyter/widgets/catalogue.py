"""What the catalogue of the Observables panel offers, and the words by which it is found."""

from __future__ import annotations

from ..observables import Entry, canonical_name, observables

__all__ = ["catalogue", "collections", "quick"]

Row = dict[str, str]

#: Heading in the catalogue, what the observables are of, and the objects as they are typed.
OBJECTS = (
    ("event", "event", ""),
    ("leading fat jet", "one", "fatjet0"),
    ("leading jet", "one", "jet0"),
    ("second jet", "one", "jet1"),
    ("two jets", "two", "jet0,jet1"),
    ("two jets", "singles", "jet0,jet1"),
    ("all jets", "collection", "jet"),
    ("all fat jets", "collection", "fatjet"),
    ("leading muon", "one", "muon0"),
    ("leading electron", "one", "electron0"),
    ("two muons", "singles", "muon0,muon1"),
    ("two electrons", "singles", "electron0,electron1"),
    ("how many", "collection", "muon"),
    ("how many", "collection", "electron"),
    ("truth: leading fat jet", "one", "genfatjet0"),
    ("truth: leading jet", "one", "genjet0"),
    ("truth: neutrinos", "one", "genmissinget0"),
)
#: Collections whose objects may have a row each.
COLLECTIONS = {"jet": "each jet", "fatjet": "each fat jet", "muon": "each muon", "electron": "each electron"}
#: What people look for first.
FIRST = ("mass", "soft_drop_mass", "tau_mn", "tau_n", "pt", "eta", "phi", "b_tag", "delta_r", "invariant_mass")
#: Of some branches only this is offered; whatever else there is can be typed.
_OF_LEPTONS = ("pt", "eta", "phi", "charge", "isolation", "invariant_mass", "size")
ONLY = {
    "muon": _OF_LEPTONS,
    "electron": _OF_LEPTONS,
    "genfatjet": ("mass", "soft_drop_mass", "tau_mn", "tau_n", "pt", "eta", "phi"),
    "genjet": ("mass", "pt", "eta", "phi", "flavor"),
    "genmissinget": ("pt", "phi"),
}
#: Other words for an observable, or for the objects it is of.
SYNONYMS = {
    "met": "missing energy missing et etmiss ptmiss",
    "ht": "scalar sum",
    "size": "number of how many multiplicity",
    "b_tag": "b-tag btag b jet b quark",
    "tau_tag": "tau-tag tautag",
    "flavor": "truth parton",
    "pt": "momentum",
    "phi": "angle",
    "delta_r": "distance angle",
    "invariant_mass": "dijet dilepton mass",
    "soft_drop_mass": "softdrop groomed",
    "tau_mn": "n-subjettiness substructure prongs",
    "tau_n": "n-subjettiness substructure prongs",
    "energy_correlator": "substructure ecf e2 e3",
    "c2": "substructure prongs",
    "d2": "substructure prongs",
}
OF_BRANCHES = {
    "jet": "jets",
    "fatjet": "fat jets large-r jet",
    "muon": "muons lepton leptons",
    "electron": "electrons lepton leptons",
    "genjet": "generated particle level surrogate",
    "genfatjet": "generated particle level surrogate",
    "genmissinget": "generated missing momentum met",
}


def catalogue() -> list[Row]:
    """Return every observable as one would type it, for the objects that events usually have."""
    return [row for group, kind, objects in OBJECTS for row in _rows(group, kind, objects)]


def collections() -> dict[str, list[Row]]:
    """Return, for each collection whose objects may have a row each, the observables of such an object."""
    return {branch: _rows(group, "one", branch) for branch, group in COLLECTIONS.items()}


def quick(branch: str) -> tuple[str, ...]:
    """Return canonical names that are offered, measured and computed fast: those of `branch`, if it is one, then all of the catalogue."""
    slow = [entry for entry in observables().rows if entry.constituents]
    rows = [*collections().get(branch, ()), *(row for row in catalogue() if not row["group"].startswith("truth"))]
    names = (row["name"] for row in rows)
    return tuple(canonical_name(text) for text in names if not any(e.match(text.rpartition(".")[2]) for e in slow))


def _rows(group: str, kind: str, objects: str) -> list[Row]:
    branch = objects.partition(",")[0].rstrip("0123456789")
    entries = sorted(observables().rows, key=lambda e: FIRST.index(e.name) if e.name in FIRST else len(FIRST))
    rows = []
    for entry in entries:
        fits = kind in entry.kinds and (not entry.branches or branch in entry.branches)
        if fits and (branch not in ONLY or entry.name in ONLY[branch]):
            rows += [_row(entry, name, group, objects, branch) for name in entry.names]
    return rows


def _row(entry: Entry, name: str, group: str, objects: str, branch: str) -> Row:
    also = " ".join((*entry.aliases, SYNONYMS.get(entry.name, ""), OF_BRANCHES.get(branch, "")))
    text = f"{objects}.{name}" if objects else name
    return {"name": text, "doc": entry.doc_of(name), "unit": entry.unit, "group": group, "also": also.strip()}
