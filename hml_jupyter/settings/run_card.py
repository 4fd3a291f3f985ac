"""The run card of MadGraph's leading order: name -> kind, unit, default, what it acts on, meaning.

Source: ``RunCardLO`` of MadGraph5_aMC@NLO 3.5.7 (names, defaults, allowed values) and the comments of its run_card.dat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["ELSEWHERE", "RUN_CARD", "SETTINGS", "Setting", "card_text"]


class Setting(NamedTuple):
    """One entry of the run card."""

    kind: str
    """``cut`` (smallest value), ``limit`` (largest; -1 is none), ``number``, ``whole``, ``switch``, ``choice``, ``text``,
    ``per_pdg`` (dictionary of PDG id and value) or ``pdg_switch``."""
    unit: str
    """``GeV`` or nothing."""
    default: Any
    """What MadGraph takes without it."""
    doc: str
    """What it does."""
    acts_on: str = ""
    """Letters of the particles it needs: j light jets, b, a photons, l charged leptons, n neutrinos, H heavier than 10 GeV,
    J = j or b, L = l or n. Empty for a setting that needs none."""
    decays: bool = False
    """It acts on the products of a chain too; other cuts do so only with ``cut_decays``."""
    choices: tuple[Any, ...] = ()
    """What a ``choice`` may be."""
    low: float | None = 0.0
    """Smallest value of a number."""


_WORDS = {"j": "jet", "b": "b quark", "a": "photon", "l": "charged lepton"}
_DEFAULT_PT = {"j": 20.0, "b": 0.0, "a": 10.0, "l": 10.0}
_DEFAULT_ETA = {"j": 5.0, "b": -1.0, "a": 2.5, "l": 2.5}
_NEAR = {"jj": 0.4, "bb": 0.0, "ll": 0.4, "aa": 0.4, "bj": 0.0, "aj": 0.4, "jl": 0.4, "ab": 0.0, "bl": 0.0, "al": 0.4}
_SCALES = (-1, 0, 1, 2, 3, 4, 10)


def _single() -> dict[str, Setting]:
    """Return the cuts on every particle of a kind."""
    made: dict[str, Setting] = {}
    for x, word in _WORDS.items():
        made |= {
            f"pt{x}": Setting("cut", "GeV", _DEFAULT_PT[x], f"smallest pT of every {word}", x),
            f"pt{x}max": Setting("limit", "GeV", -1.0, f"largest pT of every {word}", x),
            f"e{x}": Setting("cut", "GeV", 0.0, f"smallest energy of every {word}", x),
            f"e{x}max": Setting("limit", "GeV", -1.0, f"largest energy of every {word}", x),
            f"eta{x}": Setting("limit", "", _DEFAULT_ETA[x], f"largest |eta| of every {word}", x),
            f"eta{x}min": Setting("cut", "", 0.0, f"smallest |eta| of every {word}", x),
            f"xpt{x}": Setting("cut", "GeV", 0.0, f"smallest pT of at least one {word}", x, True),
        }
    return made


def _pairs() -> dict[str, Setting]:
    """Return the cuts on pairs."""
    made: dict[str, Setting] = {}
    for pair, default in _NEAR.items():
        words = " and ".join(_WORDS[x] for x in pair)
        made[f"dr{pair}"] = Setting("cut", "", default, f"smallest Delta R of {words}", pair)
        made[f"dr{pair}max"] = Setting("limit", "", -1.0, f"largest Delta R of {words}", pair)
    for pair in ("jj", "bb", "aa", "ll"):
        words = f"{_WORDS[pair[0]]} pairs" + (" of the same flavour and opposite charge" if pair == "ll" else "")
        made[f"mm{pair}"] = Setting("cut", "GeV", 0.0, f"smallest invariant mass of {words}", pair)
        made[f"mm{pair}max"] = Setting("limit", "GeV", -1.0, f"largest invariant mass of {words}", pair)
    return made


def _ordered() -> dict[str, Setting]:
    """Return the cuts on particles ordered in pT."""
    made: dict[str, Setting] = {}
    for x, word in (("j", "jet"), ("l", "charged lepton")):
        for n in range(1, 5):
            made[f"pt{x}{n}min"] = Setting("cut", "GeV", 0.0, f"smallest pT of {word} number {n} in pT", x * n, True)
            made[f"pt{x}{n}max"] = Setting("limit", "GeV", -1.0, f"largest pT of {word} number {n} in pT", x * n, True)
    for n in range(2, 5):
        made[f"ht{n}min"] = Setting("cut", "GeV", 0.0, f"smallest sum of the pT of the {n} leading jets", "j" * n, True)
        made[f"ht{n}max"] = Setting("limit", "GeV", -1.0, f"largest sum of the pT of the {n} leading jets", "j" * n, True)  # fmt: skip
    return made


def _per_pdg() -> dict[str, Setting]:
    """Return the cuts on particles by PDG id."""
    of = "of particles of the undecayed process by PDG id, {23: 200}"
    return {
        "pt_min_pdg": Setting("per_pdg", "GeV", {}, f"smallest pT {of}"),
        "pt_max_pdg": Setting("per_pdg", "GeV", {}, f"largest pT {of}"),
        "e_min_pdg": Setting("per_pdg", "GeV", {}, f"smallest energy {of}"),
        "e_max_pdg": Setting("per_pdg", "GeV", {}, f"largest energy {of}"),
        "eta_min_pdg": Setting("per_pdg", "", {}, f"smallest |rapidity| {of}"),
        "eta_max_pdg": Setting("per_pdg", "", {}, f"largest |rapidity| {of}"),
        "mxx_min_pdg": Setting("per_pdg", "GeV", {}, "smallest invariant mass of pairs by PDG id, {6: 500}"),
        "mxx_only_part_antipart": Setting("pdg_switch", "", {}, "mxx_min_pdg is for particle with antiparticle only"),
    }


_CUTS = {
    "misset": Setting("cut", "GeV", 0.0, "smallest missing pT, the sum over neutrinos", "n", True),
    "missetmax": Setting("limit", "GeV", -1.0, "largest missing pT, the sum over neutrinos", "n", True),
    "ptheavy": Setting("cut", "GeV", 0.0, "smallest pT of at least one particle heavier than 10 GeV", "H", True),
    "mmnl": Setting("cut", "GeV", 0.0, "smallest invariant mass of all leptons, neutrinos included", "LL", True),
    "mmnlmax": Setting("limit", "GeV", -1.0, "largest invariant mass of all leptons, neutrinos included", "LL", True),
    "ptllmin": Setting("cut", "GeV", 0.0, "smallest pT of a pair of leptons", "LL", True),
    "ptllmax": Setting("limit", "GeV", -1.0, "largest pT of a pair of leptons", "LL", True),
    "htjmin": Setting("cut", "GeV", 0.0, "smallest sum of the pT of the jets", "j", True),
    "htjmax": Setting("limit", "GeV", -1.0, "largest sum of the pT of the jets", "j", True),
    "ihtmin": Setting("cut", "GeV", 0.0, "smallest sum of the pT of jets and b quarks", "J", True),
    "ihtmax": Setting("limit", "GeV", -1.0, "largest sum of the pT of jets and b quarks", "J", True),
    "cutuse": Setting("choice", "", 0, "an event fails with any (0) or with all (1) of the cuts on ordered jets", "j", True, (0, 1)),
    "ptgmin": Setting("cut", "GeV", 0.0, "smallest pT of isolated photons; takes the place of pta and draj", "a"),
    "r0gamma": Setting("number", "", 0.4, "radius of the isolation of photons (ptgmin)", "a"),
    "xn": Setting("number", "", 1.0, "n of the isolation of photons (ptgmin), hep-ph/9801442 eq. 3.4", "a"),
    "epsgamma": Setting("number", "", 1.0, "epsilon of the isolation of photons (ptgmin), hep-ph/9801442 eq. 3.4", "a"),
    "isoem": Setting("switch", "", True, "photons are isolated from leptons and photons too (ptgmin)", "a"),
    "xetamin": Setting("cut", "", 0.0, "smallest |rapidity| of the two leading jets", "jj", True),
    "deltaeta": Setting("cut", "", 0.0, "smallest distance in rapidity of the two leading jets", "jj", True),
    "ktdurham": Setting("cut", "GeV", -1.0, "smallest kT of jets, for CKKW-L merging", "j"),
    "dparameter": Setting("number", "", 0.4, "D of ktdurham", "j"),
    "ptlund": Setting("cut", "GeV", -1.0, "smallest pT of jets by Pythia's measure, for CKKW-L merging", "j"),
    "xqcut": Setting("cut", "GeV", 0.0, "smallest kT of jets, for MLM matching (ickkw)", "j"),
    "dsqrt_shat": Setting("cut", "GeV", 0.0, "smallest energy of the hard process in its rest frame"),
    "cut_decays": Setting("switch", "", False, "cuts on pT, eta, Delta R and masses act on products of a chain too"),
    "auto_ptj_mjj": Setting("switch", "", True, "ptj and mmjj follow xqcut"),
    "bwcutoff": Setting("number", "", 15.0, "widths within which a particle counts as on shell, in chains and for '$'"),
}  # fmt: skip
_OTHER = {
    "run_tag": Setting("text", "", "tag_1", "name of the tag of the run, one word"),
    "lpp1": Setting("choice", "", 1, "kind of beam 1: 1 proton, -1 antiproton, 0 no structure, 2 photon of a proton, 3 electron, 4 muon with structure", choices=(-4, -3, -2, -1, 0, 1, 2, 3, 4)),
    "lpp2": Setting("choice", "", 1, "kind of beam 2, as lpp1", choices=(-4, -3, -2, -1, 0, 1, 2, 3, 4)),
    "polbeam1": Setting("number", "%", 0.0, "polarisation of beam 1, -100 to 100 %", low=-100.0),
    "polbeam2": Setting("number", "%", 0.0, "polarisation of beam 2, -100 to 100 %", low=-100.0),
    "pdlabel": Setting("text", "", "nn23lo1", "set of parton densities; lhapdf takes the number lhaid"),
    "pdlabel1": Setting("text", "", "nn23lo1", "set of parton densities of beam 1"),
    "pdlabel2": Setting("text", "", "nn23lo1", "set of parton densities of beam 2"),
    "lhaid": Setting("whole", "", 230000, "number of the set of parton densities in LHAPDF"),
    "fixed_ren_scale": Setting("switch", "", False, "the renormalisation scale is `scale`"),
    "fixed_fac_scale": Setting("switch", "", False, "the factorisation scales are dsqrt_q2fact1 and dsqrt_q2fact2"),
    "fixed_fac_scale1": Setting("switch", "", False, "the factorisation scale of beam 1 is dsqrt_q2fact1"),
    "fixed_fac_scale2": Setting("switch", "", False, "the factorisation scale of beam 2 is dsqrt_q2fact2"),
    "scale": Setting("number", "GeV", 91.188, "fixed renormalisation scale"),
    "dsqrt_q2fact1": Setting("number", "GeV", 91.188, "fixed factorisation scale of beam 1"),
    "dsqrt_q2fact2": Setting("number", "GeV", 91.188, "fixed factorisation scale of beam 2"),
    "dynamical_scale_choice": Setting("choice", "", -1, "scale of an event: -1 by clustering, 1 sum of ET, 2 HT, 3 HT/2, 4 energy of the hard process", choices=_SCALES),
    "scalefact": Setting("number", "", 1.0, "factor of the scales of an event"),
    "alpsfact": Setting("number", "", 1.0, "factor of the scale of alpha_s at vertices of emissions (ickkw)"),
    "ickkw": Setting("choice", "", 0, "1: MLM matching of lines with different numbers of jets", choices=(0, 1)),
    "highestmult": Setting("whole", "", 1, "largest number of jets (ickkw)"),
    "ktscheme": Setting("whole", "", 1, "scheme of kT (ickkw)"),
    "chcluster": Setting("switch", "", False, "clustering follows the channel of integration (ickkw)"),
    "pdfwgt": Setting("switch", "", True, "weights of parton densities (ickkw)"),
    "asrwgtflavor": Setting("whole", "", 5, "highest flavour whose emissions are weighted with alpha_s (ickkw)"),
    "clusinfo": Setting("switch", "", True, "clustering is written to the LHE file (ickkw)"),
    "maxjetflavor": Setting("choice", "", 4, "highest quark that is a jet; b cuts act on b above it", choices=(4, 5, 6)),
    "event_norm": Setting("choice", "", "average", "what the weights sum up to", choices=("average", "sum", "unity")),
    "time_of_flight": Setting("number", "mm", -1.0, "flight length above which it is written to the LHE file; -1 is never", low=-1.0),
    "nhel": Setting("choice", "", 0, "helicities: 0 all of them, 1 importance sampling", choices=(0, 1)),
    "sde_strategy": Setting("choice", "", 1, "integration: 1 by diagrams, 2 by propagators", choices=(1, 2)),
    "hard_survey": Setting("whole", "", 0, "effort of the survey, for difficult integrals such as vector boson fusion"),
    "small_width_treatment": Setting("number", "", 1e-6, "widths below this times the mass are replaced by it"),
    "use_syst": Setting("switch", "", True, "weights for systematic variations"),
    "systematics_program": Setting("choice", "", "systematics", "who computes the variations", choices=("none", "systematics", "syscalc")),
    "bias_module": Setting("text", "", "None", "module that biases the generation of events"),
    "bias_parameters": Setting("parameters", "", {}, "numbers of the bias module by name"),
}  # fmt: skip

#: Everything that can be set, by MadGraph's names.
RUN_CARD: dict[str, Setting] = {**_single(), **_pairs(), **_CUTS, **_ordered(), **_per_pdg(), **_OTHER}
#: Setting -> what it does, with its unit.
SETTINGS: dict[str, str] = {n: f"{s.doc}, {s.unit}" if s.unit else s.doc for n, s in RUN_CARD.items()}
#: Names of the run card that are options of their own here -> which.
ELSEWHERE = {
    "nevents": "events=... of generate",
    **dict.fromkeys(("iseed", "python_seed", "gseed"), "seed=... of generate"),
    "ebeam1": "ecm=... or beams=(..., ...) of Process",
    "ebeam2": "ecm=... or beams=(..., ...) of Process",
    **dict.fromkeys(("gridpack", "gridrun"), "none: grid packs are not made here"),
}


def card_text(value: Any) -> str:
    """Return a value as the run card holds it.

    Examples
    --------
    >>> card_text({6: 100, 23: 200.0}), card_text(True), card_text(0.4)
    ('{6: 100, 23: 200.0}', 'True', '0.4')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {card_text(v)}" for k, v in value.items()) + "}"
    return str(value)
