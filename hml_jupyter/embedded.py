"""What the embedded Pythia8 makes, and its settings for a process.

Leading order, summed over the diagrams that are named. Where MadGraph's process of the same name has others, the note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from .errors import ProcessError
from .particles import EMBEDDED, GROUPS, Chain, Names, channels, decay_lines, mother_of
from .settings import card_entry

__all__ = [
    "BEAMS",
    "HONOURED",
    "LEPTON_PROCESSES",
    "PROCESSES",
    "PythiaProcess",
    "beam_lines",
    "made_by",
    "merged",
    "parameter_lines",
    "window_lines",
]


@dataclass(frozen=True)
class PythiaProcess:
    """How the embedded Pythia8 makes a process."""

    lines: tuple[str, ...]
    """Settings of Pythia8 that switch the process on."""
    note: str
    """What it is, in a few words."""
    two_to_two: bool = True
    """Two particles come out, so a pT cut acts on both."""
    closed: tuple[int, ...] = ()
    """PDG ids whose decays are closed, because the lines make these too and the process does not."""


def _both(name: str, lines: tuple[str, ...], note: str, mother: int = 24, **more: bool) -> dict[str, PythiaProcess]:
    """Return the processes of a positive and a negative particle that Pythia8 makes with the same settings."""
    return {
        " ".join(sorted(name.format(sign).split())): PythiaProcess(lines, note, closed=(closed,), **more)
        for sign, closed in (("+", -mother), ("-", mother))
    }


_ONLY_Z = "WeakZ0:gmZmode = 2"
_BEYOND = "model='pythia8'; its mass is the parameter 'mass %d', its coupling %r; MadGraph needs a UFO model for it"

#: Hard final state, sorted -> how Pythia8 makes it out of protons. Everything else needs another generator.
PROCESSES: dict[str, PythiaProcess] = {
    "j j": PythiaProcess(("HardQCD:gg2gg = on", "HardQCD:gg2qqbar = on", "HardQCD:qg2qg = on", "HardQCD:qq2qq = on",
                          "HardQCD:qqbar2gg = on", "HardQCD:qqbar2qqbarNew = on", "HardQCD:nQuarkNew = 4"),
                         "QCD jets of gluons, u, d, s, c"),
    "z z": PythiaProcess(("WeakDoubleBoson:ffbar2gmZgmZ = on", _ONLY_Z), "Z pairs without photons"),
    "w+ w-": PythiaProcess(("WeakDoubleBoson:ffbar2WW = on",), "W pairs"),
    "j z": PythiaProcess(("WeakBosonAndParton:qqbar2gmZg = on", "WeakBosonAndParton:qg2gmZq = on", _ONLY_Z),
                         "Z and a jet, without photons"),
    "z": PythiaProcess(("WeakSingleBoson:ffbar2gmZ = on", _ONLY_Z), "single Z without photons", two_to_two=False),
    "t t~": PythiaProcess(("Top:gg2ttbar = on", "Top:qqbar2ttbar = on"), "top pairs"),
    "b b~": PythiaProcess(("HardQCD:gg2bbbar = on", "HardQCD:qqbar2bbbar = on"), "pairs of massive b quarks"),
    "a j": PythiaProcess(("PromptPhoton:qg2qgamma = on", "PromptPhoton:qqbar2ggamma = on"), "photon and a jet"),
    "a a": PythiaProcess(("PromptPhoton:ffbar2gammagamma = on",), "photon pairs of quarks, without g g > a a"),
    "a z": PythiaProcess(("WeakBosonAndParton:ffbar2gmZgm = on", _ONLY_Z),
                         "Z and a photon, without virtual photons"),
    **_both("w{}", ("WeakSingleBoson:ffbar2W = on",), "single W", two_to_two=False),
    **_both("w{} j", ("WeakBosonAndParton:qqbar2Wg = on", "WeakBosonAndParton:qg2Wq = on"), "W and a jet"),
    **_both("w{} z", ("WeakDoubleBoson:ffbar2ZW = on", _ONLY_Z), "W and Z"),
    **_both("a w{}", ("WeakBosonAndParton:ffbar2Wgm = on",), "W and a photon"),
    "h": PythiaProcess(("HiggsSM:gg2H = on",), "Higgs of gluons through loops (MadGraph: model='heft')", two_to_two=False),
    "h j": PythiaProcess(("HiggsSM:gg2Hg(l:t) = on", "HiggsSM:qg2Hq(l:t) = on", "HiggsSM:qqbar2Hg(l:t) = on"),
                         "Higgs and a jet of gluons through loops (MadGraph: model='heft')"),
    "h j j": PythiaProcess(("HiggsSM:ff2Hff(t:ZZ) = on", "HiggsSM:ff2Hff(t:WW) = on"),
                           "Higgs by vector boson fusion alone (MadGraph: p p > h j j $$ w+ w- z)", two_to_two=False),
    "h z": PythiaProcess(("HiggsSM:ffbar2HZ = on",), "Higgs and Z"),
    **_both("h w{}", ("HiggsSM:ffbar2HW = on",), "Higgs and W"),
    "h t t~": PythiaProcess(("HiggsSM:gg2Httbar = on", "HiggsSM:qqbar2Httbar = on"), "Higgs and a top pair", two_to_two=False),
    "zp": PythiaProcess(("NewGaugeBoson:ffbar2gmZZprime = on", "Zprime:gmZmode = 3"),
                        "Z' with the couplings of the Z; " + _BEYOND % (32, "gzp"), two_to_two=False),
    **_both("wp{}", ("NewGaugeBoson:ffbar2Wprime = on",), "W' with the couplings of the W; " + _BEYOND % (34, "gwp"), 34, two_to_two=False),
    "gr": PythiaProcess(("ExtraDimensionsG*:gg2G* = on", "ExtraDimensionsG*:ffbar2G* = on"),
                        "Randall-Sundrum graviton; " + _BEYOND % (5100039, "kappamg"), two_to_two=False),
}  # fmt: skip
#: The same out of electrons or muons.
LEPTON_PROCESSES: dict[str, PythiaProcess] = {
    "z z": PROCESSES["z z"],
    "w+ w-": PROCESSES["w+ w-"],
    "h z": PROCESSES["h z"],
    "t t~": PythiaProcess(("Top:ffbar2ttbar(s:gmZ) = on",), "top pairs"),
}
#: Beams -> Pythia8's PDG ids of them.
BEAMS = {"p p": (2212, 2212), "e+ e-": (-11, 11), "e- e+": (11, -11), "mu+ mu-": (-13, 13), "mu- mu+": (13, -13)}
#: Run-card settings that the embedded Pythia8 honours.
HONOURED = ("ptj", "ptjmax", "ptb", "ptbmax", "pta", "ptamax", "pt_min_pdg", "pt_max_pdg", "htjmin", "misset",
            "dsqrt_shat", "mxx_min_pdg", "mmjj", "mmbb", "mmaa", "bwcutoff", "lpp1", "lpp2")  # fmt: skip
#: Entry of the param card -> Pythia8's settings with it.
_PARAMETERS = {
    **{f"mass {pdg}": (f"{pdg}:m0 = {{}}",) for pdg in (4, 5, 6, 15, 23, 25, 32, 34, 5100039)},
    **{f"decay {pdg}": (f"{pdg}:mWidth = {{}}", f"{pdg}:doForceWidth = on") for pdg in (6, 23, 24, 25)},
}
#: Couplings of particles beyond the standard model -> Pythia8's settings that they multiply: those of the Z, of the W, and 1.
COUPLINGS = {
    "gzp": {"Zprime:vd": -0.693, "Zprime:ad": -1.0, "Zprime:vu": 0.387, "Zprime:au": 1.0, "Zprime:ve": -0.08, "Zprime:ae": -1.0,
            "Zprime:vnue": 1.0, "Zprime:anue": 1.0},
    "gwp": {"Wprime:vq": 1.0, "Wprime:aq": -1.0, "Wprime:vl": 1.0, "Wprime:al": -1.0},
    "kappamg": {"ExtraDimensionsG*:kappaMG": 1.0},
}  # fmt: skip
_OWNERS = {"gzp": 32, "gwp": 34, "kappamg": 5100039}
_MODELS = ("sm", "heft", EMBEDDED)
#: Resonance -> its mass and width in GeV, in MadGraph's standard model (restrict_default.dat of 3.5.7).
_RESONANCES = {6: (173.0, 1.491500), 23: (91.188, 2.441404), 24: (80.41900, 2.047600)}


def made_by(text: str, hard: Chain, names: Names, model: str) -> list[PythiaProcess]:
    """Return how the processes are made that a line stands for, one for each choice out of its groups.

    Raises
    ------
    ProcessError
        The embedded Pythia8 does not make it; the message says what it makes, and how MadGraph would.
    """
    table = LEPTON_PROCESSES if hard.mother in BEAMS and hard.mother != "p p" else PROCESSES
    redefined = [group for group, _ in names.groups if group in GROUPS]
    choices = [names.members(p) if p not in redefined else (f"{p}*",) for p in hard.products]
    keys = {" ".join(sorted(choice)) for choice in product(*choices)}
    if hard.mother in BEAMS and model in _MODELS and not redefined and keys <= set(table):
        return [table[key] for key in sorted(keys)]
    why = f" with {redefined[0]!r} redefined" if redefined else "" if model in _MODELS else f" in the model {model!r}"
    made = "; ".join(f"{beams} > {', '.join(of)}" for beams, of in (("p p", PROCESSES), ("e+ e-", LEPTON_PROCESSES)))
    ids = {abs(i) for of in hard.ids for i in of}
    pair = (
        f" For pairs of leptons take {hard.mother!r} > z with decays=['z > l+ l-']." if ids <= {*range(11, 17)} else ""
    )
    msg = (
        f"the embedded Pythia8 does not make {text!r}{why}. It makes {made}; and their decays.{pair} "
        f"MadGraph may make it ('generate {text}'): use generator='madgraph5'"
    )
    raise ProcessError(msg)


def merged(found: Sequence[tuple[PythiaProcess, Chain]], chains: Sequence[Chain], names: Names) -> tuple[str, ...]:
    """Return the settings that switch all processes on at once, and their decays.

    Positive and negative particles have settings in common. The decays of the one that is not asked for are closed, which
    takes it out of the process; that is exact as long as it comes out of nothing else.

    Raises
    ------
    ProcessError
        One table of decays cannot do for all that comes out.
    """
    closed_by: dict[tuple[str, ...], set[int]] = {}
    for made, _ in found:
        closed_by[made.lines] = closed_by.get(made.lines, set(made.closed)) & set(made.closed)
    closed = set().union(*closed_by.values())
    for made, hard in found:
        makes = {i for ids in hard.ids for i in ids}
        open_ = makes & closed - closed_by[made.lines]
        higgs = 25 in makes and closed & {24, -24} and _gives_w(chains, names)
        if open_ or higgs:
            msg = (
                f"the embedded Pythia8 has one table of decays: it cannot make only one charge of W for a part of {hard.text!r}; "
                f"make both charges ('p p > w+ h' and 'p p > w- h'), give the Higgs decays without W, or use generator='madgraph5'"
            )
            raise ProcessError(msg)
    lines = dict.fromkeys(line for made, _ in found for line in made.lines)
    return (*lines, *decay_lines(chains, sorted(closed), names))


def _gives_w(chains: Iterable[Chain], names: Names) -> bool:
    of_higgs = [chain for chain in chains if mother_of(chain, names) == 25]
    return not of_higgs or any(24 in channel for chain in of_higgs for channel in channels(chain, names))


def beam_lines(beams: str, energies: tuple[float, float], settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return Pythia8's settings of the beams.

    Raises
    ------
    ProcessError
        Beams that are not made here.
    """
    usual, may_be = (1, (1, -1)) if beams == "p p" else (0, (0,))
    kinds = [settings.get(name, usual) for name in ("lpp1", "lpp2")]
    if not set(kinds) <= set(may_be):
        msg = "the embedded Pythia8 takes protons (lpp 1), antiprotons (lpp -1) and leptons without structure (lpp 0)"
        raise ProcessError(msg)
    one, two = energies
    equal = abs(one - two) <= 1e-9 * one
    lines = [f"Beams:eCM = {float(one + two)!r}"] if equal else ["Beams:frameType = 2", f"Beams:eA = {float(one)!r}", f"Beams:eB = {float(two)!r}"]  # fmt: skip
    ids = [pdg * (kind or 1) for pdg, kind in zip(BEAMS[beams], kinds, strict=True)]
    lines += [f"Beams:id{which} = {pdg}" for which, pdg in zip("AB", ids, strict=True) if pdg != 2212]
    return (*lines, *([] if beams == "p p" else ["PDF:lepton = off"]))


