"""What is refused of a process before anything runs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from . import particles, settings
from .embedded import HONOURED, PythiaProcess
from .errors import ArgumentError, ProcessError
from .particles import Chain, Line, Names
from .settings import RUN_CARD, Hard, is_positive

__all__ = [
    "check_beams",
    "check_diagrams",
    "check_embedded",
    "check_groups",
    "check_kinds",
    "check_lines",
    "check_settings",
]

#: An ecm up to this was meant in TeV: no proton collider with a larger one is planned, and no process here is made at so few GeV.
LARGEST_TEV = 100
#: The same for leptons, whose processes begin at the Z.
LARGEST_LEPTON_TEV = 20
DEFAULT_ECM = 13_000
#: GeV; nothing is accelerated to more.
LARGEST_BEAM = 1e9
#: Cuts that keep a process with these massless particles finite; any limit on the pT of a hard 2 -> 2 process does too.
_FINITE = {
    "j": ("ptj", "xptj", "ptj1min", "ptj2min", "htjmin", "ihtmin", "ht2min", "mmjj", "ktdurham", "ptlund", "xqcut", "dsqrt_shat"),
    "a": ("pta", "ptgmin", "xpta", "mmaa", "dsqrt_shat"),
}  # fmt: skip
_MISSING = {"j": ("jets", "'ptj': 200", 20), "a": ("photons", "'pta': 50", 10)}
#: Models in which the decays of the standard model's particles are known.
_KNOWN_DECAYS = ("sm", "loop_sm", "heft", particles.EMBEDDED)
_BARE = 2
_LEPTON_BEAMS = ("e+", "e-", "mu+", "mu-")
#: What leaves vector boson fusion of p p > h j j.
_FUSION = ("$$", "w+", "w-", "z")


def check_kinds(process: Any) -> None:
    """Refuse arguments of another kind."""
    _check_texts(process)
    if not isinstance(process.settings, Mapping):
        msg = f"settings must be a dictionary such as {{'ptj': 200}}, not {process.settings!r}"
        raise ArgumentError(msg)
    if process.name is not None and not (
        isinstance(process.name, str) and process.name.strip() and process.name.isprintable()
    ):
        msg = f"name must be a printable text, not {process.name!r}"
        raise ArgumentError(msg)
    if not isinstance(process.model, str):
        msg = f"model must be the name of a model, such as 'sm', not {process.model!r}"
        raise ArgumentError(msg)
    if process.decays and any("," in text for text in texts_of(process)):
        msg = "give the decays once: either as a chain in the process or as decays=[...]"
        raise ProcessError(msg)


def texts_of(process: Any) -> tuple[str, ...]:
    """Return the lines as they are given."""
    return (process.process,) if isinstance(process.process, str) else tuple(process.process)


def _check_texts(process: Any) -> None:
    kinds = isinstance(process.process, str | list | tuple) and isinstance(process.decays, list | tuple)
    if not kinds or not all(isinstance(text, str) for text in (*texts_of(process), *process.decays)):
        msg = "process must be a text, or several, and decays a list of texts: Process('p p > z z', decays=['z > j j'])"
        raise ArgumentError(msg)
    if not texts_of(process) or not all(text.strip() for text in texts_of(process)):
        msg = "a process is missing: two beams, '>' and what comes out, spaces between the names, as in 'p p > z z'"
        raise ProcessError(msg)
    for text in (*texts_of(process), *process.decays):
        if "->" in text:
            msg = f"{text!r}: write '>' where it has '->', as in 'p p > z z'"
            raise ProcessError(msg)


def check_beams(process: Any, *, hadrons: bool) -> float:
    """Return the collision energy in GeV; refuse energies that are none, and those that do not agree."""
    if not is_positive(process.ecm) or process.ecm > 2 * LARGEST_BEAM:
        msg = f"ecm must be a positive energy in GeV, not {process.ecm!r}"
        raise ArgumentError(msg)
    ecm = process.ecm
    if process.beams is not None:
        ecm = _energy_of(process.beams)
        if not (math.isclose(process.ecm, ecm) or process.ecm == DEFAULT_ECM):
            msg = f"give the energies once: beams={process.beams!r} GeV make ecm={ecm:g}, not {process.ecm:g}"
            raise ArgumentError(msg)
    incoming = texts_of(process)[0].lower().partition(">")[0].split()
    leptons = len(incoming) == _BARE and not {*incoming} - {*_LEPTON_BEAMS}
    if leptons and process.beams is None and process.ecm == DEFAULT_ECM:
        msg = f"{process.text!r} needs its energy: ecm=13000 GeV is that of protons; give ecm=91.2, 250, 365 or another in GeV"
        raise ArgumentError(msg)
    if ecm <= (LARGEST_TEV if hadrons else LARGEST_LEPTON_TEV):
        msg = f"ecm={ecm:g} is in GeV, too little for any of these processes; {ecm:g} TeV are ecm={1000 * ecm:.0f}"
        raise ArgumentError(msg)
    return float(ecm) if process.beams is not None else process.ecm


def _energy_of(beams: Any) -> float:
    known = isinstance(beams, list | tuple) and len(beams) == 2 and all(map(is_positive, beams))
    if not known or max(beams) > LARGEST_BEAM:
        msg = f"beams must be the energies of the two beams in GeV, (6500, 6500), not {beams!r}"
        raise ArgumentError(msg)
    return 2 * math.sqrt(beams[0] * beams[1])


def check_groups(process: Any) -> None:
    """Refuse groups that no line uses."""
    words = " ".join((*texts_of(process), *process.decays, *process.define.values())).lower().replace(",", " ").split()
    idle = [group for group in process.define if group.lower() not in words]
    if idle:
        msg = f"define: {idle[0]!r} does nothing here, no process and no decay uses it"
        raise ProcessError(msg)


def check_lines(process: Any, hard: Sequence[Hard], decays: Sequence[Line], names: Names) -> None:
    """Refuse lines that are no processes, that are there twice, or whose decays cannot be."""
    for h in hard:
        if len(h.chain.mother.split()) != 2:
            msg = f"{h.chain.text!r} is not a process: two beams come before '>', as in 'p p > z z'"
            raise ProcessError(msg)
        if h.chain.ids in [((22,),), ((21,),)]:
            msg = f"{h.chain.text!r} has no events: a single massless particle cannot take up the energy; add a jet"
            raise ProcessError(msg)
    twice = [text for text, n in Counter(_same(h) for h in hard).items() if n > 1]
    if twice:
        msg = f"{process.text!r} has the same process twice; it would be counted twice"
        raise ProcessError(msg)
    if len({h.chain.mother for h in hard}) > 1:
        msg = f"{process.text!r} has lines with different beams; they are different runs"
        raise ProcessError(msg)
    _check_chains(process, hard, decays, names)


def _check_chains(process: Any, hard: Sequence[Hard], decays: Sequence[Line], names: Names) -> None:
    apart = [chain for line in decays for chain in particles.decays_of(_decay(line), names)]
    if process.model.partition("-")[0] in _KNOWN_DECAYS:
        for chain in (*apart, *(c for h in hard for c in h.inline)):
            particles.check_chain(chain, names)
    for h in hard:
        particles.check_decays(h.chain.products, h.inline, names)
    if apart and len(hard) == 1:
        particles.check_decays(hard[0].chain.products, apart, names)
    elif apart:
        _check_apart(hard, apart, names)


def _check_apart(hard: Sequence[Hard], apart: Sequence[Chain], names: Names) -> None:
    """Refuse decays for several lines that are not one for each kind of particle, or that no line needs."""
    made = [p for h in hard for p in h.chain.products]
    several = next((c.mother for c in apart if sum(o.mother == c.mother for o in apart) > 1), None)
    if several is not None:
        msg = f"several decays of {several} are given for several lines; write the decays as a chain of each line"
        raise ProcessError(msg)
    particles.check_decays(made, apart, names)


def _same(hard: Hard) -> str:
    return f"{hard.chain.mother} > {' '.join(sorted(hard.chain.products))} {sorted(c.text for c in hard.inline)}"


def _decay(line: Line) -> Line:
    if len(line.incoming) != 1:
        msg = f"{line.render()!r} is not a decay: one particle comes before '>', as in 'z > j j'"
        raise ProcessError(msg)
    return line


def check_settings(process: Any, hard: Sequence[Hard], names: Names) -> None:
    """Refuse settings that no line would feel, and lines that need one."""
    deep = process.settings.get("cut_decays") is True
    for setting, value in process.settings.items():
        errors = []
        for h in hard:
            try:
                settings.check_setting(setting, value, h.chain, h.inline, names, cut_decays=deep)
            except ProcessError as error:
                errors.append(error)
        if len(errors) == len(hard):
            raise errors[0]
    if deep and not any(h.inline for h in hard):
        msg = "'cut_decays' does nothing here: no decays are written as a chain of the process"
        raise ProcessError(msg)
    settings.check_room(process.settings, process.ecm, sum(process.energies))
    for h in hard:
        _check_finite(process, h)
        low = settings.pt_min(h, process.settings) or 0.0
        high = settings.pt_max(h, process.settings) or process.ecm / 2
        if low >= high:
            msg = f"the cuts leave nothing: pT above {low:g} GeV and below {high:g} GeV (half of ecm at most)"
            raise ProcessError(msg)


def _check_finite(process: Any, hard: Hard) -> None:
    """Refuse protons that make massless particles without a cut on them."""
    if not any({*range(-5, 6), 21} & {*hard.names.ids(beam)} for beam in hard.chain.mother.split()):
        return
    limited = len(hard.chain.products) == _BARE and settings.pt_min(hard, process.settings) is not None
    for letter, (what, example, default) in _MISSING.items():
        cut = any(is_positive(process.settings.get(name)) for name in _FINITE[letter])
        if settings.count(letter, _known(hard), hard.names) and not (limited or cut):
            msg = (
                f"{hard.chain.text!r} diverges without a pT cut on its {what}, and MadGraph would silently take {default} GeV: "
                f"give one, for instance settings={{{example}}} (GeV)"
            )
            raise ProcessError(msg)


def _known(hard: Hard) -> list[str]:
    """Return the undecayed particles of the hard process whose kind is known."""
    return [p for p in hard.left.hard if hard.names.ids(p.partition("{")[0])]


def check_diagrams(process: Any, lines: Sequence[Line], hard: Sequence[Hard]) -> None:
    """Refuse a choice of diagrams, orders or polarisations, which MadGraph has and the embedded Pythia8 has not.

    Raises
    ------
    ProcessError
        The message names it.
    """
    extras = [extra for line in lines for extra in line.extras]
    fusion = all(sorted(h.chain.products) == ["h", "j", "j"] for h in hard) and all(
        sorted(extra.split()) == sorted(_FUSION) for extra in extras
    )
    if extras and not fusion:
        msg = f"the embedded Pythia8 has no choice of diagrams and orders: {extras[0]!r} in {process.text!r} needs generator='madgraph5'"
        raise ProcessError(msg)


def check_embedded(process: Any, hard: Sequence[Hard], made: Sequence[tuple[PythiaProcess, Chain]]) -> None:
    """Refuse settings and decays that MadGraph takes and the embedded Pythia8 cannot honour.

    Raises
    ------
    ProcessError
        The message names it and says what works.
    """
    products = tuple(p for chain in process.chains for p in chain.products)
    for h in hard:
        _check_honoured(process, settings.unused(h, process.settings, products), made)
    for what in (settings.pt_min, settings.pt_max, settings.mass_min, settings.product_cuts):
        if any(what(h, process.settings) != what(hard[0], process.settings) for h in hard):
            msg = f"the settings mean different cuts for the lines of {process.text!r}; the embedded Pythia8 has one for all: make them as separate runs"
            raise ProcessError(msg)
    _check_one_table(process, hard)


def _check_honoured(process: Any, unused: Sequence[str], made: Sequence[tuple[PythiaProcess, Chain]]) -> None:
    if "cut_decays" in unused:
        msg = (
            "the embedded Pythia8 does not honour 'cut_decays': with it MadGraph makes all its cuts on the products, those by "
            "default too (ptl 10, etal 2.5, etaj 5, drjj 0.4, ...); cut on the events with hml.Cut, or use generator='madgraph5'"
        )
        raise ProcessError(msg)
    cuts = [name for name in process.settings if name not in ("dsqrt_shat", "lpp1", "lpp2", "bwcutoff")]
    single = [chain for found, chain in made if len(chain.products) == 1]
    if single and cuts and not process.product_cuts:
        msg = f"{cuts[0]!r} does nothing for {single[0].text!r}: a single particle comes out with no pT; add a jet"
        raise ProcessError(msg)
    if unused:
        what = (
            "cuts like it are made on the events, with hml.Cut"
            if RUN_CARD[unused[0]].kind in ("cut", "limit", "per_pdg")
            else "it belongs to MadGraph"
        )
        msg = (
            f"the embedded Pythia8 does not honour {unused[0]!r} for {process.text!r}; {what}, or use generator='madgraph5'. "
            f"It honours {', '.join(HONOURED)} where they cut on both particles of a 2 > 2 process or on jets and neutrinos of a chain"
        )
        raise ProcessError(msg)


def _check_one_table(process: Any, hard: Sequence[Hard]) -> None:
    """Refuse decays that one table for each kind of particle cannot express."""
    for mother in {chain.mother for chain in process.chains}:
        wanted = [chain for chain in process.chains if chain.mother == mother]
        for h in hard:
            inline = [chain for chain in h.inline if chain.mother == mother]
            everywhere = (*h.chain.products, *(p for c in process.chains for p in c.products))
            if not process.decays and inline != wanted and mother in everywhere:
                msg = f"{process.text!r}: {mother} decays differently in different lines; make them as separate runs, or use generator='madgraph5'"
                raise ProcessError(msg)
            levels = (mother in h.chain.products) + sum(mother in c.products for c in process.chains)
            if levels > 1 and len(wanted) > 1:
                msg = f"{process.text!r}: {mother} comes out of different particles, and the embedded Pythia8 cannot give them different decays; use generator='madgraph5'"
                raise ProcessError(msg)
            if levels > 1 and h.chain.products.count(mother) and not process.decays and len(wanted) == 1:
                msg = f"{process.text!r}: all {mother} would decay by '{wanted[0].text}' in the embedded Pythia8; use generator='madgraph5'"
                raise ProcessError(msg)