def window_lines(
    mothers: Iterable[int], hard: Iterable[Chain], widths: float, parameters: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the settings that keep particles that decay in a chain as near to their mass as MadGraph does (``bwcutoff``).

    Pythia8 by itself goes far off shell, which a cut on products picks out: ZZ > j j v v with both jets above 100 GeV has
    40 % more so. Not where a Higgs comes out, one of whose two Z or W is always off shell.
    """
    if any(25 in ids for chain in hard for ids in chain.ids):
        return ()
    given = {card_entry(name): value for name, value in parameters.items()}
    lines: list[str] = []
    for pdg in sorted({abs(i) for i in mothers} & set(_RESONANCES)):
        mass = given.get(f"mass {pdg}", _RESONANCES[pdg][0])
        width = given.get(f"decay {pdg}", _RESONANCES[pdg][1])
        lines += [f"{pdg}:mMin = {mass - widths * width:.6g}", f"{pdg}:mMax = {mass + widths * width:.6g}"]
    return tuple(lines)


def parameter_lines(parameters: Mapping[str, Any], hard: Iterable[Chain]) -> tuple[str, ...]:
    """Return Pythia8's settings for values of the param card.

    Raises
    ------
    ProcessError
        A parameter that Pythia8 does not have, or that means something else there for this process.
    """
    lines: list[str] = []
    for name, value in parameters.items():
        entry = card_entry(name)
        if entry == "sminputs 1":
            _check_photons(name, hard)
            # Pythia8 takes no other than the measured value by itself
            lines.append(f"StandardModel:alphaEMmZ = force {1 / float(value)!r}")
        elif entry in COUPLINGS:
            _check_coupling(name, value, hard)
            lines += [f"{setting} = {float(value) * usual!r}" for setting, usual in COUPLINGS[entry].items()]
        elif entry in _PARAMETERS and value != "auto":
            lines += [line.format(repr(float(value))) for line in _PARAMETERS[entry]]
        else:
            msg = (
                f"the embedded Pythia8 does not honour the parameter {name!r}; it takes masses and widths "
                f"({', '.join(_PARAMETERS)}), aewm1 and the couplings {', '.join(COUPLINGS)}; "
                f"with generator='madgraph5' every parameter of the model acts"
            )
            raise ProcessError(msg)
    return tuple(lines)


def _check_coupling(name: str, value: Any, hard: Iterable[Chain]) -> None:
    """Refuse a coupling of a particle that does not come out, or one that makes none."""
    ids = {abs(i) for chain in hard for of in chain.ids for i in of}
    owner = _OWNERS[card_entry(name)]
    if owner not in ids:
        msg = f"the parameter {name!r} does nothing here: it is the coupling of the particle {owner}, which does not come out"
        raise ProcessError(msg)
    if not value > 0:
        msg = f"the parameter {name!r} must be positive, not {value!r}: without coupling nothing is made"
        raise ProcessError(msg)


def _check_photons(name: str, hard: Iterable[Chain]) -> None:
    """Refuse alpha where other couplings than that of photons follow from it, which the two generators derive differently."""
    for chain in hard:
        ids = {abs(i) for of in chain.ids for i in of}
        if 22 not in ids or ids & {6, 23, 24, 25, *range(11, 17)}:
            msg = (
                f"in the embedded Pythia8 the parameter {name!r} acts on photons alone, not on {chain.text!r}: "
                "MadGraph derives the couplings of Z and W from it and gf; use generator='madgraph5'"
            )
            raise ProcessError(msg)
